"""Links of an AMQP connection: credit and deliveries. Numbers in comments are sections of AMQP 1.0 part 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azext_iotdiag.wire.amqp.link_events import Delivery, ProtocolError
from azext_iotdiag.wire.amqp.performatives import AmqpError, Attach, Detach, Source, Target, Transfer
from azext_iotdiag.wire.amqp.types import Described

if TYPE_CHECKING:
    from azext_iotdiag.wire.amqp.sessions import AmqpSession

RECEIVER = True  # the values of the field `role` (2.8.1)
SENDER = False
SERIAL = 1 << 32  # transfer ids and delivery counts are serial numbers of 32 bits (2.8.10)
MAX_MESSAGE_SIZE = 1 << 20
MAX_UNFINISHED = 128 << 20  # bytes of all messages of a connection that are still coming
_FRAME_OVERHEAD = 64  # at least the size of a frame header and a transfer performative


class Link:
    """A one-way path for messages within a session; `sender` tells whether this end sends."""

    __slots__ = (
        "answered",
        "attached",
        "credit",
        "delivery_count",
        "drain",
        "error",
        "format",
        "handle",
        "max_message_size",
        "name",
        "parts",
        "sender",
        "session",
        "_delivery",
        "_held",
        "_lowered",
        "_settled",
        "_size",
    )

    def __init__(
        self,
        session: AmqpSession,
        name: str,
        handle: int,
        *,
        sender: bool,
        answered: bool,
        max_message_size: int = MAX_MESSAGE_SIZE,
    ):
        self.session = session
        self.name = name
        self.handle = handle
        self.sender = sender
        self.answered = answered  # False while the link is one that the peer proposed and we have not answered
        self.max_message_size = max_message_size  # of a message that this end receives, in bytes
        self.attached = True
        self.error: AmqpError | None = None  # with which the peer detached it
        self.credit = 0  # messages that may still be sent on this link
        self.drain = False  # whether the peer waits for its credit to be used up or given back with `drained`
        self.format: int | None = None  # of the message that came last (2.8.11)
        self.delivery_count: int | None = 0 if sender else None  # a receiver learns it from the sender's attach (2.6.7)
        self.parts: list[bytes] = []  # of a message that is still coming
        self._size = 0
        self._held = 0  # bytes of `parts`, with what keeping them takes
        self._lowered = 0  # credit that was taken back: the peer may have used it before it heard of that
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
        self._lowered = max(self._lowered + self.credit - credit, 0)
        self.credit = credit
        self.session.say_flow(self)

    def drained(self) -> None:
        """Give back the credit that is left, as the peer asked with `drain` (2.6.7)."""
        self.delivery_count = ((self.delivery_count or 0) + max(self.credit, 0)) % SERIAL
        self.credit, self.drain = 0, False
        self.session.say_flow(self, drain=True)

    def send(
        self, message: bytes, *, settled: bool | None = True, tag: bytes = b"", message_format: int | None = 0,
        batchable: bool = True,
    ) -> int:  # fmt: skip
        """Send a message: it goes out as far as the session's window lets it, the rest when the peer opens it.

        Returns the number by which the peer tells its outcome, which holds unless the session is blocked by then.
        """
        session = self.session
        self.credit -= 1
        self.delivery_count = ((self.delivery_count or 0) + 1) % SERIAL
        limit = session.endpoint.peer_max_frame_size - _FRAME_OVERHEAD
        delivery_id = session.next_delivery_id()
        first = Transfer(
            self.handle, delivery_id, tag, message_format, settled, len(message) > limit, batchable=batchable
        )
        session.queue(first, message[:limit])
        for at in range(limit, len(message), limit):
            session.queue(
                Transfer(self.handle, settled=settled, more=at + limit < len(message), batchable=batchable),
                message[at : at + limit],
            )
        return delivery_id

    def detach(self, error: AmqpError | None = None) -> None:
        """Detach and close the link, once."""
        if self.attached:
            self.attached = False
            self.release()
            self.session.forget_waiting(self.handle)
            self.session.endpoint.send(self.session.channel, Detach(self.handle, True, error))

    def release(self) -> None:
        """Let go of a message that is still coming."""
        self.parts.clear()
        self.session.endpoint.unfinished -= self._held
        self._held = 0

    def _say_attach(
        self,
        source: Source | Described | None,
        target: Target | Described | None,
        proposal: Attach,
        max_message_size: int | None,
    ) -> None:
        self.session.endpoint.send(
            self.session.channel,
            Attach(
                self.name,
                self.handle,
                SENDER if self.sender else RECEIVER,
                proposal.snd_settle_mode,
                proposal.rcv_settle_mode,
                source,
                target,
                initial_delivery_count=self.delivery_count if self.sender else None,
                max_message_size=max_message_size,
            ),
        )

    def take_part(self, transfer: Transfer, payload: bytes) -> Delivery | None:
        """Take in one frame of a message, and give the message when it was the last."""
        if not self.parts:
            if self.credit + self._lowered <= 0:
                raise ProtocolError(
                    "amqp:link:transfer-limit-exceeded", f"a message came on link {self.name!r} without credit"
                )
            self.format = transfer.message_format
            self._delivery = transfer.delivery_id
            self._settled = False
            self._size = 0
            self.credit -= 1  # an aborted message has used its credit, too
            if self.delivery_count is not None:
                self.delivery_count = (self.delivery_count + 1) % SERIAL
        if transfer.settled:
            self._settled = True
        if transfer.aborted:
            self.release()
            return None
        self._size += len(payload)
        if self._size > self.max_message_size:
            raise ProtocolError(
                "amqp:link:message-size-exceeded", f"a message of more than {self.max_message_size} bytes came"
            )
        self.parts.append(payload)
        if transfer.more:
            self._hold(len(payload) + _FRAME_OVERHEAD)
            return None
        message = b"".join(self.parts)
        self.release()
        return Delivery(self, message, self._delivery or 0, self._settled)

    def _hold(self, size: int) -> None:
        endpoint = self.session.endpoint
        self._held += size
        endpoint.unfinished += size
        if endpoint.unfinished > MAX_UNFINISHED:
            raise ProtocolError(
                "amqp:resource-limit-exceeded",
                f"unfinished messages of more than {MAX_UNFINISHED >> 20} MiB in all came on this connection",
            )
