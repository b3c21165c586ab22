"""The Device Provisioning Service as devices see it: registering, and asking what became of it.

HTTPS and MQTT share it.

https://learn.microsoft.com/rest/api/iot-dps/device/runtime-registration
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.dps import provisioning
from azext_iotdiag.lab.dps.provisioning import RETRY_SECONDS, DpsRefusal, Proof
from azext_iotdiag.lab.dps.service import Dps, Operation, Registration
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.monitor.definitions import ATTESTATIONS
from azext_iotdiag.lab.net import incoming, router
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.router import ANY, HttpRoute

API_VERSIONS = ("2018-09-01-preview", "2018-11-01", "2019-01-15", "2019-03-31", "2021-06-01", "2021-10-01")
WEBHOOK_SECONDS = 5.0
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def home(lab: Lab, host: str) -> Dps | None:
    """The service of that host, or the lab's own for the host that all services share."""
    return next((dps for dps in lab.provisioning if dps.host == host), None)


def owner(lab: Lab, id_scope: str, host: str = "") -> Dps:
    """The service of an id scope. Raises DpsRefusal, as for a wrong key.

    `host` is the name that was asked for: a service's own name leads to no other service.
    """
    asked = home(lab, host)
    found = next((dps for dps in lab.provisioning if dps.id_scope == id_scope and asked in (None, dps)), None)
    if found is None:
        where = f" at {host}" if asked else ""
        raise DpsRefusal(401002, "Unauthorized", f"no service has the id scope {id_scope!r}{where}")
    return found


async def serve(request: Request, lab: Lab) -> Answer:
    """Answer a device's request over HTTPS."""
    named = request.segments[1:2] == ("registrations",) and request.segments[2:3]
    try:
        if request.segments[:1] in [(dps.id_scope,) for dps in lab.provisioning]:
            if shut := owner(lab, request.segments[0], request.host).shut_to(request.peer, "deviceApi"):
                raise DpsRefusal(401002, "Unauthorized", shut)
        answer = await _answer(request, lab)
    except DpsRefusal as refusal:
        answer = refused(refusal, lab)
    return replace(answer, who=named[0], by_device=True) if named else answer


def refused(refusal: DpsRefusal, lab: Lab) -> Answer:
    """A refusal over HTTPS."""
    headers = {"Retry-After": str(RETRY_SECONDS)} if refusal.status == 429 else {}
    headers["x-ms-error-code"] = str(refusal.code)
    return Answer(refusal.status, refusal.body(iso(lab.clock())), headers, reason=f"{refusal.code}: {refusal.reason}")


def mistaken(lab: Lab) -> Answer:
    """The answer when the lab makes a mistake."""
    return refused(provisioning.mistaken(), lab)


async def _answer(request: Request, lab: Lab) -> Answer:
    found = router.find(ROUTES, request)
    if found is not None and found.route is not None:
        return await found.answer(request, lab)
    if request.segments[1:2] == ("registrations",):
        named = len(request.segments) > 2
        raise DpsRefusal(
            405000, f"{request.method} is not supported here" if named else "The registration id is missing."
        )
    raise DpsRefusal(404000, f"There is nothing at {request.path}.")


def _register(request: Request, lab: Lab, id_scope: str, registration_id: str) -> Answer:
    begun = register(lab, id_scope, registration_id, _body(request), _proof(request))
    told = {"operationId": begun.id, "status": "assigning"}
    path = f"/{id_scope}/registrations/{registration_id}/operations/{begun.id}"
    location = f"https://{request.host}{path}?api-version={request.query.get('api-version', '')}"
    return Answer(202, told, {"Retry-After": str(RETRY_SECONDS), "Location": location}, registration_id)


async def _status(request: Request, lab: Lab, id_scope: str, registration_id: str, operation_id: str) -> Answer:
    data = await status(lab, id_scope, registration_id, operation_id, _proof(request))
    waiting = data["status"] == "assigning"
    headers = {"Retry-After": str(RETRY_SECONDS)} if waiting else {}
    return Answer(202 if waiting else 200, data, headers, registration_id)


def _look_up(request: Request, lab: Lab, id_scope: str, registration_id: str) -> Answer:
    return Answer(200, look_up(lab, id_scope, registration_id, _proof(request)), who=registration_id)


def _proof(request: Request) -> Proof:
    if request.query.get("api-version", "") not in API_VERSIONS:
        raise DpsRefusal(400004, f"The api-version {request.query.get('api-version', '')!r} is not supported.")
    return Proof(request.headers.get("authorization", ""), request.chain)


def _body(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        raise DpsRefusal(415000, "The media type is not supported; send application/json.")
    return read_body(request.body)


def read_body(body: bytes) -> dict[str, Any]:
    """What a device sends with its registration. Raises DpsRefusal."""
    if len(body) > provisioning.LARGEST_BODY:
        raise DpsRefusal(400004, "The message is too large.")
    try:
        data = incoming.read(body or b"{}")
    except incoming.BadJson as wrong:
        raise DpsRefusal(400004, f"The body is no JSON: {wrong}.") from None
    if not isinstance(data, dict):
        raise DpsRefusal(400004, "The body is no JSON object.")
    return data


def register(lab: Lab, id_scope: str, registration_id: str, asked: dict[str, Any], proof: Proof) -> Operation:
    """Begin a registration. Raises DpsRefusal."""
    dps, now = owner(lab, id_scope), lab.clock()
    named = asked.get("registrationId", registration_id)
    dps.metrics.count(ATTESTATIONS, now)
    enrollment = provisioning.attest(dps, id_scope, registration_id, proof, now, tpm="tpm" in asked)
    if str(named).lower() != registration_id.lower():
        raise DpsRefusal(400004, "The registrationId of the body is not that of the path.")
    return provisioning.begin(dps, enrollment, registration_id, asked, proof, now)


async def status(lab: Lab, id_scope: str, registration_id: str, operation_id: str, proof: Proof) -> dict[str, Any]:
    """What became of an operation. Raises DpsRefusal."""
    dps, now = owner(lab, id_scope), lab.clock()
    provisioning.attest(dps, id_scope, registration_id, proof, now)
    if dps.throttled("operations", now):
        raise DpsRefusal(429001, "Throttled", f"more than {dps.per_minute} operations in a minute")
    operation = dps.operations.get(operation_id)
    if operation is None or operation.registration.id.lower() != registration_id.lower():
        raise DpsRefusal(404201, "The operation does not exist.")
    registration = await provisioning.decide(dps, operation, [each.hub for each in lab.hubs], now, call_webhook)
    answer = {"operationId": operation_id, "status": registration.status}
    return answer if registration.status == "assigning" else {**answer, "registrationState": shown(registration)}


def look_up(lab: Lab, id_scope: str, registration_id: str, proof: Proof) -> dict[str, Any]:
    """What became of a device's last registration. Raises DpsRefusal."""
    dps, now = owner(lab, id_scope), lab.clock()
    enrollment = provisioning.attest(dps, id_scope, registration_id, proof, now)
    if dps.throttled("registrations", now):
        raise DpsRefusal(429001, "Throttled", f"more than {dps.per_minute} registrations in a minute")
    registration = dps.registrations.get(registration_id.lower())
    return shown(registration or Registration(registration_id, enrollment, "unassigned", created=now, updated=now))


def shown(registration: Registration) -> dict[str, Any]:
    """A registration's state as devices and the service's users see it."""
    told: dict[str, Any] = {
        "registrationId": registration.id,
        "createdDateTimeUtc": iso(registration.created),
        "status": registration.status,
        "lastUpdatedDateTimeUtc": iso(registration.updated),
        "etag": registration.etag,
    }
    if registration.status == "assigned":
        told |= {
            "assignedHub": registration.hub,
            "deviceId": registration.device_id,
            "substatus": registration.substatus,
        }
    if registration.error_code:
        told |= {"errorCode": registration.error_code, "errorMessage": registration.error_message}
    if registration.payload is not None:
        told["payload"] = registration.payload
    return told


async def call_webhook(url: str, asked: dict[str, Any]) -> tuple[int, Any]:
    """The status and the data with which a custom allocation answers; 0 where no function can be asked.

    A lab asks no function beyond this machine, and asks without TLS.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in _THIS_MACHINE:
            return 0, None
        return await asyncio.wait_for(
            _post(parts.hostname, parts.port or 80, parts.path or "/", asked), WEBHOOK_SECONDS
        )
    except (OSError, asyncio.TimeoutError, ValueError):
        return 0, None


async def _post(host: str, port: int, path: str, asked: dict[str, Any]) -> tuple[int, Any]:
    reader, writer = await asyncio.open_connection(host, port)
    body = json.dumps(asked).encode()
    head = f"POST {path} HTTP/1.0\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    try:
        writer.write(head.encode() + body)
        answer = b""
        while len(answer) <= provisioning.LARGEST_BODY and (data := await reader.read(65_536)):
            answer += data
    finally:
        writer.close()
    first, _, rest = answer.partition(b"\r\n")
    content = rest.partition(b"\r\n\r\n")[2]
    code = int(first.partition(b" ")[2][:3])
    return code, incoming.read(content) if 200 <= code < 300 else None


ROUTES = (
    HttpRoute("PUT", (ANY, "registrations", ANY, "register"), _register),
    HttpRoute("GET", (ANY, "registrations", ANY, "operations", ANY), _status),
    HttpRoute("POST", (ANY, "registrations", ANY), _look_up),
)
