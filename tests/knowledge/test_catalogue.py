"""The knowledge base as a whole: names that are unique, advice that can be followed, entries that are used."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

from azext_iotdiag import commands
from azext_iotdiag.checks import catalogue as checks
from azext_iotdiag.knowledge import catalogue
from azext_iotdiag.model.finding import Entry

PACKAGE = Path(catalogue.__file__).parents[1]
OURS = re.compile(r"az (iot diag [a-z -]+?)(?=`| --| -[a-z]| @|$)")
every_entry = pytest.mark.parametrize("entry", catalogue.ALL, ids=lambda entry: entry.code)


def names(entry: Entry) -> list[str]:
    return [entry.code, *entry.aliases]


def test_every_name_means_one_thing() -> None:
    counts = Counter(name.lower() for entry in catalogue.ALL for name in names(entry))
    assert [name for name, count in counts.items() if count > 1] == []


def test_every_area_is_in_the_catalogue() -> None:
    files = {path.stem for path in (PACKAGE / "knowledge").glob("*.py")} - {"__init__", "catalogue"}
    assert {area.__name__.rpartition(".")[2] for area in catalogue.AREAS} == files


@every_entry
def test_an_entry_reads_well(entry: Entry) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", entry.code)
    assert entry.title[0].isupper() and not entry.title.endswith(".")
    assert all(link.startswith("https://") for link in entry.links)
    assert entry.causes
    for cause in entry.causes:
        assert cause.why[0].isupper() and cause.why.endswith(".")
        assert cause.mitigation
        for step in cause.mitigation:
            assert step == step.strip() and step.endswith(".") and step.count("`") % 2 == 0, step


@every_entry
def test_the_check_that_decides_a_cause_exists(entry: Entry) -> None:
    known = {check.name for check in checks.ALL} | {""}
    assert {cause.check for cause in entry.causes} <= known


class Loader:
    """What commands.py fills, in place of az's."""

    def __init__(self) -> None:
        self.commands: set[str] = set()

    @contextmanager
    def command_group(self, group: str, **_options):
        self.group = group
        yield self

    def custom_command(self, name: str, _function: str, **_options) -> None:
        self.commands.add(f"{self.group} {name}")


def quoted_commands(entry: Entry) -> set[str]:
    text = " ".join(step for cause in entry.causes for step in cause.mitigation)
    return {found.strip() for found in OURS.findall(text)}


@every_entry
def test_our_own_commands_are_quoted_right(entry: Entry) -> None:
    loader = Loader()
    commands.load_command_table(loader, [])
    assert quoted_commands(entry) <= loader.commands


def test_quoted_commands_are_found() -> None:
    assert "iot diag lab status" in set().union(*map(quoted_commands, catalogue.ALL))


def test_every_entry_is_reported_by_something() -> None:
    """An entry that nothing refers to, outside the knowledge base, would explain what nobody ever sees."""
    used = set()
    for path in PACKAGE.rglob("*.py"):
        if "knowledge" not in path.relative_to(PACKAGE).parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                used |= {node.attr} if isinstance(node, ast.Attribute) else set()
                used |= {name.name for name in node.names} if isinstance(node, ast.ImportFrom) else set()
    entries = {name for area in catalogue.AREAS for name, value in vars(area).items() if isinstance(value, Entry)}
    assert entries - used == set()


def test_areas_hold_no_functions() -> None:
    for area in catalogue.AREAS:
        assert not [name for name, value in vars(area).items() if inspect.isfunction(value)]
    functions = [name for name, value in vars(catalogue).items() if inspect.isfunction(value)]
    assert functions == ["find"]


@every_entry
def test_found_under_each_name(entry: Entry) -> None:
    for name in names(entry):
        assert catalogue.find(name) is catalogue.find(f" {name.upper()}\n") is entry


@pytest.mark.parametrize("name", ["", "no-such-code", "token"])
def test_not_found(name: str) -> None:
    assert catalogue.find(name) is None
