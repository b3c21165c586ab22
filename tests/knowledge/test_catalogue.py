"""The knowledge base as a whole: names that are unique, advice that can be followed, entries that are used."""

from __future__ import annotations

import ast
import inspect
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from azext_iotdiag import commands
from azext_iotdiag.checks import catalogue as checks
from azext_iotdiag.knowledge import catalogue, index, lookup
from azext_iotdiag.model.finding import Entry, Place
from tests.plugins.rows import all_rows
from tests.plugins.source_tree import nodes, parsed

PACKAGE = Path(catalogue.__file__).parents[1]
NO_AREAS = {"__init__", "catalogue", "index", "lookup"}
OURS = re.compile(r"az (iot diag [a-z -]+?)(?=`| --| -[a-z]| @|$)")
every_entry = all_rows("entry", catalogue.ALL, ids=lambda entry: entry.code)


def names(entry: Entry) -> list[str]:
    return [entry.code, *entry.aliases]


def test_every_name_means_one_thing() -> None:
    counts = Counter(name.lower() for entry in catalogue.ALL for name in names(entry))
    assert [name for name, count in counts.items() if count > 1] == []


def test_every_area_is_in_the_catalogue() -> None:
    files = {path.relative_to(PACKAGE.parent).with_suffix("") for path in (PACKAGE / "knowledge").rglob("*.py")}
    areas = {str(file).replace(os.sep, ".") for file in files if file.name not in NO_AREAS}
    assert {area.__name__ for area in catalogue.AREAS} == areas


@every_entry
def test_an_entry_reads_well(entry: Entry) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", entry.code)
    assert entry.title[0].isupper() and not entry.title.endswith(".")
    assert all(link.startswith("https://") for link in entry.links)
    assert entry.causes
    assert entry.meaning and is_text(entry.meaning)
    for cause in entry.causes:
        assert is_text(cause.why)
        assert cause.mitigation
        for step in cause.mitigation:
            assert is_text(step), step


@every_entry
def test_an_entry_lacks_no_part(entry: Entry) -> None:
    assert entry.meaning and entry.fixers and entry.places
    assert len(set(entry.fixers)) == len(entry.fixers) and len(set(entry.places)) == len(entry.places)
    assert entry.links or entry.places == (Place.TOOL,)
    for cause in entry.causes:
        assert cause.check or cause.confirm, f"nothing tells whether it is this: {cause.why}"
        assert not cause.confirm or is_text(cause.confirm), cause.confirm


def is_text(text: str) -> bool:
    """Whether it is one or more sentences as they are meant to be: whole, and with every quote of a command closed."""
    begins = not text[0].islower() or text.startswith(
        ("se= ", "sr= ", "skn= ", "sdkVersion ", "authenticationType ", "https://")
    )
    return begins and text == text.strip() and text.endswith((".", "`.", "?")) and text.count("`") % 2 == 0


def test_no_advice_is_for_everything() -> None:
    """A step that stands in many entries says nothing about any of them."""
    steps = Counter(step for entry in catalogue.ALL for step in {s for cause in entry.causes for s in cause.mitigation})
    assert {step: count for step, count in steps.items() if count > 5} == {}


def test_no_two_entries_read_the_same() -> None:
    for part in (lambda entry: entry.title, lambda entry: entry.meaning):
        counts = Counter(map(part, catalogue.ALL))
        assert [text for text, count in counts.items() if count > 1] == []


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

    custom_show_command = custom_command


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


def test_what_this_tool_reports_is_what_it_refers_to() -> None:
    """An entry says that this tool reports it exactly when something outside of the knowledge base refers to it.

    The lab does not count: it has faults that only commands to come will report.
    """
    others = [path for path in PACKAGE.rglob("*.py") if not {"knowledge", "lab"} & set(path.relative_to(PACKAGE).parts)]
    used = {name for path in others for name in referred_to(path)}
    assert {name for name, entry in constants() if Place.TOOL in entry.places} == used & {n for n, _ in constants()}


def referred_to(path: Path) -> Iterator[str]:
    """Names that a file imports from areas of the knowledge base, or uses as `area.NAME`."""
    areas, text = set(), path.read_text(encoding="utf-8")
    if "azext_iotdiag.knowledge" not in text:  # reading all files as Python would take most of the time
        return
    tree = parsed(text, str(path))
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("azext_iotdiag.knowledge"):
            areas |= {name.asname or name.name for name in node.names}
            yield from (name.name for name in node.names)
    for node in nodes(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in areas:
            yield node.attr


def constants() -> list[tuple[str, Entry]]:
    return [(name, value) for area in catalogue.AREAS for name, value in vars(area).items() if isinstance(value, Entry)]


def test_areas_hold_no_functions() -> None:
    for module in (*catalogue.AREAS, catalogue, index):
        assert not [name for name, value in vars(module).items() if inspect.isfunction(value)]
    functions = [name for name, value in vars(lookup).items() if inspect.isfunction(value)]
    assert functions == ["import_module", "find"]
