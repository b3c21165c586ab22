"""Which status a device has, from what a service says of it: one entry for each, and no more than the facts give."""

from __future__ import annotations

from azext_iotdiag.knowledge import central, lookup
from azext_iotdiag.knowledge.dps import registration as dps
from azext_iotdiag.knowledge.hub import status
from azext_iotdiag.knowledge.registry import DEVICE_DISABLED, DEVICE_DISCONNECTED, DEVICE_NEVER_SEEN, DEVICE_UNKNOWN
from azext_iotdiag.knowledge.statuses import BLOCKED_OR_WAITING, REGISTRATION_MISSING
from azext_iotdiag.model.dps import Enrolled, Registration
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.model.identity import Identity

_REGISTRATIONS = {
    "unassigned": dps.UNASSIGNED,
    "assigning": dps.ASSIGNING,
    "assigned": dps.ASSIGNED,
    "disabled": dps.DISABLED,
}
HUB_REFUSED_CODE = 401002  # in a registration: the linked hub refused the provisioning service
HEALTHY = (status.CONNECTED, dps.ASSIGNED, central.PROVISIONED)
PASSING = (DEVICE_DISCONNECTED, dps.UNASSIGNED, dps.ASSIGNING)  # what may be as it should


def of_identity(identity: Identity) -> Entry:
    """The status of a device in its hub."""
    if not identity.known:
        return DEVICE_UNKNOWN
    if identity.status == "disabled":
        return DEVICE_DISABLED
    if identity.connected:
        return status.CONNECTED
    seen = identity.last_activity is not None or identity.reported is not None
    return DEVICE_DISCONNECTED if seen else DEVICE_NEVER_SEEN


def of_registration(registration: Registration | None) -> Entry:
    """The status of a registration; why it failed, where its code or message tells."""
    if registration is None:
        return REGISTRATION_MISSING
    if registration.status in _REGISTRATIONS:
        return _REGISTRATIONS[registration.status]
    if "IotHubUnauthorizedAccess" in registration.error_message or registration.error_code == HUB_REFUSED_CODE:
        return dps.LINKED_HUB_REFUSES
    told = lookup.find(str(registration.error_code), "dps") if registration.error_code else ()
    return told[0] if told else dps.FAILED


def of_enrolled(each: Enrolled) -> Entry:
    """The status of a device in a list of a provisioning service."""
    return of_registration(each.registration) if each.enrollment.enabled else dps.DISABLED


def of_central(provisioned: bool, enabled: bool) -> Entry:
    """The status of a device in IoT Central, as its REST interface tells it.

    https://learn.microsoft.com/azure/iot-central/core/howto-manage-devices-individually
    """
    if enabled:
        return central.PROVISIONED if provisioned else central.REGISTERED
    return central.BLOCKED if provisioned else BLOCKED_OR_WAITING
