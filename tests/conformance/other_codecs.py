"""The AMQP codecs of azure-eventhub and rhea and the MQTT codec of mqtt-packet: processes that answer line by line."""

from __future__ import annotations

import json
import os
import random
import struct
import subprocess
import uuid
from pathlib import Path
from typing import Any

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


class MqttPacket:
    """The codec of npm mqtt-packet, which the npm device SDK speaks MQTT with."""

    name = "mqtt-packet"

    def __init__(self, node_modules: str) -> None:
        self.command = ["node", str(HERE / "node" / "mqtt_codec.js")]
        self.environment = {**os.environ, "NODE_PATH": node_modules}


def ask(codec: Eventhub | Rhea | MqttPacket, requests: list[Json]) -> list[Json]:
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


def words(rng: random.Random, alphabet: str) -> str:
    """Some text, of lengths around those at which encodings change."""
    return "".join(rng.choices(alphabet, k=rng.choice([0, 1, 5, 20, 254, 255, 256, 300])))


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
    if kind == "char":
        return ["bytes", chr(int(content[0])).encode().hex()]
    if kind in ("ubyte", "ushort", "uint", "ulong", "byte", "short", "int", "long", "timestamp"):
        return ["integer", *content]
    return [{"binary": "bytes", "float": "double"}.get(kind, kind), *content]
