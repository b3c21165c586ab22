"""Tokens are made and judged by two clocks, which must agree within minutes."""

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.reader.partitions_readable import finding_of
from azext_iotdiag.knowledge.token import CLOCK_SKEW
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.finding import Severity, fail, warn

# https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes#401003-iothubunauthorized
REFUSED_SECONDS = 300
WORTH_A_WORD_SECONDS = 30


@check("The clock of this machine agrees with the service's")
def clock_in_sync(clock):
    """`clock` is what a probe measured, or the Failure of doing so."""
    if isinstance(clock, Failure):
        raise CouldNotLook(finding_of(clock, Severity.WARN))
    off = abs(clock.ahead) - clock.uncertain
    if off < WORTH_A_WORD_SECONDS:
        return
    which = "ahead of" if clock.ahead > 0 else "behind"
    say = fail if off > REFUSED_SECONDS else warn
    yield say(
        CLOCK_SKEW,
        f"this machine's clock is {abs(clock.ahead):.0f} s {which} that of {clock.host}, "
        f"give or take {clock.uncertain:.0f} s",
        aheadSeconds=round(clock.ahead, 1),
        uncertainSeconds=round(clock.uncertain, 1),
        host=clock.host,
    )
