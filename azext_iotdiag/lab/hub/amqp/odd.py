"""Messages in odd forms, as readers of a hub have met them: for the fault odd-message."""

from __future__ import annotations

from azext_iotdiag.wire.amqp.message import FOOTER, decode_message, encode_message

NO_UTF8 = b"\x00\x53" + bytes((FOOTER,)) + b"\xc1\x08\x02\xa3\x01x\xa1\x02\xc3\x28"  # {x: a text that is no UTF-8}
NULL_BODY = b"\x00\x53\x75\x40"  # a data section that holds null: Azure/azure-sdk-for-js#29832
CUT = 3  # bytes that lack at the end


def of(message: bytes, form: int) -> bytes:
    """The message in the odd form of that number, as the fault numbers them."""
    if form == 1:
        return message + NO_UTF8
    if form == 2:
        read = decode_message(message)
        return encode_message(
            annotations=read.annotations, properties=read.properties, application=read.application, sections=NULL_BODY
        )
    return message[:-CUT]
