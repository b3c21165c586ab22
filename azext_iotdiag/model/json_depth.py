"""How deep JSON may be nested, and reading with that limit.

Python's own limit moves with its version and with the stack: about 990 levels in 3.10, about 50,000 in 3.14. So texts
would be read on one machine and refused on another, and what is read with 3.14 ends the recursion of later steps.
"""

from __future__ import annotations

import json
import re
from typing import Any

# More than any message needs (readers in .NET stop at 64 by default), and so few that no step here runs out of stack.
LEVELS = 100
SENTENCE = f"the JSON is nested deeper than {LEVELS} levels"

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.S)


class TooDeep(ValueError):
    """A JSON text that is nested deeper than LEVELS."""

    def __init__(self) -> None:
        super().__init__(SENTENCE)


def loads(text: str | bytes, *, levels: int = LEVELS, **hooks: Any) -> Any:
    """What json.loads makes of a text. Raises TooDeep where it is nested deeper than `levels`, even where it is broken
    behind that place, and else ValueError for what is no JSON.
    """
    try:
        value = json.loads(text, **hooks)
    except json.JSONDecodeError as wrong:
        if place(wrong.doc, wrong.pos, levels) >= 0:
            raise TooDeep from None
        raise
    except RecursionError:
        raise TooDeep from None
    if is_deeper(value, levels):
        raise TooDeep
    return value


def is_deeper(value: Any, levels: int = LEVELS) -> bool:
    """Whether a parsed value is nested deeper than so many levels; a number has none, an empty list one."""
    inner = [value] if isinstance(value, (dict, list)) else []
    for _ in range(levels):
        if not inner:
            return False
        inner = [
            part
            for each in inner
            for part in (each.values() if isinstance(each, dict) else each)
            if isinstance(part, (dict, list))
        ]
    return bool(inner)


def may_be_deeper(text: str | bytes) -> bool:
    """Whether a text, or its UTF-8, has more brackets that open than LEVELS. Mostly enough to know that it is not deep.

    bytes.replace leaps from bracket to bracket, and takes half the time of str.count, which looks at each character.
    """
    if len(text) <= 2 * LEVELS:  # each level opens and closes
        return False
    written = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return len(written) - len(written.replace(b"{", b"").replace(b"[", b"")) > LEVELS


def place(text: str, end: int, levels: int = LEVELS) -> int:
    """Where the first level beyond `levels` begins in text[:end]; -1 where none does."""
    depth = 0
    for found in _TOKEN.finditer(text, 0, end):
        if found[0] in "{[":
            depth += 1
            if depth > levels:
                return found.start()
        elif found[0] in "}]":
            depth -= 1
    return -1


def behind(text: str, start: int) -> int:
    """The place behind the object or list that begins at `start`, by its brackets alone; -1 where it does not end."""
    depth = 0
    for found in _TOKEN.finditer(text, start):
        if found[0] in "{[":
            depth += 1
        elif found[0] in "}]":
            depth -= 1
            if depth <= 0:
                return found.end()
    return -1
