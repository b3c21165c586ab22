"""Which regular expressions may take for ever on some text. Careful, not exact: what is in doubt counts as such."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_MANY = 16  # as often, a repetition within another multiplies so far that it counts as endless


def patterns(schema: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every pattern of a JSON Schema with its path, wherever in the document it stands: a $ref may lead anywhere."""
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield (*steps, "pattern"), schema["pattern"]
        if isinstance(schema.get("patternProperties"), dict):
            yield from (((*steps, "patternProperties", each), each) for each in schema["patternProperties"])
    parts = schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ()
    for name, part in parts:
        yield from patterns(part, (*steps, name))


@lru_cache(maxsize=256)
def may_be_endless(pattern: str) -> bool:
    """Whether the time may grow exponentially with a text: a repetition in a repetition, or a reference back."""
    return any(_endless(item, 0) for item in _parsed(pattern))


@lru_cache(maxsize=256)
def grows(pattern: str) -> bool:
    """Whether the time may grow faster than a text's length, as with one repetition that may begin anywhere."""
    items = list(_parsed(pattern))
    anchored = bool(items) and str(items[0][0]) == "AT" and str(items[0][1]) in ("AT_BEGINNING", "AT_BEGINNING_STRING")
    return sum(map(_repetitions, items)) > (1 if anchored else 0)


def _parsed(pattern: str) -> Any:
    """The parts of an expression; nothing of one that cannot be read, which jsonschema refuses by itself."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parser: Any = getattr(re, "_parser", None)  # from Python 3.11 on
            if parser is None:
                import sre_parse as parser  # pylint: disable=deprecated-module
            return parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return ()


def _endless(item: Any, outer: int) -> bool:
    """`outer` is how many repetitions without a limit stand around the item."""
    name = str(item[0])
    if name.startswith("GROUPREF"):
        return True
    varies = name in _REPEATS and item[1][0] != item[1][1]
    if outer and (varies or name == "BRANCH"):
        return True
    inner = outer + (name in _REPEATS and int(item[1][1]) >= _MANY)
    return any(_endless(part, inner) for part in _inner(item))


def _repetitions(item: Any) -> int:
    own = str(item[0]) in _REPEATS and int(item[1][1]) >= _MANY
    return own + sum(map(_repetitions, _inner(item)))


def _inner(item: Any) -> Iterator[Any]:
    """The items within an item, however its kind keeps them."""
    name, value = str(item[0]), item[1]
    if name in ("IN", "LITERAL", "NOT_LITERAL", "RANGE"):
        return
    stack = [value]
    while stack:
        each = stack.pop()
        if isinstance(each, tuple) and len(each) == 2 and hasattr(each[0], "name"):
            yield each  # an opcode with its value
        elif isinstance(each, (list, tuple)) or hasattr(each, "data"):
            stack.extend(each)
