"""Several messages in one delivery."""

from __future__ import annotations

import pytest

from azext_iotdiag.wire.amqp.batch import decode_batch
from azext_iotdiag.wire.amqp.codec import DecodeError, encode
from azext_iotdiag.wire.amqp.message import encode_message
from azext_iotdiag.wire.amqp.types import Described, Symbol, ULong

DATA = ULong(0x75)
FIRST, SECOND = encode_message(b"first", application={"n": 1}), encode_message(b"second")


def section(content: object, descriptor: object = DATA) -> bytes:
    return encode(Described(descriptor, content))


def test_messages_come_in_their_order() -> None:
    assert decode_batch(b"") == []
    found = decode_batch(section(FIRST) + section(SECOND))
    assert [(each.body, each.application) for each in found] == [(b"first", {"n": 1}), (b"second", {})]


def test_a_section_may_be_named_by_its_symbol() -> None:
    assert [each.body for each in decode_batch(section(FIRST, Symbol("amqp:data:binary")))] == [b"first"]


def test_other_sections_hold_no_message() -> None:
    """The delivery may have annotations of its own."""
    annotations = section({Symbol("x-opt-batch"): 1}, ULong(0x72))
    assert [each.body for each in decode_batch(annotations + section(SECOND))] == [b"second"]


@pytest.mark.parametrize("data", [
    section(FIRST)[:-1], section(FIRST) + b"\x00", section(FIRST) + b"\x33", section(b"\x00\x53"), section("text"),
    section(None), section(ULong(2**40)), encode(b"no section"), section(FIRST) + encode(5),
])  # fmt: skip
def test_what_is_no_batch_is_refused(data: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_batch(data)
