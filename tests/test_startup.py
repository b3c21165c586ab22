"""What az imports of ours before a command runs: every `az iot ...` on the machine pays for it."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.credential.malformed import DEVICE, HUB, TOKEN
from tests.plugins import az

PACKAGE = Path(__file__).parent.parent / "azext_iotdiag"

LOAD = """
import json, sys
import azure.cli.core.commands.command_operation, azure.cli.core.commands.parameters
from azure.cli.core.mock import DummyCli
cli = DummyCli()
before = set(sys.modules)
import azext_iotdiag
loader = azext_iotdiag.COMMAND_LOADER_CLS(cli_ctx=cli)
loader.load_command_table([])
table = sorted(set(sys.modules) - before)
loader.command_name = "iot diag lab faults"
loader.skip_applicability = True
loader.command_table = {loader.command_name: loader.command_table[loader.command_name]}
loader.load_arguments(loader.command_name)
loader.command_table[loader.command_name].load_arguments()
json.dump([table, sorted(set(sys.modules) - before - set(table))], sys.stdout)
"""


def test_start_up_imports_next_to_nothing() -> None:
    """The table is loaded with every `az iot ...`; the arguments, and one module of custom/, with our own commands."""
    run = subprocess.run(
        [sys.executable, "-c", LOAD], capture_output=True, text=True, cwd=PACKAGE.parent, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    table, arguments = json.loads(run.stdout)
    assert set(table) <= {
        "azext_iotdiag",
        "azext_iotdiag._help",
        "azext_iotdiag._help.alert",
        "azext_iotdiag._help.changes",
        "azext_iotdiag._help.commands",
        "azext_iotdiag._help.lab",
        "azext_iotdiag._help.identity",
        "azext_iotdiag._help.monitor",
        "azext_iotdiag._help.network",
        "azext_iotdiag._help.payload",
        "azext_iotdiag.commands",
    }
    ours = {
        "azext_iotdiag._params",
        "azext_iotdiag._params.alert",
        "azext_iotdiag._params.check",
        "azext_iotdiag._params.changes",
        "azext_iotdiag._params.commands",
        "azext_iotdiag._params.identity",
        "azext_iotdiag.known_options",
        "azext_iotdiag._params.monitor",
        "azext_iotdiag._params.network",
        "azext_iotdiag._params.report",
        "azext_iotdiag._params.sas",
        "azext_iotdiag._params.simulate",
        "azext_iotdiag._params.payload",
        "azext_iotdiag._params.target",
        "azext_iotdiag.custom",
        "azext_iotdiag.custom.lab",
    }
    assert set(arguments) <= ours | {"__future__", "contextlib"}


# Commands by group, each with what makes it run without a service: where it needs one, nothing listens.
COMMANDS: dict[str, list[str]] = {
    "explain": ["explain 401003", "explain --list", "explain nonsense-of-a-name"],
    "lab": ["lab status", "lab faults", "lab scenarios", "lab stop --all", "lab break -f unknown-ca", "lab watch"],
    "logs": ["logs errors -f rows.csv", "logs query --list", "logs status -n hub"],
    "metrics": ["metrics show -n hub"],
    "health": ["health show -n hub"],
    "alert": ["alert create -n hub --yes", "alert list -n hub"],
    "template": [
        "template show --model m.json",
        "template lint --model m.json",
        "template infer -f r.jsonl",
        "template to-kql --model m.json",
        "template to-spark --model m.json",
    ],
    "tally": ["tally merge r.jsonl"],
    "sas": [f"sas create --cs {DEVICE}", f"sas inspect --sas '{TOKEN}'"],
    "validate": ["validate messages -f r.jsonl --model m.json", f"validate properties -d d -l {HUB}"],
    "changes": ["changes show -n lab"],
    "device": [
        f"device show -d d -l {HUB}",
        f"device list -l {HUB}",
        f"device summary -l {HUB}",
        f"device create -d d -l {HUB}",
        f"device delete -d d -y -l {HUB}",
    ],
    "key": [
        f"key test -d d -l {HUB}",
        f"key renew -d d -l {HUB} --key-type primary -y",
        f"key show -d d -l {HUB} --to-file f",
    ],
    "network": ["network test -n lab", "network test -n lab --script sh"],
    "message": [f"message send -d d --data on -l {HUB}"],
    "method": [f"method ping -d d -l {HUB}"],
    "monitor": [f"monitor events -l {HUB}", f"monitor properties -d d -l {HUB}"],
    "report": [f"report create -d d -l {HUB} --to-file report"],
    "route": ["route trace -n lab --body a"],
    "twin": [f"twin test -d d --yes -l {HUB}"],
    "simulate": [f"simulate --cs {DEVICE}", f"simulate -d d -l {HUB}"],
}
# What every command of ours loads, beside the tables of arguments and help.
ALWAYS = {
    "boundary", "commands", "custom", "dependencies", "interruption", "known_options", "lab_shell", "model", "output",
    "render", "version",
}  # fmt: skip
LIGHT = {"explain 401003": {"insights", "knowledge"}, "lab status": {"_validators", "lab", "private_files"}}
OFFLINE = {"explain", "lab", "logs", "tally", "template"}  # groups of commands that ask no service

RUN = """
import contextlib, io, json, shlex, sys
from azure.cli.core import get_default_cli
loaded = {}
for command in json.load(sys.stdin):
    for module in [name for name in sys.modules if name.split(".")[0] == "azext_iotdiag"]:
        del sys.modules[module]
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())), contextlib.redirect_stderr(io.StringIO()):
        try:
            get_default_cli().invoke(["iot", "diag", *shlex.split(command)], out_file=io.StringIO())
        except SystemExit:
            pass
    layers = {name.split(".")[1] for name in sys.modules if name.startswith("azext_iotdiag.")}
    loaded[command] = sorted(each for each in layers if not each.startswith(("_help", "_params")))
json.dump(loaded, sys.stdout)
"""


def loaded(group: str, folder: Path) -> dict[str, set[str]]:
    """The layers that each command of a group loads, by one process that runs them all."""
    az.install()
    (folder / "m.json").write_text(json.dumps({
        "@context": "dtmi:dtdl:context;2", "@id": "dtmi:a:b;1", "@type": "Interface",
        "contents": [{"@type": "Telemetry", "name": "temperature", "schema": "double"}],
    }))  # fmt: skip
    (folder / "rows.csv").write_text(
        "TimeGenerated,OperationName,ResultType\n2026-11-30T10:00:00Z,deviceConnect,401003\n"
    )
    (folder / "r.jsonl").write_text('{"temperature": 21.5}\n')
    host = "lab.azure-devices.net"
    nothing = {"AZURE_IOTDIAG_CONNECT_TO": ",".join(f"{host}:{port}=127.0.0.1:1" for port in (443, 5671, 8883))}
    run = subprocess.run(
        [sys.executable, "-c", RUN], input=json.dumps(COMMANDS[group]), capture_output=True, text=True, cwd=folder,
        timeout=az.SECONDS, check=False, env={**os.environ, **({} if group in OFFLINE else nothing)},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return {command: set(layers) for command, layers in json.loads(run.stdout).items()}


@pytest.mark.slow
@pytest.mark.parametrize("group", COMMANDS)
def test_each_command_loads_its_layers_and_no_more(
    group: str, tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    """What a command loads, it pays for each time. The golden file says which layers that are, beside ALWAYS."""
    found = loaded(group, tmp_path)
    for command, layers in found.items():
        assert layers >= ALWAYS, command
    named = {" ".join(_words(command)): sorted(layers - ALWAYS) for command, layers in found.items()}
    golden(f"startup/{group}.txt", "".join(f"{name}: {', '.join(layers)}\n" for name, layers in named.items()))
    for command, allowed in LIGHT.items():
        assert found.get(command, set()) <= ALWAYS | allowed, command


def test_every_group_is_in_the_list() -> None:
    """A group that is added must say what it loads."""
    source = (PACKAGE / "commands.py").read_text(encoding="utf-8")
    groups = {name.partition(" ")[0] for name in re.findall(r'command_group\(\s*"iot diag ([^"]+)"', source)}
    assert set(COMMANDS) == groups | {"explain", "simulate"}
    for group, commands in COMMANDS.items():
        assert all(command.partition(" ")[0] == group for command in commands)


def _words(command: str) -> list[str]:
    """A command without what is long or secret in it."""
    return [word if len(word) < 25 else "..." for word in shlex.split(command)]
