"""Where a sign of the device was waited for, one should come."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import DoesNotApply, check
from azext_iotdiag.knowledge.stream import NO_SIGN_CAME
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.observed import Observed


@check("The device showed a sign during the wait", at_most=Certainty.LIKELY)
def device_came(observed: Observed) -> Iterator[Finding]:
    if not observed.waited or observed.looks == observed.blind:
        raise DoesNotApply("observed")
    if observed.came is None and observed.heard is None:
        message = f"in {observed.seconds:.0f} s of waiting no message and no other sign of {observed.device!r} came"
        yield fail(NO_SIGN_CAME, message, seconds=round(observed.seconds), looks=observed.looks)
