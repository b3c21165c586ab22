"""Times that people type, as a time ago or as a time of the calendar."""

from __future__ import annotations

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag.streams import since

_DAY_MS = 86_400_000


def read(text: str, now: float, option: str = "--since", advice: str | None = None) -> int:
    """The time that `option` names, in milliseconds since 1970; `now` is in seconds.

    Raises InvalidArgumentValueError for text that is no time.
    """
    try:
        return since.read(text, now)
    except ValueError as fault:
        raise InvalidArgumentValueError(f"{option}: {fault}.", recommendation=advice) from None


def beginning(text: str, now: float, most_days: int, advice: str = "") -> int:
    """The time that --since names, in milliseconds since 1970; `now` is in seconds.

    Raises InvalidArgumentValueError for text that is no time, and for a time more than `most_days` ago.
    """
    begin = read(text, now)
    if begin < int(now * 1000) - most_days * _DAY_MS:
        days = (now * 1000 - begin) / _DAY_MS
        raise InvalidArgumentValueError(
            f"--since: {days:.0f} days are more than the {most_days} that can be asked for at once.",
            recommendation=f"Use --since {most_days}d at most. {advice}".rstrip(),
        )
    return begin
