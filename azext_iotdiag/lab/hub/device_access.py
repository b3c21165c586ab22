"""Whether a token or a certificate lets a device or a module in, over any protocol, and the real reason if not.

IoT Hub keeps the reason for its own log. So does the lab: services tell a device no more than the hub would.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cryptography import x509

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.faults.table import DEVICE_DISABLED, DEVICE_UNKNOWN
from azext_iotdiag.lab.hub import client_certificates

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.identities import Device
    from azext_iotdiag.lab.hub.runtime import Runtime
    from azext_iotdiag.model.target import Secret

NEVER = math.inf
UNAUTHORIZED, NO_ACCESS, UNKNOWN, DISABLED, UNKNOWN_MODULE = 401003, 401002, 404001, 403012, 404010
_CERTIFICATES = ("selfSigned", "certificateAuthority")


class DeviceAccess(NamedTuple):
    """The verdict. `device` is there exactly where `reason` is empty. `expires` is in seconds since 1970; `auth` is
    "sas" or "x509". `code` is what the hub writes into its log, where it says no."""

    reason: str
    device: Device | None = None
    expires: float = 0.0
    auth: str = "sas"
    code: int = UNAUTHORIZED


def judge(
    runtime: Runtime,
    host: str,
    device_id: str,
    module_id: str,
    token: str | None,
    chain: Sequence[x509.Certificate] = (),
    *,
    peer: str = "",
) -> DeviceAccess:
    """Whether the hub lets in who calls itself so, with a token or, where it has none, with a certificate.

    `chain` is what the client, whose address is `peer`, showed at the TLS handshake, its own certificate first.
    """
    hub = runtime.hub
    if shut := hub.settings.shut_to(peer):
        return DeviceAccess(shut, code=NO_ACCESS)
    if host.lower() != hub.host.lower():
        return DeviceAccess(f"the user name is for the hub {host}, and this is {hub.host}")
    found, reason, code = find(runtime, device_id, module_id)
    if found is None:
        return DeviceAccess(reason, code=code)
    if token:
        switch = "disableModuleSAS" if module_id else "disableDeviceSAS"
        off = hub.settings.properties[switch]
        return DeviceAccess(f"SAS tokens are switched off ({switch})") if off else judge_token(runtime, found, token)
    if found.authentication not in _CERTIFICATES:
        if not chain:
            return DeviceAccess("no password")
        return DeviceAccess("the device has no certificate with the hub, and sent no password", auth="x509")
    why = client_certificates.why_not(found, hub.authorities, chain, runtime.clock())
    return DeviceAccess(why, auth="x509") if why else DeviceAccess("", found, NEVER, "x509")


def find(runtime: Runtime, device_id: str, module_id: str = "") -> tuple[Device | None, str, int]:
    """The device or module of that name where it may connect, or why it may not, with the code for the log."""
    devices = runtime.hub.devices
    device = devices.get(device_id)
    if device is None or runtime.faults.find(DEVICE_UNKNOWN) is not None:
        return None, "no device of this id" + ("" if device else _other_case(device_id, devices)), UNKNOWN
    if device.status != "enabled" or runtime.faults.find(DEVICE_DISABLED) is not None:
        return None, "the device is disabled", DISABLED
    found = runtime.hub.identity(device_id, module_id)
    if found is None:
        return None, f"the device has no module {module_id!r}" + _other_case(module_id, device.modules), UNKNOWN_MODULE
    return found, "", 0


def judge_token(runtime: Runtime, device: Device, text: str) -> DeviceAccess:
    """Whether a SAS token opens this device or module."""
    hub, now = runtime.hub, runtime.clock()
    try:
        token = sas.read(text)
    except ValueError as error:  # MalformedToken, whose text does not hold the token
        return DeviceAccess(f"the password is no SAS token: {error}")
    if token.expires <= now:
        return DeviceAccess(f"the SAS token expired {now - token.expires:.0f} s ago")
    keys: list[Secret] = [device.primary, device.secondary]
    if token.policy:
        policy = hub.policies.get(token.policy)
        if policy is None or "DeviceConnect" not in policy.rights:
            return DeviceAccess(f"the policy {token.policy!r} does not exist or lacks DeviceConnect")
        keys = [policy.primary, policy.secondary]
    elif device.authentication != "sas":
        return DeviceAccess(f"the device signs in by {device.authentication}, and came with a SAS token")
    if not any(sas.matches(token, sas.iothub_key(key.reveal())) for key in keys):
        return DeviceAccess("the SAS token is signed with another key")
    wanted = f"{hub.host}/{device.path}"
    if not sas.covers(token.resource, wanted):
        return DeviceAccess(f"the SAS token is for {token.resource}, not for {wanted}")
    return DeviceAccess("", device, float(token.expires))


def _other_case(name: str, known: dict[str, Device]) -> str:
    """Ids are case-sensitive, which is easily missed."""
    same = [other for other in known if other.lower() == name.lower()]
    return f"; ids are case-sensitive, and there is {same[0]!r}" if same else ""
