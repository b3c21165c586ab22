"""JSON read strictly: what is no JSON, or is read differently by different programs, is refused with where and why.

The fast way is Python's own parser. Only where that refuses, the text is looked at again to name the cause.
"""

from __future__ import annotations

import json
import re
from typing import Any

from azext_iotdiag.model.json_depth import SENTENCE, is_deeper, may_be_deeper, place
from azext_iotdiag.payload.not_json import UNREAD, Reason, in_text, no_text, second_key, syntax


class NegativeZero(int):
    """The number 0, written -0: the unsigned types of DTDL refuse it."""


class _Constant(ValueError):
    """NaN or Infinity, which Python would take."""


class _Duplicate(ValueError):
    """A key that comes twice in one object."""


def read_json(body: bytes) -> Any:
    """The value that the bytes hold. Raises NotJson with byte, line, column and reason for all that is no strict JSON.

    Beside what the grammar refuses these are: a byte order mark, a key that comes twice in one object, and a string
    that holds a JSON document. A whole number is an int, one with a point or exponent a float; one too large is inf.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise no_text(body, wrong.start) from None
    try:
        value, end = _scan(text, 0)
        if end == len(text) and type(value) is dict and not ("-0" in text and _NEGATIVE_ZERO.search(text)):
            if not (may_be_deeper(text) and is_deeper(value)):
                return value
    except (StopIteration, ValueError, RecursionError):
        pass  # blanks before it, or a fault: the careful way tells them apart
    return _read_carefully(body, text)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Duplicate
    return found


def _constant(name: str) -> Any:
    raise _Constant(name)


def _whole(text: str) -> int:
    return NegativeZero() if text == "-0" else int(text)


_scan: Any = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant).scan_once  # type: ignore[attr-defined]
# Each reads one value of a text that holds several: (value, where it ends), or raises StopIteration or ValueError.
# The first is strict; the second finds the end of what the first refuses for what is in it.
scan: Any = json.JSONDecoder(  # type: ignore[attr-defined]
    object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_whole
).scan_once
scan_tolerantly: Any = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
_CAREFUL = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_whole)
_TOLERANT = json.JSONDecoder(parse_constant=_constant, parse_int=_whole)


_NEGATIVE_ZERO = re.compile(r"-0(?![0-9.eE])")
_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|NaN|-?Infinity', re.S)
_LONG_NUMBER = re.compile(r"\d{4000,}")


def _read_carefully(body: bytes, text: str) -> Any:
    if text.startswith("\ufeff"):
        raise in_text(Reason.BYTE_ORDER_MARK, "the text begins with a byte order mark", text, 0, _lenient(text[1:]))
    try:
        value = _CAREFUL.decode(text)
    except json.JSONDecodeError as wrong:
        _refuse_deep(text, wrong.pos)
        raise syntax(body, text, wrong) from None
    except _Constant as wrong:
        _refuse_deep(text, len(text))
        at = next(found.start() for found in _CONSTANT.finditer(text) if found[0][0] != '"')
        raise in_text(Reason.NOT_A_NUMBER, f"{wrong} is not a number that JSON has", text, at) from None
    except _Duplicate:
        _refuse_deep(text, len(text))
        at, key = second_key(text)
        message = f"the key {json.dumps(key, ensure_ascii=False)[:80]} comes twice in one object"
        raise in_text(Reason.DUPLICATE_KEY, message, text, at, _lenient(text)) from None
    except RecursionError:
        _refuse_deep(text, len(text))
        raise
    except ValueError:  # Python refuses to read whole numbers of more than some thousand digits
        _refuse_deep(text, len(text))
        found = _LONG_NUMBER.search(text)
        at = found.start() if found else 0
        raise in_text(Reason.NUMBER, "a number has more digits than any program takes", text, at) from None
    if is_deeper(value):
        _refuse_deep(text, len(text))
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")) and _lenient(value) is not UNREAD:
        message = "the text is one JSON string that holds a JSON document: it was encoded twice"
        raise in_text(Reason.JSON_IN_A_STRING, message, text, len(text) - len(text.lstrip()))
    return value


def _refuse_deep(text: str, end: int) -> None:
    """Raise NotJson where a text is nested too deep before `end`. What comes first in a text is the fault of it."""
    at = place(text, end)
    if at >= 0:
        raise in_text(Reason.TOO_DEEP, SENTENCE, text, at) from None


def _lenient(text: str) -> Any:
    """What a tolerant reader makes of a text, UNREAD where nothing."""
    try:
        value = _TOLERANT.decode(text)
    except (ValueError, RecursionError):
        return UNREAD
    return UNREAD if is_deeper(value) else value
