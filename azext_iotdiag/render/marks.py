"""The marks at the beginning of lines: their colours, and what stands for them where an encoding lacks them."""

from __future__ import annotations

import re

from azext_iotdiag.render.wrapping import LEAD

ASCII = {
    "√": "+", "×": "x", "·": "*", "→": "->", "…": "...", "├": "+", "└": "+", "│": "|", "─": "-", "–": "-",
    "▁": "_", "▂": ".", "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "%", "█": "#",
}  # fmt: skip
_NEEDED = "√×→·"  # an encoding has these, or lines get marks of ASCII
_COLOURS = {"√": "32", "+": "32", "!": "33", "×": "31", "x": "31", "?": "35"}  # green, yellow, red, magenta
_MARK = re.compile(r"(\s*)([√!×?])(?=\s)")
_ASCII_MARK = re.compile(r"(\s*)([+!x?])(?=\s)")


def fitting(line: str, encoding: str) -> str:
    """The line with ASCII in place of marks where the encoding lacks one of them, and of signs that it lacks."""
    if line.isascii() or _has(encoding, _NEEDED):
        return line
    lead = LEAD.match(line)
    end = lead.end() if lead else 0
    rest = "".join(each if _has(encoding, each) else ASCII.get(each, each) for each in line[end:])
    return "".join(ASCII.get(each, each) for each in line[:end]) + rest


def painted(line: str, *, ascii_too: bool = False) -> str:
    """The line with its mark in colour, if it begins with one; in `ascii_too` a letter may stand for a mark."""
    found = (_ASCII_MARK if ascii_too else _MARK).match(line)
    if found is None:
        return line
    return f"{found[1]}\x1b[{_COLOURS[found[2]]}m{found[2]}\x1b[0m{line[found.end() :]}"


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
        return True
    except UnicodeEncodeError:
        return False
