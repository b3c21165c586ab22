"""The Device Provisioning Service over AMQP: a pair of links for each registration, and SASL PLAIN or a certificate.

No page of Microsoft describes it; the device SDKs for C (prov_transport_amqp_common) and Node.js
(azure-iot-provisioning-device-amqp) show what is asked and answered.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.dps import device_api, provisioning
from azext_iotdiag.lab.dps.mqtt import is_user
from azext_iotdiag.lab.dps.provisioning import RETRY_SECONDS, DpsRefusal, Proof, attested
from azext_iotdiag.lab.dps.service import GLOBAL_HOST
from azext_iotdiag.lab.hub.amqp.nodes import address_of, missing, path_of, text, with_ulongs
from azext_iotdiag.lab.net import mistakes
from azext_iotdiag.wire.amqp.message import Message, decode_message, encode_message
from azext_iotdiag.wire.amqp.performatives import Accepted, AmqpError, Rejected
from azext_iotdiag.wire.amqp.types import Symbol

if TYPE_CHECKING:
    from azext_iotdiag.lab.lab import Lab
    from azext_iotdiag.wire.amqp.link_events import Delivery, Detached, Disposed, Ended
    from azext_iotdiag.wire.amqp.links import Link
    from azext_iotdiag.wire.amqp.performatives import Attach

CREDIT = 100
MOST_WAITING = 100  # requests and answers of one connection
REGISTER, STATUS, LOOK_UP = "iotdps-register", "iotdps-get-operationstatus", "iotdps-get-registration"
API_VERSION = "com.microsoft:api-version"

log = logging.getLogger(__name__)


def is_host(lab: Lab, host: str) -> bool:
    """Whether a name is that of a provisioning service, or the one that all of them share."""
    return host == GLOBAL_HOST or device_api.home(lab, host) is not None


def judge_plain(connection: Any, lab: Lab, response: bytes) -> tuple[str, str] | None:
    """The device that asks by SASL PLAIN, and why it is refused (empty: it is let in); None where none asks."""
    parts = [part.decode("utf-8", "replace") for part in response.split(b"\0")]
    if len(parts) != 3 or not is_user(parts[1]):
        return None
    connection.password = parts[2]
    id_scope, _, registration_id = parts[1].split("/", 2)
    why = _why_not(connection, lab, id_scope, registration_id)
    return registration_id, why


def _why_not(connection: Any, lab: Lab, id_scope: str, registration_id: str) -> str:
    """Why a device is not let in; empty where it is."""
    try:
        dps = device_api.owner(lab, id_scope, connection.host)
        if shut := dps.shut_to(connection.stream.peer, "deviceApi"):
            return shut
        provisioning.attest(dps, id_scope, registration_id, _proof(connection), lab.clock())
    except DpsRefusal as refusal:
        provisioning.count_refusal(lab.provisioning, id_scope, lab.clock())
        return f"{refusal.code}: {refusal.reason}"
    return ""


def _proof(connection: Any) -> Proof:
    return Proof(connection.password, connection.stream.peer_chain)


class DpsNodes:
    """The links of one connection to a provisioning service."""

    def __init__(self, connection: Any, lab: Lab):
        self._connection = connection
        self._lab = lab
        self._asking: dict[Link, tuple[str, str]] = {}
        self._answering: dict[str, Link] = {}  # by the registration that the link is for
        self._waiting: deque[tuple[Link, bytes]] = deque(maxlen=MOST_WAITING)
        self._tasks: set[asyncio.Task[None]] = set()
        self._seen: set[str] = set()  # the registrations for which links were attached

    def attach(self, link: Link, proposal: Attach) -> None:
        """Answer a link that the device proposes."""
        connection, address = self._connection, address_of(proposal.source if link.sender else proposal.target)
        path = path_of(address)
        if not is_user(path):
            connection.refuse(link, proposal, "amqp:not-found", missing(f"{connection.host}/{path}"), address=address)
            return
        id_scope, _, registration_id = path.split("/", 2)
        version = text((proposal.properties or {}).get(API_VERSION))
        if version not in device_api.API_VERSIONS:
            wrong = f"The api-version '{version}' is not supported."
            connection.refuse(link, proposal, "amqp:not-allowed", wrong, address=address)
        elif why := _why_not(connection, self._lab, id_scope, registration_id):
            tried = attested("Amqp", id_scope)
            connection.audit("authenticate", "refused", who=registration_id, reason=why, **tried)
            connection.refuse(link, proposal, "amqp:unauthorized-access", "Unauthorized", address=address)
        else:
            link.accept(proposal, max_message_size=provisioning.LARGEST_BODY)
            self._seen.add(registration_id)
            connection.audit("attach", "accepted", who=registration_id, address=address)
            if link.sender:
                self._answering[path] = link
            else:
                link.grant(CREDIT)
                self._asking[link] = (id_scope, registration_id)

    def deliver(self, delivery: Delivery) -> None:
        """Take a request. Its answer may wait for the webhook of a custom allocation."""
        asked = self._asking.get(delivery.link)
        if asked is None or len(self._tasks) >= MOST_WAITING:
            return
        if delivery.link.credit < CREDIT // 2:
            delivery.link.grant(CREDIT)
        task = asyncio.ensure_future(self._serve(delivery, *asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, delivery: Delivery, id_scope: str, registration_id: str) -> None:
        message, outcome, reason, told = decode_message(delivery.message), Accepted(), "", {}
        operation = text(message.application.get("iotdps-operation-type"))
        try:
            told = await self._answer(operation, message, id_scope, registration_id)
        except DpsRefusal as refusal:
            outcome, reason = self._refused(refusal), f"{refusal.code}: {refusal.reason}"
        except Exception as mistake:
            log.exception("%s of %s: a mistake of the lab", registration_id, self._connection.stream.peer)
            outcome, reason = self._refused(provisioning.mistaken()), mistakes.reason(mistake)
        if not delivery.settled:
            delivery.link.session.settle(delivery.delivery_id, outcome)
        link = self._answering.get(f"{id_scope}/registrations/{registration_id}")
        if told and link is not None:
            self._waiting.append((link, _reply(message, told)))
        self._lab.audit.record(
            "dps", "request", "refused" if reason else "accepted", peer=self._connection.stream.peer,
            who=registration_id, reason=reason, operation=operation, status=told.get("status", ""),
            **(attested("Amqp", id_scope) if operation == REGISTER else {}),
        )  # fmt: skip
        self._connection.wake.set()

    async def _answer(self, operation: str, message: Message, id_scope: str, registration_id: str) -> dict[str, Any]:
        proof = _proof(self._connection)
        if operation == REGISTER:
            asked = device_api.read_body(bytes(message.body or b""))
            begun = device_api.register(self._lab, id_scope, registration_id, asked, proof)
            return {"operationId": begun.id, "status": "assigning"}
        if operation == STATUS:
            named = text(message.application.get("iotdps-operation-id"))
            return await device_api.status(self._lab, id_scope, registration_id, named, proof)
        if operation == LOOK_UP:
            return device_api.look_up(self._lab, id_scope, registration_id, proof)
        raise DpsRefusal(400004, f"The operation {operation[:80]!r} is not known.")

    def _refused(self, refusal: DpsRefusal) -> Rejected:
        words = json.dumps(refusal.body(iso(self._lab.clock())))
        condition = _CONDITIONS.get(refusal.status, "amqp:not-allowed")
        info = {Symbol("retry-after"): RETRY_SECONDS} if refusal.status in (429, 500) else None
        return Rejected(AmqpError(Symbol(condition), words, info))

    def pump(self, _most: int) -> bool:
        """Send the answers that there is credit for; nothing more waits then."""
        for _ in range(len(self._waiting)):
            link, message = self._waiting.popleft()
            if link.attached and link.credit > 0 and not link.session.blocked:
                link.send(message)
            elif link.attached:
                self._waiting.append((link, message))
        return False

    def settled(self, _disposed: Disposed) -> None:
        """What becomes of an answer does not matter: a device asks again."""

    def expire(self) -> None:
        """A token is judged with each request."""

    def forget(self, _gone: Detached | Ended) -> None:
        """Forget the links that ended."""
        self._asking = {link: asked for link, asked in self._asking.items() if link.attached}
        self._answering = {path: link for path, link in self._answering.items() if link.attached}

    def close(self, why: str, how: str) -> bool:
        """Let go of everything, because the connection ended so. Returns whether devices were on it."""
        for task in self._tasks:
            task.cancel()
        for registration_id in sorted(self._seen):
            self._connection.audit("close", "ended", who=registration_id, reason=why, ending=how)
        return bool(self._seen)


# Those that the SDKs know: azure-iot-sdk-node, common/transport/amqp/src/amqp_common_errors.ts
_CONDITIONS = {
    401: "amqp:unauthorized-access",
    404: "amqp:not-found",
    429: "amqp:resource-limit-exceeded",
    500: "amqp:internal-error",
}


def _reply(message: Message, told: dict[str, Any]) -> bytes:
    properties = {}
    if "correlation-id" in message.properties:
        properties["correlation-id"] = with_ulongs(message.properties)["correlation-id"]
    application = {"iotdps-status": str(told.get("status", ""))}
    if told.get("status") == "assigning":
        application["retry-after"] = str(RETRY_SECONDS)
    return encode_message(json.dumps(told).encode(), properties=properties, application=application)
