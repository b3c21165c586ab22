"""Whether a silent device has a connection at all, and when the hub last heard of it."""

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.identity.device_enabled import device_enabled
from azext_iotdiag.checks.identity.device_known import device_known
from azext_iotdiag.knowledge.registry import DEVICE_CONNECTED_AND_SILENT, DEVICE_DISCONNECTED, DEVICE_NEVER_SEEN
from azext_iotdiag.model.finding import fail
from azext_iotdiag.model.moments import told, written


@check("The hub has seen the device, and its messages come", after=(device_known, device_enabled))
def device_seen(identity, request):
    device, last = identity.device, identity.last_activity
    if request.shown:
        return
    heard = "has never heard of it" if last is None else f"heard of it last at {told(last, request.ended)}"
    evidence = {"device": device, "lastActivity": "never" if last is None else written(last)}
    if identity.connected:
        yield fail(DEVICE_CONNECTED_AND_SILENT, f"{identity.hub} shows {device!r} as connected and {heard}", **evidence)
    elif last is None:
        yield fail(DEVICE_NEVER_SEEN, f"{identity.hub} shows {device!r} as not connected and {heard}", **evidence)
    else:
        yield fail(DEVICE_DISCONNECTED, f"{identity.hub} shows {device!r} as not connected and {heard}", **evidence)
