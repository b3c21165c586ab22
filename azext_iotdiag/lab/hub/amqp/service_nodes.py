"""What the hub's service does over AMQP beside reading: messages to devices, and word of what became of them.

https://learn.microsoft.com/azure/iot-hub/iot-hub-amqp-support#service-client
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from azext_iotdiag.lab.hub import cloud_messages
from azext_iotdiag.lab.hub.amqp.errors import error_text
from azext_iotdiag.lab.hub.amqp.nodes import text, with_ulongs
from azext_iotdiag.lab.hub.notices import Batch, Notices, Terms, body_of, body_of_one
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.wire.amqp.link_events import Delivery, Disposed
from azext_iotdiag.wire.amqp.links import SENDER
from azext_iotdiag.wire.amqp.message import Message, decode_message, encode_message
from azext_iotdiag.wire.amqp.performatives import Accepted, AmqpError, Rejected
from azext_iotdiag.wire.amqp.types import Symbol, Timestamp

if TYPE_CHECKING:
    from azext_iotdiag.wire.amqp.links import Link
    from azext_iotdiag.wire.amqp.performatives import Attach
    from azext_iotdiag.wire.amqp.sessions import AmqpSession

BOUND, FEEDBACK = "messages/devicebound", "messages/servicebound/feedback"
FILES = "messages/servicebound/filenotifications"
CREDIT = 100
FEEDBACK_TYPE = "application/vnd.microsoft.iothub.feedback.json"
FILES_TYPE = "application/vnd.microsoft.iothub.filenotification.json"
# Azure/azure-iot-sdk-node, common/transport/amqp/src/amqp_common_errors.ts
_CONDITIONS = {
    403004: "amqp:resource-limit-exceeded",
    404001: "amqp:not-found",
    413001: "amqp:link:message-size-exceeded",
}


class _Queue(NamedTuple):
    """A queue that services read: its name, its terms as they are now, and the form of its messages."""

    name: str
    notices: Notices
    terms: Callable[[], Terms]
    body: Callable[[Batch], bytes]
    content_type: str


class ServiceNodes:
    """The links of one connection of a service."""

    def __init__(self, connection):
        self._connection = connection
        self._runtime = connection.runtime
        self._senders: set[Link] = set()
        self._readers: list[tuple[Link, _Queue]] = []
        self._unsettled: dict[tuple[AmqpSession, int], tuple[_Queue, Batch]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def attach(self, link: Link, proposal: Attach, path: str, address: str) -> bool:
        """Accept a link, by which the client may speak as the service; False where the path is none of these."""
        lower = path.lower()
        if lower == BOUND and not link.sender:
            link.accept(proposal, max_message_size=cloud_messages.LARGEST)
            link.grant(CREDIT)
            self._senders.add(link)
        elif lower in (FEEDBACK, FILES) and link.sender:
            link.accept(proposal)
            queue = self._queue(lower)
            self._readers.append((link, queue))
            if self._connection.wake.set not in queue.notices.readers:
                queue.notices.readers.append(self._connection.wake.set)
        else:
            return False
        self._connection.audit("attach", "accepted", routine=True, address=address)
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

    def _queue(self, path: str) -> _Queue:
        runtime, settings = self._runtime, self._runtime.hub.settings
        if path == FEEDBACK:
            return _Queue("feedback", runtime.feedback, lambda: settings.feedback_terms, body_of, FEEDBACK_TYPE)
        return _Queue("file notification", runtime.files, lambda: settings.file_terms, body_of_one, FILES_TYPE)

    def pump(self) -> None:
        """Send what waits for readers that have room."""
        now = self._runtime.clock()
        for link, queue in self._readers:
            if not link.attached or link.credit <= 0 or link.session.blocked:
                continue
            batch = queue.notices.take(now, queue.terms())
            if batch is None:
                continue
            properties = {"user-id": self._runtime.hub.name.encode(), "content-type": queue.content_type}
            annotations = {Symbol("iothub-enqueuedtime"): Timestamp(now * 1000)}
            encoded = encode_message(queue.body(batch), properties=properties, annotations=annotations)
            number = link.send(encoded, settled=False, tag=queue.name.encode())
            self._unsettled[link.session, number] = (queue, batch)
            self._connection.audit(queue.name, "accepted", routine=True, records=len(batch.notices))
        due = min((queue.notices.due(now) for _, queue in self._readers), default=math.inf)
        if due < math.inf and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(max(due, 0.0) + 0.01, self._again)

    def _again(self) -> None:
        self._timer = None
        self._connection.wake.set()

    def settled(self, disposed: Disposed) -> None:
        """Take what a reader says of a batch: unless it has accepted it, it comes again."""
        said = disposed.performative
        last = said.first if said.last is None else said.last
        for key in [key for key in self._unsettled if key[0] is disposed.session and said.first <= key[1] <= last]:
            queue, batch = self._unsettled.pop(key)
            if not said.settled:
                disposed.session.settle(key[1], said.state, role=SENDER)
            if isinstance(said.state, (Accepted, Rejected)):
                queue.notices.accept(batch)
            else:
                queue.notices.give_back(batch, queue.terms())

    def forget(self) -> None:
        """Forget the links that ended."""
        self._senders = {link for link in self._senders if link.attached}
        self._readers = [(link, queue) for link, queue in self._readers if link.attached]
        if not self._readers:
            self._let_go()

    def close(self) -> None:
        """Let go of everything."""
        self._let_go()

    def _let_go(self) -> None:
        for queue, batch in self._unsettled.values():
            queue.notices.give_back(batch, queue.terms())
        self._unsettled.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for notices in (self._runtime.feedback, self._runtime.files):
            if self._connection.wake.set in notices.readers:
                notices.readers.remove(self._connection.wake.set)
