"""Which status a device has, from what a service says of it: one entry for each, and no more than the facts give."""

from __future__ import annotations

import re

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
UNAUTHORIZED_CODE, NO_HUB_CODE = 401002, 401001
# How a hub words its refusal, which the provisioning service copies into the message of a registration.
_OF_HUB = re.compile(r"IotHubUnauthorizedAccess")
_OF_CERTIFICATE = re.compile(r"certificate|\bchain\b", re.IGNORECASE)
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
    """The status of a registration; why it failed, where its code or message tells.

    401002 stands for a refused certificate (azure-iot-sdk-c#437), and for a hub that refuses the provisioning service.
    """
    if registration is None:
        return REGISTRATION_MISSING
    if registration.status in _REGISTRATIONS:
        return _REGISTRATIONS[registration.status]
    if _OF_HUB.search(registration.error_message):
        return dps.LINKED_HUB_REFUSES
    if registration.error_code == NO_HUB_CODE:
        return dps.LINKED_HUB_UNKNOWN
    if registration.error_code == UNAUTHORIZED_CODE:
        by_certificate = _OF_CERTIFICATE.search(registration.error_message)
        return dps.CERTIFICATE_REFUSED if by_certificate else dps.REGISTRATION_UNAUTHORIZED
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
