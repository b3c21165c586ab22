"""Avro containers that fastavro wrote, whole, in pieces, cut off and damaged."""

from __future__ import annotations

import io
import itertools
import json
import random
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.streams import avro
from tests.plugins.effort import cases, quick
from tests.streams.avro_files import CAPTURE, ROUTED, captured, routed, written


def read(data: bytes, start: int = 0, end: int | None = None) -> list[Any]:
    file = io.BytesIO(data)
    return [record for _, record in avro.records(file, avro.header(file), start, end)]


CAPTURES = [captured(b'{"n":%d}' % number if number % 7 else None, number) for number in range(500)]
ROUTES = [routed(b'{"n":%d}' % number, number) for number in range(500)]


@pytest.mark.parametrize("codec", ["null", "deflate"])
@pytest.mark.parametrize(("schema", "records"), [(CAPTURE, CAPTURES), (ROUTED, ROUTES)], ids=["capture", "routed"])
def test_what_others_wrote(schema: dict[str, Any], records: list[dict[str, Any]], codec: str) -> None:
    assert read(written(schema, records, codec, interval=2000)) == records


def test_no_records() -> None:
    assert read(written(CAPTURE, [])) == []


@pytest.mark.parametrize("size", [97, 100, 999, 5000, 10**6])
def test_pieces_together_are_the_whole(size: int) -> None:
    data = written(CAPTURE, CAPTURES, interval=2000)
    pieces = [read(data, start, min(start + size, len(data))) for start in range(0, len(data), size)]
    assert [record for piece in pieces for record in piece] == CAPTURES


EVERYTHING = {"type": "record", "name": "All", "fields": [
    {"name": "null", "type": "null"}, {"name": "boolean", "type": "boolean"}, {"name": "int", "type": "int"},
    {"name": "float", "type": "float"}, {"name": "double", "type": "double"},
    {"name": "enum", "type": {"type": "enum", "name": "Colour", "symbols": ["red", "green"]}},
    {"name": "again", "type": "Colour"},
    {"name": "fixed", "type": {"type": "fixed", "name": "Four", "size": 4}},
    {"name": "array", "type": {"type": "array", "items": ["null", "long", "string"]}},
    {"name": "inner", "type": ["null", "All"]},
]}  # fmt: skip


@settings(deadline=None)
@given(st.integers(-(2**31), 2**31 - 1), st.lists(st.none() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5)))
def test_every_type(number: int, items: list[Any]) -> None:
    inner = {"null": None, "boolean": True, "int": number, "float": 0.5, "double": 0.1, "enum": "green", "again": "red",
             "fixed": b"abcd", "array": items, "inner": None}  # fmt: skip
    assert read(written(EVERYTHING, [inner | {"inner": inner}])) == [inner | {"inner": inner}]


def test_wherever_a_file_is_cut_it_says_so_after_the_records_before() -> None:
    data = written(CAPTURE, CAPTURES[:20], interval=500)
    file = io.BytesIO(data)
    head = avro.header(file)
    ends = {head.end}
    whole = [block for block, _ in avro.records(file, head)]
    ends |= set(whole) | {len(data)}
    for length in range(0, len(data), 5 if quick() else 1):
        if length in ends:
            continue  # a file may end where a block does: nothing tells that another one followed
        got = []
        with pytest.raises(avro.BadAvro, match=rf"cut off at byte {length}|within|head"):
            file = io.BytesIO(data[:length])
            for _, record in avro.records(file, avro.header(file)):
                got.append(record)
        assert got == CAPTURES[: len(got)]


def test_damage_is_an_error_and_nothing_else() -> None:
    data = written(CAPTURE, CAPTURES[:20], interval=500)
    chance = random.Random(3)
    for _ in range(cases(3000)):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            read(bytes(damaged))
        except avro.BadAvro as wrong:
            assert str(wrong)


@pytest.mark.parametrize(("data", "words"), [
    (b"", "ends within the head"),
    (b"Obj", "ends within the head"),
    (b"PK\x03\x04....", "no Avro container"),
    (written(CAPTURE, CAPTURES[:1]).replace(b"avro.codec\x08null", b"avro.codec\x08zstd"), "compressed with zstd"),
    (written(CAPTURE, CAPTURES[:1]).replace(b'"record"', b'"rekord"'), "schema in the head"),
])  # fmt: skip
def test_no_container(data: bytes, words: str) -> None:
    with pytest.raises(avro.BadAvro, match=words):
        read(data)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes(noise: bytes) -> None:
    for data in (noise, avro.MAGIC + noise, written(CAPTURE, []) + noise):
        try:
            read(data)
        except avro.BadAvro as wrong:
            assert str(wrong)


def number(value: int) -> bytes:
    """A number as Avro has it."""
    value, out = value << 1 if value >= 0 else ((-value) << 1) - 1, bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def container(schema: Any, count: int, block: bytes, codec: str = "null", *, size: int | None = None) -> bytes:
    """A container with one block, whatever is in it."""
    texts = {"avro.schema": json.dumps(schema), "avro.codec": codec}
    head = b"".join(number(len(part)) + part.encode() for pair in texts.items() for part in pair)
    sync = b"s" * 16
    begin = avro.MAGIC + number(2) + head + number(0) + sync
    return begin + number(count) + number(len(block) if size is None else size) + block + sync


def packed(data: bytes) -> bytes:
    made = zlib.compressobj(9, zlib.DEFLATED, -15)
    return made.compress(data) + made.flush()


NULLS = {"type": "array", "items": "null"}
LONG_ITEMS = {"type": "array", "items": {"type": "fixed", "name": "f", "size": 1 << 40}}


@pytest.mark.parametrize(("data", "words"), [
    (container("bytes", 1, b"", size=4 << 20), "a block has 4,194,304 bytes, and at most 1 MiB are read, at byte"),
    (container("bytes", 1, packed(bytes(4 << 20)), "deflate"), "more than 1 MiB when it is decompressed"),
    (container("bytes", 1, packed(bytes(99))[:-3], "deflate"), "it ends too early"),
    (container("null", 1 << 60, b""), "1152921504606846976 records in 0 bytes"),
    (container(NULLS, 1, number(1000) + bytes(1000)), "an array of more than 32 entries without content"),
    (container({"type": "fixed", "name": "f", "size": -1}, 2, b"xx"), "a negative size"),
    (container("null", 1000, bytes(1000)), "1000 records without content"),
    (container(LONG_ITEMS, 1, number(900) + bytes(999)), "bytes reach beyond the block"),
    (container("bytes", -1, b""), "a block is damaged"),
    (container("bytes", 1, number(5) + b"abcd"), "bytes reach beyond the block"),
    (avro.MAGIC + number(1) + number(2 << 20) + b"x", "the head has more than 1 MiB, the most that is read"),
    (avro.MAGIC + number(9999) + (number(1) + b"x") * 9, "cut off"),
], ids=[
    "a large block", "a block that grows", "a block cut off", "records of nothing", "an array of nothing",
    "a negative size", "records that take no byte", "a fixed type beyond the block", "a negative count",
    "bytes that are not there", "a large head", "a head without end",
])  # fmt: skip
def test_what_would_take_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch, data: bytes, words: str) -> None:
    monkeypatch.setattr(avro, "LARGEST_BLOCK", 1 << 20)
    monkeypatch.setattr(avro, "LARGEST_HEAD", 1 << 20)
    with pytest.raises(avro.BadAvro) as wrong:
        read(data)
    assert words in str(wrong.value)


INNER = {"type": "record", "name": "Val", "fields": [{"name": "v", "type": "int"}]}


def outer(name: str, *types: Any, **more: Any) -> dict[str, Any]:
    """A record with a field of each of these types."""
    fields = [{"name": f"f{place}", "type": each} for place, each in enumerate(types)]
    return {"type": "record", "name": name, "fields": fields, **more}


# A type has the namespace of what it stands in, unless it names one. https://avro.apache.org/docs/1.11.1/specification
NAMES = [
    outer("Rec", INNER, "orchard.wire.Val", "Val", namespace="orchard.wire"),
    outer("orchard.wire.Rec", INNER, "orchard.wire.Val", "Val"),
    outer("orchard.wire.Rec", INNER, "Val", namespace="ignored"),
    outer("a.Rec", {**INNER, "namespace": "b"}, "b.Val"),
    outer("a.Rec", {**INNER, "name": "b.Val"}, "b.Val"),
    outer("a.Rec", outer("b.Mid", INNER, "Val", "b.Val"), "b.Val"),
    outer("a.Rec", INNER, outer("b.Mid", {**INNER, "name": "Val"}, "Val"), "Val", "b.Val"),
    outer("Rec", INNER, "Val"),
    outer("a.Rec", {**INNER, "namespace": ""}, outer("Mid", INNER, "Val", "a.Val"), "Val"),
    outer("a.Rec", ["null", INNER], {"type": "array", "items": "Val"}, {"type": "map", "values": "a.Val"}),
]


@pytest.mark.parametrize("schema", NAMES, ids=lambda each: json.dumps(each)[:60])
def test_a_type_takes_the_namespace_of_what_it_stands_in(schema: dict[str, Any]) -> None:
    def value(kind: Any) -> Any:
        if isinstance(kind, list):
            return {"v": 1}
        if isinstance(kind, str) or kind["name"].rpartition(".")[2] == "Val":
            return {"v": 1}
        return {each["name"]: value(each["type"]) for each in kind["fields"]}

    record = {
        each["name"]: [{"v": 1}] if each["type"] == {"type": "array", "items": "Val"}
        else {"k": {"v": 1}} if each["type"] == {"type": "map", "values": "a.Val"} else value(each["type"])
        for each in schema["fields"]
    }  # fmt: skip
    assert read(written(json.loads(json.dumps(schema)), [record])) == [record]


@pytest.mark.parametrize(("schema", "name"), [
    (outer("a.Rec", {**INNER, "namespace": "b"}, "Val"), "a.Val"), (outer("Rec", "Val", INNER), "Val"),
    (outer("a.Rec", outer("b.Mid", INNER), "Val"), "a.Val"),
])  # fmt: skip
def test_a_name_of_another_namespace_is_not_known(schema: dict[str, Any], name: str) -> None:
    with pytest.raises(avro.BadAvro, match=f"the type {name} is not known"):
        read(container(schema, 0, b""))


@pytest.mark.parametrize("size", [63, 64, 65, 8191, 8192, 8193, 2**20])
def test_lengths_at_the_edges_of_their_groups_of_seven_bits(size: int) -> None:
    """A length is doubled, for its sign, and then written in groups of seven bits."""
    record = captured(b"x" * size, size)
    assert read(written(CAPTURE, [record])) == [record]


def test_what_was_compressed_may_refer_to_32_kb_before() -> None:
    far = random.Random(3).randbytes(32_000)
    record = captured(far + far)
    data = written(CAPTURE, [record], "deflate")
    assert len(data) < 40_000, "the second half refers to the first"
    assert read(data) == [record]


def test_a_block_at_an_edge_belongs_to_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the marker before it is found in a later read."""
    monkeypatch.setattr(avro, "_CHUNK", 200)
    data = written(CAPTURE, CAPTURES[:60], interval=1000)
    file = io.BytesIO(data)
    head = avro.header(file)
    blocks = sorted({block for block, _ in avro.records(file, head)})
    assert len(blocks) > 3
    edges = [0, *blocks[1:], len(data)]
    parts = [read(data, start, end) for start, end in itertools.pairwise(edges)]
    assert [record for part in parts for record in part] == CAPTURES[:60]


def test_a_block_may_be_empty() -> None:
    assert read(container("bytes", 0, b"")) == []


@pytest.mark.parametrize("value", [0, -1, 2**63 - 1, -(2**63)])
def test_the_edges_of_numbers(value: int) -> None:
    assert read(container("long", 1, number(value))) == [value]


def test_a_number_has_ten_bytes_at_most() -> None:
    with pytest.raises(avro.BadAvro, match="a number is longer than any"):
        read(container("long", 1, b"\x80" * 10 + b"\x01"))


def test_what_cannot_be_decompressed_is_damage() -> None:
    with pytest.raises(avro.BadAvro, match=r"a block cannot be decompressed: .*invalid"):
        read(container("bytes", 1, b"\xff\xff\xff", "deflate"))


def test_a_head_whose_entries_come_with_their_size() -> None:
    """A count below zero is followed by the size in bytes: https://avro.apache.org/docs/1.12.0/specification/#maps"""
    schema = json.dumps(CAPTURE).encode()
    entry = avro_long(len("avro.schema")) + b"avro.schema" + avro_long(len(schema)) + schema
    data = b"Obj\x01" + avro_long(-1) + avro_long(len(entry)) + entry + b"\x00" + b"s" * 16
    head = avro.header(io.BytesIO(data))
    assert (head.codec, head.sync, head.end) == ("null", b"s" * 16, len(data))


def avro_long(number: int) -> bytes:
    """A number as Avro writes it: zigzag, in groups of seven bits."""
    left, found = (number << 1) ^ (number >> 63), bytearray()
    while left > 127:
        found.append(left & 127 | 128)
        left >>= 7
    return bytes((*found, left))
