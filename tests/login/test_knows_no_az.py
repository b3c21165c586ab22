"""login/ is a library: only `az_login` knows az, and that inside functions; none of it reads a command line."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import azext_iotdiag

LOGIN = Path(azext_iotdiag.__file__).parent / "login"
AZ = ("azure", "knack", "argparse")


def foreign(path: Path, source: str) -> Iterator[str]:
    """The imports that a module of login/ must not have."""
    tree = ast.parse(source)
    inside = {
        id(node) for function in ast.walk(tree) if isinstance(function, ast.FunctionDef) for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            if name.partition(".")[0] in AZ and not (path.stem == "az_login" and id(node) in inside):
                yield f"{path.name}:{node.lineno}: {name}"


@pytest.mark.parametrize("path", sorted(LOGIN.glob("*.py")), ids=lambda path: path.stem)
def test_login_knows_no_az(path: Path) -> None:
    assert list(foreign(path, path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(("name", "source", "complaint"), [
    ("find", "def f():\n    from azure.cli.core import azclierror", "find.py:2: azure.cli.core"),
    ("find", "import knack.log as log", "find.py:1: knack.log"),
    ("az_login", "from knack.util import CLIError", "az_login.py:1: knack.util"),
    ("az_login", "def f():\n    from knack.util import CLIError", ""),
    ("find", "import azext_iotdiag.clients.arm", ""),
])  # fmt: skip
def test_a_broken_rule_is_reported(name: str, source: str, complaint: str) -> None:
    assert list(foreign(Path(f"{name}.py"), source)) == ([complaint] if complaint else [])
