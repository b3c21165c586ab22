"""A device that behaves must be let in and served: its messages acknowledged, its twin answered."""

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.reader import partitions_readable
from azext_iotdiag.knowledge import device as device_codes
from azext_iotdiag.knowledge import mqtt, mqtt_twin
from azext_iotdiag.model.failure import Kind

HTTPS_PORT = 443
# Kinds and conditions of a device's connection that mean something else than for a reader of messages.
_OF_KIND = {Kind.DROPPED: mqtt.CONNECTION_CLOSED, Kind.UNAUTHORIZED: mqtt.DEVICE_REFUSED}
_OF_CONDITION = {
    "mqtt:1": mqtt.VERSION_REFUSED,
    "mqtt:2": mqtt.CLIENT_ID_REFUSED,
    "mqtt:3": mqtt.SERVER_UNAVAILABLE,
}
_OF_PORT = frozenset({Kind.UNREACHABLE, Kind.REFUSED_CONNECTION, Kind.SILENT})  # what a firewall does to 8883
_OF_STEP = (("CONNACK", device_codes.CONNACK_MISSING), ("PUBACK", device_codes.PUBACK_MISSING))
_OF_TWIN = {"4": mqtt_twin.TWIN_REQUEST_REFUSED, "5": mqtt_twin.TWIN_REQUEST_FAILED}  # by the status's first digit
# The hub was there, and did not do what it should.
_SEEN = frozenset({
    mqtt.CONNECTION_CLOSED.code, mqtt.DEVICE_REFUSED.code, *(entry.code for entry in _OF_CONDITION.values()),
    *(entry.code for _, entry in _OF_STEP), *(entry.code for entry in _OF_TWIN.values()),
    mqtt_twin.TWIN_REQUEST_THROTTLED.code,
})  # fmt: skip


@check("The hub serves the device")
def device_served(simulated):
    failures = [*simulated.troubles, *([simulated.failure] if simulated.failure else [])]
    alike = {}
    for failure in failures:
        alike.setdefault((failure.kind, failure.step, failure.condition), failure)
    found = [partitions_readable.finding_of(failure, entry=entry_of(failure)) for failure in alike.values()]
    yield from (each for each in found if each.entry.code in _SEEN)
    if blind := [each for each in found if each.entry.code not in _SEEN]:
        raise CouldNotLook(*blind)


def entry_of(failure):
    """What a failed step means to a device."""
    if failure.condition.startswith("twin:"):
        status = failure.condition.removeprefix("twin:")
        throttled = status == "429"
        return mqtt_twin.TWIN_REQUEST_THROTTLED if throttled else _OF_TWIN.get(status[:1], _OF_TWIN["5"])
    if failure.condition in _OF_CONDITION:
        return _OF_CONDITION[failure.condition]
    if failure.kind is Kind.SILENT:
        for word, entry in _OF_STEP:
            if word in failure.step:
                return entry
    if failure.kind in _OF_PORT and failure.port != HTTPS_PORT:
        return mqtt.PORT_8883_BLOCKED
    return _OF_KIND.get(failure.kind) or partitions_readable.ENTRIES[failure.kind]
