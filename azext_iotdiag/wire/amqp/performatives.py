"""The composite types of AMQP 1.0 (parts 2, 3 and 5): what frames say, with Python names and in the order of the spec.

Messages are not here: their sections travel behind a transfer and are read by message.py.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from azext_iotdiag.wire.amqp.composites import define, encode_composite, read_composite
from azext_iotdiag.wire.amqp.decoding import DecodeError, decode
from azext_iotdiag.wire.amqp.types import Described

Fields = dict[str, Any]


# --- transport: part 2, section 2.7 -----------------------------------------------------------------------------------


class Open(NamedTuple):
    """Opens a connection. `idle_time_out` is in milliseconds, `max_frame_size` in bytes."""

    container_id: str
    hostname: str | None = None
    max_frame_size: int | None = None
    channel_max: int | None = None
    idle_time_out: int | None = None
    outgoing_locales: list[str] | None = None
    incoming_locales: list[str] | None = None
    offered_capabilities: list[str] | None = None
    desired_capabilities: list[str] | None = None
    properties: Fields | None = None


class Begin(NamedTuple):
    """Begins a session. The windows are in transfer frames."""

    remote_channel: int | None
    next_outgoing_id: int
    incoming_window: int
    outgoing_window: int
    handle_max: int | None = None
    offered_capabilities: list[str] | None = None
    desired_capabilities: list[str] | None = None
    properties: Fields | None = None


class Attach(NamedTuple):
    """Attaches a link. `role` is False for the sender's end, True for the receiver's."""

    name: str
    handle: int
    role: bool
    snd_settle_mode: int | None = None
    rcv_settle_mode: int | None = None
    source: Source | Described | None = None
    target: Target | Described | None = None
    unsettled: dict[Any, Any] | None = None
    incomplete_unsettled: bool | None = None
    initial_delivery_count: int | None = None
    max_message_size: int | None = None
    offered_capabilities: list[str] | None = None
    desired_capabilities: list[str] | None = None
    properties: Fields | None = None


class Flow(NamedTuple):
    """Tells the state of a session's windows, and of a link's credit when `handle` is given."""

    next_incoming_id: int | None
    incoming_window: int
    next_outgoing_id: int
    outgoing_window: int
    handle: int | None = None
    delivery_count: int | None = None
    link_credit: int | None = None
    available: int | None = None
    drain: bool | None = None
    echo: bool | None = None
    properties: Fields | None = None


class Transfer(NamedTuple):
    """Carries a message, or a part of one, as the payload of its frame."""

    handle: int
    delivery_id: int | None = None
    delivery_tag: bytes | None = None
    message_format: int | None = None
    settled: bool | None = None
    more: bool | None = None
    rcv_settle_mode: int | None = None
    state: DeliveryState | None = None
    resume: bool | None = None
    aborted: bool | None = None
    batchable: bool | None = None


class Disposition(NamedTuple):
    """Tells the state of the deliveries `first` to `last`."""

    role: bool
    first: int
    last: int | None = None
    settled: bool | None = None
    state: DeliveryState | None = None
    batchable: bool | None = None


class Detach(NamedTuple):
    """Detaches a link, for ever when `closed`."""

    handle: int
    closed: bool | None = None
    error: AmqpError | None = None


class End(NamedTuple):
    """Ends a session."""

    error: AmqpError | None = None


class Close(NamedTuple):
    """Closes a connection."""

    error: AmqpError | None = None


class AmqpError(NamedTuple):
    """Why a link, a session or a connection ended, or a message was rejected (2.8.14)."""

    condition: str
    description: str | None = None
    info: Fields | None = None


# --- security: part 5, section 5.3.3 ----------------------------------------------------------------------------------


class SaslMechanisms(NamedTuple):
    """The mechanisms that the server offers."""

    sasl_server_mechanisms: list[str]


class SaslInit(NamedTuple):
    """The mechanism that the client chose."""

    mechanism: str
    initial_response: bytes | None = None
    hostname: str | None = None


class SaslChallenge(NamedTuple):
    """What the server asks."""

    challenge: bytes


class SaslResponse(NamedTuple):
    """What the client answers."""

    response: bytes


class SaslOutcome(NamedTuple):
    """`code` 0: authenticated, 1: refused, 2 to 4: a fault of the system, unspecified, permanent, temporary."""

    code: int
    additional_data: bytes | None = None


# --- messaging: part 3, sections 3.4 and 3.5 --------------------------------------------------------------------------


class Received(NamedTuple):
    """How far a message has been received."""

    section_number: int
    section_offset: int


class Accepted(NamedTuple):
    """The message was processed."""


class Rejected(NamedTuple):
    """The message is invalid."""

    error: AmqpError | None = None


class Released(NamedTuple):
    """The message was not processed and may go to another receiver."""


class Modified(NamedTuple):
    """The message was changed, but not processed."""

    delivery_failed: bool | None = None
    undeliverable_here: bool | None = None
    message_annotations: Fields | None = None


DeliveryState = Received | Accepted | Rejected | Released | Modified | Described


class Source(NamedTuple):
    """Where the messages of a link come from. `timeout` is in seconds."""

    address: str | None = None
    durable: int | None = None
    expiry_policy: str | None = None
    timeout: int | None = None
    dynamic: bool | None = None
    dynamic_node_properties: Fields | None = None
    distribution_mode: str | None = None
    filter: Fields | None = None
    default_outcome: DeliveryState | None = None
    outcomes: list[str] | None = None
    capabilities: list[str] | None = None


class Target(NamedTuple):
    """Where the messages of a link go. `timeout` is in seconds."""

    address: str | None = None
    durable: int | None = None
    expiry_policy: str | None = None
    timeout: int | None = None
    dynamic: bool | None = None
    dynamic_node_properties: Fields | None = None
    capabilities: list[str] | None = None


# --- what the fields are, in the spec's words; "!" marks those that must be there -------------------------------------

define(Open, 0x10, "amqp:open:list",
       "string! string uint ushort uint symbols symbols symbols symbols fields")  # fmt: skip
define(Begin, 0x11, "amqp:begin:list", "ushort uint! uint! uint! uint symbols symbols fields")
define(Attach, 0x12, "amqp:attach:list",
       "string! uint! boolean! ubyte ubyte terminus terminus map boolean uint ulong"
       " symbols symbols fields")  # fmt: skip
define(Flow, 0x13, "amqp:flow:list", "uint uint! uint! uint! uint uint uint uint boolean boolean fields")
define(Transfer, 0x14, "amqp:transfer:list",
       "uint! uint binary uint boolean boolean ubyte state boolean boolean boolean")  # fmt: skip
define(Disposition, 0x15, "amqp:disposition:list", "boolean! uint! uint boolean state boolean")
define(Detach, 0x16, "amqp:detach:list", "uint! boolean error")
define(End, 0x17, "amqp:end:list", "error")
define(Close, 0x18, "amqp:close:list", "error")
define(AmqpError, 0x1D, "amqp:error:list", "symbol! string fields", "error")
define(Received, 0x23, "amqp:received:list", "uint! ulong!", "state")
define(Accepted, 0x24, "amqp:accepted:list", "", "state")
define(Rejected, 0x25, "amqp:rejected:list", "error", "state")
define(Released, 0x26, "amqp:released:list", "", "state")
define(Modified, 0x27, "amqp:modified:list", "boolean boolean fields", "state")
define(Source, 0x28, "amqp:source:list",
       "string uint symbol uint boolean fields symbol fields state symbols symbols", "terminus")  # fmt: skip
define(Target, 0x29, "amqp:target:list", "string uint symbol uint boolean fields symbols", "terminus")
define(SaslMechanisms, 0x40, "amqp:sasl-mechanisms:list", "symbols!")
define(SaslInit, 0x41, "amqp:sasl-init:list", "symbol! binary string")
define(SaslChallenge, 0x42, "amqp:sasl-challenge:list", "binary!")
define(SaslResponse, 0x43, "amqp:sasl-response:list", "binary!")
define(SaslOutcome, 0x44, "amqp:sasl-outcome:list", "ubyte! binary")


def encode_performative(performative: Any) -> bytes:
    """Return a performative, or any other composite of this module, with all of its fields.

    Trailing nulls are not left out, which the spec would allow: azure-eventhub reads fields by position and fails on
    shorter lists. Raises ValueError or TypeError when a field does not fit.
    """
    return encode_composite(performative)


def decode_performative(buffer: bytes, offset: int = 0) -> tuple[Any, int]:
    """Read the performative at `offset`; return it and the offset behind it. Raises DecodeError.

    One of an unknown descriptor comes as Described. Fields have the types that the spec gives them, or are None.
    """
    value, end = decode(buffer, offset)
    if type(value) is not Described:
        raise DecodeError(f"a performative is a described list, not a {type(value).__name__} (byte {offset})")
    return read_composite(value), end
