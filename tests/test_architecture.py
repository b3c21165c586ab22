"""The rules that the layout rests on. Each is a function of a source tree, so that it can be shown a broken one."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.plugins.source_tree import (
    PACKAGE,
    TESTS,
    files,
    functions,
    imports,
    is_in,
    layer_of,
    name_of,
    nodes,
    sources,
)


def layers_of(text: str) -> dict[str, set[str]]:
    """The table of layers in a text of Markdown: each row's name, and what it may import.

    "all of these" stands for the rows above. Each layer may also import itself and `version`.
    """
    _, _, table = text.partition("| layer | may import |")
    rows = [line.split("|")[1:3] for line in table.partition("\n\n")[0].splitlines()[2:]]
    found: dict[str, set[str]] = {}
    for name, allowed in ((name.strip(" `"), allowed) for name, allowed in rows):
        assert name not in found, f"two rows for {name}"
        words = {each.strip(" `") for each in allowed.split(",")} - {"–"}
        found[name] = {*found} if "all of these" in words else words
    return found


LAYERS = layers_of((TESTS.parent / "ARCHITECTURE.md").read_text(encoding="utf-8"))

IO = {"asyncio", "http", "requests", "select", "selectors", "socket", "ssl", "subprocess", "urllib.request"}
CLOCK = {"time"}
# What a layer may not import from outside. A name stands for all that is in it.
FORBIDDEN: dict[str, set[str]] = {
    "model": IO | CLOCK | {"azure", "knack"},
    "credential": IO | CLOCK | {"azure", "knack"},
    "wire": IO | CLOCK | {"azure", "knack"},
    "knowledge": IO | CLOCK | {"azure", "knack"},
    "payload": IO | CLOCK | {"azure", "knack"},
    "insights": IO | CLOCK | {"azure", "knack"},
    "checks": IO | CLOCK | {"azure", "knack"},
    "render": IO | CLOCK | {"azure", "knack"},
    "sessions": {"azure", "knack"},
}
READS_CLOCK = {"now", "today", "utcnow"}
# Modules that import each other, each circle as its members without the package's name. The list only shrinks.
CIRCLES: list[str] = [
    "wire.amqp.endpoint wire.amqp.link_events wire.amqp.links wire.amqp.sessions",
]
LINES = 600
UNLIMITED = {"knowledge"}  # entries, which nobody reads from top to bottom

Rule = Callable[[Path], Iterator[str]]


def imports_point_down(package: Path) -> Iterator[str]:
    """Every import of ours, in function bodies and for type checking too, is one that the table allows."""
    for path, tree in sources(package):
        layer = layer_of(package, path)
        if layer not in LAYERS:
            yield f"{path}: the layer {layer!r} is not in the table"
            continue
        for line, module in imports(package, path, tree):
            if is_in(module, {package.name}):
                other = (module.split(".") + ["__init__"])[1]
                if other not in LAYERS[layer] | {layer, "version"}:
                    yield f"{path}:{line}: {layer} may not import {other}"


def custom_imports_late(package: Path) -> Iterator[str]:
    """az imports a module of custom/ to read its signatures: nothing of ours is imported before a command runs."""
    for path, tree in sources(package, "custom"):
        inside = {id(node) for function in functions(tree) for node in ast.walk(function)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in inside:
                for line, module in imports(package, path, node):
                    if is_in(module, {package.name}):
                        yield f"{path}:{line}: {module} is imported at load"


def no_circles(package: Path) -> Iterator[str]:
    """No module imports itself by way of others. Imports in functions and for type checking count, too."""
    for circle in sorted(_circles(package)):
        if circle not in CIRCLES:
            yield f"these import each other: {circle}"


def pure_layers_stay_pure(package: Path) -> Iterator[str]:
    """What must do no I/O and know no az imports nothing that does, opens no file and reads no clock."""
    for layer, forbidden in FORBIDDEN.items():
        for path, tree in sources(package, layer):
            for line, module in imports(package, path, tree):
                if is_in(module, forbidden):
                    yield f"{path}:{line}: {layer} may not import {module}"
            for node in nodes(tree) if forbidden >= IO else ():
                if isinstance(node, ast.Attribute) and node.attr in READS_CLOCK:
                    yield f"{path}:{node.lineno}: {layer} may not read the clock"
                if isinstance(node, ast.Call) and name_of(node.func) == "open":
                    yield f"{path}:{node.lineno}: {layer} may not open a file"


def knowledge_holds_entries(package: Path) -> Iterator[str]:
    """The knowledge base is data: its one function is `find`."""
    for path, tree in sources(package, "knowledge"):
        for function in functions(tree):
            if (path.stem, getattr(function, "name", "")) != ("lookup", "find"):
                yield f"{path}:{function.lineno}: knowledge holds entries, not functions"


def only_output_prints(package: Path) -> Iterator[str]:
    """print() and what is written to sys.stdout or sys.stderr stand in output.py alone."""
    for path, tree in sources(package):
        if layer_of(package, path) == "output":
            continue
        for node in nodes(tree):
            if isinstance(node, ast.Name) and node.id == "print":
                yield f"{path}:{node.lineno}: print"
            if isinstance(node, ast.Attribute) and name_of(node.value).removeprefix("sys.").strip("_") in STREAMS:
                if node.attr in {"write", "writelines", "buffer"}:
                    yield f"{path}:{node.lineno}: {name_of(node)}"
            if isinstance(node, ast.ImportFrom) and node.module == "sys":
                yield from (f"{path}:{node.lineno}: {name.name}" for name in node.names if name.name in STREAMS)


def files_are_short(package: Path) -> Iterator[str]:
    """A file can be read in one sitting."""
    for path in files(package):
        if layer_of(package, path) in UNLIMITED:
            continue
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES:
            yield f"{path}: {lines} lines, {LINES} are enough"


def folders_are_packages(package: Path) -> Iterator[str]:
    """A folder without __init__.py would be missing from the wheel."""
    for folder in {path.parent for path in files(package)}:
        if not (folder / "__init__.py").exists():
            yield f"{folder}: no __init__.py"


STREAMS = {"stdout", "stderr"}
RULES: list[Rule] = [
    imports_point_down,
    custom_imports_late,
    no_circles,
    pure_layers_stay_pure,
    knowledge_holds_entries,
    only_output_prints,
    files_are_short,
    folders_are_packages,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_package_keeps_the_rules(rule: Rule) -> None:
    assert list(rule(PACKAGE)) == []


def test_the_tests_are_short() -> None:
    assert list(files_are_short(TESTS)) == []


def test_the_list_of_circles_only_shrinks() -> None:
    assert set(CIRCLES) - set(_circles(PACKAGE)) == set(), "no longer a circle: remove it"


def test_each_row_of_the_table_is_a_layer() -> None:
    layers = {layer_of(PACKAGE, path) for path in files(PACKAGE)}
    assert set(LAYERS) == layers
    assert not {other for allowed in LAYERS.values() for other in allowed} - layers


def test_the_table_is_read() -> None:
    rows = ("| layer | may import | must not |", "| - | - | - |", "| a | – | x |", "| `b` | a | |")
    text = "\n".join(("# Words", *rows, "| c | all of these, late | |", "", "| d | a | |"))
    assert layers_of(text) == {"a": set(), "b": {"a"}, "c": {"a", "b"}}


BROKEN: list[tuple[Rule, str, str, str]] = [
    (imports_point_down, "model/a.py", "import azext_iotdiag.clients.arm", "model may not import clients"),
    (imports_point_down, "wire/a.py", "from azext_iotdiag.model import target", "wire may not import model"),
    (imports_point_down, "wire/a.py", "from azext_iotdiag import credential", "wire may not import credential"),
    (imports_point_down, "lab/b/a.py", "from ...simulate import device", "lab may not import simulate"),
    (imports_point_down, "lab/b/a.py", "from ... import simulate", "lab may not import simulate"),
    (imports_point_down, "checks/a.py", "def f():\n    import azext_iotdiag.probes.dns", "may not import probes"),
    (imports_point_down, "render/a.py", "__import__('azext_iotdiag.lab')", "render may not import lab"),
    (imports_point_down, "misc/a.py", "", "'misc' is not in the table"),
    (custom_imports_late, "custom/a.py", "from azext_iotdiag.model import event", "imported at load"),
    (custom_imports_late, "custom/a.py", "if True:\n    import azext_iotdiag.lab.process.server", "at load"),
    (no_circles, "wire/a.py", "import azext_iotdiag.wire.a", "each other: wire.a"),
    (no_circles, "wire/a.py", "def f():\n    from azext_iotdiag.wire.a import g", "each other: wire.a"),
    (pure_layers_stay_pure, "wire/a.py", "import socket", "wire may not import socket"),
    (pure_layers_stay_pure, "credential/a.py", "from time import time", "credential may not import time"),
    (pure_layers_stay_pure, "credential/a.py", "import datetime\nx = datetime.datetime.now", "read the clock"),
    (pure_layers_stay_pure, "checks/a.py", "import urllib.request as r", "checks may not import urllib.request"),
    (pure_layers_stay_pure, "payload/a.py", "def f(p):\n    return open(p)", "payload may not open a file"),
    (pure_layers_stay_pure, "sessions/a.py", "from knack.log import get_logger", "sessions may not import knack"),
    (knowledge_holds_entries, "knowledge/a.py", "def find(): ...", "entries, not functions"),
    (only_output_prints, "clients/a.py", "print('x')", ": print"),
    (only_output_prints, "clients/a.py", "import sys\nsys.stdout.write('x')", "sys.stdout.write"),
    (only_output_prints, "clients/a.py", "from sys import stderr", "stderr"),
    (files_are_short, "model/a.py", "\n" * (LINES + 1), "601 lines"),
    (folders_are_packages, "render/a.py", "", "no __init__.py"),
]


@pytest.mark.parametrize(("rule", "name", "source", "complaint"), BROKEN)
def test_a_broken_rule_is_reported(rule: Rule, name: str, source: str, complaint: str, tmp_path: Path) -> None:
    package = tmp_path / "azext_iotdiag"
    path = package / name
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    found = list(rule(package))
    assert len(found) == 1
    assert complaint in found[0]


@pytest.mark.parametrize(("sources", "circles"), [
    ({"a": "from azext_iotdiag.wire import b", "b": "from azext_iotdiag.wire.c import x", "c": "from . import a"},
     ["wire.a wire.b wire.c"]),
    ({"a": "from azext_iotdiag.wire import b", "b": "if TYPE_CHECKING:\n    from azext_iotdiag.wire.a import A"},
     ["wire.a wire.b"]),
    ({"__init__": "from azext_iotdiag.wire import a", "a": "from azext_iotdiag.wire import Table"}, ["wire wire.a"]),
    ({"a": "from . import b", "b": "from . import a", "c": "from . import a, d", "d": "import azext_iotdiag.wire.c"},
     ["wire.a wire.b", "wire.c wire.d"]),
    ({"__init__": "from azext_iotdiag.wire import a, b", "a": "from azext_iotdiag.wire import b", "b": "import c"}, []),
], ids=["three", "type checking", "__init__", "two circles", "none"])  # fmt: skip
def test_circles_are_found(sources: dict[str, str], circles: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "azext_iotdiag" / "wire"
    folder.mkdir(parents=True)
    for name, source in {"__init__": "", **sources}.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    assert [each.partition(": ")[2] for each in no_circles(tmp_path / "azext_iotdiag")] == circles


def test_what_is_allowed_is_not_reported(tmp_path: Path) -> None:
    sources = {
        "custom/a.py": "def f():\n    from azext_iotdiag.lab import server",
        "clients/a.py": "import ssl\nfrom azext_iotdiag.wire.amqp import codec\nfrom azext_iotdiag import version",
        "output.py": "import sys\nprint('x', file=sys.stderr)\nsys.stdout.write('x')",
        "knowledge/lookup.py": "def find(name): ...",
        "credential/a.py": "from urllib.parse import quote\nfrom datetime import datetime",
    }
    for name, source in sources.items():
        path = tmp_path / "azext_iotdiag" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        (path.parent / "__init__.py").touch()
    assert [complaint for rule in RULES for complaint in rule(tmp_path / "azext_iotdiag")] == []


def _circles(package: Path) -> list[str]:
    """The largest groups of modules in which each leads to each, as their names."""
    files = dict(sources(package))
    names = {path: ".".join([package.name, *path.relative_to(package).with_suffix("").parts]) for path in files}
    names = {path: name.removesuffix(".__init__") for path, name in names.items()}
    modules = set(names.values())
    leads = {
        names[path]: {_module_of(name, modules) for _, name in imports(package, path, tree)} - {""}
        for path, tree in files.items()
    }
    reached = {name: _reached(name, leads) for name in leads}
    groups = {
        frozenset(other for other in reached[name] if name in reached[other]) for name in leads if name in reached[name]
    }
    return [" ".join(sorted(name.removeprefix(f"{package.name}.") for name in group)) for group in groups]


def _module_of(name: str, modules: set[str]) -> str:
    """The module that an imported name stands in; empty where it is not ours."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name


def _reached(name: str, leads: dict[str, set[str]]) -> set[str]:
    """All modules that a module imports, by whatever way."""
    found: set[str] = set()
    rest = [*leads[name]]
    while rest:
        if (other := rest.pop()) not in found:
            found.add(other)
            rest += leads[other]
    return found
