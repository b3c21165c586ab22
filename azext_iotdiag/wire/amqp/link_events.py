"""What happens on an AMQP connection, as an endpoint tells it; and the error for a peer that breaks the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from azext_iotdiag.wire.amqp.performatives import (
    AmqpError,
    Attach,
    Disposition,
    Open,
    SaslChallenge,
    SaslInit,
    SaslMechanisms,
    SaslOutcome,
    SaslResponse,
)

if TYPE_CHECKING:
    from azext_iotdiag.wire.amqp.links import Link
    from azext_iotdiag.wire.amqp.sessions import AmqpSession


class ProtocolError(Exception):
    """The peer broke a rule of AMQP; `condition` is the error condition that the specification names for it."""

    def __init__(self, condition: str, description: str):
        super().__init__(description)
        self.condition = condition
        self.description = description


class Attached(NamedTuple):
    """The peer attached a link, or answered ours. `link.answered` tells which."""

    link: Link
    performative: Attach


class Granted(NamedTuple):
    """The peer changed the credit of a link on which we send, or let the session go on."""

    link: Link | None
    drain: bool


class Delivery(NamedTuple):
    """A whole message came. `delivery_id` is to be settled unless `settled`."""

    link: Link
    message: bytes
    delivery_id: int
    settled: bool


class Disposed(NamedTuple):
    """The peer told the outcome of deliveries of ours in a session; their numbers are in the performative."""

    session: AmqpSession
    performative: Disposition


class Detached(NamedTuple):
    """The peer detached a link; it has been answered."""

    link: Link
    error: AmqpError | None


class Header(NamedTuple):
    """The peer sent a protocol header of eight bytes."""

    protocol: bytes


class Begun(NamedTuple):
    """The peer began a session, or answered ours."""

    session: AmqpSession


class Ended(NamedTuple):
    """The peer ended a session; it has been answered."""

    session: AmqpSession
    error: AmqpError | None


class Closed(NamedTuple):
    """The peer closed the connection; it has been answered."""

    error: AmqpError | None


LinkEvent = (
    Header | SaslMechanisms | SaslInit | SaslChallenge | SaslResponse | SaslOutcome | Open | Begun | Attached | Granted
    | Delivery | Disposed | Detached | Ended | Closed
)  # fmt: skip
