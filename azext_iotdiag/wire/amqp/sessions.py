"""Sessions of an AMQP connection: windows, and the links within. Numbers in comments: sections of AMQP 1.0 part 2."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from azext_iotdiag.wire.amqp.frames import Whole
from azext_iotdiag.wire.amqp.link_events import Attached, Delivery, Detached, Granted, ProtocolError
from azext_iotdiag.wire.amqp.links import MAX_MESSAGE_SIZE, RECEIVER, SENDER, SERIAL, Link
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

WINDOW = 5000  # frames that we let the peer send before we must say more; Event Hubs announces the same
HANDLE_MAX = 255


_tuple = tuple.__new__


class AmqpSession:
    """A session: two windows in frames, and the links in it."""

    def __init__(self, endpoint: Endpoint, channel: int):
        self.endpoint = endpoint
        self.channel = channel  # on which we speak
        self.begun = False  # whether the peer's begin has come
        self._own_handle_max = HANDLE_MAX if endpoint.handle_max is None else endpoint.handle_max
        self.handle_max = self._own_handle_max
        self.links: dict[int, Link] = {}  # by the handle that the peer uses
        self._proposed: dict[tuple[str, bool], Link] = {}  # those that we attached and the peer has not answered
        self._first_outgoing = self._next_outgoing = endpoint.first_outgoing_id
        self._outgoing_window = WINDOW if endpoint.outgoing_window is None else endpoint.outgoing_window
        self._next_incoming: int | None = None
        self._incoming_window = WINDOW
        self._remote_window = 0
        self._delivery_id = -1
        self._waiting: deque[tuple[Transfer, bytes]] = deque()
        self.ended = False

    # speaking

    def attach(
        self,
        name: str,
        *,
        sender: bool,
        source: Source,
        target: Target,
        snd_settle_mode: int | None = None,
        rcv_settle_mode: int | None = None,
        properties: dict[Any, Any] | None = None,
        desired_capabilities: list[Any] | None = None,
        max_message_size: int = MAX_MESSAGE_SIZE,
    ) -> Link:
        """Propose a link."""
        link = Link(self, name, self._free_handle(), sender=sender, answered=True, max_message_size=max_message_size)
        self._proposed[name, sender] = link
        self.endpoint.send(
            self.channel,
            Attach(
                name,
                link.handle,
                SENDER if sender else RECEIVER,
                snd_settle_mode,
                rcv_settle_mode,
                source,
                target,
                initial_delivery_count=0 if sender else None,
                max_message_size=max_message_size,
                properties=properties,
                desired_capabilities=desired_capabilities,
            ),
        )
        return link

    def settle(self, delivery_id: int, state: Any, *, role: bool = RECEIVER) -> None:
        """Tell the peer the outcome of a delivery that it sent or, in the role of the sender, of one that we sent."""
        self.endpoint.send(self.channel, Disposition(role, delivery_id, delivery_id, True, state))

    def end(self, error: AmqpError | None = None) -> None:
        """End the session, once."""
        if not self.ended:
            self.ended = True
            self._forget_links()
            self.endpoint.send(self.channel, End(error))

    @property
    def full(self) -> bool:
        """Whether all handles are taken that both ends allow."""
        return len(self.links) + len(self._proposed) > self.handle_max

    @property
    def blocked(self) -> bool:
        """Whether frames wait for the peer to open its window."""
        return bool(self._waiting)

    def say_begin(self, remote_channel: int | None) -> None:
        """Send our begin."""
        windows = WINDOW, self._outgoing_window
        self.endpoint.send(self.channel, Begin(remote_channel, self._next_outgoing, *windows, self._own_handle_max))

    def say_flow(self, link: Link | None = None, *, drain: bool | None = None, echo: bool | None = None) -> None:
        """Send the state of the session, and of a link."""
        self._incoming_window = WINDOW
        windows = self._next_incoming, WINDOW, self._next_outgoing, self._outgoing_window
        flow = Flow(*windows, echo=echo)
        if link is not None:
            credit = max(link.credit, 0)
            flow = flow._replace(
                handle=link.handle, delivery_count=link.delivery_count, link_credit=credit, drain=drain
            )
        self.endpoint.send(self.channel, flow)

    def next_delivery_id(self) -> int:
        """The number of the next message that we send in this session."""
        self._delivery_id = (self._delivery_id + 1) % SERIAL
        return self._delivery_id

    def queue(self, transfer: Transfer, payload: bytes) -> None:
        """Send a transfer frame now, or when the peer's window opens."""
        if self._waiting or self._remote_window <= 0:
            self._waiting.append((transfer, payload))
        else:
            self._transfer(transfer, payload)

    def forget_waiting(self, handle: int) -> None:
        """Drop what waits on a link that is gone; the delivery ids of the other messages close up."""
        firsts = [transfer.delivery_id for transfer, _ in self._waiting if transfer.delivery_id is not None]
        if firsts:
            self._delivery_id = (firsts[0] - 1) % SERIAL
        kept = [(transfer, payload) for transfer, payload in self._waiting if transfer.handle != handle]
        self._waiting = deque(
            (
                transfer if transfer.delivery_id is None else transfer._replace(delivery_id=self.next_delivery_id()),
                payload,
            )
            for transfer, payload in kept
        )

    def _free_handle(self, wanted: int = 0) -> int:
        taken = {link.handle for link in (*self.links.values(), *self._proposed.values())}
        return first_free(taken, self.handle_max, wanted)

    def _transfer(self, transfer: Transfer, payload: bytes) -> None:
        self.endpoint.send(self.channel, transfer, payload)
        self._next_outgoing = (self._next_outgoing + 1) % SERIAL
        self._remote_window -= 1

    # listening

    def take_begin(self, channel: int, begin: Begin) -> None:
        """Take in the peer's begin, which came on its channel; ours follows unless it was the first."""
        self._next_incoming = begin.next_outgoing_id
        self._remote_window = begin.incoming_window
        own = self._own_handle_max
        self.handle_max = own if begin.handle_max is None else min(own, begin.handle_max)
        if self.endpoint.outgoing_window is None:
            self._outgoing_window = begin.incoming_window
        self.begun = True
        if begin.remote_channel is None:
            self.say_begin(remote_channel=channel)

    def take_attach(self, attach: Attach) -> Attached:
        """Take in an attach: the answer to one of ours, or a proposal that `Link.accept` or `Link.refuse` answers."""
        sender = attach.role == RECEIVER
        link = self._proposed.pop((attach.name, sender), None)
        if attach.handle in self.links:
            raise ProtocolError("amqp:session:handle-in-use", f"handle {attach.handle} is attached already")
        if attach.handle > self._own_handle_max:
            raise ProtocolError(
                "amqp:connection:framing-error", f"handle {attach.handle} is beyond the maximum {self._own_handle_max}"
            )
        if link is None:
            if not self.endpoint.accepts:
                raise ProtocolError(
                    "amqp:not-allowed", f"the peer attached a link {attach.name!r} that was not asked for"
                )
            # Both ends choose handles; taking the peer's number where it is free keeps traces easy to read.
            link = Link(self, attach.name, self._free_handle(attach.handle), sender=sender, answered=False)
        if not sender:
            link.delivery_count = attach.initial_delivery_count or 0
        self.links[attach.handle] = link
        return Attached(link, attach)

    def take_flow(self, flow: Flow) -> Iterator[Granted]:
        """Take in the peer's windows and credit; frames that waited go out."""
        seen = self._first_outgoing if flow.next_incoming_id is None else flow.next_incoming_id
        self._remote_window = flow.incoming_window - _distance(seen, self._next_outgoing)
        while self._waiting and self._remote_window > 0:
            self._transfer(*self._waiting.popleft())
        link = self.links.get(flow.handle) if flow.handle is not None else None
        if link is not None and link.sender:
            count = flow.delivery_count if flow.delivery_count is not None else 0
            link.credit = (flow.link_credit or 0) - _distance(count, link.delivery_count or 0)
            link.drain = bool(flow.drain)
        elif link is not None and flow.drain and flow.delivery_count is not None:  # the sender gives credit back
            link.delivery_count, link.credit = flow.delivery_count, 0
        yield Granted(link, bool(flow.drain))
        if flow.echo:
            self.say_flow(link)

    def take_transfer(self, transfer: Transfer, payload: bytes) -> Delivery | None:
        """Take in one frame of a message; what still comes after we ended the session is dropped."""
        link = self.links.get(transfer.handle)
        if self.ended:
            return None
        if link is None:
            raise ProtocolError(
                "amqp:session:unattached-handle", f"a message came on handle {transfer.handle}, which is not attached"
            )
        self._next_incoming = ((self._next_incoming or 0) + 1) % SERIAL
        self._incoming_window -= 1
        if self._incoming_window < WINDOW // 2:
            self.say_flow()
        if link.sender:
            raise ProtocolError(
                "amqp:not-allowed", f"a message came on handle {transfer.handle}, on which this end sends"
            )
        # The peer may have sent this before it heard of our detach.
        return link.take_part(transfer, payload) if link.attached else None

    def take_whole(self, whole: Whole) -> Delivery | None:
        """Take in a message of one frame: as `take_transfer`, in half the time."""
        _, handle, delivery_id, tag, message_format, settled, message = whole
        link = self.links.get(handle)
        usual = link is not None and link.attached and not link.sender and not link.parts and link.credit > 0
        if link is None or not usual or self.ended or len(message) > link.max_message_size:
            return self.take_transfer(Transfer(handle, delivery_id, tag, message_format, settled), message)
        self._next_incoming = ((self._next_incoming or 0) + 1) % SERIAL
        self._incoming_window -= 1
        if self._incoming_window < WINDOW // 2:
            self.say_flow()
        link.format = message_format
        link.credit -= 1
        if link.delivery_count is not None:
            link.delivery_count = (link.delivery_count + 1) % SERIAL
        return _tuple(Delivery, (link, message, delivery_id, settled))

    def take_detach(self, detach: Detach) -> Detached | None:
        """Take in a detach and answer it, unless it is the answer to ours."""
        link = self.links.pop(detach.handle, None)
        if link is None:
            return None
        link.error = detach.error
        if link.attached:
            link.attached = False
            link.release()
            self.forget_waiting(link.handle)
            self.endpoint.send(self.channel, Detach(link.handle, detach.closed))
            return Detached(link, detach.error)
        return Detached(link, detach.error) if detach.error else None

    def take_end(self) -> None:
        """Take in the peer's end of the session, and answer it unless it is the answer to ours."""
        self.end()

    def _forget_links(self) -> None:
        for link in self.links.values():
            link.attached = False
            link.release()
        self.links.clear()
        self._proposed.clear()
        self._waiting.clear()


def first_free(taken: set[int], most: int, wanted: int = 0) -> int:
    """The number that is wanted, or else the first up to `most` that is free. Raises ProtocolError when none is."""
    numbers: tuple[int, ...] = (wanted, *range(most + 1))
    for number in numbers:
        if number not in taken and number <= most:
            return number
    raise ProtocolError("amqp:resource-limit-exceeded", f"all numbers up to {most} are taken")


def _distance(earlier: int, later: int) -> int:
    """How far a serial number is past another."""
    ahead: int = (later - earlier) % SERIAL
    return ahead if ahead < SERIAL // 2 else ahead - SERIAL
