"""No secret in anything that any command writes, at az's most talkative: every command there is, run against a lab.

Exempt are what exists to hand a secret out (the stdout of `sas create`, `key renew --show` and `lab start`), the
lab's files that hold keys and the file of `key show`, which only their owner can read, and the line in which az itself
repeats what was typed.
"""

from __future__ import annotations

import base64
import json
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from azext_iotdiag import commands
from azext_iotdiag.clients.deadlines import applying, usual
from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps.provisioning import Registration
from azext_iotdiag.lab.dps.service import Enrollment
from azext_iotdiag.lab.process import detached as process
from azext_iotdiag.lab.process import folder
from azext_iotdiag.lab.process.login import UNSET
from tests.plugins import az, leaks
from tests.plugins.lab_fixture import open_lab
from tests.plugins.results import SUMMARY

pytestmark = pytest.mark.slow
NAME, OTHER = "shy", "other"
MODEL = {"@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:thermostat;1", "@type": "Interface", "contents": [
    {"@type": "Telemetry", "name": "temperature", "schema": "double"},
]}  # fmt: skip
KEEPERS = re.compile(r"(?:lab|kept)\.json|azure/.*")  # a lab's files that exist to hold keys
SIGNATURE = re.compile(r"sig(?:=|%3[dD])[\w%+/-]{20}|[eE]yJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}")


class Row(NamedTuple):
    """A command with its arguments, in which {names} stand for files, and the exit codes that show that it worked.

    `shows`: it exists to hand a secret out, on stdout. `apart`: in a process of its own, logged in to the lab by az.
    `before` is the command that brings about what this one needs, whatever rows ran before, and in which order.
    """

    text: str
    codes: tuple[int, ...] = (0,)
    shows: bool = False
    apart: bool = False
    before: str = ""


D, APP = "-d device-1", "--app-id {app} --token @{token}"
START, STOP = f"lab start --name {OTHER} --detach --device-count 1 --keep", f"lab stop --name {OTHER}"
DISABLE = "logs disable -n {hub} --yes"
ROWS = [
    Row(f"monitor events -l @{{owner}} --since 1h --max-messages 1 {D} -p all"),
    Row(f"monitor events -l @{{owner}} --since 1h --max-messages 1 {D} --reader sdk"),
    Row("monitor events -l @{wrong} --duration 2", (4,)),
    Row("monitor events -l @{broken} --duration 2", (1,)),
    Row(f"monitor events {APP} --duration 1", (0, 4)),
    Row("monitor events -n {hub} --since 1h --max-messages 1 -d device-1", apart=True),
    Row(f"monitor properties -l @{{owner}} {D} --duration 1"),
    Row(f"monitor properties {APP} -d thermostat-good --duration 1"),
    Row(f"validate messages -l @{{owner}} --since 1h --max-messages 1 {D} --model {{model}}"),
    Row(f"validate properties -l @{{owner}} {D} --model {{model}} --duration 1", (0, 4)),
    Row(f"method ping -l @{{owner}} {D}", (4,)),
    Row(f"method ping -l @{{wrong}} {D}", (5,)),
    Row("method ping -n {hub} -d device-1", (4,), apart=True),
    Row("route trace -n {hub} --body a", (0,), apart=True),
    Row("changes show -n {hub} -d device-1", (5,), apart=True),
    Row(f"twin test -l @{{owner}} {D} --yes --timeout 1", (5,)),
    Row(f"twin test -l @{{wrong}} {D} --yes", (5,)),
    Row("twin test -n {hub} -d device-1 --yes --timeout 1", (5,), apart=True),
    Row("template show --model {model}"),
    Row("template lint --model {model}"),
    Row("metrics show -n {hub}", apart=True),
    Row("logs status -n {hub}", (4,), apart=True, before=DISABLE),
    Row("alert create -n {hub} --on throttled --threshold 5 --yes", apart=True),
    Row("alert list -n {hub}", apart=True),
    Row("health show -n {hub}", apart=True),
    Row("health show --app-id {app}", apart=True),
    Row("metrics show --app-id {app}", apart=True),
    Row("alert delete -n {hub} --yes", apart=True),
    Row("logs enable -n {hub} --yes", apart=True),
    Row(DISABLE, apart=True),
    Row("logs errors --file {rows}", (4,)),
    Row("logs errors -n {hub}", (5,), apart=True, before=DISABLE),
    Row("logs query -n {hub} --saved collected", (5,), apart=True, before=DISABLE),
    Row("template to-kql --model {model}"),
    Row("template to-spark --model {model}"),
    Row("tally merge {results}"),
    Row("template infer --file {messages} --model-id dtmi:example:inferred;1"),
    Row("simulate --cs @{device} --mc 1"),
    Row("simulate -l @{owner} -d device-1 --mc 1"),
    Row("simulate -l @{owner} --new-device --mc 1"),
    Row("simulate --cs @{stranger} --mc 1", (4,)),
    Row("simulate --cs @{device} --mc 1 --misbehave expired-token", (0, 4)),
    Row("sas create --cs @{device}", shows=True),
    Row("sas create -l @{owner} -d device-1 --key-type secondary", shows=True),
    Row("sas create --id-scope {scope} --rid pump --group-key @{group}", shows=True),
    Row("sas create -n {hub} -d device-1", shows=True, apart=True),
    Row("sas create -n {hub}", shows=True, apart=True),
    Row("sas create --dps-name {service} --rid pump --eid devices", shows=True, apart=True),
    Row("sas inspect --sas @{sas} -n {hub}", apart=True),
    Row("sas inspect --sas @{sas} -l @{owner} -d device-1"),
    Row("sas inspect --sas @{sas} --key @{key} --check-clock -n {host}", (0, 4)),
    Row("check -l @{owner} -d device-1 --dps-login @{dps} --detail", (0, 4)),
    Row("check --cs @{device}"),
    Row(f"check {APP} -d thermostat-good"),
    Row("report create -l @{owner} -d device-1 --dps-login @{dps} --to-file {report}", (0, 4)),
    Row("device show -l @{owner} -d device-1 --dps-login @{dps}"),
    Row("device show --rid pump --dps-login @{dps}"),
    Row("device show --eid devices --dps-login @{dps}"),
    Row("device show --eid devices --dps-name {service}", apart=True),
    Row(f"device show {APP} -d thermostat-good"),
    Row("device show -l @{wrong} -d device-1", (5,)),
    Row("device create -l @{owner} -d made-1"),
    Row("device delete -l @{owner} -d made-3 --yes", before="device create -l @{owner} -d made-3"),
    Row(f"device approve {APP} -d thermostat-new --yes"),
    Row(f"device unblock {APP} -d thermostat-blocked --yes"),
    Row(f"device assign-template {APP} -d stranger --template dtmi:nobody:has;1 --yes", (4,)),
    Row("message send -l @{owner} -d device-2 --data on"),
    Row("message send -l @{wrong} -d device-2 --data on --wait", (5,)),
    Row("message send -n {hub} -d device-2 --data on --wait --timeout 1", (5,), apart=True),
    Row("device create -n {hub} -d made-2", apart=True),
    Row("device delete -n {hub} -d made-4 --yes", apart=True, before="device create -n {hub} -d made-4"),
    Row("device list -l @{owner}"),
    Row(f"device list {APP}"),
    Row("device list --dps-login @{dps}"),
    Row("device summary --dps-name {service}", apart=True),
    Row("device list -n {hub}", apart=True),
    Row("device summary -l @{owner}"),
    Row(f"device summary {APP}"),
    Row("device summary -l @{wrong}", (5,)),
    Row("key test --cs @{device}"),
    Row("key test --cs @{stranger}", (4,)),
    Row("key test -l @{owner} -d device-1 --key @{key}"),
    Row("key test --cs @{device} --protocol mqtt --yes"),
    Row("key renew -l @{owner} -d device-2 --kt primary --value @{key} --yes"),
    Row("key show -l @{owner} -d device-1 --to-file {written} --overwrite"),
    Row("key show -n {hub} -d device-1 --to-file {written} --overwrite --key-only", apart=True),
    Row("key renew -l @{owner} -d device-2 --key-type swap --yes"),
    Row("key renew -l @{owner} -d device-2 --key-type primary --yes"),
    Row("key renew -l @{owner} -d device-2 --key-type secondary --yes --show", shows=True),
    Row("key renew -l @{wrong} -d device-2 --key-type primary --yes", (1,)),
    Row("key renew -l @{owner} -d device-2 --key-type swap --yes --dps-login @{dps}"),
    Row("network test -n {host}"),
    Row("network test -n {host} --script sh"),
    Row("explain 401003"),
    Row(START, shows=True, before=STOP),
    Row(f"lab status --name {OTHER} --audit 20", before=START),
    Row(f"lab status --name {NAME} --audit 100"),
    Row(f"lab break --name {NAME} --fault connection-dropped"),
    Row(f"lab mend --name {NAME}"),
    Row(f"lab login --name {NAME} --identity certificate"),
    Row(f"lab login --name {NAME} --identity federated-token"),
    Row(f"lab login --name {NAME}"),
    Row(f"lab shell --name {NAME}"),
    Row("lab faults"),
    Row("lab scenarios"),
    Row(f"lab watch --name {NAME} --duration 1"),
    Row(STOP, before=START),
]


class Shy:
    """A lab, files with its secrets, and what was written while commands ran."""

    def __init__(self, lab, path: Path, handed_out: set[str]):
        self.lab, self.handed_out = lab, handed_out
        self.labs = folder.labs_of(os.environ["AZURE_CONFIG_DIR"])
        self.names = self._files(path)
        self.others: set[str] = set()
        self.lines: set[str] = set()

    def _files(self, path: Path) -> dict[str, str]:
        told = self.lab.description
        strings, central = told["connectionStrings"], told["central"][0]
        device = self.lab.state.hub.devices["device-1"]
        wrong = base64.b64encode(b"wrong key, but a secret as well!").decode()
        ends = int(time.time()) + 3600
        texts = {
            "owner": strings["iothubowner"],
            "wrong": re.sub("SharedAccessKey=.*", f"SharedAccessKey={wrong}", strings["iothubowner"]),
            "broken": strings["iothubowner"][:-3],
            "device": strings["devices"]["device-1"],
            "stranger": re.sub("SharedAccessKey=.*", f"SharedAccessKey={wrong}", strings["devices"]["device-1"]),
            "dps": strings["provisioning"],
            "group": told["provisioning"]["enrollmentGroups"]["devices"],
            "token": central["token"],
            "key": device.primary.reveal(),
            "sas": sas.sign(f"{told['hub']}/devices/device-1", sas.iothub_key(device.primary.reveal()), ends),
            "model": json.dumps(MODEL),
            "results": SUMMARY,
            "messages": '{"temperature": 21.5}\n',
            "rows": "TimeGenerated,OperationName,ResultType\n2026-11-30T10:00:00Z,deviceConnect,401003\n",
        }
        self.typed = {wrong, sas.read(texts["sas"]).signature}
        for name, text in texts.items():
            (path / f"{name}.json").write_text(text, encoding="utf-8")
        fixed = {"hub": told["hub"].partition(".")[0], "host": told["hub"], "app": central["appId"],
                 "scope": told["provisioning"]["idScope"], "service": self.lab.state.provisioning[0].name,
                 "report": str(path / "report"), "written": str(path / "written.txt")}  # fmt: skip
        return {name: str(path / f"{name}.json") for name in texts} | fixed

    def secrets(self) -> set[str]:
        """All that may not show, those of labs that commands started included."""
        return leaks.known(self.lab) | self.handed_out | self.typed | self.others

    def run(self, row: Row) -> az.Run:
        if row.before:  # whether it has anything to do or not
            self.run(row._replace(text=row.before, before=""))
        run = self._run(row)
        if row.text == START and run.code == 0:
            self.others |= {
                *re.findall(r"SharedAccessKey=([\w+/=]{20,})", run.out.decode()),
                *_written(self.labs / OTHER / folder.RUNTIME),
            }
        return run

    def _run(self, row: Row) -> az.Run:
        arguments = ["iot", "diag", *(word.format(**self.names) for word in row.text.split()), "--debug", "-o", "json"]
        if not row.apart:
            with applying(replace(usual(), hub_look=0.2, app_look=0.2)):
                return az.az(*arguments, environment=self.lab.description["environment"])
        return az.finished(az.start(*arguments, environment=self.login))

    @property
    def login(self) -> dict[str, str]:
        """The environment of an az that is logged in to the lab."""
        script = self.labs / NAME / folder.LOGIN
        if not script.exists():
            made = az.az("iot", "diag", "lab", "login", "--name", NAME)
            assert made.code == 0, made.err
        exported = re.findall(r"^export (\w+)=(.*)$", script.read_text(encoding="utf-8"), re.MULTILINE)
        return {name: text.strip("'") for name, text in exported}


@pytest.fixture(scope="module")
def shy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shy]:
    with ExitStack() as stack:
        made = stack.enter_context(leaks.handed_out())
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        for name in tuple(os.environ):
            if name.lower().endswith("_proxy") or name in UNSET:
                patched.delenv(name)
        home = Path(os.environ["AZURE_CONFIG_DIR"])
        stack.enter_context(folder.lock(folder.make(folder.labs_of(home), NAME)))
        lab = stack.enter_context(open_lab(home, name=NAME))
        lab.call(_populate, lab.state)
        it = Shy(lab, tmp_path_factory.mktemp("secrets"), made)
        it.lines = stack.enter_context(leaks.command_lines())
        try:
            yield it
        finally:
            if (it.labs / OTHER / folder.RUNTIME).exists():
                process.stop(OTHER, it.labs)


def _populate(state) -> None:
    """A message of a device, and a device that came through the provisioning service."""
    hub, dps = state.hub, state.provisioning[0]
    sent = {"content-type": "application/json", "content-encoding": "utf-8"}
    for device in hub.devices.values():
        hub.telemetry(device, b'{"temperature": 21.5}', system=sent, properties={}, now_ms=int(time.time() * 1000))
    dps.enrollments["pump"] = Enrollment("pump")
    dps.registrations["pump"] = Registration(
        "pump", dps.enrollments["pump"], "assigned", hub=hub.host, device_id="pump"
    )


@pytest.mark.parametrize("row", ROWS, ids=[row.text for row in ROWS])
def test_no_secret_shows(shy: Shy, row: Row) -> None:
    run = shy.run(row)
    assert run.code in row.codes, _without(shy, run.err)
    out, err = run.out.decode(), "\n".join(line for line in run.err.splitlines() if "Command arguments: [" not in line)
    if row.shows and row.apart:  # it was signed in another process
        shy.others.add(sas.read(json.loads(out)["sas"]).signature)
    search = leaks.Search(shy.secrets())
    assert search.finds(out) if row.shows else not search.lines(out)
    assert not row.text.startswith("sas create") or not leaks.Search(leaks.known(shy.lab)).lines(out)  # except for keys
    assert not search.lines(err)
    assert not SIGNATURE.search(err) and (row.shows or not SIGNATURE.search(out))


def test_no_command_is_left_out() -> None:
    az.install()
    from azure.cli.core import get_default_cli

    loader = commands.IotDiagCommandsLoader(get_default_cli())
    there = {name.removeprefix("iot diag ") for name in loader.load_command_table([])}
    run = {name for name in there for row in ROWS if f"{row.text} ".startswith(f"{name} ")}
    assert there and there == run, f"no row runs {there - run}"


def test_none_is_on_a_command_line(shy: Shy) -> None:
    """After all commands ran; that other processes were seen shows that this looked."""
    if not Path("/proc").is_dir():
        pytest.skip("this system does not show command lines as files")
    shy.run(Row("device list -n {hub}", apart=True))
    assert any("device list" in line for line in shy.lines)
    search = leaks.Search(shy.secrets())
    assert not [line for each in list(shy.lines) for line in search.lines(each)]


@pytest.mark.skipif(sys.platform == "win32", reason="there the folder's own rights keep others out")
def test_only_their_owner_reads_the_files_that_hold_keys(shy: Shy) -> None:
    """All of az's folder is searched, logs and caches of az included; the files of secrets do hold some."""
    assert shy.login
    if not (shy.labs / OTHER / "kept.json").exists():
        assert shy.run(Row(START)).code == 0
    search, home, keepers = leaks.Search(shy.secrets()), Path(os.environ["AZURE_CONFIG_DIR"]), []
    for path in sorted(each for each in home.rglob("*") if each.is_file() and not each.is_symlink()):
        if not search.finds(path.read_bytes().decode("utf-8", "replace")):
            continue
        named = "/".join(path.relative_to(shy.labs).parts[1:]) if shy.labs in path.parents else str(path)
        assert KEEPERS.fullmatch(named), named
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, named
        keepers.append(named)
    assert {"lab.json", "kept.json"} <= {*keepers} and any(name.startswith("azure/") for name in keepers)


@pytest.mark.parametrize("form", range(len([*leaks.forms("k" * 43 + "=")])))
def test_the_search_finds_every_form(form: int) -> None:
    key = base64.b64encode(bytes(range(200, 232))).decode()
    search = leaks.Search([key])
    text = [*leaks.forms(key)][form]
    assert search.lines(f"a line\nx{text[2:-2]}x\n") and not search.lines("a line that holds nothing\n" * 3)


def test_the_search_finds_what_is_inside_other_base64() -> None:
    key = base64.b64encode(bytes(range(32))).decode()
    for before in ("", "a", "ab"):
        assert leaks.Search([key]).finds(base64.b64encode(f"{before}{key};x".encode()).decode())


def _written(path: Path) -> Iterator[str]:
    """The keys that a started lab wrote down for its commands."""
    runtime = json.loads(path.read_text(encoding="utf-8"))
    yield runtime["control"]["token"]
    yield from runtime["description"]["provisioning"]["enrollmentGroups"].values()
    yield from (sas.read(each["token"]).signature for each in runtime["description"]["central"])


def _without(shy: Shy, text: str) -> str:
    """What a failure may show of a run."""
    search = leaks.Search(shy.secrets())
    return "\n".join(line for line in text.splitlines()[-30:] if not search.finds(line))
