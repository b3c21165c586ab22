"""The types of a dialect's table, and the functions that write its rows.

A row says what words or a number of a client mean. Patterns ignore case, and are searched in a line without its prefix.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from azext_iotdiag.insights.stages import Stage

Meaning = Callable[["re.Match[str]"], "str | None"]


class Kind(Enum):
    """What a row says of a line."""

    FAILS = "fails"
    NOTHING = "nothing"  # the words only look like a failure
    WORKS = "works"  # the device got as far as the row's stage
    BEGINS = "begins"  # an attempt to connect
    RESTARTS = "restarts"  # the device started anew


class Exactness(IntEnum):
    """How much a statement tells. A vague one yields to an exact one of the same attempt."""

    ECHO = 0  # what follows from another failure
    WRAPPER = 1  # a name that a client gives to many failures
    END = 2  # a connection ended, and no side says why
    STATUS = 3  # a status, or a number with several causes
    EXACT = 4
    SENTENCE = 5  # a service's own sentence with the reason


class Row(NamedTuple):
    """`key` stands in lower case in each line of the row.

    `meaning` gives codes of the knowledge base, "" for what is no fault, and None where the row does not know.

    `own` rows count only in a log in which their dialect is recognised. `whole` rows take the line as a whole, so that
    nothing else in it counts. `exactness` is None where the code alone decides.
    """

    key: str
    pattern: str
    meaning: Meaning
    kind: Kind = Kind.FAILS
    exactness: Exactness | None = None
    stage: Stage = Stage.SIGN_IN
    own: bool = False
    whole: bool = False


class Dialect(NamedTuple):
    """`marks` is a pattern of what only this family prints. `steps` say what to change on a device, by code."""

    name: str
    title: str
    marks: str
    rows: tuple[Row, ...] = ()
    steps: Mapping[str, str] = MappingProxyType({})


def said(key: str, codes: str, pattern: str = "", **more: Any) -> Row:
    """Words that mean these codes, which blanks part. Without a pattern the key itself is what stands there."""
    return _row(key, pattern or re.escape(key), lambda _match: codes, more)


def each(keys: Iterable[str], codes: str, **more: Any) -> tuple[Row, ...]:
    """A row for each of these words."""
    return tuple(said(key, codes, **more) for key in keys)


def number(key: str, pattern: str, codes: Mapping[int, str], *, other: str | None = None, **more: Any) -> Row:
    """A number, the last group of the pattern that stands there, and what it means. `other` is for all that lack."""

    def meaning(match: re.Match[str]) -> str | None:
        return look_up(match[match.lastindex or 0], codes, other)

    return _row(key, pattern, meaning, more)


def decided(key: str, pattern: str, meaning: Meaning, **more: Any) -> Row:
    """Words of which a function tells the meaning."""
    return _row(key, pattern, meaning, more)


def wraps(key: str, codes: str = "", pattern: str = "", **more: Any) -> Row:
    """A client's name for many failures: it yields to what is more exact."""
    return said(key, codes, pattern, exactness=Exactness.WRAPPER, **more)


def follows(key: str, codes: str = "", pattern: str = "", **more: Any) -> Row:
    """What follows from another failure. With codes it stands for itself where nothing else does."""
    return said(key, codes, pattern, exactness=Exactness.ECHO, **more)


def nothing(key: str, pattern: str = "", *, whole: bool = True, **more: Any) -> Row:
    """What only looks like a failure. `whole` takes the line as a whole, else only these words count for nothing."""
    return said(key, "", pattern, kind=Kind.NOTHING, whole=whole, **more)


def works(key: str, pattern: str = "", stage: Stage = Stage.SIGN_IN, **more: Any) -> Row:
    """The device got as far as a stage."""
    return said(key, "", pattern, kind=Kind.WORKS, stage=stage, **more)


def begins(key: str, pattern: str = "", **more: Any) -> Row:
    """An attempt to connect begins."""
    return said(key, "", pattern, kind=Kind.BEGINS, **more)


def restarts(key: str, pattern: str = "", **more: Any) -> Row:
    """The device starts anew."""
    return said(key, "", pattern, kind=Kind.RESTARTS, **more)


def look_up(text: str, codes: Mapping[int, str], other: str | None = None) -> str | None:
    """What a number means, decimal or hexadecimal, signed or as 32 bits without a sign; None if it is not listed."""
    value = whole_number(text)
    for key in (value, value & 0xFFFFFFFF):
        if key in codes:
            return codes[key]
    return other


def whole_number(text: str) -> int:
    """The number that a client wrote, such as 65541, -0x2700, 0x00010005."""
    plain = text.strip().lower().replace(" ", "")
    sign = -1 if plain.startswith("-") else 1
    plain = plain.lstrip("+-")
    return sign * (int(plain, 16) if plain.startswith("0x") else int(plain))


def _row(key: str, pattern: str, meaning: Meaning, more: Mapping[str, Any]) -> Row:
    return Row(key, pattern, meaning)._replace(**more)
