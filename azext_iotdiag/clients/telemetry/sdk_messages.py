"""Messages that azure-eventhub's codec cannot read, or reads with a loss, pass through it as our codec read them.

Its codec ends the connection at a message that breaks a rule, and gives text and binary alike as bytes. It offers no
place to catch that; so the function with which its receiver decodes a payload is wrapped, once a process. A message of
the usual kind is read by the SDK as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azext_iotdiag.wire.amqp.decoding import DecodeError
from azext_iotdiag.wire.amqp.message import Message, decode_message
from azext_iotdiag.wire.amqp.salvage import salvage

_OURS = "iotdiag"  # the key in the footer under which our reading of a message stands


def install() -> bool:
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


def of(came: Any) -> Message | None:
    """The message as our codec read it, None where the SDK read it itself."""
    footer = getattr(came.raw_amqp_message, "footer", None)
    found = footer.get(_OURS) if isinstance(footer, dict) else None
    return found if isinstance(found, Message) else None


def _wrapped(decode: Callable[[Any], Any], theirs: Callable[..., Any]) -> Callable[[Any], Any]:
    def read(buffer: Any) -> Any:
        payload = bytes(buffer)
        try:
            message = decode_message(payload)
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
