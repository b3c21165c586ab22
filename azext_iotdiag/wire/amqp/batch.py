"""Several messages in one delivery, as Event Hubs and IoT Hub take them: each is a data section of the whole."""

from __future__ import annotations

from azext_iotdiag.wire.amqp.decoding import DecodeError, decode
from azext_iotdiag.wire.amqp.message import DATA, Message, decode_message
from azext_iotdiag.wire.amqp.types import Described, Symbol

FORMAT = 0x80013700  # the message-format of such a delivery; so Azure/azure-uamqp-c and azure-eventhub write it
_DATA = (DATA, Symbol("amqp:data:binary"))


def decode_batch(buffer: bytes) -> list[Message]:
    """The messages of a batch, in order. Raises DecodeError."""
    found: list[Message] = []
    offset = 0
    while offset < len(buffer):
        section, offset = decode(buffer, offset)
        if type(section) is not Described:
            raise DecodeError("a section is a described value")
        if section.descriptor in _DATA:
            if type(section.value) is not bytes:
                raise DecodeError(f"a data section holds a {type(section.value).__name__}, not binary")
            found.append(decode_message(section.value))
    return found
