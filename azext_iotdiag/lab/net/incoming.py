"""JSON that clients send: read so that whatever is stored of it can be shown again.

Python's reader takes more than JSON is: NaN, halves of surrogate pairs, and other encodings than UTF-8.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

DEEPEST = 100  # arrays and objects within each other; a twin takes 10, Json.NET 64
_HALF = re.compile("[\ud800-\udfff]")


class BadJson(ValueError):
    """A body that is no JSON. The message says why and quotes nothing of it."""


def read(body: bytes) -> Any:
    """The data in a body. Raises BadJson."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadJson("it is not UTF-8") from None
    try:
        data = json.loads(text)
    except RecursionError:
        raise BadJson(f"it is nested deeper than {DEEPEST} levels") from None
    except ValueError:
        raise BadJson(_wrong_syntax(text)) from None
    if why := _why_not(data):
        raise BadJson(why)
    return data


def _wrong_syntax(text: str) -> str:
    """What is wrong with a text that is no JSON. A PnP sample of azure-iot-sdk-c sends the rest of its buffer, too."""
    whole = text.rstrip("\0")
    try:
        json.loads(whole)
    except (ValueError, RecursionError):
        return "its syntax is wrong"
    return f"bytes of zero stand behind it: {len(text) - len(whole)}"


def _why_not(data: Any) -> str:
    """What stands in the data that is no JSON; empty where nothing does. Loops, because depth is one such thing."""
    waiting = [(data, 0)]
    while waiting:
        part, depth = waiting.pop()
        if isinstance(part, (dict, list)):
            if depth >= DEEPEST:
                return f"it is nested deeper than {DEEPEST} levels"
            if isinstance(part, dict):
                waiting += ((key, depth) for key in part)
            waiting += ((each, depth + 1) for each in (part.values() if isinstance(part, dict) else part))
        elif isinstance(part, str) and not part.isascii() and _HALF.search(part):
            return "it holds half a surrogate pair, which is no Unicode text"
        elif isinstance(part, float) and not math.isfinite(part):
            return "it holds a number that is none, or is too large"
    return ""
