"""Messages that break a rule of AMQP: all that can be read of them is, and what cannot is said."""

from __future__ import annotations

import random
import struct
from typing import Any

import pytest

from azext_iotdiag.wire.amqp.codec import DecodeError, decode, encode
from azext_iotdiag.wire.amqp.message import Message, decode_message, encode_message
from azext_iotdiag.wire.amqp.salvage import MOST_PROBLEMS, salvage
from azext_iotdiag.wire.amqp.types import Described, Symbol, Timestamp, ULong
from tests.plugins.effort import cases

CASES = cases(6_000, 60_000)
MARKS = {Symbol("iothub-connection-device-id"): "pump", Symbol("x-opt-sequence-number"): 7}
HEAD = encode_message(b"", annotations=MARKS)[: -len(encode_message(b""))]
DATA = encode_message(b"body")
# As @azure/event-hubs, current, writes a null body: header, properties and data, all of them.
NULL_BODY = bytes.fromhex("005370450053734500537540")


def read(data: bytes) -> Message:
    """What comes of a message that the strict reading refuses."""
    with pytest.raises(DecodeError) as wrong:
        decode_message(data)
    return salvage(data, str(wrong.value))


def section(code: int, content: bytes) -> bytes:
    return b"\x00\x53" + bytes((code,)) + content


def raw_map(*parts: bytes) -> bytes:
    content = b"".join(parts)
    return b"\xc1" + bytes((len(content) + 1, len(parts))) + content


BAD_TEXT, NAME = b"\xa1\x03a\xffb", b"\xa1\x01n"
FAULTS: list[tuple[str, bytes, dict[str, Any], tuple[str, ...]]] = [
    ("null in a data section", HEAD + section(0x75, b"\x40"), {"body": b""},
     ("a data section holds null, not binary",)),
    ("text in a data section", HEAD + section(0x75, b"\xa1\x02hi"), {"body": b"hi"},
     ("a data section holds text, not binary",)),
    ("a number in a data section", HEAD + section(0x75, b"\x54\x07"), {"body": b"\x54\x07"},
     ("a data section holds a value of the type 0x54, not binary; it is shown as its encoded bytes",)),
    ("bad UTF-8", HEAD + section(0x74, raw_map(NAME, BAD_TEXT, b"\xa1\x01m", b"\x54\x05")) + DATA,
     {"application": {"n": b"a\xffb", "m": 5}}, ("'n' in the application-properties section is not UTF-8",)),
    ("bad UTF-8 in a key", HEAD + section(0x74, raw_map(BAD_TEXT, b"\x54\x05")) + DATA,
     {"application": {b"a\xffb": 5}}, ("a key in the application-properties section is not UTF-8",)),
    ("an unknown section", HEAD + section(0x79, b"\xa1\x01x") + DATA, {},
     ("the section at byte 66 has the unknown descriptor 121",)),
    ("a section named by a symbol", HEAD + encode(Described(Symbol("my:section"), 1)) + DATA, {},
     ("the section at byte 66 has the unknown descriptor Symbol('my:section')",)),
    ("an odd number of keys and values", HEAD + section(0x74, raw_map(NAME, b"\x54\x05", NAME)) + DATA,
     {"application": {"n": 5}}, ("the application-properties section ends with a key that has no value",)),
    ("a map that announces too much", HEAD + section(0x74, b"\xc1\x04\x08\xa1\x01n") + DATA, {},
     ("the application-properties section ends with a key that has no value",)),
    ("a value that reaches beyond its map", HEAD + section(0x74, b"\xc1\x06\x02\xa1\x01n\xa1\x50") + DATA, {},
     ("the last 2 bytes of the application-properties section cannot be read",
      "the application-properties section ends with a key that has no value")),
    ("a list for a map", HEAD + section(0x74, b"\x45") + DATA, {},
     ("the application-properties section holds a list, not a map",)),
    ("a key that is a list", HEAD + section(0x74, raw_map(b"\xc0\x01\x00", b"\x54\x05", NAME, b"\x41")) + DATA,
     {"application": {"n": True}}, ("the application-properties section has a key that is a list",)),
    ("a value of an unknown type", HEAD + section(0x74, raw_map(NAME, b"\x57\x05", b"\xa1\x01m", b"\x41")) + DATA,
     {"application": {"m": True}},
     ("'n' in the application-properties section cannot be read: no AMQP type has the constructor 0x57 (byte 75)",)),
    ("too many properties", HEAD + section(0x73, b"\xc0\x0f\x0e" + b"\x40" * 14) + DATA, {},
     ("the properties section has more than 13 fields",)),
    ("a property that is null, and too many",
     HEAD + section(0x73, b"\xc0\x12\x0f\x40\xa1\x01u" + b"\x40" * 13) + DATA,
     {"properties": {"user-id": "u"}}, ("the properties section has more than 13 fields",)),
    ("properties that are a map", HEAD + section(0x73, b"\xc1\x01\x00") + DATA, {},
     ("the properties section holds a map, not a list",)),
    ("a header that is null", section(0x70, b"\x40") + HEAD + DATA, {"header": {}},
     ("the header section holds null, not a list",)),
    ("a broken footer", HEAD + DATA + section(0x78, b"\xc1\x02\x02\x57"), {},
     ("the footer section cannot be read: 2 elements announced in 1 bytes (byte 81)",)),
    ("data that is cut off", (HEAD + DATA)[:-2], {"body": b"bo"},
     ("the data section is cut off: 2 bytes are missing",)),
    ("annotations that are cut off", HEAD[:-3],
     {"body": b"", "annotations": {Symbol("iothub-connection-device-id"): "pump"}}, ()),
    ("bytes without a descriptor", HEAD + b"\xa0\x01x" + DATA, {}, ("3 bytes at byte 66 are no section of a message",)),
    ("bytes of no type", HEAD + DATA + b"\x33abc", {}, ("4 bytes from byte 75 on cannot be read",)),
    ("data and a value", HEAD + DATA + section(0x77, b"\x54\x05"), {"value": 5, "body_type": "amqp-value"},
     ("the body is both data and amqp-value; the data is shown",)),
    ("a value that cannot be read", HEAD + section(0x77, BAD_TEXT), {"body": BAD_TEXT, "body_type": "amqp-value"}, ()),
    ("a sequence that is no list", HEAD + section(0x76, b"\x41"), {"body": b"\x41", "body_type": "amqp-sequence"}, ()),
    ("annotations with bad UTF-8",
     section(0x72, raw_map(b"\xa3\x01a", BAD_TEXT, b"\xa3\x01b", b"\x54\x05")) + DATA,
     {"annotations": {Symbol("a"): b"a\xffb", Symbol("b"): 5}},
     ("'a' in the message-annotations section is not UTF-8",)),
]  # fmt: skip


@pytest.mark.parametrize(("data", "fields", "problems"), [fault[1:] for fault in FAULTS], ids=[f[0] for f in FAULTS])
def test_what_is_odd_is_said_and_the_rest_is_read(data: bytes, fields: dict, problems: tuple) -> None:
    found = read(data)
    expected = {"body": b"body", "annotations": MARKS} | fields
    assert {name: getattr(found, name) for name in expected} == expected
    assert found.problems and (not problems or found.problems == problems)


def test_the_null_body_of_a_javascript_client() -> None:
    found = read(NULL_BODY)
    assert found.body == b"" and found.problems == ("a data section holds null, not binary",)
    assert found.header == {} and found.properties == {}


def test_many_problems_are_counted() -> None:
    found = read(section(0x74, raw_map(*[b"\xa1\x02%02d" % n + BAD_TEXT for n in range(20)])))
    assert len(found.problems) == MOST_PROBLEMS + 1 and found.problems[-1] == "and 12 more problems"
    assert len(found.application) == 20


def test_values_described_without_end_are_no_recursion() -> None:
    assert read(HEAD + b"\x00" * 200_000).annotations == MARKS


GOOD = [
    encode_message(
        b'{"temperature": 21.5}', header={"durable": True}, delivery_annotations={Symbol("d"): 1},
        annotations={**MARKS, Symbol("x-opt-offset"): "700", Symbol("x-opt-enqueued-time"): Timestamp(1_763_633_045)},
        properties={"message-id": "m", "content-type": "application/json", "user-id": b"u"},
        application={"a": 1, "é": "ü", "list": [1, {"x": None}]},
    ),
    encode_message(value={"a": [1, 2.5, b"\xff", None, Symbol("s")]}, annotations=MARKS),
    encode(Described(ULong(0x76), [1, "two"])) + encode(Described(ULong(0x78), {"f": 1})),
    NULL_BODY,
]  # fmt: skip


def damaged(rng: random.Random) -> bytes:
    """A message with a few bytes changed, put in, left out or cut off, or one inside another."""
    data = bytearray(rng.choice(GOOD))
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(6)
        if kind == 0:
            data[at : at + 1] = bytes((rng.randrange(256),))
        elif kind == 1:
            data[at:at] = rng.choice(
                (b"\x00", b"\x40", b"\xff", b"\xd1", b"\xa1\xff", struct.pack(">I", rng.getrandbits(32)))
            )
        elif kind == 2:
            del data[at : at + rng.randint(1, 5)]
        elif kind == 3 and len(data) > 1:
            del data[max(at, 1) :]
        elif kind == 4:
            data[at:at] = rng.choice(GOOD)
        elif at < len(data):
            data[at] ^= 1 << rng.randrange(8)
    return bytes(data)


def test_any_damage_is_read() -> None:
    rng = random.Random(12)
    refused = 0
    for _ in range(CASES):
        data = damaged(rng)
        try:
            decode_message(data)
        except DecodeError as wrong:
            refused += 1
            found = salvage(data, str(wrong))
            assert found.problems and all(type(problem) is str for problem in found.problems)
            assert isinstance(found.body, bytes) and isinstance(dict(found.annotations), dict)
    assert refused > CASES / 3


# A value of each width: none, 1, 2, 4, 8 and 16 bytes, those that tell their size, and described ones.
WIDTHS = ["41", "5007", "600007", "7000000007", "800000000000000007", "98" + "00" * 15 + "07", "a00178", "a10178",
          "a30178", "b00000000178", "b10000000178", "b30000000178", "45", "c0020141", "d0000000050000000141",
          "c10502a1016b41", "d10000000800000002a1016b41", "e0020341", "f0000000050000000341",
          "0053795407", "00a30161c0020141"]  # fmt: skip


@pytest.mark.parametrize("value", WIDTHS)
@pytest.mark.parametrize("wide", [False, True])
def test_what_stands_behind_a_value_of_any_width_is_read(value: str, wide: bool) -> None:
    """The text that is not UTF-8 has the strict reading refuse the section."""
    content = NAME + bytes.fromhex(value) + b"\xa1\x01m" + BAD_TEXT + b"\xa1\x01z\x54\x05"
    head = struct.pack(">BII", 0xD1, len(content) + 4, 6) if wide else bytes((0xC1, len(content) + 1, 6))
    found = read(section(0x74, head + content) + DATA)
    assert found.application == {"n": decode(bytes.fromhex(value))[0], "m": b"a\xffb", "z": 5}
    assert found.body == b"body" and found.problems == ("'m' in the application-properties section is not UTF-8",)


@pytest.mark.parametrize("text", ["a103", "b100000003", "a303", "b300000003"])
def test_text_that_is_not_utf8_is_given_as_its_bytes(text: str) -> None:
    found = read(section(0x74, raw_map(NAME, bytes.fromhex(text) + b"a\xffb")) + DATA)
    assert found.application == {"n": b"a\xffb"}


@pytest.mark.parametrize(("head", "kind"), [
    ("a102", "text"), ("b100000002", "text"), ("a302", "text"), ("b300000002", "text"), ("a002", ""),
    ("b000000002", ""),
])  # fmt: skip
def test_a_data_section_in_each_encoding(head: str, kind: str) -> None:
    """The broken section before has the strict reading refuse the message."""
    found = salvage(section(0x72, b"\x40") + section(0x75, bytes.fromhex(head) + b"hi"), "refused")
    assert found.body == b"hi"
    assert (f"a data section holds {kind}, not binary" in found.problems) is bool(kind)


@pytest.mark.parametrize(("value", "kind"), [
    ("40", "null"), ("a100", "text"), ("a300", "text"), ("a000", "binary"), ("b000000000", "binary"), ("45", "a list"),
    ("c00100", "a list"), ("d00000000400000000", "a list"), ("5407", "a value of the type 0x54"),
])  # fmt: skip
def test_what_stands_in_the_place_of_a_map_is_named(value: str, kind: str) -> None:
    found = read(section(0x74, bytes.fromhex(value)) + DATA)
    assert found.problems == (f"the application-properties section holds {kind}, not a map",)
