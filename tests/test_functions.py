"""Functions stay small, and those that az calls hold no logic. Each rule is shown a broken tree.

What stands in a list here broke its rule before the rule was there. A list only shrinks.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.plugins.source_tree import PACKAGE, imports, layer_of, nodes, sources

LINES = 60
PARAMETERS = 8
STATEMENTS = 15  # of a command; imports, which must stand inside, and the docstring do not count
UNLIMITED = ("_params", "_help")  # tables in the form of code

LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.comprehension)


class Complaint(NamedTuple):
    """What is wrong with a function; `where` is its module and its name, as the lists of exceptions have it."""

    where: str
    what: str


Rule = Callable[[Path], Iterator[Complaint]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_are_short(package: Path) -> Iterator[Complaint]:
    """A function can be read at a glance."""
    for where, function in _functions(package):
        assert function.end_lineno is not None
        if (lines := function.end_lineno - function.lineno + 1) > LINES:
            yield Complaint(where, f"{lines} lines, {LINES} are enough")


def parameters_are_few(package: Path) -> Iterator[Complaint]:
    """What belongs together comes in one object."""
    for where, function in _functions(package):
        names = [each.arg for each in _parameters(function) if each.arg not in ("self", "cls")]
        if len(names) > PARAMETERS:
            yield Complaint(where, f"{len(names)} parameters, {PARAMETERS} are enough")


def commands_are_short(package: Path) -> Iterator[Complaint]:
    """A command opens, gathers, runs and hands back."""
    for where, function in _functions(package, "custom"):
        body = function.body[ast.get_docstring(function) is not None :]
        statements = [
            node
            for part in body
            for node in ast.walk(part)
            if isinstance(node, ast.stmt) and not isinstance(node, ast.Import | ast.ImportFrom)
        ]
        if len(statements) > STATEMENTS:
            yield Complaint(where, f"{len(statements)} statements, {STATEMENTS} are enough")


def commands_do_not_loop(package: Path) -> Iterator[Complaint]:
    """A loop is work, and belongs to a layer that can be tested without az."""
    for where, function in _functions(package, "custom"):
        if any(isinstance(node, LOOPS) for node in ast.walk(function)):
            yield Complaint(where, "a loop")


def commands_translate_no_error(package: Path) -> Iterator[Complaint]:
    """What az is to say of an error of ours stands in `_validators`."""
    for where, function in _functions(package, "custom"):
        handlers = [node for node in ast.walk(function) if isinstance(node, ast.ExceptHandler)]
        raised = [node for each in handlers for node in ast.walk(each) if isinstance(node, ast.Raise)]
        if any(each.exc is not None for each in raised):
            yield Complaint(where, "raises another error")


def commands_do_not_exit(package: Path) -> Iterator[Complaint]:
    """`output` ends a command: `output.end` and `output.leave`."""
    for path, tree in sources(package, "custom"):
        for line, name in imports(package, path, tree):
            if name in ("sys.exit", "os._exit"):
                yield Complaint(f"{_module(package, path)}:{line}", name)
        for node in nodes(tree):
            if isinstance(node, ast.Attribute) and node.attr in ("exit", "_exit"):
                yield Complaint(f"{_module(package, path)}:{node.lineno}", "exits")
            if isinstance(node, ast.Name) and node.id in ("SystemExit", "exit", "quit"):
                yield Complaint(f"{_module(package, path)}:{node.lineno}", "exits")


RULES: list[Rule] = [
    functions_are_short,
    parameters_are_few,
    commands_are_short,
    commands_do_not_loop,
    commands_translate_no_error,
    commands_do_not_exit,
]
STANDING: dict[Rule, list[str]] = {
    functions_are_short: [
        "lab.process.description.describe",
        "lab.net.listener.listen",
    ],
    parameters_are_few: [
        "lab.net.listener.listen",
        "lab.hub.amqp.readers.PartitionReader.__init__",
        "wire.amqp.sessions.AmqpSession.attach",
    ],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_package_keeps_the_rules(rule: Rule) -> None:
    standing = STANDING.get(rule, [])
    assert [f"{each.where}: {each.what}" for each in rule(PACKAGE) if each.where not in standing] == []


@pytest.mark.parametrize("rule", STANDING, ids=lambda rule: rule.__name__)
def test_the_lists_only_shrink(rule: Rule) -> None:
    broken = {each.where for each in rule(PACKAGE)}
    assert [where for where in STANDING[rule] if where not in broken] == [], "no longer broken: remove it"


_LONG = "def f():\n" + "    x = 1\n" * LINES
_WIDE = f"def f({', '.join(f'p{number}' for number in range(PARAMETERS + 1))}): ..."
BROKEN: list[tuple[Rule, str, str, str]] = [
    (functions_are_short, "wire/a.py", _LONG, "61 lines"),
    (functions_are_short, "wire/b/a.py", "class A:\n    async " + _LONG.replace("\n", "\n    "), "61 lines"),
    (parameters_are_few, "wire/a.py", _WIDE, "9 parameters"),
    (parameters_are_few, "wire/a.py", "def f(a, b, /, c, d, *e, f, g, h, **i): ...", "9 parameters"),
    (parameters_are_few, "custom/a.py", _WIDE, "9 parameters"),
    (commands_are_short, "custom/a.py", "def f():\n" + "    x()\n" * (STATEMENTS + 1), "16 statements"),
    (commands_are_short, "custom/a.py", "def f():\n    if x:\n" + "        x()\n" * STATEMENTS, "16 statements"),
    (commands_do_not_loop, "custom/a.py", "def f():\n    for x in y:\n        pass", "a loop"),
    (commands_do_not_loop, "custom/a.py", "def f():\n    while x: ...", "a loop"),
    (commands_do_not_loop, "custom/a.py", "def f():\n    return [x for x in y]", "a loop"),
    (commands_do_not_loop, "custom/a.py", "def f():\n    return any(x for x in y)", "a loop"),
    (commands_translate_no_error, "custom/a.py", "def f():\n    try: x()\n    except A: raise B", "another error"),
    (commands_do_not_exit, "custom/a.py", "import sys\ndef f():\n    sys.exit(3)", "exits"),
    (commands_do_not_exit, "custom/a.py", "from sys import exit as end", "sys.exit"),
    (commands_do_not_exit, "custom/a.py", "def f():\n    raise SystemExit", "exits"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "name", "source", "complaint"), BROKEN)
def test_a_broken_rule_is_reported(rule: Rule, name: str, source: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "azext_iotdiag" / name
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    found = list(rule(tmp_path / "azext_iotdiag"))
    assert len(found) == 1 and complaint in found[0].what


def test_what_is_allowed_is_not_reported(tmp_path: Path) -> None:
    sources_ = {
        "_params/a.py": _LONG + _WIDE,
        "_help.py": _LONG,
        "wire/a.py": "def f():\n" + "    x = 1\n" * (LINES - 1),
        "wire/b.py": "class A:\n    def g(self, a, b, c, d, e, f, g, h): ...",
        "custom/a.py": "def f():\n    '''What.'''\n    import x\n" + "    x()\n" * STATEMENTS,
        "custom/b.py": "def f():\n    try: x()\n    except A:\n        raise",
        "clients/a.py": "def f():\n    while x:\n        try: y()\n        except A:\n            raise B",
    }  # fmt: skip
    for name, source in sources_.items():
        path = tmp_path / "azext_iotdiag" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    assert [each for rule in RULES for each in rule(tmp_path / "azext_iotdiag")] == []


def _functions(package: Path, layer: str = "") -> Iterator[tuple[str, Function]]:
    """Every function and method outside the tables, outermost ones only in `custom`, with its place."""
    for path, tree in sources(package, layer):
        if layer_of(package, path).startswith(UNLIMITED):
            continue
        inner = {
            id(node)
            for outer in nodes(tree)
            if layer and isinstance(outer, Function)
            for node in ast.walk(outer)
            if node is not outer
        }
        for name, function in _all_named(tree):
            if id(function) not in inner:
                yield f"{_module(package, path)}.{name}", function


@functools.cache
def _all_named(tree: ast.AST) -> tuple[tuple[str, Function], ...]:
    return tuple(_named(tree))


def _named(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, Function]]:
    """All functions with their names, those of classes and functions behind the names of these."""
    for node in ast.iter_child_nodes(tree):
        name = f"{inside}{node.name}" if isinstance(node, Function | ast.ClassDef) else inside.rstrip(".")
        if isinstance(node, Function):
            yield name, node
        yield from _named(node, f"{name}." if name else "")


def _module(package: Path, path: Path) -> str:
    return ".".join(path.relative_to(package).with_suffix("").parts)


def _parameters(function: Function) -> list[ast.arg]:
    found = function.args
    stars = [each for each in (found.vararg, found.kwarg) if each is not None]
    return [*found.posonlyargs, *found.args, *found.kwonlyargs, *stars]
