"""Values in our AMQP codec and in two others, in both directions: azure-eventhub's (Python) and rhea's (npm).

Values are made at random, always the same; each codec runs once for all of them.
"""

from __future__ import annotations

import random
import struct
import uuid
from typing import Any

import pytest

from azext_iotdiag.wire.amqp.codec import decode, encode
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
from tests.conformance.other_codecs import Eventhub, Rhea, ask, tree, untyped, words

CASES = 400


@pytest.fixture(params=["eventhub", "rhea"])
def codec(request: pytest.FixtureRequest) -> Eventhub | Rhea:
    if request.param == "rhea":
        return Rhea(request.getfixturevalue("node_modules"))
    return Eventhub(request.getfixturevalue("clients_python"))


def integer(rng: random.Random, low: int, high: int) -> int:
    """Any integer that JavaScript holds exactly, or one far beyond, which rhea keeps as bytes."""
    edges = [low, high, 0, 1, -1, 127, 128, -128, -129, 255, 256, 2**31, 2**32 - 1, 2**53, -(2**53), 2**60 + 1]
    number = rng.choice([*edges, rng.randint(low, high)])
    return number if low <= number <= high and not 2**53 < abs(number) < 2**53 + 2**33 else 1


SCALARS: dict[type, Any] = {
    bool: lambda rng: rng.random() < 0.5,
    UByte: lambda rng: UByte(integer(rng, 0, 255)),
    UShort: lambda rng: UShort(integer(rng, 0, 2**16 - 1)),
    UInt: lambda rng: UInt(integer(rng, 0, 2**32 - 1)),
    ULong: lambda rng: ULong(integer(rng, 0, 2**64 - 1)),
    Byte: lambda rng: Byte(integer(rng, -128, 127)),
    Short: lambda rng: Short(integer(rng, -(2**15), 2**15 - 1)),
    Int: lambda rng: Int(integer(rng, -(2**31), 2**31 - 1)),
    int: lambda rng: integer(rng, -(2**63), 2**63 - 1),
    Float: lambda rng: Float(struct.unpack(">f", struct.pack(">f", rng.uniform(-1e9, 1e9)))[0]),
    float: lambda rng: rng.choice([0.0, -0.0, 1e300, float("inf"), rng.uniform(-1, 1)]),
    Char: lambda rng: Char(rng.choice("aß€😀\0")),
    Timestamp: lambda rng: Timestamp(rng.randint(-(8 * 10**15), 8 * 10**15)),  # as far as a Date of JavaScript goes
    Decimal: lambda rng: Decimal(rng.randbytes(rng.choice([4, 8, 16]))),
    uuid.UUID: lambda rng: uuid.UUID(bytes=rng.randbytes(16)),
    bytes: lambda rng: rng.randbytes(rng.choice([0, 1, 255, 256])),
    str: lambda rng: words(rng, "abc ßπ€😀\0\n"),
    Symbol: lambda rng: Symbol(words(rng, "abc:-.\0")),
}


def value(rng: random.Random, codec: Eventhub | Rhea, depth: int = 4) -> Any:
    scalars = [kind for kind in SCALARS if kind not in codec.without]
    choice = rng.randrange(len(scalars) + 8) if depth else rng.randrange(len(scalars))
    if choice < len(scalars):
        return SCALARS[scalars[choice]](rng)
    inner = [value(rng, codec, depth - 1) for _ in range(rng.choice([0, 1, 2, 5]))]
    match choice - len(scalars):
        case 0 | 1:
            return inner
        case 2 | 3:
            return {f"{number}-{words(rng, 'aß')}": element for number, element in enumerate(inner)}
        case 4:
            return {Symbol(f"s{number}"): element for number, element in enumerate(inner)}
        case 5:
            descriptor = rng.choice([ULong(rng.randint(0x50, 2**32)), Symbol("x:y")])
            # Twice described is beyond rhea, so a list goes between.
            return Described(descriptor, inner)
        case 6:
            kinds = [kind for kind in scalars if kind not in codec.not_in_arrays and kind is not Decimal]
            kind = rng.choice(kinds)
            return Array(SCALARS[kind](rng) for _ in range(rng.choice([1, 2, 40])))
    return None


def test_values(codec: Eventhub | Rhea) -> None:
    rng = random.Random(1)
    values = [make(rng) for kind, make in SCALARS.items() if kind not in codec.without for _ in range(20)]
    values += [value(rng, codec) for _ in range(CASES)]
    trees = [tree(one) for one in values]
    replies = ask(codec, [{"do": "value", "hex": encode(one).hex(), "tree": node} for one, node in zip(values, trees)])
    for one, node, reply in zip(values, trees, replies, strict=True):
        assert reply["tree"] == (untyped(node) if codec.name == "eventhub" else node), "they read what we wrote"
        data = bytes.fromhex(reply["hex"])
        assert decode(data) == (one, len(data)), "we read what they wrote"
        assert untyped(tree(decode(data)[0])) == untyped(node)
