"""What the hub's service does over AMQP beside reading: messages to devices, and word of what became of them.

https://learn.microsoft.com/azure/iot-hub/iot-hub-amqp-support#service-client
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from azext_iotdiag.lab.hub import cloud_messages
from azext_iotdiag.lab.hub.amqp.errors import error_text
from azext_iotdiag.lab.hub.amqp.nodes import text, with_ulongs
from azext_iotdiag.lab.hub.feedback import body_of
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.wire.amqp.happenings import Delivery, Disposed
from azext_iotdiag.wire.amqp.links import SENDER
from azext_iotdiag.wire.amqp.message import Message, decode_message, encode_message
from azext_iotdiag.wire.amqp.performatives import Accepted, AmqpError, Rejected
from azext_iotdiag.wire.amqp.types import Symbol, Timestamp

if TYPE_CHECKING:
    from azext_iotdiag.wire.amqp.links import Link
    from azext_iotdiag.wire.amqp.performatives import Attach
    from azext_iotdiag.wire.amqp.sessions import Session

BOUND, FEEDBACK = "messages/devicebound", "messages/servicebound/feedback"
CREDIT = 100
FEEDBACK_TYPE = "application/vnd.microsoft.iothub.feedback.json"
# Azure/azure-iot-sdk-node, common/transport/amqp/src/amqp_common_errors.ts
_CONDITIONS = {
    403004: "amqp:resource-limit-exceeded",
    404001: "amqp:not-found",
    413001: "amqp:link:message-size-exceeded",
}


class ServiceNodes:
    """The links of one connection of a service."""

    def __init__(self, connection):
        self._connection = connection
        self._runtime = connection.runtime
        self._senders: set[Link] = set()
        self._readers: list[Link] = []
        self._unsettled: dict[tuple[Session, int], list[dict[str, str]]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def attach(self, link: Link, proposal: Attach, path: str, address: str) -> bool:
        """Accept a link, by which the client may speak as the service; False where the path is none of these."""
        lower = path.lower()
        if lower == BOUND and not link.sender:
            link.accept(proposal, max_message_size=cloud_messages.LARGEST)
            link.grant(CREDIT)
            self._senders.add(link)
        elif lower == FEEDBACK and link.sender:
            link.accept(proposal)
            self._readers.append(link)
            if self._connection.wake.set not in self._runtime.feedback.readers:
                self._runtime.feedback.readers.append(self._connection.wake.set)
        else:
            return False
        self._connection.audit("attach", "accepted", address=address)
        return True

    def deliver(self, delivery: Delivery) -> bool:
        """Take a message for a device; False where it came on no such link."""
        link = delivery.link
        if link not in self._senders:
            return False
        try:
            self._send(decode_message(delivery.message))
            outcome: Any = Accepted()
        except HubRefusal as wrong:
            words = error_text(wrong.code, str(wrong), self._runtime.clock())
            outcome = Rejected(AmqpError(Symbol(_CONDITIONS.get(wrong.code, "com.microsoft:argument-error")), words))
            self._connection.audit("message", "refused", reason=str(wrong), code=wrong.code)
        if not delivery.settled:
            link.session.settle(delivery.delivery_id, outcome)
        if link.credit < CREDIT // 2:
            link.grant(CREDIT)
        return True

    def _send(self, message: Message) -> None:
        to = text(message.properties.get("to"))
        parts = [unquote(part) for part in to.strip("/").split("/")]
        if len(parts) != 4 or parts[0] != "devices" or "/".join(parts[2:]).lower() != BOUND:
            raise HubRefusal(400004, f"the message is for {to[:80]!r}, which is no device")
        device = self._runtime.hub.identity(parts[1])
        if device is None:
            raise HubRefusal(404001, f"there is no device {parts[1]!r}")
        application = with_ulongs(message.application)
        ack = text(application.pop("iothub-ack", "none")).lower()
        system = {name: value for name, value in with_ulongs(message.properties).items() if name != "to"}
        sent = cloud_messages.send(self._runtime, device, message.body, system=system, properties=application, ack=ack)
        self._connection.audit(
            "message", "accepted", who=device.name, reason="queued for the device", message_id=sent.message_id
        )

    def pump(self) -> None:
        """Send a batch of feedback where there is one and somebody reads."""
        feedback, now = self._runtime.feedback, self._runtime.clock()
        for link in self._readers:
            if not link.attached or link.credit <= 0 or link.session.blocked:
                continue
            batch = feedback.take(now)
            if not batch:
                break
            properties = {"user-id": self._runtime.hub.name.encode(), "content-type": FEEDBACK_TYPE}
            annotations = {Symbol("iothub-enqueuedtime"): Timestamp(now * 1000)}
            encoded = encode_message(body_of(batch), properties=properties, annotations=annotations)
            self._unsettled[link.session, link.send(encoded, settled=False, tag=b"feedback")] = batch
            self._connection.audit("feedback", "accepted", records=len(batch))
        if self._readers and feedback.records and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(feedback.due(now) + 0.01, self._again)

    def _again(self) -> None:
        self._timer = None
        self._connection.wake.set()

    def settled(self, disposed: Disposed) -> None:
        """Take what a reader says of a batch: unless it has accepted it, it comes again."""
        said = disposed.performative
        last = said.first if said.last is None else said.last
        for key in [key for key in self._unsettled if key[0] is disposed.session and said.first <= key[1] <= last]:
            batch = self._unsettled.pop(key)
            if not said.settled:
                disposed.session.settle(key[1], said.state, role=SENDER)
            if not isinstance(said.state, (Accepted, Rejected)):
                self._runtime.feedback.give_back(batch)

    def forget(self) -> None:
        """Forget the links that ended."""
        self._senders = {link for link in self._senders if link.attached}
        self._readers = [link for link in self._readers if link.attached]
        if not self._readers:
            self._let_go()

    def close(self) -> None:
        """Let go of everything."""
        self._let_go()

    def _let_go(self) -> None:
        for batch in self._unsettled.values():
            self._runtime.feedback.give_back(batch)
        self._unsettled.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._connection.wake.set in self._runtime.feedback.readers:
            self._runtime.feedback.readers.remove(self._connection.wake.set)
