"""Source trees as the guard tests read them: files, their layers, their imports and functions."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent.parent
PACKAGE = TESTS.parent / "azext_iotdiag"


def files(package: Path, layer: str = "") -> Iterator[Path]:
    for path in sorted(package.rglob("*.py")):
        if "node_modules" not in path.parts and layer in ("", layer_of(package, path)):
            yield path


def sources(package: Path, layer: str = "") -> Iterator[tuple[Path, ast.Module]]:
    for path in files(package, layer):
        yield path, parsed(path.read_text(encoding="utf-8"), str(path))


@functools.cache
def parsed(text: str, path: str) -> ast.Module:
    return ast.parse(text, path)


@functools.cache
def nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    """What ast.walk finds. Many rules look at the same trees, and walking takes most of their time."""
    return tuple(ast.walk(tree))


def layer_of(package: Path, path: Path) -> str:
    return path.relative_to(package).parts[0].removesuffix(".py")


def imports(package: Path, path: Path, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that is imported, or may be: of `from a import b`, that is a.b."""
    here = [package.name, *path.relative_to(package).parent.parts]
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = here[: len(here) - node.level + 1] if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{name.name}") for name in node.names)
        elif isinstance(node, ast.Call) and name_of(node.func).endswith(("import_module", "__import__")):
            if node.args and isinstance(node.args[0], ast.Constant):
                yield node.lineno, str(node.args[0].value)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda]:
    for node in nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield node


def is_in(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def name_of(node: ast.AST) -> str:
    """A dotted name as text; empty where it is something else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return ""
