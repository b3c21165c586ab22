"""The keys can only be compared where the registry shows the device."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge.registry import DEVICE_UNKNOWN
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.keys import Admission, Asked, KeyComparison


@check("The hub shows how the device proves itself")
def identity_readable(
    key_comparison: Fact[KeyComparison], asked: Asked, admission: Admission | None = None
) -> Iterator[Finding]:
    """Where the hub let the credential in, no comparison is missed."""
    failure = key_comparison.failure
    if failure is None or (admission is not None and admission.let_in):
        return
    if failure.kind is not Kind.MISSING:
        raise CouldNotLook(obstacle(Service.HUB, failure))
    what = f"no module {asked.module!r} of the device" if asked.module else "no device"
    yield fail(
        DEVICE_UNKNOWN,
        f"{failure.host} answers that there is {what} {asked.device!r}",
        device=asked.device,
        hub=failure.host,
    )
