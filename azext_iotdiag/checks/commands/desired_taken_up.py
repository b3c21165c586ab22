"""A device that follows its twin reports a desired property again after it was set."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.commands import DESIRED_BEHIND, DESIRED_REFUSED
from azext_iotdiag.model.finding import Certainty, Finding, fail, warn
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.timestamps import time_and_age
from azext_iotdiag.model.twin_state import Pending

PATIENCE_MS = 300_000  # for a device that answers; its activity may be shown as late as that


@check("The device takes up desired properties", after=(device_known,), at_most=Certainty.LIKELY)
def desired_taken_up(identity: Identity, now: float) -> Iterator[Finding]:
    """A property that the device never reported is none of those that it answers."""
    twin, moment = identity.twin, int(now * 1000)
    if twin is None:
        return
    for refused in twin.refused:
        words = f": {refused.words}" if refused.words else ""
        message = f"{identity.device} acknowledged {refused.name} with {refused.code}{words}"
        yield fail(DESIRED_REFUSED, message, property=refused.name, code=refused.code)
    late = [each for each in twin.pending if moment - each.desired > PATIENCE_MS]
    if not late:
        return
    first = min(late, key=lambda each: each.desired)
    signs = [each for each in (identity.last_activity, identity.reported) if each is not None]
    heard = max(signs, default=None)
    was_there = heard is not None and heard > first.desired + PATIENCE_MS
    since = (
        f"the hub heard of the device at {time_and_age(heard, moment)}"
        if heard is not None
        else "no sign of it is known"
    )
    say = fail if was_there else warn
    yield say(
        DESIRED_BEHIND,
        f"{_what(first, len(late), moment)}; {since}" + ("" if was_there else ", so that it may be offline"),
        property=first.name, version=first.version, acknowledged=first.acknowledged, properties=len(late),
    )  # fmt: skip


def _what(first: Pending, count: int, moment: int) -> str:
    more = f" and {count - 1} more" if count > 1 else ""
    seen = f", and it acknowledged version {first.acknowledged}" if first.acknowledged is not None else ""
    was = f" was set in version {first.version} at {time_and_age(first.desired, moment)}"
    reported = (
        f"; the device reported it last at {time_and_age(first.reported, moment)}" if first.reported is not None else ""
    )
    return f"{first.name}{more}{was}{reported}{seen}"
