"""Dates, times and durations: the profile of RFC 3339 that DTDL asks for, and what is merely ISO 8601."""

from __future__ import annotations

import datetime as calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from azext_iotdiag.knowledge.payload import LOOSE_FORMAT, WRONG_FORMAT
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.rules.kind import Kind, ValueSource
from azext_iotdiag.payload.schema import Scalar
from azext_iotdiag.payload.violations import Rule, Violation, shown, violation, wrong_type

# Every real day but the 29th of February, which needs to know the year.
_DAY = (
    r"(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP_DAY = r"(?!0000)[0-9]{4}-02-29"
_LAST_DAY = "9999-12-31"
_WRITTEN_DAY = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})(?=$|[Tt ])")
# The reference parser of DTDL takes offsets up to 14 hours, which is the largest of any time zone.
_OFFSET = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
CLOCK = rf"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+|){_OFFSET}"
_NUMBER = r"[0-9]+(?:\.[0-9]+|)"  # digits before the point and after it

# ISO 8601 beyond the profile: the basic form, reduced precision, weeks and days of the year; 24:00, leap seconds, no
# offset; RFC 3339 also has lower-case letters and a blank.
ISO_DATE = (
    r"(?:[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?|[0-9]{4}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12][0-9]|3[01])"
    r"|[0-9]{4}-?W(?:0[1-9]|[1-4][0-9]|5[0-3])(?:-?[1-7])?|[0-9]{4}-?(?:[0-2][0-9]{2}|3[0-5][0-9]|36[0-6]))"
)
ISO_CLOCK = (
    r"(?:(?:[01][0-9]|2[0-3])(?::?[0-5][0-9](?::?(?:[0-5][0-9]|60))?)?(?:[.,][0-9]+)?|24(?::?00(?::?00(?:[.,]0+)?)?)?)"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?"
)
ISO_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
# A # stands for a number; only the last of them may have a fraction.
_ISO_DURATION = (
    r"[+-]?(?!.*[.,][0-9]+[A-Z]T?[0-9])P(?=[0-9T])(?:#Y)?(?:#M)?(?:#W)?(?:#D)?(?:T(?=[0-9])(?:#H)?(?:#M)?(?:#S)?)?"
    r"|P[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
).replace("#", ISO_NUMBER)


def _duration_pattern() -> str:
    """The alternatives of which number comes last, since that one alone may have a fraction."""
    whole = "[0-9]+"

    def sequence(letters: str) -> str:
        ways = []
        for at, letter in enumerate(letters):
            ways.append("".join(f"(?:{whole}{each}|)" for each in letters[:at]) + f"{_NUMBER}{letter}")
        return "(?:" + "|".join(reversed(ways)) + ")"

    clock = "T" + sequence("HMS")
    days = "".join(f"(?:{whole}{each}|)" for each in "YMD")
    weeks = f"{whole}W(?:{whole}D|)"
    return f"P(?:{sequence('WD')}|{sequence('YMD')}|{weeks}{clock}|{days}{clock})"


DURATION = _duration_pattern()
_LARGEST = 10**20  # of numbers that may stand for a time
_NUMBER_TEXT = re.compile(r"[0-9]{1,20}(?:\.[0-9]+)?")
_LAST_MOMENT = re.compile(
    rf"{_LAST_DAY}T([0-9]{{2}}):([0-9]{{2}}):([0-9]{{2}}(?:\.[0-9]+)?)(?:Z|([+-])([0-9]{{2}}):([0-9]{{2}}))"
)
_TICKS = 10_000_000  # a second, as the reference parser counts
# The units in which devices count the time since 1970, and the years that are believed, in seconds: 2001 to 2100.
_EPOCHS = ((1, "seconds"), (1000, "milliseconds"), (10**6, "microseconds"), (10**9, "nanoseconds"))
_SINCE, _UNTIL = 978_307_200, 4_102_444_800


@dataclass(frozen=True)
class _Form:
    """Expressions for right texts, for those on days of which not all fit (empty: none), for what is merely ISO 8601.

    `hint` says what a number in place of the text is likely to be, and how to write that; "" where nothing is likely.
    """

    strict: str
    rare: str
    loose: str
    expected: str
    hint: Callable[[float], str]


def _rule(form: _Form) -> Rule:
    expected, hint = form.expected, form.hint
    fits = re.compile(form.strict).fullmatch
    fits_rarely = re.compile(form.rare).fullmatch if form.rare else None
    loosely = re.compile(form.loose).fullmatch

    def rule(value: Any) -> list[Violation] | None:
        if type(value) is not str:
            number = isinstance(value, (int, float)) and type(value) is not bool and 0 <= value < _LARGEST
            return wrong_type(f"{expected} as a text", value, hint(value) if number else "")
        if fits(value):
            return None
        real = _is_real_day(value)
        if real and fits_rarely is not None and fits_rarely(value) and not _is_too_late(value):
            return None
        if real and loosely(value):
            message = f"expected {expected}, got {shown(value)}" + _what_is_loose(value)
            return violation(LOOSE_FORMAT, Severity.WARN, message, expected=expected, got=shown(value))
        message = f"expected {expected}, got {shown(value)}"
        evidence = {"expected": expected, "got": shown(value)}
        if _NUMBER_TEXT.fullmatch(value) and (meant := hint(float(value))):
            return violation(WRONG_FORMAT, Severity.FAIL, f"{message}: {meant}", **evidence, suggestion=meant)
        return violation(WRONG_FORMAT, Severity.FAIL, message, **evidence)

    return rule


def _is_real_day(value: str) -> bool:
    """Whether the day that a text begins with is in the calendar, where it begins with one."""
    found = _WRITTEN_DAY.match(value)
    if found is None:
        return True
    try:
        calendar.date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return False
    return True


def _is_too_late(value: str) -> bool:
    """Whether a right text is a moment after the year 9999 in UTC, which programs cannot hold."""
    found = _LAST_MOMENT.fullmatch(value)
    if found is None:
        return False
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])
    offset = int(found[5]) * 3600 + int(found[6]) * 60 if found[5] else 0
    ends = round((seconds + (offset if found[4] == "-" else -offset)) * _TICKS)
    return ends >= 86_400 * _TICKS


def _what_is_loose(value: str) -> str:
    if value.startswith(("P", "-P", "+P")):
        return ""
    clock = re.split("[Tt ]", value)[-1]
    if ":" in value and not re.search(r"([Zz]|[+-]\d\d(:?\d\d)?)$", clock):
        return ": the offset from UTC is missing, such as Z"
    if re.search(r"(^|[Tt ])24", value):
        return ": midnight is 00:00:00 of the next day"
    if (offset := re.search(r"[+-](\d\d):?(\d\d)$", clock)) and (int(offset[1]), int(offset[2])) > (14, 0):
        return ": an offset from UTC is at most 14:00"
    if value.startswith(_LAST_DAY):
        return ": this is after the year 9999 in UTC"
    return ""


def _as_moment(number: float) -> str:
    """A number as a time since 1970, where that is between 2001 and 2100."""
    for unit, name in _EPOCHS:
        if _SINCE * unit <= number < _UNTIL * unit:
            moment = calendar.datetime.fromtimestamp(number // unit, calendar.timezone.utc)
            return f"as {name} since 1970 it is {moment.isoformat().replace('+00:00', 'Z')}, send that as a text"
    return ""


def _as_day(number: float) -> str:
    """A number as a time since 1970, or as a day that is written without quotes and hyphens."""
    text = f"{number:.0f}"
    if len(text) == 8 and re.fullmatch(_DAY, day := f"{text[:4]}-{text[4:6]}-{text[6:]}"):
        return f'send "{day}"'
    return re.sub(r"T[^,]*", "", _as_moment(number))


def _as_seconds(number: float) -> str:
    return f'a number has no unit, {number:g} seconds are "PT{number:g}S"' if number < 1e6 else ""


def _kind(term: str, format_: str, form: _Form, value: Callable[[ValueSource], str]) -> Kind[Scalar]:
    rule = _rule(form)
    return Kind(
        Scalar,
        rule=lambda _schema, _compile: rule,
        pattern=lambda _schema: f'"{form.strict}"',
        json_schema=lambda _schema, _emit: {"type": "string", "format": format_},
        value=lambda _schema, source: value(source),
        term=term,
        inferred_from="text",
    )


_DATE = _Form(_DAY, _LEAP_DAY, ISO_DATE, "a date such as 2026-11-20", _as_day)
_DATE_TIME = _Form(
    _DAY.replace("(?!0000)", f"(?!0000|{_LAST_DAY})") + rf"T{CLOCK}",
    rf"(?:{_LEAP_DAY}|{_LAST_DAY})T{CLOCK}",
    rf"{ISO_DATE}[Tt ]{ISO_CLOCK}",
    "a date and time such as 2026-11-20T10:00:00Z",
    _as_moment,
)
_TIME = _Form(CLOCK, "", rf"T?{ISO_CLOCK}", "a time with its offset such as 10:00:00Z", lambda _number: "")
# Weeks stand with days and times only, and only the last number may have a fraction.
_LENGTH = _Form(DURATION, "", _ISO_DURATION, "a duration such as PT1M30S", _as_seconds)
KINDS = (
    _kind("dateTime", "date-time", _DATE_TIME, lambda source: source.moment().isoformat().replace("+00:00", "Z")),
    _kind("date", "date", _DATE, lambda source: source.moment().date().isoformat()),
    _kind("time", "time", _TIME, lambda source: f"{source.moment().time().isoformat()}Z"),
    _kind("duration", "duration", _LENGTH, lambda source: f"PT{source.dice.randint(1, 59)}M"),
)
