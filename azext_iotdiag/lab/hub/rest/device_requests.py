"""Devices over HTTPS: a message to the hub, and messages from the cloud, which a device must ask for.

https://learn.microsoft.com/rest/api/iothub/device
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.hub import cloud_messages, device_access, upload
from azext_iotdiag.lab.hub.device_access import DeviceAccess
from azext_iotdiag.lab.hub.identities import Device
from azext_iotdiag.lab.hub.mqtt import topics
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.rest.reading import OF_DEVICE, data_of
from azext_iotdiag.lab.hub.routing import ingress
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.router import ANY, HttpRoute

BATCH = "application/vnd.microsoft.iothub.json"
MOST_IN_A_BATCH = 500
_APP = "iothub-app-"
# Headers, and the names that the same properties have in an MQTT topic.
_SYSTEM = {
    "iothub-messageid": "$.mid",
    "iothub-correlationid": "$.cid",
    "iothub-userid": "$.uid",
    "iothub-to": "$.to",
    "iothub-expiry": "$.exp",
    "iothub-contenttype": "$.ct",
    "iothub-contentencoding": "$.ce",
    "iothub-creation-time-utc": "$.ctime",
    "dt-subject": "$.sub",
}
_SHORTEST_LOCK, _LONGEST_LOCK = 1, 300  # seconds


def _send(runtime: Runtime, request: Request, device_id: str, module_id: str = "") -> Answer:
    access, device = _let_in(runtime, request, device_id, module_id)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == BATCH:
        messages = [_of_batch(entry) for entry in _batch(request)]
    else:
        named = {request.written.get(name, name): value for name, value in request.headers.items()}
        messages = [(request.body, _sorted(named))]
    for body, told in messages:
        size = len(body) + told.size
        if size > topics.MAX_MESSAGE:
            raise HubRefusal(413001, f"a message of {size} bytes; the limit is {topics.MAX_MESSAGE}")
    for body, told in messages:
        ingress.take(
            runtime,
            device,
            body,
            system=told.system,
            properties=told.properties,
            component=told.component,
            auth=access.auth,
        )
    return Answer(204)


def _batch(request: Request) -> list[Any]:
    entries = data_of(request)
    if not isinstance(entries, list) or len(entries) > MOST_IN_A_BATCH:
        raise HubRefusal(400004, f"a batch is an array of at most {MOST_IN_A_BATCH} messages")
    return entries


def _of_batch(entry: Any) -> tuple[bytes, topics.Telemetry]:
    """A message of a batch; its body is base64 unless it says otherwise."""
    body, properties = (entry.get("body"), entry.get("properties") or {}) if isinstance(entry, dict) else (None, None)
    if not isinstance(body, str) or not isinstance(properties, dict):
        raise HubRefusal(400004, "a message of a batch is an object with a text as its body")
    try:
        decoded = body.encode() if entry.get("base64Encoded") is False else base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise HubRefusal(400004, "the body of a message is not base64") from None
    return decoded, _sorted({name: str(value) for name, value in properties.items()})


def _sorted(named: Mapping[str, str]) -> topics.Telemetry:
    """The properties of a message in headers, or in a batch, which names them as headers."""
    told: dict[str, str] = {}
    for name, value in named.items():
        lower = name.lower()
        if lower.startswith(_APP):
            told[name[len(_APP) :]] = value
        elif lower in _SYSTEM:
            told[_SYSTEM[lower]] = value
    return topics.sort_properties(told)


def _receive(runtime: Runtime, request: Request, device_id: str) -> Answer:
    _, device = _let_in(runtime, request, device_id)
    message = cloud_messages.receive(runtime, device, _lock_seconds(request))
    if message is None:
        return Answer(204)
    names = {topic: header for header, topic in _SYSTEM.items()}
    headers = {names[name]: value for name, value in topics.name_properties(message.system).items()}
    headers |= {f"{_APP}{name}": str(value) for name, value in message.properties.items()}
    if message.ack != "none":
        headers["iothub-ack"] = message.ack
    headers |= {
        "iothub-to": f"/{device.path}/messages/deviceBound",
        "iothub-sequencenumber": str(message.sequence),
        "iothub-deliverycount": str(message.deliveries - 1),
        "ETag": f'"{message.lock}"',
    }
    if not all(_fits(part) for pair in headers.items() for part in pair):
        cloud_messages.reject(runtime, device, message.lock)
        raise HubRefusal(400004, "the properties of the message do not fit HTTP headers; it is rejected")
    return Answer(200, message.body or None, headers)


def _complete(runtime: Runtime, request: Request, device_id: str, lock: str) -> Answer:
    _, device = _let_in(runtime, request, device_id)
    (cloud_messages.reject if "reject" in request.query else cloud_messages.complete)(runtime, device, lock)
    return Answer(204)


def _abandon(runtime: Runtime, request: Request, device_id: str, lock: str) -> Answer:
    _, device = _let_in(runtime, request, device_id)
    cloud_messages.abandon(runtime, device, lock)
    return Answer(204)


def _begin_upload(runtime: Runtime, request: Request, device_id: str) -> Answer:
    _, device = _let_in(runtime, request, device_id)
    asked = data_of(request)
    return Answer(200, upload.begin(runtime, device, asked.get("blobName") if isinstance(asked, dict) else None))


def _begin_named_upload(runtime: Runtime, request: Request, device_id: str, name: str) -> Answer:
    _, device = _let_in(runtime, request, device_id)
    return Answer(200, upload.begin(runtime, device, name))


def _end_upload(runtime: Runtime, request: Request, device_id: str, id_: str = "") -> Answer:
    _, device = _let_in(runtime, request, device_id)
    told = data_of(request)
    upload.end(runtime, device, {**told, "correlationId": id_} if id_ and isinstance(told, dict) else told)
    return Answer(204)


def _let_in(runtime: Runtime, request: Request, device_id: str, module_id: str = "") -> tuple[DeviceAccess, Device]:
    """Who asks. Raises HubRefusal, which tells the device nothing but that."""
    token = request.headers.get("authorization")
    access = device_access.judge(
        runtime, runtime.hub.host, device_id, module_id, token, request.chain, peer=request.peer
    )
    if access.device is None:
        raise HubRefusal(401002, "Unauthorized", access.reason)
    return access, access.device


def _lock_seconds(request: Request) -> float:
    text = request.headers.get("iothub-messagelocktimeout", "")
    if not text:
        return cloud_messages.LOCK_SECONDS
    if not text.isascii() or not text.isdigit() or not _SHORTEST_LOCK <= int(text[:9]) <= _LONGEST_LOCK:
        raise HubRefusal(400004, f"IotHub-MessageLockTimeout is not from {_SHORTEST_LOCK} to {_LONGEST_LOCK} seconds")
    return float(text)


def _fits(text: str) -> bool:
    return text.isascii() and text.isprintable() and text == text.strip()


_EVENTS, _BOUND = ("messages", "events"), ("messages", "deviceBound")
ROUTES = (
    HttpRoute("POST", ("devices", ANY, *_EVENTS), _send, OF_DEVICE),
    HttpRoute("POST", ("devices", ANY, "modules", ANY, *_EVENTS), _send, OF_DEVICE),
    HttpRoute("GET", ("devices", ANY, *_BOUND), _receive, OF_DEVICE),
    HttpRoute("DELETE", ("devices", ANY, *_BOUND, ANY), _complete, OF_DEVICE),
    HttpRoute("POST", ("devices", ANY, *_BOUND, ANY, "abandon"), _abandon, OF_DEVICE),
    HttpRoute("POST", ("devices", ANY, "files"), _begin_upload, OF_DEVICE),
    HttpRoute("GET", ("devices", ANY, "files", ANY), _begin_named_upload, OF_DEVICE),  # api-versions up to 2019-07
    HttpRoute("POST", ("devices", ANY, "files", "notifications"), _end_upload, OF_DEVICE),
    HttpRoute("POST", ("devices", ANY, "files", "notifications", ANY), _end_upload, OF_DEVICE),  # the SDK for Node.js
)
