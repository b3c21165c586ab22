"""What is wrong in the text of a query, as far as it can be seen without knowing KQL: quotes, brackets, empty steps."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""//[^\n]*|@?"(?:[^"\\\n]|\\.)*"|@?'(?:[^'\\\n]|\\.)*'|[A-Za-z_][\w-]*|\d[\w.]*|[!=<>~]+|\S""", re.DOTALL
)
_PAIRS = {")": "(", "]": "[", "}": "{"}


class Wrong(NamedTuple):
    """Where a query cannot be read: the line from 1, the position in it from 0, and what stands there."""

    line: int
    position: int
    token: str


def judge(text: str) -> Wrong | None:
    """The first place that cannot be KQL; None where none was seen."""
    opened: list[tuple[str, int]] = []
    before, at_end = "", 0
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token.startswith("//"):
            continue
        if token in "\"'" or (token == "|" and before in ("", "|", "(", ";")):
            return _at(text, found.start(), token)
        if token in _PAIRS.values():
            opened.append((token, found.start()))
        elif token in _PAIRS:
            if not opened or opened.pop()[0] != _PAIRS[token] or before == "|":
                return _at(text, found.start(), token)
        before, at_end = token, found.end()
    if opened:
        return _at(text, at_end, "<EOF>")
    return _at(text, at_end, "<EOF>") if before in ("|", "") else None


def _at(text: str, place: int, token: str) -> Wrong:
    lines = text[:place].split("\n")
    return Wrong(len(lines), len(lines[-1]), token)
