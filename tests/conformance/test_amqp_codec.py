"""Our AMQP codec against two others, in both directions: azure-eventhub's (Python) and rhea (npm).

Values, frames and messages are made at random, always the same; each codec runs once for all cases of a test.
"""

from __future__ import annotations

import json
import os
import random
import struct
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.wire.amqp import performatives as p
from azext_iotdiag.wire.amqp.codec import decode, encode
from azext_iotdiag.wire.amqp.composites import _BY_CLASS
from azext_iotdiag.wire.amqp.frames import Frame, FrameBuffer, frame
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
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

HERE = Path(__file__).parent
CASES = 400
TIMEOUT = 120  # seconds, for all cases of a test
Json = Any


class Eventhub:
    """azure-eventhub's codec. It reads no chars and decimals, and its arrays hold neither booleans nor zeros."""

    name = "eventhub"
    without = frozenset({Char, Decimal})
    not_in_arrays = frozenset({bool, UInt, ULong})

    def __init__(self, clients_python: str) -> None:
        self.command = [clients_python, str(HERE / "clients" / "pyamqp_codec.py")]
        self.environment = dict(os.environ)


class Rhea:
    """rhea's codec. Its numbers are JavaScript's, and it drops trailing nulls."""

    name = "rhea"
    without: frozenset[type] = frozenset()
    not_in_arrays: frozenset[type] = frozenset()

    def __init__(self, node_modules: str) -> None:
        self.command = ["node", str(HERE / "node" / "rhea_codec.js")]
        self.environment = {**os.environ, "NODE_PATH": node_modules}


@pytest.fixture(params=["eventhub", "rhea"])
def codec(request: pytest.FixtureRequest) -> Eventhub | Rhea:
    if request.param == "rhea":
        return Rhea(request.getfixturevalue("node_modules"))
    return Eventhub(request.getfixturevalue("clients_python"))


def ask(codec: Eventhub | Rhea, requests: list[Json]) -> list[Json]:
    """Send all requests to a codec; return its replies."""
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run(
        codec.command, env=codec.environment, input=lines, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert done.returncode == 0, done.stderr
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(replies) == len(requests), done.stderr
    for request, reply in zip(requests, replies, strict=True):
        assert "error" not in reply, f"{request}\n{reply['error']}"
    return replies


# --- values -----------------------------------------------------------------------------------------------------------


def integer(rng: random.Random, low: int, high: int) -> int:
    """Any integer that JavaScript holds exactly, or one far beyond, which rhea keeps as bytes."""
    edges = [low, high, 0, 1, -1, 127, 128, -128, -129, 255, 256, 2**31, 2**32 - 1, 2**53, -(2**53), 2**60 + 1]
    number = rng.choice([*edges, rng.randint(low, high)])
    return number if low <= number <= high and not 2**53 < abs(number) < 2**53 + 2**33 else 1


def words(rng: random.Random, alphabet: str) -> str:
    return "".join(rng.choices(alphabet, k=rng.choice([0, 1, 5, 20, 254, 255, 256, 300])))


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


KINDS = {
    bool: "boolean", UByte: "ubyte", UShort: "ushort", UInt: "uint", ULong: "ulong", Byte: "byte", Short: "short",
    Int: "int", int: "long", Float: "float", float: "double", Char: "char", Timestamp: "timestamp", Decimal: "decimal",
    uuid.UUID: "uuid", bytes: "binary", str: "string", Symbol: "symbol", list: "list", dict: "map", Array: "array",
}  # fmt: skip


def tree(value: Any) -> Json:
    """A value as [kind, content], as the other side tells it."""
    if value is None:
        return ["null"]
    kind = type(value)
    if kind is Described:
        return ["described", tree(value.descriptor), tree(value.value)]
    name = KINDS[kind]
    if kind is dict:
        return [name, [tree(part) for pair in value.items() for part in pair]]
    if kind in (list, Array):
        return [name, [tree(element) for element in value]]
    if kind in (float, Float):
        return [name, struct.pack(">d", value).hex()]
    if kind in (bytes, Decimal, uuid.UUID):
        return [name, (value.bytes if kind is uuid.UUID else bytes(value)).hex()]
    if kind is Char:
        return [name, str(ord(value))]
    return [name, value if kind in (bool, str, Symbol) else str(int(value))]


def untyped(node: Json) -> Json:
    """The same as azure-eventhub reads it: neither types nor descriptors."""
    kind, *content = node
    if kind == "described":
        return untyped(content[1])
    if kind in ("list", "map", "array"):
        return ["map" if kind == "map" else "list", [untyped(element) for element in content[0]]]
    if kind in ("string", "symbol"):
        return ["bytes", content[0].encode().hex()]
    if kind in ("ubyte", "ushort", "uint", "ulong", "byte", "short", "int", "long", "timestamp"):
        return ["integer", *content]
    return [{"binary": "bytes", "float": "double"}.get(kind, kind), *content]


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
