"""Dates, times and durations: the profile of RFC 3339 that DTDL asks for, and what is merely ISO 8601."""

from __future__ import annotations

import datetime as calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from azext_iotdiag.knowledge.payload import LOOSE_FORMAT, WRONG_FORMAT
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.faults import Fault, Rule, fault, shown, wrong_type
from azext_iotdiag.payload.rules.kind import Kind, Source
from azext_iotdiag.payload.schema import Scalar

# Every real day but the 29th of February, which needs to know the year.
_DAY = (
    r"(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP_DAY = r"(?!0000)[0-9]{4}-02-29"
_WRITTEN_DAY = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})(?=$|[Tt ])")
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+|)(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_NUMBER = r"[0-9]+(?:\.[0-9]+|)"  # digits before the point and after it

# ISO 8601 beyond the profile: the basic form, reduced precision, weeks and days of the year; 24:00, leap seconds, no
# offset; RFC 3339 also has lower-case letters and a blank.
_ISO_DATE = (
    r"(?:[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?|[0-9]{4}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12][0-9]|3[01])"
    r"|[0-9]{4}-?W(?:0[1-9]|[1-4][0-9]|5[0-3])(?:-?[1-7])?|[0-9]{4}-?(?:[0-2][0-9]{2}|3[0-5][0-9]|36[0-6]))"
)
_ISO_CLOCK = (
    r"(?:(?:[01][0-9]|2[0-3])(?::?[0-5][0-9](?::?(?:[0-5][0-9]|60))?)?(?:[.,][0-9]+)?|24(?::?00(?::?00(?:[.,]0+)?)?)?)"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?"
)
_ISO_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
# A # stands for a number; only the last of them may have a fraction.
_ISO_DURATION = (
    r"[+-]?(?!.*[.,][0-9]+[A-Z]T?[0-9])P(?=[0-9T])(?:#Y)?(?:#M)?(?:#W)?(?:#D)?(?:T(?=[0-9])(?:#H)?(?:#M)?(?:#S)?)?"
    r"|P[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
).replace("#", _ISO_NUMBER)


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
    return f"P(?:{sequence('WD')}|{sequence('YMD')}|{days}{clock})"


_DURATION = _duration_pattern()


@dataclass(frozen=True)
class _Form:
    """Expressions for right texts, for right ones on a leap day (empty: none), and for what is merely ISO 8601."""

    strict: str
    leap: str
    loose: str
    expected: str


def _rule(form: _Form) -> Rule:
    expected = form.expected
    fits = re.compile(form.strict).fullmatch
    leap_fits = re.compile(form.leap).fullmatch if form.leap else None
    loosely = re.compile(form.loose).fullmatch

    def rule(value: Any) -> list[Fault] | None:
        if type(value) is not str:
            return wrong_type(f"{expected} as a text", value)
        if fits(value):
            return None
        real = _is_real_day(value)
        if real and leap_fits is not None and leap_fits(value):
            return None
        if real and loosely(value):
            message = f"expected {expected}, got {shown(value)}" + _what_is_loose(value)
            return fault(LOOSE_FORMAT, Severity.WARN, message, expected=expected, got=shown(value))
        message = f"expected {expected}, got {shown(value)}"
        return fault(WRONG_FORMAT, Severity.FAIL, message, expected=expected, got=shown(value))

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


def _what_is_loose(value: str) -> str:
    clock = re.split("[Tt ]", value)[-1]
    if ":" in value and not re.search(r"([Zz]|[+-]\d\d(:?\d\d)?)$", clock):
        return ": the offset from UTC is missing, such as Z"
    if re.search(r"(^|[Tt ])24", value):
        return ": midnight is 00:00:00 of the next day"
    return ""


def _kind(term: str, format_: str, form: _Form, value: Callable[[Source], str]) -> Kind[Scalar]:
    rule = _rule(form)
    return Kind(
        Scalar,
        rule=lambda _schema, _compile: rule,
        written=lambda _schema: f'"{form.strict}"',
        json_schema=lambda _schema, _emit: {"type": "string", "format": format_},
        value=lambda _schema, source: value(source),
        term=term,
        inferred_from="text",
    )


_DATE = _Form(_DAY, _LEAP_DAY, _ISO_DATE, "a date such as 2026-11-20")
_DATE_TIME = _Form(
    rf"{_DAY}T{_CLOCK}",
    rf"{_LEAP_DAY}T{_CLOCK}",
    rf"{_ISO_DATE}[Tt ]{_ISO_CLOCK}",
    "a date and time such as 2026-11-20T10:00:00Z",
)
_TIME = _Form(_CLOCK, "", rf"T?{_ISO_CLOCK}", "a time with its offset such as 10:00:00Z")
# Weeks stand with days only, and only the last number may have a fraction.
_LENGTH = _Form(_DURATION, "", _ISO_DURATION, "a duration such as PT1M30S")
KINDS = (
    _kind("dateTime", "date-time", _DATE_TIME, lambda source: source.moment().isoformat().replace("+00:00", "Z")),
    _kind("date", "date", _DATE, lambda source: source.moment().date().isoformat()),
    _kind("time", "time", _TIME, lambda source: f"{source.moment().time().isoformat()}Z"),
    _kind("duration", "duration", _LENGTH, lambda source: f"PT{source.dice.randint(1, 59)}M"),
)
