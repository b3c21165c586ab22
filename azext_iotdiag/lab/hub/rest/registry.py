"""The identity registry over REST: devices made, shown, changed and removed, and how many there are.

https://learn.microsoft.com/rest/api/iothub/service/devices
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from azext_iotdiag.credential import sas
from azext_iotdiag.credential.connection_string import ID_CHARACTERS
from azext_iotdiag.lab.hub import edge, sessions, twins
from azext_iotdiag.lab.hub.dates import written
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.rest.reading import data_of, quoted
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.net import bindings
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.router import ANY, HttpRoute
from azext_iotdiag.model.target import Secret

LARGEST_PAGE = 1000
LARGEST_REGISTRY = 10_000  # a hub takes a million; a lab must stay small
ID = re.compile(rf"[{ID_CHARACTERS}]{{1,128}}")
_TYPES = ("sas", "selfSigned", "certificateAuthority", "none")
_THUMBPRINT = re.compile(r"[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}")
_KEY_BYTES = range(16, 65)


def find(runtime: Runtime, device_id: str, module_id: str = "") -> Device:
    """The device of that id, or its module. Raises HubRefusal."""
    if device_id not in runtime.hub.devices:
        raise HubRefusal(404001, device_id)
    found = runtime.hub.identity(device_id, module_id)
    if found is None:
        raise HubRefusal(404010, f"{device_id}/{module_id}")
    return found


def document(device: Device) -> dict[str, Any]:
    """A device's identity as the registry shows it, keys included."""
    primary, secondary = device.thumbprints
    with_keys = device.authentication == "sas"
    return {
        "deviceId": device.device_id,
        "generationId": device.generation_id,
        "etag": device.etag,
        "connectionState": "Connected" if device.connected else "Disconnected",
        "status": device.status,
        "statusReason": device.status_reason or None,
        "connectionStateUpdatedTime": written(device.connection_updated),
        "statusUpdatedTime": written(device.status_updated),
        "lastActivityTime": written(device.last_activity),
        "cloudToDeviceMessageCount": device.queued,
        "authentication": {
            "symmetricKey": {
                "primaryKey": device.primary.reveal() if with_keys else None,
                "secondaryKey": device.secondary.reveal() if with_keys else None,
            },
            "x509Thumbprint": {"primaryThumbprint": primary or None, "secondaryThumbprint": secondary or None},
            "type": device.authentication,
        },
        "capabilities": {"iotEdge": device.edge},
        **edge.scopes(device),
    }


def _list(runtime: Runtime, request: Request) -> Answer:
    top = request.query.get("top", str(LARGEST_PAGE))
    if not top.isascii() or not top.isdigit() or len(top) > 6 or not 1 <= int(top) <= LARGEST_PAGE:
        raise HubRefusal(400004, f"top must be from 1 to {LARGEST_PAGE}")
    return Answer(200, [document(device) for device in _some(runtime, int(top))])


def _some(runtime: Runtime, count: int) -> list[Device]:
    names = [device.device_id for device in islice(runtime.hub.devices.everyone(), count)]
    return [runtime.hub.devices[name] for name in names]  # with keys


def _get(runtime: Runtime, _request: Request, device_id: str) -> Answer:
    device = find(runtime, device_id)
    return Answer(200, document(device), quoted(device.etag))


def _put(runtime: Runtime, request: Request, device_id: str) -> Answer:
    asked = data_of(request)
    if not isinstance(asked, dict) or asked.get("deviceId") != device_id:
        raise HubRefusal(400004, "the body must be an object with the deviceId of the path")
    device = write_identity(runtime, device_id, asked, request.headers.get("if-match", ""))
    return Answer(200, document(device), quoted(device.etag))


def write_identity(runtime: Runtime, device_id: str, asked: dict[str, Any], if_match: str) -> Device:
    """Make a device, or change the one there is where `if_match` allows it. Raises HubRefusal."""
    if not ID.fullmatch(device_id):
        raise HubRefusal(400004, f"{device_id!r} cannot be the id of a device")
    known = runtime.hub.devices.get(device_id)
    if known is not None and not if_match:
        raise HubRefusal(409001, device_id)
    if known is None:
        if if_match:
            raise HubRefusal(404001, device_id)
        if len(runtime.hub.devices) >= LARGEST_REGISTRY:  # those of a fleet that were not asked for take no room
            raise HubRefusal(413002, f"a lab takes {LARGEST_REGISTRY} devices")
        device = Device(device_id, new_key(), new_key(), generation_id=runtime.new_generation())
    else:
        twins.check_etag(if_match, known.etag)
        device = known
    above = edge.parents(runtime.hub.devices, device, asked, edge=_wants_edge(device, asked))
    apply(device, asked, runtime.clock())
    edge.settle(device, above)
    device.edition += known is not None
    runtime.hub.devices[device_id] = device
    if device.status == "disabled":
        sessions.drop(runtime, device, 403012, "the device was disabled")
    return device


def _delete(runtime: Runtime, request: Request, device_id: str) -> Answer:
    remove_identity(runtime, device_id, request.headers.get("if-match", ""))
    return Answer(204)


def remove_identity(runtime: Runtime, device_id: str, if_match: str) -> None:
    """Remove a device where `if_match` allows it. Raises HubRefusal."""
    device = find(runtime, device_id)
    twins.check_etag(if_match, device.etag)
    del runtime.hub.devices[device_id]
    sessions.drop(runtime, device, 404001, "the device was removed")


def _wants_edge(device: Device, asked: dict[str, Any]) -> bool:
    """Whether the device is an Edge device after a write. Raises HubRefusal."""
    try:
        return bool(bindings.truth(_part(asked, "capabilities").get("iotEdge", device.edge), "capabilities.iotEdge"))
    except ValueError as wrong:
        raise HubRefusal(400004, str(wrong)) from None


def apply(device: Device, asked: dict[str, Any], now: float) -> None:
    """Write what was asked into a device, all of it or nothing. Raises HubRefusal."""
    status = asked.get("status") or device.status
    reason = asked.get("statusReason") or ""
    of_edge = _wants_edge(device, asked)
    if status not in ("enabled", "disabled") or not isinstance(reason, str) or len(reason) > 128:
        raise HubRefusal(400004, "status must be enabled or disabled, and its reason a text of at most 128 characters")
    given = _part(asked, "authentication")
    kind = given.get("type") or device.authentication
    keys, prints = _part(given, "symmetricKey"), _part(given, "x509Thumbprint")
    if kind not in _TYPES:
        raise HubRefusal(400004, f"the authentication type must be one of {', '.join(_TYPES)}")
    primary, secondary = (_key(keys.get(name), old) for name, old in
                          (("primaryKey", device.primary), ("secondaryKey", device.secondary)))  # fmt: skip
    thumbprints = tuple(prints.get(name) or "" for name in ("primaryThumbprint", "secondaryThumbprint"))
    if any(not isinstance(each, str) or (each and not _THUMBPRINT.fullmatch(each)) for each in thumbprints):
        raise HubRefusal(400004, "a thumbprint has 40 or 64 hexadecimal digits")
    if status != device.status:
        device.status_updated = now
    device.status, device.status_reason, device.edge = status, reason, of_edge
    device.authentication, device.primary, device.secondary = kind, primary, secondary
    device.thumbprints = (thumbprints[0].upper(), thumbprints[1].upper())


def _part(asked: dict[str, Any], name: str) -> dict[str, Any]:
    part = asked.get(name) or {}
    if not isinstance(part, dict):
        raise HubRefusal(400004, f"{name} must be an object")
    return part


def _key(given: Any, old: Secret) -> Secret:
    if given in (None, ""):
        return old
    try:
        size = len(sas.iothub_key(given))
    except (sas.MalformedKey, TypeError):
        size = 0
    if size not in _KEY_BYTES:
        raise HubRefusal(400004, "a key is the base64 of 16 to 64 bytes")
    return Secret(given)


def _count_devices(runtime: Runtime, _request: Request) -> Answer:
    total = runtime.hub.devices.count()
    disabled = sum(device.status == "disabled" for device in runtime.hub.devices.everyone())
    counts = {
        "totalDeviceCount": total,
        "enabledDeviceCount": total - disabled,
        "disabledDeviceCount": disabled,
    }
    return Answer(200, counts)


def _count_connected(runtime: Runtime, _request: Request) -> Answer:
    return Answer(200, {"connectedDeviceCount": sum(device.connected for device in runtime.hub.devices.everyone())})


ROUTES = (
    HttpRoute("GET", ("devices",), _list, ("RegistryRead",)),
    HttpRoute("GET", ("devices", ANY), _get, ("RegistryRead",)),
    HttpRoute("PUT", ("devices", ANY), _put, ("RegistryWrite",)),
    HttpRoute("DELETE", ("devices", ANY), _delete, ("RegistryWrite",)),
    HttpRoute("GET", ("statistics", "devices"), _count_devices, ("RegistryRead",)),
    HttpRoute("GET", ("statistics", "service"), _count_connected, ("ServiceConnect",)),
)
