"""Everything that decodes AMQP, fed with noise and with damaged frames: it must say DecodeError, or decode.

IOTDIAG_FUZZ_CASES asks for more cases than the 20,000 of `make test`.
"""

from __future__ import annotations

import os
import random
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.wire.amqp.codec import DecodeError, decode, encode
from azext_iotdiag.wire.amqp.frames import FrameBuffer, frame
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.performatives import (
    Accepted,
    AmqpError,
    Attach,
    Begin,
    Detach,
    Disposition,
    Flow,
    Open,
    Rejected,
    SaslMechanisms,
    Source,
    Target,
    Transfer,
    decode_performative,
)
from azext_iotdiag.wire.amqp.types import Array, Char, Decimal, Described, Float, Symbol, Timestamp, UInt
from tests.plugins.effort import cases

CASES = int(os.environ.get("IOTDIAG_FUZZ_CASES", cases(20_000)))

MESSAGE = encode_message(
    b"body",
    header={"durable": True},
    delivery_annotations={"d": 1},
    annotations={"x-opt-offset": "12", "x-opt-enqueued-time": Timestamp(5), "list": [1, [2, {"k": Array([1, 2])}]]},
    properties={"message-id": uuid.UUID(int=5), "content-type": "application/json", "creation-time": 5},
    application={"a": 1.5, "b": Float(2), "c": Char("c"), "d": Decimal(bytes(16)), "e": 2**40, "f": "x" * 300},
)
FILTER = {Symbol("f"): Described(Symbol("apache.org:selector-filter:string"), "amqp.annotation.x-opt-offset > '-1'")}
SEEDS = [
    MESSAGE,
    encode_message(value={"a": Array([Described(Symbol("d"), b"x")] * 3), "b": Array([Array([Symbol("s")])])}),
    encode([None, True, UInt(7), [[[[{1: [2]}]]]], Array([UInt(1)] * 40), b"x" * 300]),
    frame(Open("c", "h", 65536, 8191, 240000, desired_capabilities=["a", "b"], properties={"x": [1]})),
    frame(Begin(None, 0, 1, 2, 255)),
    frame(Attach("n", 1, True, 0, 1, Source("a", filter=FILTER, outcomes=["o"]), Target("b"), {b"t": Accepted()})),
    frame(Flow(1, 2, 3, 4, 5, 6, 7)),
    frame(Transfer(1, 2, b"tag", 0, True, False, batchable=True), MESSAGE, 3),
    frame(Transfer(1, 2, b"tag", 0, state=Accepted()), MESSAGE, 3),
    frame(Disposition(True, 1, 2, True, Rejected(AmqpError("a:b", "c", {"d": 1})))),
    frame(Detach(1, True, AmqpError("amqp:link:redirect", "x", {"hostname": "h", "port": 5671}))),
    frame(SaslMechanisms(["PLAIN", "ANONYMOUS"]), sasl=True),
]
# Bytes that mean much: constructors, and the least and most of sizes and counts.
TELLING = [
    0x00,
    0x01,
    0x40,
    0x45,
    0x53,
    0x56,
    0x70,
    0x83,
    0x98,
    0xA0,
    0xA1,
    0xA3,
    0xB0,
    0xC0,
    0xC1,
    0xD0,
    0xE0,
    0xF0,
    0xFF,
]


def feed_everything(data: bytes, refused: type[Exception] = DecodeError) -> int:
    """Give `data` to all that decodes; return how many of them accepted it."""
    accepted = 0
    for reads in (decode, decode_performative, decode_message, read_frames):
        try:
            reads(data)
            accepted += 1
        except refused:
            pass
    return accepted


def read_frames(data: bytes) -> None:
    frames = FrameBuffer(65536)
    middle = len(data) // 2
    for part in (data[:middle], data[middle:]):
        frames.feed(part)
        while frames.next() is not None:
            pass


def damaged(seed: bytes, rng: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(data)) if data else 0
        match rng.randrange(7):
            case 0:
                data[at : at + 1] = bytes((rng.randrange(256),))
            case 1:
                data[at : at + 1] = bytes((rng.choice(TELLING),))
            case 2:
                del data[at:]
            case 3:
                del data[at : at + rng.randrange(1, 9)]
            case 4:
                data[at:at] = rng.randbytes(rng.randrange(1, 9))
            case 5:
                data[at : at + 4] = b"\xff" * 4
            case 6:
                other = rng.choice(SEEDS)
                start = rng.randrange(len(other))
                data[at:at] = other[start : start + rng.randrange(1, 60)]
    return bytes(data)


def test_damaged_frames_and_messages() -> None:
    rng = random.Random(1)
    accepted = 0
    for number in range(CASES):
        data = damaged(rng.choice(SEEDS), rng)
        try:
            accepted += feed_everything(data)
        except Exception as error:
            pytest.fail(f"case {number}: {error!r} from {data.hex()}")
    assert 0 < accepted < 4 * CASES, "damage that always or never shows would test nothing"


@settings(max_examples=cases(max(500, CASES // 20)), deadline=None)
@given(st.binary(max_size=200))
def test_noise(data: bytes) -> None:
    feed_everything(data)
    feed_everything((8 + len(data)).to_bytes(4, "big") + b"\x02\x00\x00\x00" + data)
    feed_everything(b"\x00\x53\x14" + data)


def test_the_seeds_are_sound() -> None:
    assert all(feed_everything(seed) for seed in SEEDS)
