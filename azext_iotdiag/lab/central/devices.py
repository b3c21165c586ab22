"""The devices of an IoT Central application over HTTP: what they are, their credentials, properties and last values.

https://learn.microsoft.com/rest/api/iotcentral/2022-07-31dataplane/devices
"""

from __future__ import annotations

import base64
import re
from typing import Any

from azext_iotdiag.credential.connection_string import ID_CHARACTERS
from azext_iotdiag.lab.central import application as apps
from azext_iotdiag.lab.central import templates as central_templates
from azext_iotdiag.lab.central.application import Member
from azext_iotdiag.lab.central.calls import Call, Refusal, chosen, page
from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.hub.dates import written
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.monitor.definitions import APP_READ, APP_UPDATE
from azext_iotdiag.lab.net import incoming
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.net.router import ANY, HttpRoute
from azext_iotdiag.wire.amqp.message import decode_message

LARGEST = 10_000  # devices; an application takes 200,000, and a lab must stay small
_FIELDS = ("id", "displayName", "template", "provisioned", "enabled", "simulated")
_ID = re.compile(rf"[{ID_CHARACTERS}]{{1,128}}")


def find(call: Call, device_id: str) -> Member:
    """The device of that id. Raises Refusal."""
    found = call.central.members.get(device_id)
    if found is None:
        raise Refusal(404, "NotFound", f"Device not found. Device id: {device_id}.")
    return found


def document(member: Member) -> dict[str, Any]:
    """A device as the API shows it; one without a template lacks that field."""
    shown = {
        "id": member.identity.device_id,
        "etag": _etag(member),
        "displayName": member.display_name,
        "simulated": member.simulated,
        "provisioned": member.provisioned,
        "enabled": member.enabled,
    }
    return shown | ({"template": member.template} if member.template else {})


def _etag(member: Member) -> str:
    return base64.b64encode(f"{member.identity.generation_id}-{member.edition}".encode()).decode()


def _list(call: Call) -> Answer:
    return page(call, chosen(call, [document(member) for member in call.central.members.values()], _FIELDS))


def _get(call: Call, device_id: str) -> Answer:
    return Answer(200, document(find(call, device_id)))


def _put(call: Call, device_id: str) -> Answer:
    """Make a device, or write the whole of it."""
    asked = _judged(call)
    if not _ID.fullmatch(device_id):
        raise Refusal(400, "BadRequest", f"{device_id!r} cannot be the id of a device.")
    member = call.central.members.get(device_id)
    if member is None:
        if len(call.central.members) >= LARGEST:
            raise Refusal(400, "BadRequest", f"A lab takes {LARGEST} devices.")
        member = call.central.add(device_id, device_id, generation=call.lab.new_generation())
    return _changed(call, member, asked)


def _patch(call: Call, device_id: str) -> Answer:
    return _changed(call, find(call, device_id), _judged(call))


def _judged(call: Call) -> dict[str, Any]:
    asked = call.object()
    for name, kind in (("displayName", str), ("template", str), ("enabled", bool), ("simulated", bool)):
        if name in asked and not isinstance(asked[name], kind):
            raise Refusal(400, "BadRequest", f"{name} must be a {kind.__name__}.")
    if asked.get("template"):
        central_templates.find(call, asked["template"])
    return asked


def _changed(call: Call, member: Member, asked: dict[str, Any]) -> Answer:
    member.display_name = asked.get("displayName", member.display_name)
    member.template = asked.get("template", member.template)
    member.simulated = asked.get("simulated", member.simulated)
    call.central.enable(member, asked.get("enabled", member.enabled))
    member.edition += 1
    return Answer(200, document(member))


def _delete(call: Call, device_id: str) -> Answer:
    member = find(call, device_id)
    del call.central.members[device_id]
    member.hub.hub.devices.pop(device_id, None)
    return Answer(204)


def _credentials(call: Call, device_id: str) -> Answer:
    keys = find(call, device_id).identity
    shown = {"primaryKey": keys.primary.reveal(), "secondaryKey": keys.secondary.reveal()}
    return Answer(200, {"idScope": call.central.id_scope, "symmetricKey": shown})


def _attestation(call: Call, device_id: str) -> Answer:
    find(call, device_id)
    raise Refusal(404, "NotFound", "The device has no individual enrollment.")  # its keys are those of a group


def _components(call: Call, device_id: str) -> Answer:
    member = find(call, device_id)
    contents = _model(call, member).get("contents", [])
    names = [part["name"] for part in contents if "Component" in _types(part)]
    return Answer(200, {"value": [{"name": name} for name in names]})


def _modules(call: Call, device_id: str) -> Answer:
    modules = find(call, device_id).identity.modules
    return Answer(200, {"value": [{"name": name} for name in modules]})


def _model(call: Call, member: Member) -> dict[str, Any]:
    if not member.template:
        raise Refusal(422, "UnprocessableEntity", "The device has no template.")
    return central_templates.find(call, member.template)["capabilityModel"]


def _types(part: dict[str, Any]) -> list[str]:
    kinds = part.get("@type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _properties(call: Call, device_id: str, component: str | None = None) -> Answer:
    member = find(call, device_id)
    call.central.metrics.count(f"{APP_READ}.success", call.lab.clock())
    return _shown(member, component)


def _shown(member: Member, component: str | None) -> Answer:
    return Answer(200, apps.properties_of(member, component))


def _set_properties(call: Call, device_id: str, component: str | None = None) -> Answer:
    member = find(call, device_id)
    asked = call.object()
    patch = asked if component is None else {component: {"__t": "c", **asked}}
    try:
        twins.update(member.identity.twin, {"properties": {"desired": patch}}, call.lab.clock())
    except HubRefusal as refused:
        call.central.metrics.count(f"{APP_UPDATE}.failure", call.lab.clock())
        raise Refusal(422, "UnprocessableEntity", str(refused)) from refused
    call.central.metrics.count(f"{APP_UPDATE}.success", call.lab.clock())
    return _shown(member, component)


def _telemetry(call: Call, device_id: str, *names: str) -> Answer:
    """The last value of a name; an empty answer where there is none."""
    member = find(call, device_id)
    component, name = names if len(names) == 2 else ("", names[0])
    member.hub.hub.expire(int(call.lab.clock() * 1000))
    for event in reversed(member.hub.hub.partition_of(device_id).events):
        message = decode_message(event.message)
        marks = message.annotations
        if marks.get("iothub-connection-device-id") != device_id or marks.get("dt-subject", "") != component:
            continue
        try:
            body = incoming.read(message.body)
        except incoming.BadJson:
            continue
        if isinstance(body, dict) and name in body:
            return Answer(200, {"value": body[name], "timestamp": written(event.enqueued / 1000)})
    return Answer(200, {})


ROUTES = (
    HttpRoute("GET", ("devices",), _list),
    HttpRoute("GET", ("devices", ANY), _get),
    HttpRoute("PUT", ("devices", ANY), _put),
    HttpRoute("PATCH", ("devices", ANY), _patch),
    HttpRoute("DELETE", ("devices", ANY), _delete),
    HttpRoute("GET", ("devices", ANY, "credentials"), _credentials),
    HttpRoute("GET", ("devices", ANY, "attestation"), _attestation),
    HttpRoute("GET", ("devices", ANY, "components"), _components),
    HttpRoute("GET", ("devices", ANY, "modules"), _modules),
    HttpRoute("GET", ("devices", ANY, "properties"), _properties),
    HttpRoute("PATCH", ("devices", ANY, "properties"), _set_properties),
    HttpRoute("GET", ("devices", ANY, "components", ANY, "properties"), _properties),
    HttpRoute("PATCH", ("devices", ANY, "components", ANY, "properties"), _set_properties),
    HttpRoute("GET", ("devices", ANY, "telemetry", ANY), _telemetry),
    HttpRoute("GET", ("devices", ANY, "components", ANY, "telemetry", ANY), _telemetry),
)
