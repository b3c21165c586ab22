"""What the end of a token looks like: a saw-tooth that is harmless, tokens without life, and a renewal that failed."""

from __future__ import annotations

from statistics import median

from azext_iotdiag.insights.patterns.life import BACK_AT_ONCE, HOUR, MINUTE, Life, share
from azext_iotdiag.insights.patterns.rhythm import rhythm
from azext_iotdiag.insights.patterns.said import length, of_device
from azext_iotdiag.knowledge.patterns import RENEWAL_FAILED, RENEWED_BY_RECONNECT, TOKEN_WITHOUT_LIFE
from azext_iotdiag.model.resource_log import Recognised

# A hub ends a connection 5 to 10 min after the end of its token.
# https://github.com/Azure/azure-iot-sdk-csharp/issues/564, https://github.com/Azure/azure-iot-sdk-java/issues/304
GRACE = 10 * MINUTE
ENDED, LOST = "401003", "404104"
# Tokens live an hour unless the firmware says otherwise. SDKs renew after 80 % of it; the hub adds 10 min.
_USUAL = (46.5 * MINUTE, 75 * MINUTE)
_LONGEST = 25 * HOUR
_BACK = 0.6  # of the ends after which a connect is in the log
_SILENCE = 15 * MINUTE  # of a device, while others go on


def renewed(life: Life) -> Recognised | None:
    """Ends at a steady interval, and the device is back at once."""
    beat = rhythm(_turns(life))
    if (
        beat is None
        or not GRACE < beat.period <= _LONGEST
        or share(end.at_once for end in life.ends if end.back) < _BACK
    ):
        return None
    of_token = share(not end.codes or ENDED in end.codes for end in life.ends)
    if of_token < 0.5 and not _USUAL[0] <= beat.period <= _USUAL[1]:
        return None
    pauses = [end.back - end.moment for end in life.ends if end.at_once and end.back is not None]
    pause = median(pauses) if pauses else 0
    return of_device(
        life,
        RENEWED_BY_RECONNECT,
        f"The device reconnects every {length(beat.period)}, {beat.times} of {beat.of} intervals, and is back after "
        f"{length(pause)}.",
        harmless=True,
        everyMinutes=round(beat.period / MINUTE, 1),
        intervals=beat.of,
        fitting=beat.times,
        backAfterSeconds=round(pause / 1000, 1),
    )


def _turns(life: Life) -> list[int]:
    """When a connection ended and the next began. One of the two rows may be lost."""
    turns: list[int] = []
    for moment in sorted([*(end.moment for end in life.ends), *(row.moment for row in life.connects)]):
        if not turns or moment - turns[-1] > BACK_AT_ONCE:
            turns.append(moment)
    return turns


def without_life(life: Life) -> Recognised | None:
    """The hub ends each connection with 401003 within the grace that it gives."""
    ends = [end for end in life.ends if ENDED in end.codes and end.begun is not None]
    lengths = [end.moment - (end.begun or 0) for end in ends]
    if len(ends) < 3 or len(ends) < 0.5 * len(life.ends) or median(lengths) > 1.05 * GRACE:
        return None
    usual = median(lengths)
    return of_device(
        life,
        TOKEN_WITHOUT_LIFE,
        f"The hub ended {len(ends)} connections with 401003 about {length(usual)} after they began.",
        last=ends[-1].moment,
        ends=len(ends),
        afterSeconds=round(usual / 1000),
    )


def stopped(life: Life) -> Recognised | None:
    """The same after renewals that went well: nothing came for twice the time between them."""
    found = failed(life)  # first, because it is quick, and few devices stop
    beat = rhythm(_turns(life)) if found is not None else None
    if beat is None or life.newest - life.heard < 2 * beat.period:
        return None
    return found


def failed(life: Life) -> Recognised | None:
    """The last row is the end of a token, and others went on after it."""
    if not life.ends or life.newest - life.heard < _SILENCE:
        return None
    last = life.ends[-1]
    if ENDED not in last.codes or last.back is not None:
        return None
    lasted = last.moment - last.begun if last.begun is not None else None
    if (lasted is not None and lasted <= GRACE) or any(
        row.moment > last.moment for row in (*life.connects, *life.refused)
    ):
        return None
    return of_device(
        life,
        RENEWAL_FAILED,
        f"The token ended{f' after a session of {length(lasted)}' if lasted is not None else ''}. The device did not "
        f"try again in the {length(life.newest - last.moment)} until the end of the log.",
        last=last.moment,
        sessionMinutes=round(lasted / MINUTE, 1) if lasted is not None else None,
        silentMinutes=round((life.newest - last.moment) / MINUTE, 1),
    )
