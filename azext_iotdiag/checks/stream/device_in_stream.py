"""Whether the newest messages that the hub holds are of the device, and whether the device keeps its own rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge.stream import DEVICE_QUIET, RHYTHM_BROKEN
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.facts import Fact, Window
from azext_iotdiag.model.finding import Certainty, Finding, fail, note, weighed
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.timestamps import length, time_and_age

LEARNED_FROM = 5  # messages, with which a rhythm is known
PATIENCE = 3  # times the longest gap so far


@check("The hub holds new messages of the device", at_most=Certainty.LIKELY)
def device_in_stream(newest_messages: Fact[NewestMessages], now: float) -> Iterator[Finding]:
    """A silence is a fault only against a rhythm. What was not found in a part of a window is no evidence."""
    if newest_messages.failure is not None:
        raise CouldNotLook(obstacle(Service.MESSAGES, newest_messages.failure))
    found, window = newest_messages.value, newest_messages.window
    if found is None or window is None:
        return
    moment = int(now * 1000)
    if found.came is None:
        seen = f"{counted(found.read, 'message')} of {counted(found.devices, 'device')}"
        part = "in" if window.complete else "that were seen of"
        message = f"No message of {found.device!r} is among the {seen} {part} the last {_span(window)}"
        if not found.read and window.complete:
            message = f"The hub holds no message of any device from the last {_span(window)}"
        yield note(DEVICE_QUIET, message, device=found.device, read=found.read, complete=window.complete)
        return
    silent = (moment - found.came) / 1000
    if found.count >= LEARNED_FROM and window.complete and silent > PATIENCE * found.longest_gap > 0:
        message = (
            f"The last message of {found.device!r} came at {time_and_age(found.came, moment)}; the {found.count} "
            f"messages before came at most {length(max(found.longest_gap, 1))} apart"
        )
        gap = round(found.longest_gap, 1)
        broken = fail(RHYTHM_BROKEN, message, device=found.device, count=found.count, longestGap=gap)
        yield weighed(broken, certainty=Certainty.LIKELY)


def _span(window: Window) -> str:
    span = length(max(_seconds(window.begin, window.end), 1))
    return "day" if span == "1 day" else span


def _seconds(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds()
