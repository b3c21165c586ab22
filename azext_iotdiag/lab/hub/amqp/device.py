"""One device or module on an AMQP connection: its telemetry, its messages from the cloud, its methods and its twin."""

from __future__ import annotations

import json
import logging
import uuid
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.audit.endings import BY_HUB
from azext_iotdiag.lab.faults.table import TWIN_ERROR
from azext_iotdiag.lab.hub import cloud_messages, methods, refusal, sessions, twins
from azext_iotdiag.lab.hub.amqp.errors import error_text
from azext_iotdiag.lab.hub.amqp.nodes import text, with_ulongs
from azext_iotdiag.lab.hub.event_log import Written
from azext_iotdiag.lab.hub.identities import LONGEST_SDK
from azext_iotdiag.lab.hub.mqtt import topics
from azext_iotdiag.lab.hub.mqtt.session import error_body, read_json
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.routing import ingress
from azext_iotdiag.lab.hub.session import DeviceSession, MethodCall
from azext_iotdiag.lab.monitor.definitions import TWIN_READ, TWIN_UPDATE
from azext_iotdiag.lab.net import mistakes
from azext_iotdiag.wire.amqp import batch
from azext_iotdiag.wire.amqp.links import SENDER
from azext_iotdiag.wire.amqp.message import Message, body_sections, encode_message
from azext_iotdiag.wire.amqp.performatives import Accepted, AmqpError, Rejected
from azext_iotdiag.wire.amqp.types import Int, Symbol

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.identities import Device
    from azext_iotdiag.wire.amqp.link_events import Delivery, Disposed
    from azext_iotdiag.wire.amqp.links import Link
    from azext_iotdiag.wire.amqp.performatives import Attach
    from azext_iotdiag.wire.amqp.sessions import AmqpSession

EVENTS, BOUND, METHODS, TWIN = "messages/events", "messages/devicebound", "methods/devicebound", "twin"
KINDS = {(EVENTS, False), (BOUND, True), (METHODS, True), (METHODS, False), (TWIN, True), (TWIN, False)}
CREDIT = 1000
MOST_WAITING = 1000  # requests and notifications for a device that gives no credit
DESIRED = "/notifications/twin/properties/desired"
# The property of a link by which a device says which model it follows, in the device SDKs for Java (AmqpsLinkHandler)
# and .NET (azure-iot-sdk-csharp#1467); those for Python and Node.js cannot say it over AMQP.
MODEL_ID = "com.microsoft:model-id"
CLIENT_VERSION = "com.microsoft:client-version"  # what the SDKs call themselves
STOLEN = "amqp:link:stolen"
_SETTLED = 1  # 2.8.2: the sender sends all deliveries settled

log = logging.getLogger(__name__)


class AmqpDevice:
    """A device on a connection: its links by kind and direction, and what waits to be sent on each."""

    def __init__(self, connection, device: Device, auth: str):
        self._connection = connection
        self._runtime = connection.runtime
        self.device = device
        self.auth = auth
        self.links: dict[tuple[str, bool], Link] = {}
        self._waiting: dict[str, deque[bytes]] = {METHODS: deque(), TWIN: deque()}
        self._sent: dict[tuple[AmqpSession, int], str] = {}  # locks of messages from the cloud, by delivery
        self._settled_by_us = False
        self._published = 0
        self._left = False
        self.session = DeviceSession(device, "amqp", connection.stream.peer, self.end)
        sessions.connect(self._runtime, self.session)
        stream = connection.stream
        way = {"auth": auth, "tls": stream.tls, "websocket": stream.over_websocket, "sdk": device.sdk}
        self._audit("connect", "accepted", **way)

    # links

    def attach(self, kind: str, link: Link, proposal: Attach) -> None:
        """Accept a link; an older one of the same kind ends."""
        older = self.links.get((kind, link.sender))
        if older is not None:
            older.detach(AmqpError(Symbol(STOLEN), "Another link of the same kind was attached."))
        told = proposal.properties or {}
        self.device.model_id = text(told.get(MODEL_ID)) or self.device.model_id
        self.device.sdk = text(told.get(CLIENT_VERSION))[:LONGEST_SDK] or self.device.sdk
        link.accept(proposal, max_message_size=topics.MAX_MESSAGE)
        self.links[kind, link.sender] = link
        if not link.sender:
            link.grant(CREDIT)
        elif kind == BOUND:
            self._settled_by_us = proposal.snd_settle_mode == _SETTLED
            self.session.on_message = self._connection.wake.set
        elif kind == METHODS:
            self.session.on_method = self._call
        self._audit("attach", "accepted", kind=kind, direction="to the device" if link.sender else "from the device")
        sessions.ready(self._runtime, self.session)

    def detached(self, link: Link) -> None:
        """A link is gone, and with it what the device had subscribed to by it."""
        for kind in [kind for kind, known in self.links.items() if known is link]:
            del self.links[kind]
            if kind == (BOUND, True):
                self.session.on_message = None
                self._release()
            elif kind == (METHODS, True):
                self.session.on_method = None
                self._waiting[METHODS].clear()
            elif kind == (TWIN, True):
                self.session.on_desired = None
                self._waiting[TWIN].clear()

    def end(self, code: int, why: str) -> None:
        """End all links of the device; the connection may be used by others."""
        condition = STOLEN if code in (sessions.NEW_CONNECTION, sessions.LINK_CONFLICT) else "amqp:unauthorized-access"
        for link in tuple(self.links.values()):
            link.detach(AmqpError(Symbol(condition), error_text(code, why, self._runtime.clock())))
        self._tell_end(why, BY_HUB, code=code)
        self._connection.nodes.devices.forget()
        self._connection.wake.set()

    def leave(self, why: str, how: str) -> None:
        """The device is gone from this connection, for a reason and in one of the ways that the audit knows."""
        sessions.leave(self._runtime, self.session)
        self._release()
        self._tell_end(why, how)

    def _tell_end(self, why: str, how: str, **details: Any) -> None:
        """Note the end in the audit, once."""
        if not self._left:
            self._left = True
            websocket = self._connection.stream.over_websocket
            told = {"ending": how, "published": self._published, "websocket": websocket}
            self._audit("close", "ended", why, **told, **details)

    def _release(self) -> None:
        cloud_messages.release(self._runtime, self.device, set(self._sent.values()))
        self._sent.clear()

    # what comes

    def deliver(self, delivery: Delivery, messages: list[Message]) -> None:
        """Take what the device sent: a message, or several in a batch, all of them or none."""
        link = delivery.link
        self.device.last_activity = self._runtime.clock()
        kind = next(kind for (kind, _), known in self.links.items() if known is link)
        take = {METHODS: self._answer, TWIN: self._twin}.get(kind)
        try:
            if take is None:
                self._telemetry(messages, b"" if link.format == batch.FORMAT else delivery.message)
            else:
                for message in messages:
                    take(message)
            outcome: Any = Accepted()
        except HubRefusal as wrong:
            outcome = Rejected(AmqpError(Symbol(_CONDITIONS.get(wrong.code, "amqp:invalid-field")), str(wrong)))
            self._audit("publish", "refused", str(wrong), code=wrong.code)
        if not delivery.settled:
            link.session.settle(delivery.delivery_id, outcome)
        if link.credit < CREDIT // 2:
            link.grant(CREDIT)

    def _telemetry(self, messages: list[Message], written: bytes = b"") -> None:
        """Take messages; `written` is the only one as it came, and empty for a batch."""
        read = [_read(message) for message in messages]
        size = sum(len(body) + told.size for body, told in read)
        if size > topics.MAX_MESSAGE:
            raise HubRefusal(
                413001, f"a message of {size} bytes with its properties; the limit is {topics.MAX_MESSAGE}"
            )
        sections = body_sections(written) if written and messages[0].body_type else b""
        for body, told in read:
            ingress.take(
                self._runtime,
                self.device,
                Written.of(body, sections) if sections else body,
                system=told.system,
                properties=told.properties,
                component=told.component,
                auth=self.auth,
            )
        if messages and not self._published:
            self._audit("publish", "accepted", bytes=size, messages=len(messages))
        self._published += len(messages)

    def _answer(self, message: Message) -> None:
        call, status = text(message.properties.get("correlation-id")), message.application.get("IoThub-status")
        if not isinstance(status, int):
            raise HubRefusal(400004, "the answer to a method has no IoThub-status")
        why = methods.answer(self._runtime, self.device, call, int(status), message.body)
        self._audit("method", "refused" if why else "accepted", why, status=int(status))

    def _twin(self, message: Message) -> None:
        """Answer a request; it names what it wants in its annotations."""
        operation, resource = (text(message.annotations.get(name)) for name in ("operation", "resource"))
        request, twin = message.properties.get("correlation-id"), self.device.twin
        fault, now = self._runtime.faults.find(TWIN_ERROR), self._runtime.clock()
        status, body, marks, why = 200, b"", {}, ""
        try:
            if fault is not None:
                status, body = fault["status"], json.dumps("the fault twin-error is on").encode()
            elif operation == "GET":
                document = {"desired": twin.desired.for_device(), "reported": twin.reported.for_device()}
                body = json.dumps(document).encode()
            elif (operation, resource) == ("PATCH", "/properties/reported"):
                status = 204
                marks["version"] = twins.report(twin, read_json(message.body), now)
            elif resource == DESIRED and operation in ("PUT", "DELETE"):
                self.session.on_desired = self._desired if operation == "PUT" else None
                sessions.ready(self._runtime, self.session)
            else:
                raise HubRefusal(400004, f"there is no operation {operation[:20]!r} on {resource[:80]!r}")
        except HubRefusal as wrong:
            status, body = wrong.status, error_body(wrong, now)
        except Exception as mistake:
            log.exception("the twin of %s: a mistake of the lab", self.device.name)
            status, body, why = 500, error_body(refusal.mistaken(), now), mistakes.reason(mistake)
        self._send_twin(body, {"correlation-id": request}, {"status": Int(status), **marks})
        if operation in _COUNTED:
            self._runtime.count(f"{_COUNTED[operation]}.{'success' if status < 300 else 'failure'}")
        self._audit("twin", "accepted" if status < 300 else "refused", why, operation=operation, status=status, **marks)

    # what goes

    def _desired(self, told: Mapping[str, Any]) -> None:
        self._send_twin(json.dumps(told).encode(), {}, {"resource": DESIRED, "version": told["$version"]})
        self._audit("twin", "accepted", operation="desired change", version=told["$version"])

    def _send_twin(self, body: bytes, properties: dict[str, Any], marks: dict[str, Any]) -> None:
        annotations = {Symbol(name): value for name, value in marks.items()}
        self._send(TWIN, encode_message(body, properties=properties, annotations=annotations))

    def _call(self, call: MethodCall) -> None:
        properties = {"correlation-id": uuid.UUID(call.call_id)}
        self._send(
            METHODS, encode_message(call.payload, properties=properties, application={"IoThub-methodname": call.name})
        )
        self._audit("method", "accepted", method=call.name)

    def _send(self, kind: str, message: bytes) -> None:
        if len(self._waiting[kind]) >= MOST_WAITING:
            self.end(404104, f"the device takes none of {MOST_WAITING} messages on its link for {kind}")
            return
        self._waiting[kind].append(message)
        self._connection.wake.set()

    def pump(self, most: int) -> bool:
        """Send up to `most` messages on each link as far as credit goes; whether more could go now."""
        more = False
        for kind, waiting in self._waiting.items():
            link = self.links.get((kind, True))
            for _ in range(most):
                if not waiting or not _ready(link):
                    break
                link.send(waiting.popleft())  # type: ignore[union-attr]
            more = more or bool(waiting and _ready(link))
        return self._pump_messages(most) or more

    def _pump_messages(self, most: int) -> bool:
        link = self.links.get((BOUND, True))
        for _ in range(most):
            if link is None or not _ready(link):
                return False
            message = cloud_messages.receive(self._runtime, self.device)
            if message is None:
                if link.drain:
                    link.drained()
                return False
            properties = {**message.system, "to": f"/{self.device.path}/messages/devicebound"}
            application = {**message.properties, **({"iothub-ack": message.ack} if message.ack != "none" else {})}
            encoded = encode_message(
                message.body, properties=properties, application=application,
                header={"delivery-count": message.deliveries - 1},
            )  # fmt: skip
            number = link.send(encoded, settled=self._settled_by_us, tag=uuid.UUID(message.lock).bytes)
            self._audit("message", "accepted", "sent to the device", delivery=message.deliveries)
            if self._settled_by_us:
                cloud_messages.complete(self._runtime, self.device, message.lock)
            else:
                self._sent[link.session, number] = message.lock
        return True

    def settled(self, disposed: Disposed) -> None:
        """Take what the device says of messages from the cloud."""
        said = disposed.performative
        last = said.first if said.last is None else said.last
        for session, number in [key for key in self._sent if key[0] is disposed.session]:
            if not said.first <= number <= last or (said.state is None and not said.settled):
                continue
            lock = self._sent.pop((session, number))
            if not said.settled:
                session.settle(number, said.state, role=SENDER)
            settle = {Accepted: cloud_messages.complete, Rejected: cloud_messages.reject}
            outcome = type(said.state)
            try:
                settle.get(outcome, cloud_messages.abandon)(self._runtime, self.device, lock)
            except HubRefusal as wrong:
                self._audit("message", "refused", str(wrong), code=wrong.code)
            else:
                self._audit("message", "accepted", f"the device says {outcome.__name__.lower()}")

    def _audit(self, action: str, outcome: str, reason: str = "", **details: Any) -> None:
        self._connection.audit(action, outcome, who=self.device.name, reason=reason, **details)


_SYSTEM = (
    "message-id", "correlation-id", "user-id", "to", "content-type", "content-encoding", "absolute-expiry-time",
    "creation-time", "subject", "reply-to", "group-id", "group-sequence", "reply-to-group-id",
)  # fmt: skip
_COUNTED = {"GET": TWIN_READ, "PATCH": TWIN_UPDATE}
_CONDITIONS = {413001: "amqp:link:message-size-exceeded"}


def _read(message: Message) -> tuple[bytes, topics.Telemetry]:
    """A message's body, and its properties by AMQP's names and the sender's own. Raises HubRefusal."""
    try:
        body = message.body if not message.body_type else json.dumps(message.value, default=str).encode()
    except (TypeError, ValueError, RecursionError) as odd:
        raise HubRefusal(400004, f"the value in the body cannot be written as JSON: {odd}") from None
    system = {name: value for name, value in with_ulongs(message.properties).items() if name in _SYSTEM}
    properties = {name: value for name, value in with_ulongs(message.application).items() if name != "iothub-ack"}
    return body, topics.Telemetry(system, properties, text(message.annotations.get("dt-subject")))


def _ready(link: Link | None) -> bool:
    return link is not None and link.attached and link.credit > 0 and not link.session.blocked
