"""Sessions and links of an AMQP connection: windows, credit, deliveries. Numbers in comments are sections of AMQP 1.0 part 2."""
from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from azext_iotdiag.wire.amqp.happenings import Attached, Delivery, Detached, Granted, ProtocolError
from azext_iotdiag.wire.amqp.performatives import (
    AmqpError,
    Attach,
    Begin,
    Detach,
    Disposition,
    End,
    Flow,
    Source,
    Target,
    Transfer,
)

if TYPE_CHECKING:
    from azext_iotdiag.wire.amqp.endpoint import Endpoint

RECEIVER = True  # the values of the field `role` (2.8.1)
SENDER = False
WINDOW = 5000  # frames that we let the peer send before we must say more; Event Hubs announces the same
HANDLE_MAX = 255
_SERIAL = 1 << 32  # transfer ids and delivery counts are serial numbers of 32 bits (2.8.10)
_FRAME_OVERHEAD = 64  # at least the size of a frame header and a transfer performative
MAX_MESSAGE_SIZE = 1 << 20


class Link:
    """A one-way path for messages within a session; `sender` tells whether this end sends."""

    __slots__ = ("answered", "attached", "credit", "delivery_count", "handle", "name", "sender", "session", "_delivery", "_parts", "_settled", "_size")

    def __init__(self, session: Session, name: str, handle: int, *, sender: bool, answered: bool):
        self.session = session
        self.name = name
        self.handle = handle
        self.sender = sender
        self.answered = answered  # False while the link is one that the peer proposed and we have not answered
        self.attached = True
        self.credit = 0  # messages that may still be sent on this link
        self.delivery_count: int | None = 0 if sender else None  # a receiver learns it from the sender's attach (2.6.7)
        self._parts: list[bytes] = []
        self._size = 0
        self._delivery: int | None = None
        self._settled = False

    def accept(self, proposal: Attach, *, max_message_size: int | None = MAX_MESSAGE_SIZE) -> None:
        """Answer the peer's attach with ours."""
        self.answered = True
        self._say_attach(proposal.source, proposal.target, proposal, max_message_size)

    def refuse(self, proposal: Attach, error: AmqpError, *, keep_terminus: bool = False) -> None:
        """Answer the peer's attach as 2.6.3 wants a refusal: without our terminus, then a detach with the error.

        `keep_terminus` leaves the side that is the peer's own in place.
        """
        self.answered = True
        source = proposal.source if keep_terminus and not self.sender else None
        target = proposal.target if keep_terminus and self.sender else None
        self._say_attach(source, target, proposal, None)
        self.detach(error)

    def grant(self, credit: int) -> None:
        """Let the peer send as many more messages in all as `credit`."""
        self.credit = credit
        self.session.say_flow(self)

    def send(self, message: bytes, *, settled: bool = True, tag: bytes = b"") -> None:
        """Send a message: it goes out as far as the session's window lets it, the rest when the peer opens it."""
        session = self.session
        self.credit -= 1
        self.delivery_count = ((self.delivery_count or 0) + 1) % _SERIAL
        limit = session.endpoint.peer_max_frame_size - _FRAME_OVERHEAD
        delivery_id = session.next_delivery_id()
        first = Transfer(self.handle, delivery_id, tag, 0, settled, len(message) > limit, batchable=True)
        session.queue(first, message[:limit])
        for at in range(limit, len(message), limit):
            session.queue(Transfer(self.handle, settled=settled, more=at + limit < len(message), batchable=True), message[at:at + limit])

    def detach(self, error: AmqpError | None = None) -> None:
        """Detach and close the link, once."""
        if self.attached:
            self.attached = False
            self.session.endpoint.send(self.session.channel, Detach(self.handle, True, error))

    def _say_attach(self, source: Source | None, target: Target | None, proposal: Attach, max_message_size: int | None) -> None:
        self.session.endpoint.send(self.session.channel, Attach(
            self.name, self.handle, SENDER if self.sender else RECEIVER, proposal.snd_settle_mode, proposal.rcv_settle_mode,
            source, target, initial_delivery_count=self.delivery_count if self.sender else None, max_message_size=max_message_size))

    def take_part(self, transfer: Transfer, payload: bytes) -> Delivery | None:
        """Take in one frame of a message, and give the message when it was the last."""
        if not self._parts:
            self._delivery = transfer.delivery_id
            self._settled = False
            self._size = 0
        if transfer.settled:
            self._settled = True
        if transfer.aborted:
            self._parts.clear()
            return None
        self._size += len(payload)
        if self._size > MAX_MESSAGE_SIZE:
            raise ProtocolError("amqp:link:message-size-exceeded", f"a message of more than {MAX_MESSAGE_SIZE} bytes came")
        self._parts.append(payload)
        if transfer.more:
            return None
        message = bytes(self._parts[0]) if len(self._parts) == 1 else b"".join(self._parts)
        self._parts.clear()
        self.credit -= 1
        if self.delivery_count is not None:
            self.delivery_count = (self.delivery_count + 1) % _SERIAL
        return Delivery(self, message, self._delivery or 0, self._settled)


class Session:
    """A session: two windows in frames, and the links in it."""

    def __init__(self, endpoint: Endpoint, channel: int):
        self.endpoint = endpoint
        self.channel = channel  # on which we speak
        self.begun = False  # whether the peer's begin has come
        self.links: dict[int, Link] = {}  # by the handle that the peer uses
        self._proposed: dict[tuple[str, bool], Link] = {}  # those that we attached and the peer has not answered
        self._next_outgoing = 0
        self._next_incoming: int | None = None
        self._incoming_window = WINDOW
        self._remote_window = 0
        self._delivery_id = -1
        self._waiting: deque[tuple[Transfer, bytes]] = deque()
        self.ended = False

    # speaking

    def attach(self, name: str, *, sender: bool, source: Source, target: Target, snd_settle_mode: int | None = None,
               rcv_settle_mode: int | None = None, properties: dict | None = None, desired_capabilities: list | None = None) -> Link:
        """Propose a link."""
        used = {link.handle for link in (*self.links.values(), *self._proposed.values())}
        link = Link(self, name, next(number for number in range(HANDLE_MAX + 1) if number not in used), sender=sender, answered=True)
        self._proposed[name, sender] = link
        self.endpoint.send(self.channel, Attach(
            name, link.handle, SENDER if sender else RECEIVER, snd_settle_mode, rcv_settle_mode, source, target,
            initial_delivery_count=0 if sender else None, max_message_size=MAX_MESSAGE_SIZE, properties=properties,
            desired_capabilities=desired_capabilities))
        return link

    def settle(self, delivery_id: int, state: Any) -> None:
        """Tell the peer the outcome of a delivery that it sent."""
        self.endpoint.send(self.channel, Disposition(RECEIVER, delivery_id, delivery_id, True, state))

    def end(self, error: AmqpError | None = None) -> None:
        """End the session, once."""
        if not self.ended:
            self.ended = True
            self._forget_links()
            self.endpoint.send(self.channel, End(error))

    @property
    def blocked(self) -> bool:
        """Whether frames wait for the peer to open its window."""
        return bool(self._waiting)

    def say_begin(self, remote_channel: int | None) -> None:
        """Send our begin."""
        self.endpoint.send(self.channel, Begin(remote_channel, self._next_outgoing, WINDOW, WINDOW, HANDLE_MAX))

    def say_flow(self, link: Link | None = None) -> None:
        """Send the state of the session, and of a link on which we receive."""
        self._incoming_window = WINDOW
        self.endpoint.send(self.channel, Flow(
            self._next_incoming, WINDOW, self._next_outgoing, WINDOW,
            *((link.handle, link.delivery_count, link.credit) if link else ())))

    def next_delivery_id(self) -> int:
        """The number of the next message that we send in this session."""
        self._delivery_id = (self._delivery_id + 1) % _SERIAL
        return self._delivery_id

    def queue(self, transfer: Transfer, payload: bytes) -> None:
        """Send a transfer frame now, or when the peer's window opens."""
        if self._waiting or self._remote_window <= 0:
            self._waiting.append((transfer, payload))
        else:
            self._transfer(transfer, payload)

    def _transfer(self, transfer: Transfer, payload: bytes) -> None:
        self.endpoint.send(self.channel, transfer, payload)
        self._next_outgoing = (self._next_outgoing + 1) % _SERIAL
        self._remote_window -= 1

    # listening

    def take_begin(self, begin: Begin) -> None:
        """Take in the peer's begin; ours follows unless it was the first."""
        self._next_incoming = begin.next_outgoing_id
        self._remote_window = begin.incoming_window
        self.begun = True
        if begin.remote_channel is None:
            self.say_begin(remote_channel=self.channel)

    def take_attach(self, attach: Attach) -> Attached:
        """Take in an attach: the answer to one of ours, or a proposal that `Link.accept` or `Link.refuse` answers."""
        sender = attach.role == RECEIVER
        link = self._proposed.pop((attach.name, sender), None)
        if attach.handle in self.links:
            raise ProtocolError("amqp:session:handle-in-use", f"handle {attach.handle} is attached already")
        if attach.handle > HANDLE_MAX:
            raise ProtocolError("amqp:connection:framing-error", f"handle {attach.handle} is beyond the maximum {HANDLE_MAX}")
        if link is None:
            # Both ends may choose handles; using the peer's number for our end of its link keeps traces easy to read.
            link = Link(self, attach.name, attach.handle, sender=sender, answered=False)
        if not sender:
            link.delivery_count = attach.initial_delivery_count or 0
        self.links[attach.handle] = link
        return Attached(link, attach)

    def take_flow(self, flow: Flow) -> Iterator[Granted]:
        """Take in the peer's windows and credit; frames that waited go out."""
        seen = flow.next_incoming_id if flow.next_incoming_id is not None else 0
        self._remote_window = flow.incoming_window - _distance(seen, self._next_outgoing)
        while self._waiting and self._remote_window > 0:
            self._transfer(*self._waiting.popleft())
        link = self.links.get(flow.handle) if flow.handle is not None else None
        if link is not None and link.sender:
            count = flow.delivery_count if flow.delivery_count is not None else 0
            link.credit = (flow.link_credit or 0) - _distance(count, link.delivery_count or 0)
        yield Granted(link, bool(flow.drain))
        if flow.echo:
            self.say_flow(link if link is not None and not link.sender else None)

    def take_transfer(self, transfer: Transfer, payload: bytes) -> Delivery | None:
        """Take in one frame of a message; what still comes after we ended the session is nobody's."""
        link = self.links.get(transfer.handle)
        if self.ended:
            return None
        if link is None:
            raise ProtocolError("amqp:session:unattached-handle", f"a message came on handle {transfer.handle}, which is not attached")
        self._next_incoming = ((self._next_incoming or 0) + 1) % _SERIAL
        self._incoming_window -= 1
        if self._incoming_window < WINDOW // 2:
            self.say_flow()
        return link.take_part(transfer, payload)

    def take_detach(self, detach: Detach) -> Detached | None:
        """Take in a detach and answer it, unless it is the answer to ours."""
        link = self.links.pop(detach.handle, None)
        if link is None:
            return None
        if link.attached:
            link.attached = False
            self.endpoint.send(self.channel, Detach(link.handle, detach.closed))
            return Detached(link, detach.error)
        return Detached(link, detach.error) if detach.error else None

    def take_end(self) -> None:
        """Take in the peer's end of the session, and answer it unless it is the answer to ours."""
        self.end()

    def _forget_links(self) -> None:
        for link in self.links.values():
            link.attached = False
        self.links.clear()
        self._proposed.clear()
        self._waiting.clear()


def _distance(earlier: int, later: int) -> int:
    """How far a serial number is past another."""
    return (later - earlier) % _SERIAL if (later - earlier) % _SERIAL < _SERIAL // 2 else -((earlier - later) % _SERIAL)
