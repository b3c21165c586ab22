"""How texts of a certain form are written, as conditions of KQL: its expressions have no look-ahead."""

from __future__ import annotations

from typing import NamedTuple

from azext_iotdiag.payload.rules import text_forms, times

# The years with a 29th of February. Year 0 is refused beside it.
_LEAP = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"


def _day(mark: str) -> str:
    """A day of the calendar, with this mark between its parts."""
    thirty_one = f"(?:0[13578]|1[02]){mark}(?:0[1-9]|[12][0-9]|3[01])"
    thirty = f"(?:0[469]|11){mark}(?:0[1-9]|[12][0-9]|30)"
    february = f"02{mark}(?:0[1-9]|1[0-9]|2[0-8])"
    return f"(?:[0-9]{{4}}{mark}(?:{thirty_one}|{thirty}|{february})|{_LEAP}{mark}02{mark}29)"


_DAY, _PLAIN_DAY = _day("-"), _day("")
_N = times.ISO_NUMBER
_LONG = f"(?:{_N}Y)?(?:{_N}M)?(?:{_N}W)?(?:{_N}D)?(?:T(?:{_N}H)?(?:{_N}M)?(?:{_N}S)?)?"


class Writing(NamedTuple):
    """Conditions on the column Value: that it `fits`, and that it is ISO 8601 alone. `loose` may be empty."""

    fits: str
    loose: str = ""


def _like(pattern: str) -> str:
    return f'tostring(Value) matches regex @"^(?:{pattern})$"'


def _unlike(pattern: str) -> str:
    return f'not(tostring(Value) matches regex @"{pattern}")'


_BEGINS_WITH_DAY = _unlike("^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})(?:$|[Tt ])")
_WITH_REAL_DAY = f'tostring(Value) matches regex @"^(?:{_DAY}|{_PLAIN_DAY})(?:$|[Tt ])"'
_REAL = f"({_BEGINS_WITH_DAY} or {_WITH_REAL_DAY}) and {_unlike('^0000')}"
_ISO_TIMES = f"{times.ISO_DATE}[Tt ]{times.ISO_CLOCK}"
_PERIOD = r"P[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
_ONE_FRACTION = " and ".join((
    _unlike("[.,][0-9]+[A-Z]T?[0-9]"), _unlike("P(?:$|[^0-9T])"), _unlike("T(?:$|[^0-9])")
))  # fmt: skip
WRITINGS = {
    "bytes": Writing(_like(text_forms.BASE64)),
    "decimal": Writing(_like(text_forms.DECIMAL)),
    "uuid": Writing(_like(text_forms.UUID)),
    "date": Writing(f"{_like(_DAY)} and {_unlike('^0000')}", f"{_like(times.ISO_DATE)} and {_REAL}"),
    "dateTime": Writing(f"{_like(f'{_DAY}T{times.CLOCK}')} and {_unlike('^0000')}", f"{_like(_ISO_TIMES)} and {_REAL}"),
    "time": Writing(_like(times.CLOCK), _like(f"T?{times.ISO_CLOCK}")),
    "duration": Writing(_like(times.DURATION), f"{_like(f'[+-]?P{_LONG}|{_PERIOD}')} and {_ONE_FRACTION}"),
}
