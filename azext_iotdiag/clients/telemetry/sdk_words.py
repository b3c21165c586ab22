"""What azure-eventhub says, read: its exceptions as failures, its events as ours, its partitions' newest messages."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import Any

from azext_iotdiag.clients.amqp_words import kind_of, kind_of_status
from azext_iotdiag.clients.telemetry import sdk_messages as messages
from azext_iotdiag.clients.telemetry.event import event_of
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.stream import Newest
from azext_iotdiag.wire.amqp.message import Message

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
    message = messages.of(came)
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
