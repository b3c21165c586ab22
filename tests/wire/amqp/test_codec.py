"""The types of AMQP 1.0, against the encodings that part 1 of the specification gives, and back and forth at random."""

from __future__ import annotations

import math
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.wire.amqp.codec import DecodeError, decode, encode
from azext_iotdiag.wire.amqp.types import (
    Array,
    Byte,
    Char,
    Decimal,
    Described,
    Float,
    Int,
    Short,
    Symbol,
    Timestamp,
    UByte,
    UInt,
    ULong,
    UShort,
)
from tests.plugins.rows import all_rows

UUID = uuid.UUID("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")

# What we write, and read back. Constructors and widths are those of part 1, section 1.6.
ENCODINGS: list[tuple[Any, str]] = [
    (None, "40"),
    (True, "41"),
    (False, "42"),
    (UByte(255), "50 ff"),
    (UShort(65535), "60 ff ff"),
    (UInt(0), "43"),
    (UInt(255), "52 ff"),
    (UInt(256), "70 00 00 01 00"),
    (UInt(2**32 - 1), "70 ff ff ff ff"),
    (ULong(0), "44"),
    (ULong(1), "53 01"),
    (ULong(256), "80 00 00 00 00 00 00 01 00"),
    (ULong(2**64 - 1), "80 ff ff ff ff ff ff ff ff"),
    (Byte(-128), "51 80"),
    (Short(-2), "61 ff fe"),
    (Int(-128), "54 80"),
    (Int(127), "54 7f"),
    (Int(128), "71 00 00 00 80"),
    (Int(-(2**31)), "71 80 00 00 00"),
    (0, "55 00"),
    (-1, "55 ff"),
    (-129, "81 ff ff ff ff ff ff ff 7f"),
    (2**63 - 1, "81 7f ff ff ff ff ff ff ff"),
    (Float(1.5), "72 3f c0 00 00"),
    (1.5, "82 3f f8 00 00 00 00 00 00"),
    (-math.inf, "82 ff f0 00 00 00 00 00 00"),
    (Decimal(bytes.fromhex("22500001")), "74 22 50 00 01"),
    (Decimal(bytes(8)), "84" + "00" * 8),
    (Decimal(bytes(16)), "94" + "00" * 16),
    (Char("€"), "73 00 00 20 ac"),
    (Timestamp(1311704463521), "83 00 00 01 31 67 ad b8 a1"),  # 2011-07-26T18:21:03.521Z, as in section 1.6.17
    (Timestamp(-1), "83 ff ff ff ff ff ff ff ff"),
    (UUID, "98 f8 1d 4f ae 7d ec 11 d0 a7 65 00 a0 c9 1e 6b f6"),  # the example of RFC 4122
    (b"", "a0 00"),
    (b"\x00\xff", "a0 02 00 ff"),
    (b"x" * 256, "b0 00 00 01 00" + "78" * 256),
    ("Hello Glorious Messaging World", "a1 1e" + b"Hello Glorious Messaging World".hex()),  # as in section 1.2
    ("grün", "a1 05 67 72 c3 bc 6e"),
    ("x" * 256, "b1 00 00 01 00" + "78" * 256),
    (Symbol("amqp"), "a3 04 61 6d 71 70"),
    (Symbol("x" * 256), "b3 00 00 01 00" + "78" * 256),
    ([], "45"),
    ([None, True], "c0 03 02 40 41"),
    ([None] * 256, "d0 00 00 01 04 00 00 01 00" + "40" * 256),
    ([b"x" * 253], "d0 00 00 01 03 00 00 00 01 a0 fd" + "78" * 253),
    ({}, "c1 01 00"),
    ({Symbol("a"): UInt(0)}, "c1 05 02 a3 01 61 43"),
    ({"k": "x" * 250}, "d1 00 00 01 03 00 00 00 02 a1 01 6b a1 fa" + "78" * 250),
    (Array([]), "e0 02 00 40"),
    (Array([True, False]), "e0 04 02 56 01 00"),
    (Array([UInt(0), UInt(1)]), "e0 0a 02 70 00 00 00 00 00 00 00 01"),
    (Array([Symbol("A"), Symbol("BC")]), "e0 0d 02 b3 00 00 00 01 41 00 00 00 02 42 43"),
    (Array([[None], []]), "e0 13 02 d0 00 00 00 05 00 00 00 01 40 00 00 00 04 00 00 00 00"),
    (
        Array([Described(Symbol("d"), b""), Described(Symbol("d"), b"a")]),
        "e0 0f 02 00 a3 01 64 b0 00 00 00 00 00 00 00 01 61",
    ),
    (Array([b"x" * 255]), "f0 00 00 01 08 00 00 00 01 b0 00 00 00 ff" + "78" * 255),
    (
        Described("URL", "http://example.org/hello-world"),
        "00 a1 03 55 52 4c a1 1e" + b"http://example.org/hello-world".hex(),
    ),
]


@all_rows(("value", "expected"), ENCODINGS)
def test_writes_and_reads_the_encodings_of_the_specification(value: Any, expected: str) -> None:
    data = bytes.fromhex(expected)
    assert encode(value) == data
    assert_same(decode(data), (plain(value), len(data)))
    assert_same(decode(b"\xaa" + data + b"\xaa", 1), (plain(value), len(data) + 1))


@all_rows(("value", "_"), [pair for pair in ENCODINGS if len(pair[1]) < 200])
def test_refuses_whatever_is_cut_short(value: Any, _: str) -> None:
    data = encode(value)
    for size in range(len(data)):
        with pytest.raises(DecodeError):
            decode(data[:size])


def test_nan_stays_nan() -> None:
    assert math.isnan(decode(encode(math.nan))[0])


def integers(kind: type, bits: int, *, signed: bool) -> st.SearchStrategy[Any]:
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return st.one_of(st.integers(-200, 300).filter(lambda n: low <= n <= high), st.integers(low, high)).map(kind)


text = st.text(st.characters(exclude_categories=["Cs"]))
ascii_text = st.text(st.characters(max_codepoint=127))
scalars: list[st.SearchStrategy[Any]] = [
    st.booleans(), integers(UByte, 8, signed=False), integers(UShort, 16, signed=False),
    integers(UInt, 32, signed=False), integers(ULong, 64, signed=False), integers(Byte, 8, signed=True),
    integers(Short, 16, signed=True), integers(Int, 32, signed=True), integers(int, 64, signed=True),
    integers(Timestamp, 64, signed=True), st.floats(width=32, allow_nan=False).map(Float), st.floats(allow_nan=False),
    st.characters(exclude_categories=["Cs"]).map(Char), st.uuids(), st.binary(max_size=300), text,
    text.map(lambda part: part * 40), ascii_text.map(Symbol), st.binary(min_size=8, max_size=8).map(Decimal),
]  # fmt: skip
keys = st.one_of(text, ascii_text.map(Symbol), st.binary(), integers(int, 64, signed=True), st.uuids())


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    descriptors = st.one_of(integers(ULong, 64, signed=False), ascii_text.map(Symbol))
    return st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(keys, inner, max_size=5),
        st.builds(Described, descriptors, inner),
        *(st.lists(kind, max_size=5).map(Array) for kind in scalars),
        st.lists(st.lists(inner, max_size=2), max_size=3).map(Array),
        st.lists(st.dictionaries(keys, inner, max_size=2), max_size=3).map(Array),
        st.lists(st.lists(scalars[4], max_size=2).map(Array), max_size=3).map(Array),
        st.tuples(descriptors, st.lists(scalars[-2], max_size=3)).map(
            lambda pair: Array(Described(pair[0], value) for value in pair[1])
        ),
    )


values = st.recursive(st.one_of(st.none(), *scalars), containers, max_leaves=12)


@given(values)
def test_every_value_comes_back(value: Any) -> None:
    data = encode(value)
    assert_same(decode(data), (plain(value), len(data)))


def plain(value: Any) -> Any:
    """What `decode` makes of a value: numbers and text without the types that only encoding needs."""
    kind = type(value)
    if kind in (Symbol, Timestamp, Decimal) or kind is bool or value is None:
        return value
    if kind is Array:
        return Array(plain(element) for element in value)
    if kind is Described:
        return Described(plain(value.descriptor), plain(value.value))
    if isinstance(value, dict):
        return {plain(key): plain(element) for key, element in value.items()}
    if isinstance(value, list):
        return [plain(element) for element in value]
    for simple in (int, float, str):
        if isinstance(value, simple):
            return simple(value)
    return value


def assert_same(found: Any, expected: Any) -> None:
    """Equal, and of the same types all through: to Python, 1, 1.0 and True are equal, "a" and Symbol("a") too."""
    assert found == expected
    assert shape(found) == shape(expected)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return [(shape(key), shape(element)) for key, element in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value), [shape(element) for element in value]
    return type(value), repr(value)
