"""Avro containers that fastavro wrote, whole, in pieces, cut off and damaged."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.streams import avro
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
    for length in range(len(data)):
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
    for _ in range(3000):
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
