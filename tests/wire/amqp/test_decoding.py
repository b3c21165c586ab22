"""Decoding: the encodings that we do not write, what is malformed, and what would become too deep or too large."""

from __future__ import annotations

import struct
import tracemalloc
from typing import Any

import pytest

from azext_iotdiag.wire.amqp.codec import DecodeError, decode, encode
from azext_iotdiag.wire.amqp.decoding import MAX_DEPTH, MAX_ZERO_WIDTH
from azext_iotdiag.wire.amqp.types import Array, Described, Symbol

# Encodings that others may choose where we choose a shorter one.
OTHERS: list[tuple[Any, str]] = [
    (True, "56 01"),
    (False, "56 00"),
    (0, "70 00 00 00 00"),
    (0, "80 00 00 00 00 00 00 00 00"),
    (-1, "71 ff ff ff ff"),
    (-1, "81 ff ff ff ff ff ff ff ff"),
    (b"a", "b0 00 00 00 01 61"),
    ("a", "b1 00 00 00 01 61"),
    (Symbol("a"), "b3 00 00 00 01 61"),
    ([], "c0 01 00"),
    ([], "d0 00 00 00 04 00 00 00 00"),
    ([True], "d0 00 00 00 05 00 00 00 01 41"),
    ({"a": None}, "d1 00 00 00 08 00 00 00 02 a1 01 61 40"),
    (Array(["a", "b"]), "e0 06 02 a1 01 61 01 62"),
    (Array([True] * 3), "e0 02 03 41"),
    (Array([]), "e0 01 00"),  # without a constructor
    (Array([]), "f0 00 00 00 05 00 00 00 00 a3"),
    (Array([Array([1]), Array([2, 3])]), "e0 0b 02 e0 03 01 51 01 04 02 51 02 03"),
    (  # the composite of section 1.4
        Described(
            Symbol("example:book:list"),
            ["AMQP for & by Dummies", Array(["Rob J. Godfrey", "Rafael H. Schloming"]), None],
        ),
        "00 a3 11" + b"example:book:list".hex() + "c0 40 03 a1 15" + b"AMQP for & by Dummies".hex()
        + "e0 25 02 a1 0e" + b"Rob J. Godfrey".hex() + "13" + b"Rafael H. Schloming".hex() + "40",
    ),
]  # fmt: skip

MALFORMED = {
    "nothing": "",
    "no such constructor": "46",
    "reserved constructor": "ff",
    "boolean of another value": "56 02",
    "ushort cut short": "60 00",
    "ulong cut short": "80 00 00 00",
    "uuid cut short": "98 00",
    "decimal cut short": "94 00",
    "char beyond Unicode": "73 00 11 00 00",
    "char that is half a pair": "73 00 00 d8 00",
    "binary without length": "a0",
    "binary cut short": "a0 02 61",
    "string cut short": "b1 ff ff ff ff 61",
    "string that is not UTF-8": "a1 01 ff",
    "symbol that is not ASCII": "a3 02 c3 bc",
    "symbol in a map that is not ASCII": "c1 05 02 a3 01 fc 40",
    "list without count": "c0 00",
    "list cut short": "c0 03 02 40",
    "list longer than announced": "c0 02 01 a1 01 61",
    "list shorter than announced": "c0 03 01 40 40",
    "list of more elements than bytes": "c0 02 ff 40",
    "text that leaves its list": "c0 04 01 a1 7f 61",
    "list32 of 2^32 elements": "d0 00 00 00 05 ff ff ff ff 40",
    "list32 of 2^32 bytes": "d0 ff ff ff ff ff ff ff ff 40",
    "map of three": "c1 04 03 40 40 40",
    "map with a list for a key": "c1 03 02 45 40",
    "map with a described list for a key": "c1 05 02 00 40 45 40",
    "map whose text leaves it": "c1 07 02 a1 01 61 a1 09 62",
    "array32 of 2^32 nulls": "f0 00 00 00 05 ff ff ff ff 40",
    "array32 of 2^32 empty lists": "f0 00 00 00 05 ff ff ff ff 45",
    "array of too many trues": f"e0 02 {MAX_ZERO_WIDTH + 1:02x} 41",
    "array32 of 2^32 ubytes": "f0 00 00 00 06 ff ff ff ff 50 00",
    "array of an unknown constructor": "e0 03 01 46 00",
    "array of twice described": "e0 06 01 00 40 00 40 40",
    "array longer than announced": "e0 03 02 50 01 02",
    "described without a value": "00 53 70",
    "described without anything": "00",
    "too deep: lists": "c0 ff 01" * (MAX_DEPTH + 1) + "40" * 300,
    "too deep: descriptors": "00" * 4000,
    "too deep: described values": "00 40" * 4000,
    "too deep: descriptors of arrays": "e0 ff 01 00" * 4000,
}


@pytest.mark.parametrize(("value", "data"), OTHERS)
def test_reads_the_encodings_that_it_does_not_write(value: Any, data: str) -> None:
    found = decode(bytes.fromhex(data))
    assert found == (value, len(bytes.fromhex(data)))
    assert repr(found[0]) == repr(value), "of the same types, too"


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_refuses_what_is_malformed(data: str) -> None:
    with pytest.raises(DecodeError):
        decode(bytes.fromhex(data))


def test_nests_as_deep_as_it_says() -> None:
    value: list[Any] = []
    for _ in range(MAX_DEPTH):
        value = [value]
    assert decode(encode(value))[0] == value
    with pytest.raises(DecodeError, match="levels"):
        decode(encode([value]))


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_reads_any_buffer(kind: type) -> None:
    assert decode(kind(b"\xa0\x01a")) == (b"a", 3)


@pytest.mark.parametrize(
    "data",
    [
        b"\xe0\x02\x20\x45" * 4000,  # arrays of as many empty lists as are allowed
        b"\xd0" + struct.pack(">II", 16000, 15996) + b"\x45" * 15996,
        b"\xf0" + struct.pack(">II", 16005, 16000) + b"\xc0" + b"\x01\x00" * 8000,
    ],
)
def test_small_input_does_not_become_large(data: bytes) -> None:
    tracemalloc.start()
    try:
        offset = 0
        kept = []
        try:
            while offset < len(data):
                value, offset = decode(data, offset)
                kept.append(value)
        except DecodeError:
            pass
        assert tracemalloc.get_traced_memory()[1] < 600 * len(data)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("data", "words"), [
    ("a0 02 61", "2 bytes announced, 1 there (byte 2)"), ("b0 00 00 00 09 61", "9 bytes announced, 1 there (byte 5)"),
    ("40 a1 05 61 62", "5 bytes announced, 2 there (byte 3)"), ("98 00 00", "16 bytes announced, 2 there (byte 1)"),
    ("56 02", "a boolean is 0 or 1, not 2 (byte 1)"), ("73 00 11 00 00", "0x110000 is no Unicode character (byte 1)"),
    ("46", "no AMQP type has the constructor 0x46 (byte 0)"),
    ("c0 05 01 40", "a list, map or array of impossible size (byte 3)"),
    ("c0 00 00", "a list, map or array of impossible size (byte 3)"),
    ("c0 02 05 40", "5 elements announced in 1 bytes (byte 3)"),
    ("c0 03 01 40 40", "a list, map or array ends at byte 4, 5 announced"),
])  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(data: str, words: str) -> None:
    raw = bytes.fromhex(data)
    with pytest.raises(DecodeError) as wrong:
        decode(raw, 1 if data.startswith("40") else 0)
    assert str(wrong.value) == words


@pytest.mark.parametrize(("code", "right"), [
    (0x0, True), (0xD7FF, True), (0xD800, False), (0xDFFF, False), (0xE000, True), (0x10FFFF, True), (0x110000, False),
])  # fmt: skip
def test_the_edges_of_unicode(code: int, right: bool) -> None:
    data = b"\x73" + struct.pack(">I", code)
    if right:
        assert decode(data) == (chr(code), 5)
    else:
        with pytest.raises(DecodeError, match="is no Unicode character"):
            decode(data)
