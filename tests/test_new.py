"""`make new`, and the example in CONTRIBUTING.md that is built with it, carried out in a copy of the checkout."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.source_tree import TESTS

CHECKOUT = TESTS.parent
TEXT = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Example: a fact with its check")[2]
COPIED = (
    "azext_iotdiag", "tests/checks", "tests/plugins", "tests/conftest.py", "pyproject.toml", "ARCHITECTURE.md",
    "tests/test_architecture.py", "tests/test_every_command_by_name.py", "tests/test_no_secret_shows.py",
    "tests/test_startup.py", "tests/flows/test_hostile_peers.py",
)  # fmt: skip
MEASURE = """
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.gather import gather
fact = dict(gather(["addresses"], Context(hub=Target(hub="localhost"))))["addresses"]
assert {*fact.value} & {"127.0.0.1", "::1"}, fact
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout in which files may be written."""
    for each in COPIED:
        source, target = CHECKOUT / each, tmp_path / each
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


def new(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHECKOUT / ".ci" / "new"), *words, "--root", str(copy)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def run(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=copy)


def as_options(command: str) -> list[str]:
    """The words of `make new` as those of the program that it calls."""
    values = dict(word.split("=", 1) for word in shlex.split(command)[2:])
    options = [word for name, value in values.items() if name not in ("KIND", "NAME") for word in (name, value)]
    return [values["KIND"], values["NAME"], *(f"--{each.lower()}" if each.isupper() else each for each in options)]


@pytest.mark.slow
def test_the_example_in_contributing(copy: Path) -> None:
    command = re.search(r"```sh\n(make new .*?)\n```", TEXT)
    assert command is not None
    made = new(copy, *as_options(command[1]))
    assert made.returncode == 0, made.stderr
    blocks = dict(re.findall(r"```python\n# (\S+)\n(.*?)```", TEXT.partition("\n## ")[0], re.DOTALL))
    new_files = {line.split()[1] for line in made.stdout.splitlines() if line.startswith("new ")}
    assert set(blocks) == {each for each in new_files if not each.endswith("__init__.py")} and len(blocks) == 3
    for path, source in blocks.items():
        (copy / path).write_text(source, encoding="utf-8")
    tests = run(
        copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/checks/network", "tests/checks/test_catalogue.py"
    )
    assert tests.returncode == 0, tests.stdout
    measured = run(copy, "-c", MEASURE)
    assert measured.returncode == 0, measured.stderr


def test_what_is_written_stays_to_be_filled_in(copy: Path) -> None:
    """A check of a fact that is there has two files; its test fails until somebody writes it."""
    made = new(copy, "check", "stream-is-fast", "--link", "stream", "--fact", "stream")
    assert made.returncode == 0, made.stderr
    source = (copy / "azext_iotdiag/checks/stream/stream_is_fast.py").read_text(encoding="utf-8")
    assert "from azext_iotdiag.model.stream import StreamEnd\n" in source and "stream: Fact[StreamEnd]" in source
    assert not (copy / "azext_iotdiag/probes/stream.py").exists()
    imported = run(copy, "-c", "from azext_iotdiag.checks.catalogue import ALL; print(*[each.name for each in ALL])")
    assert "stream-is-fast" in imported.stdout.split(), imported.stderr
    made = new(copy, "code", "name-is-private", "--area", "network")
    assert made.returncode == 0, made.stderr
    imported = run(copy, "-c", "from azext_iotdiag.knowledge.network import NAME_IS_PRIVATE as new; print(new.code)")
    assert imported.stdout == "name-is-private\n", imported.stderr


def test_a_new_fault_is_in_the_table_and_names_its_entry(copy: Path) -> None:
    for name, area, code in (("settings-lost", "amqp", "service-busy"), ("log-lost", "token", "clock-skew")):
        made = new(copy, "fault", name, "--area", area, "--code", code)
        assert made.returncode == 0, made.stderr
    imported = run(
        copy, "-c", "from azext_iotdiag.lab.faults.table import FAULTS; print(*[f'{e.name} {e.entry.code}' for e in "
        "list(FAULTS.values())[-2:]])",
    )  # fmt: skip
    assert imported.stdout == "settings-lost service-busy log-lost clock-skew\n", imported.stderr


REGISTERED = """
import json, sys
from types import SimpleNamespace
from azure.cli.core import get_default_cli
from knack.help_files import helps
import azext_iotdiag
cli = get_default_cli()
loader = azext_iotdiag.COMMAND_LOADER_CLS(cli)
loader.load_command_table(None)
found = {}
for name in sys.argv[1:]:
    cli.invocation = SimpleNamespace(data={"command_string": name})
    loader.load_arguments(name)
    extra = sorted(each[0] if isinstance(each, tuple) else each for each in loader.extra_argument_registry[name])
    found[name] = [name in loader.command_table, extra, name in helps]
print(json.dumps(found))
"""


@pytest.mark.slow
def test_a_new_command_is_in_each_table(copy: Path) -> None:
    for name in ("jobs show", "aliases list"):
        made = new(copy, "command", name)
        assert made.returncode == 0, made.stderr
    registered = run(copy, "-c", REGISTERED, "iot diag jobs show", "iot diag aliases list")
    assert registered.returncode == 0, registered.stderr
    hub = ["hub_name", "plain", "resource_group_name"]
    assert json.loads(registered.stdout) == {
        "iot diag jobs show": [True, hub, True], "iot diag aliases list": [True, hub, True],
    }  # fmt: skip
    imported = run(
        copy, "-c", "from azext_iotdiag.custom.aliases import list_; from azext_iotdiag._validators import jobs"
    )
    assert imported.returncode == 0, imported.stderr
    for path in ("test_every_command_by_name.py", "test_no_secret_shows.py", "flows/test_hostile_peers.py"):
        text = (copy / "tests" / path).read_text(encoding="utf-8")
        assert text.count("jobs show") == text.count("aliases list") == 1, path
    tests = run(
        copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_architecture.py", "-k", "keeps or layer"
    )
    assert tests.returncode == 0, tests.stdout


@pytest.mark.parametrize(("words", "said"), [
    (("command", "jobs"), "names a group and a verb"),
    (("command", "Jobs show"), "names a group and a verb"),
    (("command", "device forget"), "custom/device.py is there already"),
    (("check", "a", "--link", "nowhere", "--fact", "stream"), "one of machine, network"),
    (("check", "a", "--link", "stream"), "FACT=... names the fact"),
    (("check", "messages_came", "--link", "stream", "--fact", "stream"), "is there already"),
    (("fact", "identity"), "is there already"),
    (("fact", "two words"), "is no name of a function"),
    (("code", "Name", "--area", "network"), "small-words-with-hyphens"),
    (("code", "name", "--area", "nowhere"), "AREA=... names the file"),
    (("fault", "name", "--area", "amqp", "--code", "nowhere"), "names an entry of knowledge/amqp.py"),
    (("fault", "latency", "--area", "amqp", "--code", "service-busy"), "is there already"),
    (("fault", "Name", "--area", "amqp", "--code", "service-busy"), "small-words-with-hyphens"),
])  # fmt: skip
def test_what_cannot_be_written_changes_nothing(copy: Path, words: tuple[str, ...], said: str) -> None:
    before = {path: path.read_bytes() for path in copy.rglob("*.py")}
    made = new(copy, *words)
    assert made.returncode == 2 and said in made.stderr
    assert {path: path.read_bytes() for path in copy.rglob("*.py")} == before
