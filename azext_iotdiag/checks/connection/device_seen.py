"""Whether a silent device has a connection at all, and when the hub last heard of it."""

from azext_iotdiag.checks.admission.device_enabled import device_enabled
from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.registry import DEVICE_CONNECTED_AND_SILENT, DEVICE_DISCONNECTED, DEVICE_NEVER_SEEN
from azext_iotdiag.model.finding import fail, warn
from azext_iotdiag.model.moments import told, written


@check("The hub has seen the device, and its messages come", after=(device_known, device_enabled))
def device_seen(identity, request):
    device, last = identity.device, identity.last_activity
    if request.shown:
        return
    heard = "has never heard of it" if last is None else f"heard of it last at {told(last, request.ended)}"
    evidence = {"device": device, "lastActivity": "never" if last is None else written(last)}
    if identity.connected:
        # What the hub heard while messages were read was no message, or one that went elsewhere. Before that, it may be
        # a device that sends seldom, and the state may be five minutes old.
        begun = request.since if request.since is not None else request.ended - int(request.seconds * 1000)
        find = fail if last is not None and last >= begun else warn
        yield find(DEVICE_CONNECTED_AND_SILENT, f"{identity.hub} shows {device!r} as connected and {heard}", **evidence)
    elif last is None:
        yield fail(DEVICE_NEVER_SEEN, f"{identity.hub} shows {device!r} as not connected and {heard}", **evidence)
    else:
        yield warn(DEVICE_DISCONNECTED, f"{identity.hub} shows {device!r} as not connected and {heard}", **evidence)
