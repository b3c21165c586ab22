"""A device that behaves must be let in and served: its messages acknowledged, its twin answered."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, entry_of, finding_of, obstacle
from azext_iotdiag.knowledge import mqtt
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.model.simulated import Simulated

# The hub was there, and did not do what it should. All else kept this machine from looking.
_SEEN = frozenset({
    mqtt.CONNACK_MISSING, mqtt.PUBACK_MISSING, mqtt.CLIENT_ID_REFUSED, mqtt.CONNECTION_CLOSED, mqtt.DEVICE_REFUSED,
    mqtt.SERVER_UNAVAILABLE, mqtt.VERSION_REFUSED, mqtt.TWIN_REQUEST_FAILED, mqtt.TWIN_REQUEST_REFUSED,
    mqtt.TWIN_REQUEST_THROTTLED,
})  # fmt: skip


@check("The hub serves the device")
def device_served(simulated: Simulated) -> Iterator[Finding]:
    failures = [*simulated.troubles, *([simulated.failure] if simulated.failure else [])]
    alike: dict[tuple[Kind, str, str], Failure] = {}
    for failure in failures:
        alike.setdefault((failure.kind, failure.step, failure.condition), failure)
    seen = [failure for failure in alike.values() if entry_of(Service.DEVICE_API, failure) in _SEEN]
    yield from (finding_of(Service.DEVICE_API, failure) for failure in seen)
    if blind := [obstacle(Service.DEVICE_API, failure) for failure in alike.values() if failure not in seen]:
        raise CouldNotLook(*blind)
