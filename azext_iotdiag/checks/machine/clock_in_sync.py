"""Tokens are made and judged by two clocks, which must agree within minutes."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge.token import CLOCK_SKEW
from azext_iotdiag.model.facts import Fact, Vantage
from azext_iotdiag.model.finding import Finding, fail, warn
from azext_iotdiag.model.token import WORTH_A_WORD_SECONDS, ClockFacts

# https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes#401003-iothubunauthorized
REFUSED_SECONDS = 300


@check("The clock of this machine agrees with the service's")
def clock_in_sync(clock: Fact[ClockFacts]) -> Iterator[Finding]:
    """Where other services were asked and all have another time, this machine's clock is not known to be wrong."""
    if clock.failure is not None:
        raise CouldNotLook(obstacle(Service.MESSAGES, clock.failure))
    found = clock.value
    if found is None or (off := abs(found.ahead) - found.uncertain) < WORTH_A_WORD_SECONDS:
        return
    which = "ahead of" if found.ahead > 0 else "behind"
    whose = "the device's" if clock.place is Vantage.DEVICE else "this machine's"
    alike = [each for each in found.others if abs(each.ahead - found.ahead) < WORTH_A_WORD_SECONDS + found.uncertain]
    alone = bool(found.others) and not alike
    say = fail if off > REFUSED_SECONDS and not alone else warn
    compared = f", as it is to that of {alike[0].host}" if alike else ""
    if alone:
        compared = f"; the clock of {found.others[0].host} shows another time, so {found.host} may be wrong"
    yield say(
        CLOCK_SKEW,
        f"{whose} clock is {abs(found.ahead):.0f} s {which} that of {found.host}, give or take {found.uncertain:.0f} s"
        + compared,
        aheadSeconds=round(found.ahead, 1),
        uncertainSeconds=round(found.uncertain, 1),
        host=found.host,
    )
