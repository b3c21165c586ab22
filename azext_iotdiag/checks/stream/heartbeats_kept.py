"""Devices were expected to send at least every so often: did they?"""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.stream import HEARTBEAT_MISSED
from azext_iotdiag.model.finding import Certainty, Finding, When, fail, weighed
from azext_iotdiag.model.heartbeat import Beats

NAMED = 20  # in the message; the evidence names up to ten times as many


@check("Every device sent as often as it should", at_most=Certainty.LIKELY)
def heartbeats_kept(beats: Beats) -> Iterator[Finding]:
    if not beats.missed:
        return
    silent = sorted(lapse.device for lapse in beats.missed if lapse.back is None)
    back = sorted(lapse.device for lapse in beats.missed if lapse.back is not None)
    told = [
        f"{words} {_named(devices, NAMED)}"
        for words, devices in (("still silent:", silent), ("back again:", back))
        if devices
    ]
    found = fail(
        HEARTBEAT_MISSED,
        f"{len(beats.missed)} of {beats.watched} devices sent nothing for more than {beats.interval:g} s; "
        + "; ".join(told),
        missed=len(beats.missed),
        watched=beats.watched,
        seconds=beats.interval,
        silent=_named(silent, 10 * NAMED),
        back=_named(back, 10 * NAMED),
    )
    yield weighed(found, when=When.NOW if silent else When.WINDOW)


def _named(devices: list[str], most: int) -> str:
    more = f" and {len(devices) - most} more" if len(devices) > most else ""
    return ", ".join(devices[:most]) + more
