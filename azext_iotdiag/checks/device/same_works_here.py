"""What works from this machine and fails on the device: the device's own machine or network makes the difference."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import said, way_states
from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.device.string_is_right import string_is_right
from azext_iotdiag.knowledge.admission import WORKS_HERE, WORKS_HERE_NOT_THERE
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.device_says import DeviceSays, SaidCode
from azext_iotdiag.model.finding import Certainty, Finding, fail, note, weighed
from azext_iotdiag.model.keys import Admission
from azext_iotdiag.model.network import NetworkAsked, Way
from azext_iotdiag.model.timestamps import written

_IF_NOT = "If the device fails with the same string, look at its own clock, trust store and network"
_SIGNING_IN = (Link.DEVICE, Link.ADMISSION, Link.CONNECTION)


@check("What works from this machine works on the device", after=(string_is_right,), at_most=Certainty.LIKELY)
def same_works_here(
    admission: Admission,
    now: float,
    device_says: DeviceSays | None = None,
    network_asked: NetworkAsked | None = None,
    ways: tuple[Way, ...] | None = None,
    ways_here: tuple[Way, ...] | None = None,
) -> Iterator[Finding]:
    """The string that was given may be another than the device's, so that it is never sure."""
    if admission.let_in is not True:
        return
    at = written(int(now * 1000))
    here = f"{admission.host} let the string of {admission.device!r} in from this machine at {at}"
    lost = _lost(network_asked, ways, ways_here)
    failed = _failed(device_says)
    if lost:
        message = f"{here}. From the device's network {lost} cannot be used, and from this machine it can"
        yield fail(WORKS_HERE_NOT_THERE, message, protocols=lost)
    elif failed is not None:
        message = f"{here}, and the device got {failed.names[0]!r}"
        since = failed.at or 0 if failed.line else None
        yield weighed(fail(WORKS_HERE_NOT_THERE, message, code=failed.code), since=since)
    else:
        yield note(WORKS_HERE, f"{here}. {_IF_NOT}")


def _lost(asked: NetworkAsked | None, ways: tuple[Way, ...] | None, here: tuple[Way, ...] | None) -> str:
    """The protocols that can be used from here, and not on the device. `here` is measured beside its ways alone."""
    if asked is None or ways is None or here is None:
        return ""
    there = way_states.usable(way_states.judged(ways, asked))
    lost = [each.title for each in way_states.usable(way_states.judged(here, asked)) if each not in there]
    return way_states.listed(lost) if lost else ""


def _failed(says: DeviceSays | None) -> SaidCode | None:
    """What the device says of its sign-in, and did not get over."""
    codes = says.codes if says is not None else ()
    return next((each for each in codes if each.lasting and said.link_of(each.code) in _SIGNING_IN), None)
