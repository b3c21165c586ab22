"""Marks get colours on a terminal, and are ASCII where an encoding lacks them."""

from __future__ import annotations

import pytest

from azext_iotdiag.render.marks import fitting, painted


@pytest.mark.parametrize(("line", "encoding", "shown"), [
    ("√ fine", "utf-8", "√ fine"), ("√ fine", "ascii", "+ fine"), ("  1. → do", "ascii", "  1. -> do"),
    ("× 2 × 3 →", "latin-1", "x 2 × 3 ->"), ("× no", "cp1252", "x no"), ("└─ a …", "ascii", "+- a ..."),
    ("plain", "ascii", "plain"), ("· note ü", "ascii", "* note ü"),
])  # fmt: skip
def test_fitting(line: str, encoding: str, shown: str) -> None:
    assert fitting(line, encoding) == shown


@pytest.mark.parametrize(("line", "ascii_too", "colour"), [
    ("√ a", False, "32"), ("! a", False, "33"), ("× a", False, "31"), ("     ? a", False, "35"),
    ("- a", False, ""), ("a √ b", False, ""), ("×a", False, ""), ("", False, ""),
    ("+ a", True, "32"), ("x a", True, "31"), ("! a", True, "33"), ("x a", False, ""), ("+ a", False, ""),
])  # fmt: skip
def test_painted(line: str, ascii_too: bool, colour: str) -> None:
    """A device may be called x: that is a mark only where it stands for one."""
    made = painted(line, ascii_too=ascii_too)
    assert made.replace(f"\x1b[{colour}m", "").replace("\x1b[0m", "") == line
    assert (f"\x1b[{colour}m" in made) is bool(colour)
