"""To play a device that only the hub knows, the hub must hand out its identity, or make one."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, answered, finding_of, obstacle
from azext_iotdiag.knowledge.registry import DEVICE_UNKNOWN
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.keys import Asked
from azext_iotdiag.model.simulated import Registered


@check("The hub hands out the identity")
def identity_given(registered: Fact[Registered], asked: Asked) -> Iterator[Finding]:
    failure = registered.failure
    if failure is None:
        return
    if failure.kind is Kind.MISSING:
        yield fail(
            DEVICE_UNKNOWN,
            f"{failure.host} answers that there is no device {asked.device!r}",
            device=asked.device,
            hub=failure.host,
        )
        return
    if not answered(Service.HUB, failure):
        raise CouldNotLook(obstacle(Service.HUB, failure))
    yield finding_of(Service.HUB, failure)
