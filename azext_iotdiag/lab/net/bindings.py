"""Values in a request's JSON as Azure's services bind them: Json.NET also reads numbers and truth values from texts.

https://www.newtonsoft.com/json/help/html/M_Newtonsoft_Json_JsonReader_ReadAsInt32.htm and ReadAsBoolean
"""

from __future__ import annotations

import re
from typing import Any

_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,18}\s*", re.ASCII)
_TRUTHS = {"true": True, "false": False}


def number(value: Any, what: str) -> float | None:
    """A number, also one that is written as a text; None for null and an empty text. Raises ValueError."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{what} is not a number")
    return value


def whole(value: Any, what: str) -> int | None:
    """A whole number, also one that is written as a text; None for null and an empty text. Raises ValueError."""
    found = number(value, what)
    if isinstance(found, float):
        raise ValueError(f"{what} is not a whole number")
    return found


def truth(value: Any, what: str) -> bool | None:
    """A truth value, also one that is written as a text; None for null and an empty text. Raises ValueError."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    found = _TRUTHS.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{what} is not true or false")
    return found
