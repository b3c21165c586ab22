"""Whether a text is JSON. Only that: no value is built, and nothing is altered."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

from azext_iotdiag.model.json_depth import is_deeper, may_be_deeper

# Python's decoder builds what it reads, and takes three times as long as SQLite for the same answer; for a text shorter
# than this, asking SQLite costs more than it saves.
WORTH_ASKING = 100

# What older or looser checks let pass. A SQLite that accepts any of these is not asked: which one a machine has depends
# on its system. Later versions know the dialect JSON5, and what json_valid refuses has changed with it.
NOT_JSON = (
    "", " ", "x", "{", "[", "]", "}", '"', ",", ":", "-", "+1", "--1", "01", "-01", "00", "1.", ".5", "-.5", "1e",
    "1e+", "1.e1", "1 2", "0x1", "0x", "1_0", "NaN", "nan", "QNaN", "SNaN", "Infinity", "-Infinity", "+Infinity",
    "inf", "-inf", "True", "TRUE", "None", "nul", "truefalse", "undefined", "[1,]", "[,1]", "[,]", "[1 2]", "[1,,2]",
    "[1", "1]", '{"a":1,}', "{,}", '{"a"}', '{"a":}', '{"a" 1}', '{"a":1 "b":2}', '{"a":1,,"b":2}', "{a:1}", "{'a':1}",
    "{1:2}", "{null:1}", '{"a":1]', "['a']", "'a'", '"a', 'a"', '"a""b"', '"\\x41"', '"\\u12"', '"\\u12g4"',
    '"\\\n"', '"\\\'"', '"\\0"', '"\\v"', '"\\a"', '"\\ "', "[1]/**/", "/**/[1]", "[1]//", "[1,/**/2]", "[1]x", "[1]]",
    "{}{}", "[][]", "\ufeff[]", "[]\ufeff", "\xa0[]", "[\xa01]", "[\u20281]", "[1\u2029]", "[\v1]", "[1\f]", "[1]\v",
    *(f'"{chr(code)}"' for code in range(1, 32)),
    *(f"[{chr(code)}1]" for code in range(1, 32) if code not in (9, 10, 13)),
)  # fmt: skip


def is_json(text: str, written: bytes) -> bool:
    """Whether a text is JSON as RFC 8259 has it, and not too deep for those who read it. `written` is its UTF-8."""
    if len(text) >= WORTH_ASKING:
        valid = strict_sqlite()
        # A no is not taken on trust: SQLite limits how deep a text may be nested, for one. Its texts end with a zero.
        if valid is not None and "\0" not in text and valid(text) and not may_be_deeper(written):
            return True
    return is_json_exactly(text)


def is_json_exactly(text: str) -> bool:
    """The same, answered by Python's own decoder."""
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return False
    return not (may_be_deeper(text) and is_deeper(value))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


# Numbers are left as text: they need not fit, and Python refuses whole ones of more than 4300 digits.
_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_int=str, parse_float=str)


@cache
def strict_sqlite() -> Callable[[str], bool] | None:
    """SQLite's own check, where Python has SQLite, SQLite has the check, and the check is strict."""
    try:
        import sqlite3
    except ImportError:
        return None
    execute = sqlite3.connect(":memory:", check_same_thread=False).execute

    def valid(text: str) -> bool:
        try:
            return execute("SELECT 1 WHERE NOT json_valid(?)", (text,)).fetchone() is None  # no row costs least
        except (sqlite3.Error, UnicodeEncodeError):  # it lacks the function, or cannot take this text
            return False

    return valid if valid("[1]") and not any(map(valid, NOT_JSON)) else None
