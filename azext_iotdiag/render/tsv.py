"""Rows of a stream as tab-separated values: one line a row, no header, no tab or line end within a value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from azext_iotdiag.render.event import printable
from azext_iotdiag.render.json_text import write


def line(values: Iterable[Any]) -> str:
    """The values of a row with tabs between them, and a line end."""
    return "\t".join(map(value, values)) + "\n"


def value(of: Any) -> str:
    r"""A value: nothing for null; text in which \t, \n, \r, \\ and other escapes stand for what would break the line;
    true, false and numbers as JSON has them; objects and lists as JSON.
    """
    if of is None:
        return ""
    if isinstance(of, str):
        return printable(of.replace("\\", "\\\\"))
    return write(of)
