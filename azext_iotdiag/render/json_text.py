"""JSON as data in which nothing is lost, for the forms that are not the text itself: numbers keep how they are written.

In Python's own reading 21.50 becomes 21.5, 1e999 infinity, and a number of 20 digits with a fraction another number.
"""

from __future__ import annotations

import json
import math
from json.encoder import encode_basestring as quoted
from typing import Any

from azext_iotdiag.model import json_depth

_MOST_DIGITS = 4300  # beyond which Python refuses to read a whole number


class Repeated(ValueError):
    """An object holds a key twice."""


class Number(float):
    """A number together with its text. Equal to the float; whole numbers are plain ints as far as Python reads them."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Number:
        made = super().__new__(cls, text)
        made.text = text
        return made


Number.__name__ = "float"  # JMESPath's functions take a value for what its type is called


_LEVELS = json_depth.LEVELS + 10  # what is shown wraps a body into a few levels of its own


def read(text: str | bytes, *, repeated: bool = True) -> Any:
    """The value of a JSON text. A key that occurs twice has its last value, or raises Repeated where not `repeated`."""
    return json_depth.loads(
        text,
        levels=_LEVELS,
        parse_int=_whole,
        parse_float=Number,
        object_pairs_hook=None if repeated else _without_repetition,
    )


def write(value: Any) -> str:
    """The value as JSON on one line."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{quoted(str(name))}:{write(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    if isinstance(value, float) and not math.isfinite(value):  # a sum over numbers that are too large
        return quoted(str(value))
    return json.dumps(value)


def _whole(text: str) -> Any:
    return int(text) if len(text) < _MOST_DIGITS and text != "-0" else Number(text)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise Repeated
    return made
