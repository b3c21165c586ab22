"""A device answers a desired property that it knows. Silence on any other says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, finding_of, obstacle
from azext_iotdiag.knowledge.commands import DESIRED_DIFFERENT, DESIRED_REFUSED, DESIRED_UNANSWERED
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.finding import Certainty, Finding, JsonScalar, fail, warn
from azext_iotdiag.model.twin_test import Answered, TwinTest


@check("The device answers desired properties", at_most=Certainty.LIKELY)
def desired_answered(twin_test: TwinTest) -> Iterator[Finding]:
    test = twin_test
    if test.failure is not None:
        if test.failure.kind is Kind.MISSING:
            yield finding_of(Service.HUB_TWIN, test.failure)
            return
        raise CouldNotLook(obstacle(Service.HUB_TWIN, test.failure))
    if test.answered is Answered.REFUSED:
        yield fail(
            DESIRED_REFUSED,
            f"{test.whose} acknowledged {test.name} with {test.code}{f': {test.words}' if test.words else ''}",
            **_evidence(test),
        )
    elif test.answered is Answered.DIFFERENT and not test.probe:
        yield fail(
            DESIRED_DIFFERENT,
            f"{test.whose} reported {test.answer} for {test.name}, which was set to {test.value}",
            **_evidence(test),
        )
    elif test.answered is Answered.SILENT and not test.stopped:
        yield from _silent(test)


def _silent(test: TwinTest) -> Iterator[Finding]:
    """Only of a property that the device has reported before an answer is due."""
    others = ", and other properties in that time" if test.others else ""
    message = f"in {test.seconds:.0f} s {test.whose} reported nothing of {test.name} in version {test.changed}{others}"
    if test.known:
        yield fail(DESIRED_UNANSWERED, message, **_evidence(test))
        return
    raise CouldNotLook(warn(DESIRED_UNANSWERED, message, **_evidence(test)))


def _evidence(test: TwinTest) -> dict[str, JsonScalar]:
    told: dict[str, JsonScalar] = {
        "property": test.name,
        "version": test.changed,
        "seconds": test.seconds,
        "code": test.code,
        "connected": test.connected,
    }
    return {name: value for name, value in told.items() if value is not None}
