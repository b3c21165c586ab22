"""Request-response nodes ($cbs, $management) as Service Bus has them: requests on one link, answers on another."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Mapping
from typing import Any

from azext_iotdiag.wire.amqp.link_events import Delivery
from azext_iotdiag.wire.amqp.links import SERIAL, Link
from azext_iotdiag.wire.amqp.message import Message, encode_message
from azext_iotdiag.wire.amqp.performatives import Accepted, Attach
from azext_iotdiag.wire.amqp.types import ULong

REQUEST_CREDIT = 100
_LARGEST_LONG = 2**63 - 1


class RequestNode:
    """One such node on one connection: `answer` takes a request and gives application properties and a value.

    Where it gives None, the client waits in vain. The client may have one pair of links to it (azure-event-hubs-node
    issue 186).
    """

    def __init__(self, answer):
        self._answer = answer
        self._halves: dict[bool, Link] = {}
        self._sent = 0
        self._waiting: deque[tuple[Link, bytes]] = deque(maxlen=REQUEST_CREDIT)  # answers to who gave no credit yet
        self._replies: list[tuple[Link, str]] = []  # links to the client, with the address the client calls its own

    def attach(self, link: Link, proposal: Attach) -> bool:
        """Accept either half of the client's pair of links; False where it has that half already."""
        half = self._halves.get(link.sender)
        if half is not None and half.attached:
            return False
        self._halves[link.sender] = link
        link.accept(proposal)
        if link.sender:
            target = proposal.target
            self._replies.append((link, str(target.address or "") if target else ""))
        else:
            link.grant(REQUEST_CREDIT)
        return True

    def deliver(self, delivery: Delivery, message: Message) -> None:
        """Answer a request, where there is a link to answer on."""
        link = delivery.link
        if not delivery.settled:
            link.session.settle(delivery.delivery_id, Accepted())
        if link.credit < REQUEST_CREDIT // 2:
            link.grant(REQUEST_CREDIT)
        reply = self._reply_link(link, message.properties.get("reply-to"))
        if reply is None:
            return
        answer = self._answer(message)
        if answer is None:
            return
        application, value = answer
        properties: dict[str, Any] = {}
        if "message-id" in message.properties:
            properties["correlation-id"] = with_ulongs(message.properties)["message-id"]
        self._waiting.append((reply, encode_message(value=value, properties=properties, application=application)))
        self.pump()

    def pump(self) -> None:
        """Send the answers that there is credit for: a client may ask before it gives any, as the npm SDK does."""
        for _ in range(len(self._waiting)):
            link, message = self._waiting.popleft()
            if link.attached and link.credit > 0:
                # As the service sends them (amqp/rhea issues 147 and 205): to be settled by the client, with a tag.
                link.send(message, settled=None, tag=self._sent.to_bytes(4, "big"), batchable=False)
                self._sent = (self._sent + 1) % SERIAL
            elif link.attached:
                self._waiting.append((link, message))

    def _reply_link(self, request: Link, reply_to: Any) -> Link | None:
        here = [(link, address) for link, address in self._replies if link.attached and link.session is request.session]
        named = [link for link, address in here if reply_to and address == str(reply_to)]
        return (named or [link for link, _ in here] or [None])[-1]


def text(value: Any) -> str:
    """A property that clients send as string, symbol or binary, as text."""
    return (
        value.decode("utf-8", "replace")
        if isinstance(value, (bytes, bytearray, memoryview))
        else str(value if value is not None else "")
    )


def with_ulongs(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties as they came, with the numbers that were ulong: ids (AMQP 1.0, 3.2.11), and what no long can hold."""
    return {
        name: ULong(value)
        if type(value) is int and (value > _LARGEST_LONG or (name in ("message-id", "correlation-id") and value >= 0))
        else value
        for name, value in properties.items()
    }


def address_of(terminus: Any) -> str:
    """The address of a link's source or target; a coordinator of transactions, which may stand there, has none."""
    return str(getattr(terminus, "address", None) or "")


def path_of(address: str) -> str:
    """The path of an address that may be a whole URL, without slashes around it."""
    _, scheme, rest = address.partition("://")
    return (rest.partition("/")[2] if scheme else address).strip("/")


def opened_already(connection, name: str) -> str:
    """What a client is told that attaches to a node twice on a connection."""
    return f"A link to connection '{connection.number}' {name} node has already been opened."


def missing(what: str) -> str:
    """The answer to a client that asks for what there is not."""
    return f"The messaging entity 'sb://{what}' could not be found. TrackingId:{uuid.uuid4()}"
