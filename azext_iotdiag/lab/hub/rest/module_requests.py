"""Modules over REST: their identities, made, shown, changed and removed, and their twins.

https://learn.microsoft.com/rest/api/iothub/service/modules
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.hub import edge, sessions, twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.rest.reading import data_of, quoted
from azext_iotdiag.lab.hub.rest.registry import ID, apply, document, find
from azext_iotdiag.lab.hub.rest.twin_requests import write
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.router import ANY, HttpRoute

MOST = 50  # modules of one device ("IoT Hub quotas and throttling")
_OF_DEVICES = ("status", "statusReason", "statusUpdatedTime", "capabilities")


def module_document(module: Device) -> dict[str, Any]:
    """A module's identity as the registry shows it, keys included."""
    shown = {name: value for name, value in document(module).items() if name not in _OF_DEVICES}
    managed = edge.MANAGED_BY if module.module_id in edge.SYSTEM_MODULES else None
    return {"moduleId": module.module_id, "managedBy": managed, **shown}


def _list(runtime: Runtime, _request: Request, device_id: str) -> Answer:
    return Answer(200, [module_document(module) for module in find(runtime, device_id).modules.values()])


def _get(runtime: Runtime, _request: Request, device_id: str, module_id: str) -> Answer:
    module = find(runtime, device_id, module_id)
    return Answer(200, module_document(module), quoted(module.etag))


def _put(runtime: Runtime, request: Request, device_id: str, module_id: str) -> Answer:
    asked = data_of(request)
    if not isinstance(asked, dict) or (asked.get("deviceId"), asked.get("moduleId")) != (device_id, module_id):
        raise HubRefusal(400004, "the body must be an object with the deviceId and the moduleId of the path")
    module = write_identity(runtime, device_id, module_id, asked, request.headers.get("if-match", ""))
    return Answer(200, module_document(module), quoted(module.etag))


def write_identity(runtime: Runtime, device_id: str, module_id: str, asked: dict[str, Any], if_match: str) -> Device:
    """Make a module, or change the one there is where `if_match` allows it. Raises HubRefusal."""
    device = find(runtime, device_id)
    known = device.modules.get(module_id)
    if not ID.fullmatch(module_id):
        raise HubRefusal(400004, f"{module_id!r} cannot be the id of a module")
    if known is not None and not if_match:
        raise HubRefusal(409301, f"{device_id}/{module_id}")
    if known is None and if_match:
        raise HubRefusal(404010, f"{device_id}/{module_id}")
    if known is None and len(device.modules) >= MOST:
        raise HubRefusal(413003, f"a device has at most {MOST} modules")
    if known is not None:
        twins.check_etag(if_match, known.etag)
    generation = runtime.new_generation()
    module = known or Device(device_id, new_key(), new_key(), generation_id=generation, module_id=module_id)
    apply(module, {**asked, "status": "enabled", "capabilities": {}}, runtime.clock())
    module.edition += known is not None
    device.modules[module_id] = module
    return module


def _delete(runtime: Runtime, request: Request, device_id: str, module_id: str) -> Answer:
    remove_identity(runtime, device_id, module_id, request.headers.get("if-match", ""))
    return Answer(204)


def remove_identity(runtime: Runtime, device_id: str, module_id: str, if_match: str) -> None:
    """Remove a module where `if_match` allows it. Raises HubRefusal."""
    module = find(runtime, device_id, module_id)
    twins.check_etag(if_match, module.etag)
    del runtime.hub.devices[device_id].modules[module_id]
    sessions.drop(runtime, module, 404010, "the module was removed")


def _get_twin(runtime: Runtime, _request: Request, device_id: str, module_id: str) -> Answer:
    module = find(runtime, device_id, module_id)
    return Answer(200, twins.document(module, module.twin), quoted(module.twin.etag))


def _patch_twin(runtime: Runtime, request: Request, device_id: str, module_id: str) -> Answer:
    return write(runtime, request, find(runtime, device_id, module_id), twins.update)


def _put_twin(runtime: Runtime, request: Request, device_id: str, module_id: str) -> Answer:
    return write(runtime, request, find(runtime, device_id, module_id), twins.replace)


_MODULES, _ONE = ("devices", ANY, "modules"), ("devices", ANY, "modules", ANY)
_TWIN = ("twins", ANY, "modules", ANY)
ROUTES = (
    HttpRoute("GET", _MODULES, _list, ("RegistryRead",)),
    HttpRoute("GET", _ONE, _get, ("RegistryRead",)),
    HttpRoute("PUT", _ONE, _put, ("RegistryWrite",)),
    HttpRoute("DELETE", _ONE, _delete, ("RegistryWrite",)),
    HttpRoute("GET", _TWIN, _get_twin, ("ServiceConnect",)),
    HttpRoute("PATCH", _TWIN, _patch_twin, ("ServiceConnect",)),
    HttpRoute("PUT", _TWIN, _put_twin, ("ServiceConnect",)),
)
