"""Reads Avro object container files as Event Hubs capture and IoT Hub routing write them, by the schema in each file.

https://avro.apache.org/docs/1.11.1/specification/#object-container-files; codecs null and deflate. No schema is
resolved: records come as the schema of their writer says.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NamedTuple

from azext_iotdiag.bounded_files import size_text
from azext_iotdiag.model import json_depth

MAGIC = b"Obj\x01"
_SYNC_BYTES = 16
LARGEST_BLOCK = 256 << 20  # bytes, packed or not; what writes a capture ends a block after a few MB
LARGEST_HEAD = 16 << 20  # bytes
_MOST_EMPTY = 32  # entries of an array that take no byte, as null does; a few bytes can announce any number of them
_CHUNK = 1 << 16

Decode = Callable[[bytes, int], tuple[Any, int]]  # of a block and a place in it: the value and where it ends


class BadAvro(ValueError):
    """A file is no Avro container that can be read; the text says what is wrong and at which byte."""


class AvroHeader(NamedTuple):
    """What a container says of itself. `end` is the byte at which its first block begins."""

    decode: Decode
    codec: str
    sync: bytes
    end: int


def header(file: BinaryIO) -> AvroHeader:
    """Read the head of a container, from its first byte on. Raises BadAvro."""
    reader = _Reader(file, 0)
    if reader.exactly(4, "the head") != MAGIC:
        raise BadAvro("this is no Avro container: it does not begin with Obj and 1, at byte 0")
    metadata: dict[str, bytes] = {}
    while count := reader.number("the head"):
        if count < 0:
            count = -count
            reader.number("the head")
        for _ in range(count):
            name = reader.counted("the head", LARGEST_HEAD).decode("utf-8", "replace")
            metadata[name] = reader.counted("the head", LARGEST_HEAD)
    codec = metadata.get("avro.codec", b"null").decode("utf-8", "replace")
    if codec not in ("null", "deflate"):
        raise BadAvro(f"the blocks are compressed with {codec}, and only null and deflate are read")
    try:
        decode = _decoder(json_depth.loads(metadata["avro.schema"]), {})
    except (KeyError, ValueError, RecursionError) as wrong:
        raise BadAvro(f"the schema in the head cannot be used: {wrong}") from None
    return AvroHeader(decode, codec, reader.exactly(_SYNC_BYTES, "the head"), reader.at)


def records(file: BinaryIO, head: AvroHeader, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Any]]:
    """The records of the blocks that begin after `start` and up to `end`, each with the byte at which its block begins.

    The file stands behind its head where `start` is 0, and can seek elsewhere. Raises BadAvro where the file is cut or
    damaged, after all records before that.
    """
    if start >= head.end:
        position = _next_block(file, head.sync, start)
        if position is None:
            return
        reader = _Reader(file, position)
    else:
        reader = _Reader(file, head.end)
    while (end is None or reader.at <= end) and not reader.at_end():
        begun = reader.at
        count, size = reader.number("a block"), reader.number("a block")
        if count < 0 or size < 0:
            raise BadAvro(f"a block is damaged: {count} records in {size} bytes, at byte {begun}")
        if size > LARGEST_BLOCK:
            raise BadAvro(
                f"a block has {size:,} bytes, and at most {size_text(LARGEST_BLOCK)} are read, at byte {begun}"
            )
        data = reader.exactly(size, "a block")
        if head.codec == "deflate":
            data = _unpacked(data, begun)
        if count > len(data):
            raise BadAvro(f"a block is damaged: {count} records in {len(data)} bytes, at byte {begun}")
        at = 0
        for number in range(count):
            if number == _MOST_EMPTY and at == 0:
                raise BadAvro(f"a block is damaged: {count} records without content, at byte {begun}")
            try:
                value, at = head.decode(data, at)
            except (IndexError, struct.error, ValueError, RecursionError, KeyError) as wrong:
                raise BadAvro(f"a record is damaged ({wrong}), in the block at byte {begun}") from None
            if at > len(data):
                raise BadAvro(f"a record reaches beyond its block, which begins at byte {begun}")
            yield begun, value
        if reader.exactly(_SYNC_BYTES, "a block") != head.sync:
            raise BadAvro(f"a block does not end with the file's marker, at byte {reader.at - _SYNC_BYTES}")


def _unpacked(data: bytes, begun: int) -> bytes:
    """What a block holds that was compressed; it begins at the byte `begun`."""
    packed = zlib.decompressobj(-15)
    try:
        unpacked = packed.decompress(data, LARGEST_BLOCK + 1)
    except zlib.error as wrong:
        raise BadAvro(f"a block cannot be decompressed: {wrong}, at byte {begun}") from None
    if len(unpacked) > LARGEST_BLOCK:
        most = size_text(LARGEST_BLOCK)
        raise BadAvro(f"a block has more than {most} when it is decompressed, the most that is read, at byte {begun}")
    if not packed.eof:
        raise BadAvro(f"a block cannot be decompressed: it ends too early, at byte {begun}")
    return unpacked


def _next_block(file: BinaryIO, sync: bytes, start: int) -> int | None:
    """Where the first block begins whose marker before it ends after `start`, None where there is none."""
    position = start - _SYNC_BYTES + 1
    file.seek(position)
    kept = b""
    while chunk := file.read(_CHUNK):
        data = kept + chunk
        found = data.find(sync)
        if found >= 0:
            at = position + found + _SYNC_BYTES
            file.seek(at)
            return at
        kept = data[-(_SYNC_BYTES - 1) :]
        position += len(data) - len(kept)
    return None


class _Reader:
    """Bytes from a file, and at which byte it is. Raises BadAvro where the file ends too early."""

    def __init__(self, file: BinaryIO, at: int):
        self.at = at
        self._file = file
        self._ahead = b""

    def at_end(self) -> bool:
        """Whether nothing is left."""
        self._ahead = self._ahead or self._file.read(1)
        return not self._ahead

    def exactly(self, count: int, what: str) -> bytes:
        """The next `count` bytes, which belong to `what`."""
        data = self._ahead + self._file.read(count - len(self._ahead)) if count else b""
        if count:
            self._ahead = b""
        if len(data) < count:
            raise BadAvro(f"the file ends within {what}: it is cut off at byte {self.at + len(data)}")
        self.at += count
        return data

    def number(self, what: str) -> int:
        """The next number, in zigzag and groups of seven bits."""
        value = 0
        for shift in range(0, 70, 7):
            byte = self.exactly(1, what)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                return (value >> 1) ^ -(value & 1)
        raise BadAvro(f"a number in {what} is longer than any, at byte {self.at}")

    def counted(self, what: str, limit: int) -> bytes:
        """Bytes behind their number. They end at the byte `limit` of the file, or before."""
        count = self.number(what)
        if count < 0:
            raise BadAvro(f"{what} is damaged, at byte {self.at}")
        if self.at + count > limit:
            raise BadAvro(f"{what} has more than {size_text(limit)}, the most that is read, at byte {self.at}")
        return self.exactly(count, what)


def _long(data: bytes, at: int) -> tuple[int, int]:
    byte = data[at]
    at += 1
    if byte < 128:
        return (byte >> 1) ^ -(byte & 1), at
    value, shift = byte & 127, 7
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return (value >> 1) ^ -(value & 1), at
        shift += 7
        if shift > 63:
            raise ValueError("a number is longer than any")


def _bytes(data: bytes, at: int) -> tuple[bytes, int]:
    count, at = _long(data, at)
    if count < 0 or at + count > len(data):
        raise ValueError("bytes reach beyond the block")
    return data[at : at + count], at + count


def _string(data: bytes, at: int) -> tuple[str, int]:
    text, at = _bytes(data, at)
    return text.decode("utf-8", "backslashreplace"), at


def _packed(form: str) -> Decode:
    unpack, size = struct.Struct(form).unpack_from, struct.calcsize(form)
    return lambda data, at: (unpack(data, at)[0], at + size)


_PRIMITIVES: dict[str, Decode] = {
    "null": lambda _data, at: (None, at),
    "boolean": lambda data, at: (data[at] != 0, at + 1),
    "int": _long,
    "long": _long,
    "float": _packed("<f"),
    "double": _packed("<d"),
    "bytes": _bytes,
    "string": _string,
}


def _decoder(schema: Any, named: dict[str, Decode], space: str = "") -> Decode:
    """What decodes values of an Avro schema.

    `named` holds the types that have been defined, by their full names. `space` is the namespace that the schema stands
    in, which a name without one takes.
    https://avro.apache.org/docs/1.11.1/specification/#names
    """
    if isinstance(schema, list):
        return _union([_decoder(each, named, space) for each in schema])
    if isinstance(schema, str):
        if schema in _PRIMITIVES:
            return _PRIMITIVES[schema]
        full = _full_name(schema, space)
        if full not in named:
            raise ValueError(f"the type {full} is not known")
        return lambda data, at: named[full](data, at)  # a type may contain itself
    if not isinstance(schema, dict):
        raise ValueError("it is neither a name, a list nor an object")
    kind = schema.get("type")
    if kind in ("record", "enum", "fixed"):
        own = schema.get("namespace")
        full = _full_name(str(schema.get("name")), space if own is None else str(own))
        named[full] = _undefined
        named[full] = _named(schema, named, full.rpartition(".")[0])
        return named[full]
    if kind == "map":
        return _blocks(_decoder(schema["values"], named, space), keyed=True)
    if kind == "array":
        return _blocks(_decoder(schema["items"], named, space), keyed=False)
    return _decoder(kind, named, space)


def _full_name(name: str, space: str) -> str:
    """A name with its namespace. One with a dot has its own."""
    return f"{space}.{name}" if space and "." not in name else name


def _undefined(_data: bytes, _at: int) -> tuple[Any, int]:
    raise ValueError("a type is used before it is defined")


def _named(schema: dict[str, Any], named: dict[str, Decode], space: str) -> Decode:
    """What decodes a type with a name. `space` is the namespace of what stands in it."""
    if schema["type"] == "enum":
        symbols = schema["symbols"]

        def enum(data: bytes, at: int) -> tuple[Any, int]:
            index, at = _long(data, at)
            return symbols[index], at

        return enum
    if schema["type"] == "fixed":
        size = int(schema["size"])
        if size < 0:
            raise ValueError("a fixed type has a negative size")
        return _fixed(size)
    fields = [(each["name"], _decoder(each["type"], named, space)) for each in schema["fields"]]

    def record(data: bytes, at: int) -> tuple[Any, int]:
        found = {}
        for name, decode in fields:
            found[name], at = decode(data, at)
        return found, at

    return record


def _fixed(size: int) -> Decode:
    def fixed(data: bytes, at: int) -> tuple[bytes, int]:
        if at + size > len(data):
            raise ValueError("bytes reach beyond the block")
        return data[at : at + size], at + size

    return fixed


def _union(branches: list[Decode]) -> Decode:
    def union(data: bytes, at: int) -> tuple[Any, int]:
        index, at = _long(data, at)
        if index < 0:
            raise ValueError("a union has no branch with a negative number")
        return branches[index](data, at)

    return union


def _blocks(inner: Decode, *, keyed: bool) -> Decode:
    """Maps and arrays: blocks of so many entries, until one of none."""

    def decode(data: bytes, at: int) -> tuple[Any, int]:
        pairs: dict[str, Any] = {}
        items: list[Any] = []
        while True:
            count, at = _long(data, at)
            if count == 0:
                return (pairs if keyed else items), at
            if count < 0:
                count = -count
                _, at = _long(data, at)  # the size in bytes, with which a block can be skipped
            if count > len(data):
                raise ValueError("more entries than the block can hold")
            before = at
            for number in range(count):
                if number == _MOST_EMPTY and at == before:
                    raise ValueError(f"an array of more than {_MOST_EMPTY} entries without content")
                if keyed:
                    name, at = _string(data, at)
                    pairs[name], at = inner(data, at)
                else:
                    value, at = inner(data, at)
                    items.append(value)

    return decode
