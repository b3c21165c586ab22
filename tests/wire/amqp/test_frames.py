"""Frames: written, split from a stream however it arrives, and refused when they are none."""

from __future__ import annotations

import contextlib
import itertools
import struct
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from azext_iotdiag.wire.amqp.codec import DecodeError
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, SASL_HEADER, Frame, FrameBuffer, FrameError, Whole, frame
from azext_iotdiag.wire.amqp.performatives import (
    Accepted,
    Close,
    Flow,
    Open,
    SaslMechanisms,
    Transfer,
    decode_performative,
    encode_performative,
)
from azext_iotdiag.wire.amqp.types import Described
from tests.plugins.rows import all_rows

MAX = 65536

TRANSFER = Transfer(3, 1, b"\x01", 0, True, False, batchable=True)


def short(expected: Any) -> Any:
    """What a frame is read as where its transfer is written like an earlier one."""
    transfer = expected.performative
    if type(transfer) is not Transfer or transfer.delivery_id is None:
        return expected
    if transfer.more or transfer.aborted or transfer.resume or transfer.state is not None:
        return expected
    settled = bool(transfer.settled)
    return Whole(
        expected.channel,
        transfer.handle,
        transfer.delivery_id,
        transfer.delivery_tag,
        transfer.message_format,
        settled,
        expected.payload,
    )


def same(found: Any, expected: Any) -> bool:
    """Whether a frame is what it should be, read at length or in the short way."""
    return type(found) in (Frame, Whole) and found in (expected, short(expected))


def read_all(*chunks: bytes) -> list[Any]:
    frames = FrameBuffer(MAX)
    found = []
    for chunk in chunks:
        frames.feed(chunk)
        while (came := frames.next()) is not None:
            found.append(came)
    return found


def test_writes_the_layout_of_the_specification() -> None:
    assert frame(None) == bytes.fromhex("00000008 02 00 0000")
    assert frame(Close(), channel=258) == bytes.fromhex("0000000f 02 00 0102  005318 c0 02 01 40")
    assert frame(SaslMechanisms(["PLAIN"]), sasl=True)[:8] == bytes.fromhex("0000001b 02 01 0000")
    assert frame(TRANSFER, b"payload", 1) == bytes.fromhex(
        "00000024 02 00 0001  005314 c0 10 0b 5203 5201 a00101 43 41 42 40 40 40 40 41" + b"payload".hex()
    ), "size, doff, type, channel, and a transfer with all of its eleven fields"
    assert (AMQP_HEADER, SASL_HEADER) == (b"AMQP\x00\x01\x00\x00", b"AMQP\x03\x01\x00\x00")


SOME = [
    (frame(Open("c"), channel=0), Frame(0, False, Open("c"), b"")),
    (frame(None, channel=9), Frame(9, False, None, b"")),
    (frame(SaslMechanisms(["A"]), sasl=True), Frame(0, True, SaslMechanisms(["A"]), b"")),
    (frame(TRANSFER, b"x" * 300, 65535), Frame(65535, False, TRANSFER, b"x" * 300)),
    (frame(TRANSFER, b"", 1), Frame(1, False, TRANSFER, b"")),
    (frame(Flow(None, 1, 2, 3)), Frame(0, False, Flow(None, 1, 2, 3), b"")),
]


@given(st.lists(st.sampled_from(SOME)), st.lists(st.integers(0, 2000), max_size=20))
def test_frames_come_whole_however_the_stream_is_cut(sent: list[tuple[bytes, Frame]], cuts: list[int]) -> None:
    stream = b"".join(data for data, _ in sent)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(edges)]
    found = read_all(*chunks)
    assert len(found) == len(sent) and all(map(same, found, (expected for _, expected in sent)))


def test_a_stream_of_single_bytes() -> None:
    stream = b"".join(data for data, _ in SOME)
    found = read_all(*(bytes((byte,)) for byte in stream))
    assert len(found) == len(SOME) and all(map(same, found, (expected for _, expected in SOME)))
    assert type(found[3]) is Frame and type(found[4]) is Whole, "the second is written like the first"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_takes_any_buffer_and_keeps_no_hold_of_it(kind: Any) -> None:
    data = bytearray(SOME[0][0])
    frames = FrameBuffer(MAX)
    frames.feed(kind(data))
    data[:] = bytes(len(data))
    assert frames.next() == SOME[0][1]


def test_headers_come_before_and_between_frames() -> None:
    frames = FrameBuffer(MAX)
    assert frames.header() is None
    frames.feed(SASL_HEADER[:5])
    assert frames.header() is None
    frames.feed(SASL_HEADER[5:] + SOME[2][0] + AMQP_HEADER)
    assert frames.header() == SASL_HEADER
    assert frames.next() == SOME[2][1]
    assert frames.header() == AMQP_HEADER
    assert frames.next() is None
    frames.feed(b"HTTP/1.1 400 Bad Request")
    assert frames.header() == b"HTTP/1.1", "whatever came: who reads it knows what to say of it"


def test_an_extended_header_is_skipped() -> None:
    body = encode_performative(TRANSFER)
    data = struct.pack(">IBBH", 16 + len(body) + 3, 4, 0, 7) + b"extended" + body + b"abc"
    assert read_all(data) == [Frame(7, False, TRANSFER, b"abc")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("00000007 02 00 0000", "7 bytes"),
        ("00000000 02 00 0000", "0 bytes"),
        ("00010001 02 00 0000", "65536 were allowed"),
        ("ffffffff 02 00 0000", "65536 were allowed"),
        ("00000008 01 00 0000", "begins at byte 4"),
        ("00000008 00 00 0000", "begins at byte 0"),
        ("0000000b 03 00 0000 005318", "begins at byte 12"),
        ("00000008 ff 00 0000", "begins at byte 1020"),
        ("00000008 02 02 0000", "type 2"),
        (b"HTTP/1.1 400 Bad Request".hex(), "were allowed"),
    ],
)
def test_refuses_what_is_no_frame(data: str, reason: str) -> None:
    frames = FrameBuffer(MAX)
    frames.feed(bytes.fromhex(data))
    for _ in range(2):  # and stays there: what comes behind cannot be told
        with pytest.raises(FrameError, match=reason):
            frames.next()


def test_a_frame_may_be_as_large_as_allowed() -> None:
    data = frame(TRANSFER, bytes(MAX - len(frame(TRANSFER))), 1)
    assert len(data) == MAX
    assert len(read_all(data)) == 1
    with pytest.raises(FrameError):
        read_all(frame(TRANSFER, bytes(MAX + 1 - len(frame(TRANSFER))), 1))


@pytest.mark.parametrize("body", ["005314c0", "005314c001", "005314c00100", "005314c0ff0b43"])
def test_a_transfer_cut_short_is_refused_and_the_next_frame_is_not_read_for_it(body: str) -> None:
    data = (8 + len(body) // 2).to_bytes(4, "big") + b"\x02\x00\x00\x00" + bytes.fromhex(body)
    for behind in (b"", SOME[3][0]):
        with pytest.raises(DecodeError):
            read_all(data + behind)


def test_a_wrong_performative_does_not_hide_the_next_frame() -> None:
    frames = FrameBuffer(MAX)
    frames.feed(bytes.fromhex("0000000b 02 00 0000 005318") + SOME[0][0])
    with pytest.raises(DecodeError):
        frames.next()
    assert frames.next() == SOME[0][1]


# How a uint and a delivery tag can be written: the usual ways, which are read without the codec, and others.
uints = st.sampled_from([b"\x43", b"\x52\x00", b"\x52\xff", b"\x70\x00\x00\x00\x05", b"\x70\xff\xff\xff\xff", b"\x40"])
tags = st.sampled_from([b"\x40", b"\xa0\x00", b"\xa0\x04abcd", b"\xb0\x00\x00\x00\x01a"])
booleans = st.sampled_from([b"\x40", b"\x41", b"\x42", b"\x56\x01"])
states = st.sampled_from([b"\x40", b"\x40", b"\x00\x53\x24\x45", b"\x00\x53\x34\xc0\x02\x01\x40"])
wrong = st.sampled_from([b"\x46", b"\xa1\x01a", b"\x54\xff", b"\x45", b""])
elements = st.one_of(uints, tags, booleans, states, wrong)
bodies = st.one_of(
    st.tuples(uints, uints, tags, uints, booleans, booleans, st.just(b"\x40"), states, booleans, booleans, booleans),
    st.lists(elements, max_size=12),
)


@given(bodies, st.integers(0, 11), st.sampled_from([0, 0, 0, 0, 1, -1, 200]), st.sampled_from([0, 0, 0, 1, -1]))
@example([b"\x43"], 1, 0, 0)
@example([b"\x43", b"\x43", b"\x40"], 3, 0, 0)
@example([b"\x40"] * 11, 11, 0, 0)
@example([b"\x43", b"\x43", b"\x40", b"\x43"], 4, 0, 1)
@example([b"\x43", b"\x43", b"\xa0\x00"], 3, -1, 0)
def test_the_short_way_of_reading_transfers_finds_what_the_codec_finds(
    parts: Any, length: int, size_off: int, count_off: int
) -> None:
    parts = parts[:length] if length else parts
    body = transfer(parts, size_off, count_off) + b"\x00\x53\x75\xa0\x00"
    try:
        performative, offset = decode_performative(body)
        expected: Any = Frame(1, False, performative, body[offset:])
    except DecodeError:
        expected = DecodeError
    frames = FrameBuffer(MAX)
    # The first time around the later fields are new, the second time they are known from a transfer that is in order.
    for known in (False, True):
        if known:
            frames.feed(raw_frame(transfer([b"\x43", b"\x43", b"\x40", *parts[3:]])))
            with contextlib.suppress(DecodeError):
                frames.next()
        frames.feed(raw_frame(body) + SOME[0][0])
        if expected is DecodeError:
            with pytest.raises(DecodeError):
                frames.next()
        else:
            found = frames.next()
            assert same(found, expected)
        assert frames.next() == SOME[0][1]


def transfer(parts: Any, size_off: int = 0, count_off: int = 0) -> bytes:
    content = b"".join(parts)
    return b"\x00\x53\x14\xc0" + bytes(((len(content) + 1 + size_off) % 256, (len(parts) + count_off) % 256)) + content


def raw_frame(body: bytes) -> bytes:
    return struct.pack(">IBBH", 8 + len(body), 2, 0, 1) + body


def test_known_fields_are_not_found_in_the_next_frame() -> None:
    frames = FrameBuffer(MAX)
    behind = raw_frame(transfer([b"\x43"]))
    whole = transfer([b"\x43", b"\x43", b"\x40", b"\x70" + behind[:4]])
    frames.feed(raw_frame(whole))
    assert frames.next() is not None
    frames.feed(raw_frame(whole[:-4]) + behind)  # the last field ends where the next frame begins, with the same bytes
    with pytest.raises(DecodeError):
        frames.next()
    assert frames.next() == Frame(1, False, Transfer(0), b"")


def test_what_is_remembered_of_transfers_stays_small() -> None:
    frames = FrameBuffer(MAX)
    for number in range(2000):
        frames.feed(frame(Transfer(1, number, b"", number, True)))
        assert frames.next() == Frame(0, False, Transfer(1, number, b"", number, True), b"")
    frames.feed(frame(Transfer(1, state=Described(0x34, [b"x" * 100]))))
    assert frames.next() is not None
    frames.feed(frame(Transfer(1, state=Accepted())))
    assert frames.next() == Frame(0, False, Transfer(1, state=Accepted()), b"")
    assert len(frames._rests) <= 64
    assert max(map(len, frames._rests)) <= 24


HANDLES = {"43": 0, "5203": 3, "7000000003": 3}
DELIVERIES = {"43": 0, "5201": 1, "7000000001": 1, "40": None}
TAGS = {"a00101": b"\x01", "a000": b"", "40": None, "b00000000101": b"\x01"}


SETTLED = {"41": True, "42": False, "40": None}


@all_rows(("handle", "delivery", "tag", "settled"), itertools.product(HANDLES, DELIVERIES, TAGS, SETTLED))
def test_each_encoding_of_the_first_fields_of_a_transfer(handle: str, delivery: str, tag: str, settled: str) -> None:
    """The second of two frames that are written alike is read in the short way, where there is one."""
    fields = bytes.fromhex(f"{handle}{delivery}{tag}43{settled}42")
    body = b"\x00\x53\x14\xc0" + bytes((len(fields) + 1, 6)) + fields + b"payload"
    data = struct.pack(">IBBH", len(body) + 8, 2, 0, 7) + body
    expected = Transfer(HANDLES[handle], DELIVERIES[delivery], TAGS[tag], 0, SETTLED[settled], False)
    first, *others = read_all(data * 3)
    at_length = Frame(7, False, expected, b"payload")
    assert first == at_length and type(first) is Frame
    usual = not tag.startswith("b0")
    assert [(type(found), found) for found in others] == [
        (type(each), each) for each in [short(at_length) if usual else at_length] * 2
    ]


@pytest.mark.parametrize(("head", "words"), [
    ("00000007 02 00 0000", "a frame of 7 bytes, where its header alone has 8"),
    ("00010001 02 00 0000", "a frame of 65537 bytes, where 65536 were allowed"),
    ("00000010 02 02 0000", "a frame of the unknown type 2"),
    ("00000010 01 01 0000", "a frame of 16 bytes whose body begins at byte 4"),
    ("00000010 01 00 0000", "a frame of 16 bytes whose body begins at byte 4"),
    ("00000010 05 00 0000", "a frame of 16 bytes whose body begins at byte 20"),
])  # fmt: skip
def test_what_is_no_frame_is_said(head: str, words: str) -> None:
    with pytest.raises(FrameError) as wrong:
        read_all(bytes.fromhex(head))
    assert str(wrong.value) == words


def test_a_frame_may_have_just_the_size_that_is_allowed() -> None:
    data = frame(TRANSFER, bytes(MAX - len(frame(TRANSFER))))
    assert len(data) == MAX
    (found,) = read_all(data)
    assert same(found, Frame(0, False, TRANSFER, bytes(MAX - len(frame(TRANSFER)))))
