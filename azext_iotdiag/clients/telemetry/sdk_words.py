"""What azure-eventhub says, read: its exceptions as failures, its events as ours, its partitions' newest messages.

Messages that its codec cannot read, or reads with a loss, pass through it as our codec read them. Its codec ends the
connection at a message that breaks a rule, and gives text and binary alike as bytes. It offers no place to catch that;
so the function with which its receiver decodes a payload is wrapped, once a process. A message of the usual kind is
read by the SDK as ever.
"""

from __future__ import annotations

import re
import struct
import threading
from collections.abc import Callable, Mapping
from typing import Any

from azext_iotdiag.clients.amqp_words import kind_of, kind_of_status
from azext_iotdiag.clients.telemetry.event import event_of
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.stream import Newest
from azext_iotdiag.wire.amqp.decoding import DecodeError
from azext_iotdiag.wire.amqp.message import Message, decode_message
from azext_iotdiag.wire.amqp.salvage import salvage
from azext_iotdiag.wire.amqp.section_cache import Memory

_OURS = "iotdiag"  # the key in the footer under which our reading of a message stands
_STATUS = re.compile(r"Status code: (\d{3})")
_CONDITIONS_OF_ITS_OWN = ("amqp:client-error", "amqp:unknown-error", "amqp:socket-error")
_STUMBLES = (ValueError, TypeError, IndexError, KeyError, struct.error)  # of its codec, over what it does not expect
_PROPERTIES = (
    "message-id",
    "user-id",
    "to",
    "subject",
    "reply-to",
    "correlation-id",
    "content-type",
    "content-encoding",
    "absolute-expiry-time",
    "creation-time",
    "group-id",
    "group-sequence",
    "reply-to-group-id",
)


def failure(error: BaseException, host: str, port: int, step: str, *, spoken: bool = False) -> Failure:
    """What the SDK's exception says; the AMQP condition is found on the exception behind it.

    Where AMQP was `spoken` before, its stumbling is over a connection that went away beneath it.
    """
    condition, stumbled = "", False
    behind: BaseException | None = error
    while behind is not None and not condition:
        stumbled = stumbled or isinstance(behind, _STUMBLES)
        found = getattr(behind, "condition", b"")
        found = getattr(found, "value", found)
        condition = found.decode() if isinstance(found, bytes) else str(found or "")
        behind = behind.__context__ or behind.__cause__
    kind = kind_of(condition, str(error))
    name = type(error).__name__
    if status := _STATUS.search(str(error)):
        kind, condition = kind_of_status(int(status[1]), str(error)), f"cbs:{status[1]}"
    elif name == "AuthenticationError":
        kind = Kind.UNAUTHORIZED if kind is Kind.REFUSED else kind
    elif name in ("ConnectionLostError", "ConnectError"):
        lost = not condition or condition in _CONDITIONS_OF_ITS_OWN
        kind = Kind.DROPPED if kind is Kind.REFUSED and lost else kind
    elif stumbled and not condition:
        kind = Kind.DROPPED if spoken else Kind.NOT_AMQP
    said = str(error)
    return Failure(kind, step, host, port, condition=condition, description=said.splitlines()[0] if said else name)


def newest(told: Mapping[str, Any]) -> Newest:
    """What its get_partition_properties() says of the newest message."""
    sequence = told["last_enqueued_sequence_number"]
    enqueued = int(told["last_enqueued_time_utc"].timestamp() * 1000)
    return Newest(sequence, enqueued, str(told["last_enqueued_offset"]), bool(told["is_empty"]))


def event(came: Any, partition: str) -> Event:
    """The event that one of the SDK's is."""
    message = _read_by_us(came)
    return event_of(_message(came) if message is None else message, partition)


def _message(came: Any) -> Message:
    """The message as the SDK read it, in which text is bytes."""
    raw = came.raw_amqp_message
    application = _texts(raw.application_properties)
    return Message(_body(came), None, _texts(raw.annotations), {}, _properties(raw.properties), application, None)


def _body(came: Any) -> bytes:
    body = came.body
    if isinstance(body, (bytes, str)):
        return body if isinstance(body, bytes) else body.encode()
    return b"".join(part if isinstance(part, bytes) else str(part).encode() for part in body or ())


def _properties(properties: Any) -> dict[str, Any]:
    if properties is None:
        return {}
    found = ((name, getattr(properties, name.replace("-", "_"), None)) for name in _PROPERTIES)
    return {name: _text(value) if name != "user-id" else value for name, value in found if value is not None}


def _texts(mapping: Mapping[Any, Any] | None) -> dict[str, Any]:
    return {_text(name): _text(value) for name, value in (mapping or {}).items()}


def _text(value: Any) -> Any:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value


def install_decoder() -> bool:
    """Wrap the SDK's decoder; whether this version of the SDK has it where it is expected."""
    try:
        from azure.eventhub._pyamqp import receiver
        from azure.eventhub._pyamqp.message import Message as Theirs

        decode = receiver.decode_payload
    except (ImportError, AttributeError):
        return False
    if not getattr(decode, _OURS, False):
        receiver.decode_payload = _wrapped(decode, Theirs)
    return True


def _read_by_us(came: Any) -> Message | None:
    """The message as our codec read it, None where the SDK read it itself."""
    footer = getattr(came.raw_amqp_message, "footer", None)
    found = footer.get(_OURS) if isinstance(footer, dict) else None
    return found if isinstance(found, Message) else None


class _Memory(threading.local):
    """A memory for each thread, and so for each connection of the SDK."""

    def __init__(self) -> None:
        self.of_thread = Memory()


def _wrapped(decode: Callable[[Any], Any], theirs: Callable[..., Any]) -> Callable[[Any], Any]:
    memory = _Memory()

    def read(buffer: Any) -> Any:
        payload = bytes(buffer)
        try:
            message = decode_message(payload, memory.of_thread)
        except DecodeError as wrong:
            message = salvage(payload, str(wrong))
        if not message.problems:
            read_by_sdk = decode(buffer)
            return read_by_sdk._replace(footer={_OURS: message}) if message.body_type else read_by_sdk
        # The SDK itself looks for where the stream stands, in keys of bytes.
        marks = {key.encode(): _bytes(value) for key, value in message.annotations.items() if isinstance(key, str)}
        return theirs(message_annotations=marks, data=[message.body], footer={_OURS: message})

    setattr(read, _OURS, True)
    return read


def _bytes(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value
