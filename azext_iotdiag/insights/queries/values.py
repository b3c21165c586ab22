"""Values of a query's parameters: read from what was typed, and written as literals of KQL. Nothing else gets in."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone

Value = str | int
NAMES = {"string": "a text", "long": "a whole number", "datetime": "a time such as 2026-11-30T10:00:00Z"}
LONGEST = 1000  # characters of a text
_LARGEST = 2**63 - 1
_NUMBER = re.compile(r"-?[0-9]{1,19}")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(?:Z|\+00:00)")
_DATETIME = re.compile(r"datetime\(([^()]*)\)")


class BadValue(ValueError):
    """A value is none of its parameter; the text says why."""


def read(type_: str, text: str) -> Value:
    """The value of a parameter, from text. Raises BadValue."""
    if type_ == "string":
        if len(text) > LONGEST:
            raise BadValue(f"{len(text):,} characters are more than {LONGEST:,}")
        if any(not character.isprintable() for character in text):
            raise BadValue("it holds a character that cannot be printed")
        return text
    if type_ == "long":
        if not _NUMBER.fullmatch(text) or not -_LARGEST <= int(text) <= _LARGEST:
            raise BadValue(f"{text[:40]!r} is not {NAMES[type_]}")
        return int(text)
    return _time(text)


def literal(type_: str, value: Value) -> str:
    """A value as KQL writes it. Each character that could end a text is escaped. Raises BadValue."""
    checked = read(type_, str(value))
    if type_ == "string":
        return json.dumps(checked, ensure_ascii=False)  # a text of KQL has the escapes of JSON, of which two are left
    return f"datetime({checked})" if type_ == "datetime" else str(checked)


def of_literal(type_: str, text: str) -> Value:
    """The value that `literal` wrote. Raises BadValue."""
    if type_ == "datetime":
        found = _DATETIME.fullmatch(text)
        return read(type_, found[1] if found else text)
    if type_ == "string":
        try:
            text = json.loads(text)
        except ValueError:
            raise BadValue(f"{text[:40]!r} is no text of KQL") from None
    return read(type_, str(text))


def _time(text: str) -> str:
    found = _TIME.fullmatch(text)
    if found is None:
        raise BadValue(f"{text[:40]!r} is not {NAMES['datetime']}")
    try:
        datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=timezone.utc)
    except ValueError:
        raise BadValue(f"{text[:40]!r} is not {NAMES['datetime']}") from None
    return f"{found[1]}T{found[2]}.{(found[3] or '0').ljust(7, '0')}Z"
