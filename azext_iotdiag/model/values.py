"""The values of AMQP properties as JSON, with nothing lost: bytes, times, identifiers, and maps with any keys."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from json.encoder import encode_basestring as _quoted
from typing import Any

_SIMPLE = frozenset({str, int, bool, type(None)})


def json_of(value: Any) -> str:
    """A value as JSON on one line.

    Bytes are text where they are UTF-8, as a hub's are, and else {"base64": ...}. A time is in milliseconds since 1970,
    a UUID its text, NaN and the infinities their names. Keys become text; a map in which two would then be the same
    becomes a list of pairs.
    """
    if type(value) is str:
        return _quoted(value)
    if type(value) is int:
        return str(value)
    if type(value) is dict and _SIMPLE.issuperset(map(type, value.values())) and {str}.issuperset(map(type, value)):
        return _ENCODER.encode(value)
    return _ENCODER.encode(_plain(value))


def text_of(value: Any) -> str:
    """A value for a person: text as it is, anything else as `json_of` has it."""
    plain = _plain(value)
    return plain if isinstance(plain, str) else _ENCODER.encode(plain)


def _plain(value: Any) -> Any:
    """The value made of what JSON has."""
    if value is None or isinstance(value, (str, int)):  # a bool is an int
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if type(value) in (bytes, bytearray):
        return _text_or_base64(bytes(value))
    if isinstance(value, bytes):  # a decimal of AMQP, which is no text
        return {"base64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, Mapping):
        keys = [_key(key) for key in value]
        parts = [_plain(part) for part in value.values()]
        if len(set(keys)) == len(keys):
            return dict(zip(keys, parts))
        return [[_plain(key), part] for key, part in zip(value, parts)]
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return str(value)


def _text_or_base64(value: bytes) -> Any:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode("ascii")}


def _key(key: Any) -> str:
    plain = _plain(key)
    return plain if isinstance(plain, str) else _ENCODER.encode(plain)


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
