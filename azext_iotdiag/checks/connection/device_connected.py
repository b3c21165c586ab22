"""Whether the hub takes the device for connected, and if not, whether it ever was."""

from azext_iotdiag.checks import statuses as standing
from azext_iotdiag.checks.admission.device_enabled import device_enabled
from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.hub.status import CONNECTED
from azext_iotdiag.knowledge.registry import DEVICE_DISCONNECTED
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.model.moments import told, written

_SEVERITY = {CONNECTED.code: Severity.NOTE, DEVICE_DISCONNECTED.code: Severity.WARN}


@check("The device is connected", after=(device_known, device_enabled))
def device_connected(identity, now):
    """`now` is in seconds since 1970."""
    entry, moment = standing.of_identity(identity), int(now * 1000)
    last, reported = identity.last_activity, identity.reported
    heard = "has never heard of it" if last is None else f"heard of it last at {told(last, moment)}"
    if reported is not None and (last is None or reported > last):
        heard += f", and it reported properties at {told(reported, moment)}"
    how = "connected" if identity.connected else "not connected"
    yield Finding(
        entry,
        _SEVERITY.get(entry.code, Severity.FAIL),
        f"{identity.hub} shows {identity.device!r} as {how} and {heard}; that may be five minutes late, and a device "
        "that speaks only HTTPS is never in it" + (", nor may one behind a gateway be" if identity.parents else ""),
        evidence={
            "connected": identity.connected,
            "lastActivity": None if last is None else written(last),
            "lastReported": None if reported is None else written(reported),
        },
    )
