"""The table of faults, and the code that they break."""

from __future__ import annotations

import ast

from azext_iotdiag.lab.faults import table
from azext_iotdiag.lab.faults.table import FAULTS, Fault
from tests.plugins.source_tree import PACKAGE, sources

TABLE = PACKAGE / "lab" / "faults" / "table.py"


def test_a_fault_is_named_as_its_constant() -> None:
    constants = {name: each for name, each in vars(table).items() if isinstance(each, Fault)}
    assert {name: each.name for name, each in constants.items()} == {
        name.upper().replace("-", "_"): name for name in FAULTS
    }


def test_each_fault_is_asked_for_somewhere() -> None:
    """A fault that no code asks for would break nothing."""
    asked = {
        node.id
        for path, tree in sources(PACKAGE, "lab")
        if path != TABLE
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
    }
    assert [name for name in FAULTS if name.upper().replace("-", "_") not in asked] == []


def test_no_code_names_a_fault_by_a_text() -> None:
    """Its object is asked for, so that a misspelt one is an import error."""
    texts = {
        (path.name, node.value)
        for path, tree in sources(PACKAGE, "lab")
        if path != TABLE
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [text for text in texts if text[1] in FAULTS] == []
