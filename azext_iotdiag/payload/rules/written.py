"""How values are written in JSON that their rule certainly finds right: a regular expression for each term.

What does not match may be right as well; it is for the rule to say. A test generates texts from these expressions and
has the rules judge them. `(?:x|)` stands for `(?:x)?`, because it takes half the time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from azext_iotdiag.payload.rules import text_forms, times
from azext_iotdiag.payload.schema import Enum

BLANKS = r"[ \t\r\n]*"  # RFC 8259, 2
_UNESCAPED = r'[^"\\\x00-\x1f]*'
_STRING = rf'"{_UNESCAPED}(?:"|(?:\\["\\/bfnrt]{_UNESCAPED})+")'


def _whole(digits: int, longest: str = "", sign: str = "-?") -> str:
    """Whole numbers of at most so many digits, and `longest`, which have one more."""
    return rf"{sign}(?:{longest and f'{longest}[0-9]{{{digits}}}|'}[1-9][0-9]{{0,{digits - 1}}}|0)"


def _number(digits: int, exponent: str) -> str:
    return rf"{_whole(digits)}(?:\.[0-9]{{1,100}}|)(?:[eE][+-]?{exponent}|)"


_DOUBLE = _number(100, "[0-9]{1,2}")  # below 1e199
SCALARS: Mapping[str, str] = {
    "boolean": "(?:true|false)",
    "byte": _whole(2),
    "short": _whole(4, "[12]"),
    "integer": _whole(9, "1"),
    "long": _whole(18, "[1-8]"),
    "unsignedByte": _whole(2, "1", ""),
    "unsignedShort": _whole(4, "[1-5]", ""),
    "unsignedInteger": _whole(9, "[1-3]", ""),
    "unsignedLong": _whole(19, "", ""),
    "double": _DOUBLE,
    "float": _number(19, "1?[0-9]"),  # below 1e38
    "string": _STRING,
    "date": f'"{times.DAY}"',
    "dateTime": f'"{times.DAY}T{times.CLOCK}"',
    "time": f'"{times.CLOCK}"',
    "duration": f'"{times.DURATION}"',
    "bytes": f'"{text_forms.BASE64}"',
    "decimal": f'"{text_forms.DECIMAL}"',
    "uuid": f'"{text_forms.UUID}"',
}
# The fields of the terms whose values are objects.
OBJECTS: Mapping[str, Mapping[str, str]] = {
    "geopoint": {
        "lat": r"-?(?:[1-8]?[0-9])(?:\.[0-9]{1,100}|)",
        "lon": r"-?(?:1[0-7][0-9]|[1-9]?[0-9])(?:\.[0-9]{1,100}|)",
        "alt": _DOUBLE,
    },
    "vector": dict.fromkeys("xyz", _DOUBLE),
    "scaledDecimal": {"scale": SCALARS["short"], "value": SCALARS["decimal"]},
}


def enum(schema: Enum) -> str:
    """The values of an Enum, each as JSON is mostly written."""
    return f"(?:{'|'.join(re.escape(json.dumps(each.value, ensure_ascii=False)) for each in schema.values)})"
