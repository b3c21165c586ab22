"""Encoding: what no type of AMQP can hold is refused. What is written is in test_codec.py."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.wire.amqp.codec import encode
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


@pytest.mark.parametrize(
    "value",
    [
        UByte(256), UByte(-1), UShort(-1), UInt(2**32), UInt(-1), ULong(-1), Byte(128), Short(2**15), Int(2**31), 2**63,
        Timestamp(2**63), Float(1e300), Symbol("grün"), "\ud800", Char(""), Char("ab"), Char("\ud800"), Decimal(b"abc"),
        Array([1, "a"]), Array([1, True]), Array([Described(1, 1), Described(2, 1)]),
        Array([Decimal(bytes(4)), Decimal(bytes(8))]),
    ],
)  # fmt: skip
def test_refuses_to_write_what_its_type_cannot_hold(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        encode(value)


@pytest.mark.parametrize("value", [object(), {1}, Array([None]), 1j])
def test_refuses_to_write_what_amqp_has_no_type_for(value: Any) -> None:
    with pytest.raises(TypeError):
        encode(value)


def test_subclasses_are_written_as_what_they_are() -> None:
    class Name(str):
        pass

    assert encode(Name("a")) == encode("a")
    assert encode((1, 2)) == encode([1, 2])
