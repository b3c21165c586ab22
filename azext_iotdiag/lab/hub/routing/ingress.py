"""How a hub takes a message of a device: its routes decide where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.hub.hub import annotations_of
from azext_iotdiag.lab.hub.identities import Device
from azext_iotdiag.lab.hub.routing.message import Sent
from azext_iotdiag.lab.hub.routing.rules import BUILT_IN
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.monitor import definitions

LARGEST = 256 * 1024  # bytes of a message with what enrichments add
DROPPED = "dropped: no route took it, and the fallback is off or did not"


def take(
    runtime: Runtime,
    device: Device,
    body: bytes,
    *,
    system: Mapping[str, Any],
    properties: Mapping[str, Any],
    component: str = "",
    auth: str = "sas",
) -> None:
    """Take a message of a device or a module. `auth` is "sas" or "x509"."""
    now, hub = runtime.clock(), runtime.hub
    now_ms = int(now * 1000)
    plan = runtime.routing.plan(hub.settings)
    runtime.count(definitions.ATTEMPTS)
    runtime.count(definitions.ACCEPTED)
    if plan.plain:
        hub.telemetry(device, body, system=system, properties=properties, component=component, auth=auth, now_ms=now_ms)
        _delivered(runtime, definitions.BUILT_IN)
        return
    device.last_activity = now
    marks = {**annotations_of(device, now_ms, component=component, auth=auth)}
    marks["iothub-connection-device-id"] = device.device_id
    sent = Sent(body, {**system, **marks}, properties, _twin(device))
    way = plan.way(sent)
    for problem in way.problems:
        _tell(runtime, device, problem)
    if not way.endpoints:
        _tell(runtime, device, DROPPED, "orphanedMessage")
        runtime.count(definitions.ORPHANED)
    if way.fallback:
        runtime.count(definitions.FALLBACK)
    for endpoint in way.endpoints:
        stamped = {**properties, **plan.stamped(endpoint, sent, hub.name)}
        if sum(len(str(part)) for pair in stamped.items() for part in pair) + len(body) > LARGEST:
            what = f"dropped for {endpoint}: with its enrichments it is larger than {LARGEST} bytes"
            _tell(runtime, device, what, "invalidMessage", endpoint)
            runtime.count(definitions.INVALID)
        elif endpoint == BUILT_IN:
            hub.telemetry(
                device, body, system=system, properties=stamped, component=component, auth=auth, now_ms=now_ms
            )
            _delivered(runtime, definitions.BUILT_IN)
        else:
            _deliver(runtime, device, endpoint, sent, stamped, now)


def _deliver(
    runtime: Runtime, device: Device, endpoint: str, sent: Sent, properties: Mapping[str, Any], now: float
) -> None:
    try:
        runtime.routing.deliver(endpoint, sent, properties, now)
    except OSError as error:
        runtime.count(definitions.DROPPED)
        what = f"dropped for {endpoint}, whose file cannot be written: {error.strerror or error}"
        _tell(runtime, device, what, "droppedMessage", endpoint)
    else:
        kind = runtime.routing.plan(runtime.hub.settings).endpoints[endpoint]
        _delivered(runtime, definitions.OF_ENDPOINTS.get(kind, ""))


def _delivered(runtime: Runtime, metric: str) -> None:
    """Count a message that reached an endpoint. The built-in one counts for the quota of the day."""
    runtime.count(definitions.DELIVERED)
    if metric:
        runtime.count(metric)
    used = sum(partition.next_sequence for partition in runtime.hub.stream.partitions.values())
    runtime.metrics.note(definitions.MESSAGES, runtime.clock(), used)


def _twin(device: Device) -> dict[str, Any]:
    """The twin of the very identity that sent: a module has its own."""
    twin = device.twin
    return {
        "tags": twin.tags,
        "properties": {"desired": twin.desired.document(), "reported": twin.reported.document()},
    }


def _tell(
    runtime: Runtime, device: Device, what: str, log: str = "undefinedRouteEvaluation", endpoint: str = ""
) -> None:
    """Note a problem in the audit, once for each device as long as the routing stays as it is.

    `log` is what the hub calls it in its log.
    """
    if runtime.routing.is_news(device.name, what):
        runtime.record("hub", "route", "refused", who=device.name, reason=what, log=log, endpointName=endpoint)
