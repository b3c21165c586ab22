"""Points and lengths of time as people write them, such as `--since`. The clock is passed in; nothing is read here."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

# The longest that a hub's built-in endpoint keeps messages.
# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-read-builtin
LONGEST_RETENTION = timedelta(days=7)

FORMS = (
    "an ISO 8601 time (2026-11-20T10:00:00Z), a time ago (90s, 10m, 2h, 1d), "
    "or seconds (10 digits) or milliseconds (13 digits) since 1970"
)

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_AGO = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)([smhd])")
_ISO = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?",
    re.IGNORECASE,
)


def read(text: str, now: float) -> int:
    """Milliseconds since 1970 of the time that `text` means; `now` is in seconds since 1970.

    A time without an offset is UTC, because a local one would mean another moment on another machine. A time older than
    the retention is fine: the stream then begins with the oldest message that is left. Raises ValueError, with a
    sentence for people, for a text that is no time and for a time in the future or before 1970.
    """
    text = text.strip()
    moment = _moment(text, now)
    if moment < 0:
        raise ValueError(f"the time '{text}' lies before 1970")
    if moment > now * 1000:
        raise ValueError(
            f"the time {written(moment)} lies in the future: this machine's clock says {written(int(now * 1000))}"
        )
    return moment


def duration(text: str) -> float:
    """Seconds of a length of time such as 90s, 10m, 2h or 1d. Raises ValueError with a sentence for people."""
    found = _AGO.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{_shown(text)} is not a length of time; write it as 90s, 10m, 2h or 1d")
    return float(found[1]) * _SECONDS[found[2]]


def lacks_zone(text: str) -> bool:
    """Whether `text` is a time of day that names neither Z nor an offset, and so is taken as UTC."""
    found = _ISO.fullmatch(text.strip())
    return found is not None and not found["zone"]


def outlives_retention(moment: int, now: float) -> bool:
    """Whether `moment`, in milliseconds since 1970, is older than any hub keeps messages."""
    return moment < (now - LONGEST_RETENTION.total_seconds()) * 1000


def written(moment: int) -> str:
    """`moment`, in milliseconds since 1970, as ISO 8601 in UTC, such as 2026-11-20T10:00:00Z; to the millisecond only
    where that says more."""
    try:
        time = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=moment)
    except OverflowError:  # beyond the year 9999
        return f"{moment} ms after 1970"
    return time.isoformat(timespec="milliseconds" if moment % 1000 else "seconds").replace("+00:00", "Z")


def _moment(text: str, now: float) -> int:
    if ago := _AGO.fullmatch(text):
        return round((now - float(ago[1]) * _SECONDS[ago[2]]) * 1000)
    if re.fullmatch(r"[0-9]{10}", text):
        return int(text) * 1000
    if re.fullmatch(r"[0-9]{13}", text):
        return int(text)
    if iso := _ISO.fullmatch(text):
        return _from_iso(text, iso)
    raise ValueError(f"{_shown(text)} is not a time that can be read; write {FORMS}")


def _shown(text: str) -> str:
    return f"'{text}'" if len(text) <= 40 else "it"


def _from_iso(text: str, iso: re.Match[str]) -> int:
    # Taken apart here, because datetime.fromisoformat of Python 3.10 knows neither Z nor every fraction.
    year, month, day = (int(number) for number in iso["date"].split("-"))
    micros = int((iso["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        time = datetime(
            year,
            month,
            day,
            int(iso["hour"] or 0),
            int(iso["minute"] or 0),
            int(iso["second"] or 0),
            micros,
            tzinfo=_zone(iso["zone"] or "Z"),
        )
    except ValueError as fault:
        raise ValueError(f"'{text}' is not a time: {fault}") from None
    return (time - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)


def _zone(text: str) -> timezone:
    if text in "Zz":
        return timezone.utc
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 23 or minutes > 59:
        raise ValueError("its offset is more than a day, or has more than 59 minutes")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
