"""Bytes to values of the AMQP 1.0 type system (part 1 of the specification); composites are in performatives.py.

Decoding trusts nothing: sizes and counts are held against the buffer, nesting is limited, and whatever is wrong with
the input is a DecodeError.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from typing import Any

from azext_iotdiag.wire.amqp.types import (
    Array,
    Decimal,
    Described,
    Symbol,
    Timestamp,
)

# Deeper than any message of a known peer (a filter in a source in an attach is 4), far from Python's recursion limit.
MAX_DEPTH = 32
# An array of zero-width elements (null, true, uint 0, empty list) names any count in a few bytes; no peer sends those.
MAX_ZERO_WIDTH = 32
# How many symbols are kept for the next time they come: far more than the vocabulary of AMQP and one service.
MAX_SYMBOLS = 1024

# What Python raises where a buffer ends too soon or text is none; the caller of DECODERS turns these into DecodeError.
MALFORMED = (IndexError, struct.error, UnicodeDecodeError)


class DecodeError(ValueError):
    """The bytes are not what AMQP 1.0 says they should be."""


# --- decoding: each decoder takes (buffer, offset behind the constructor, levels left), gives (value, next offset) ----

Decoder = Callable[[bytes, int, int], "tuple[Any, int]"]


def decode(buffer: bytes | bytearray | memoryview, offset: int = 0) -> tuple[Any, int]:
    """Read the value at `offset`; return it and the offset behind it. Raises DecodeError."""
    if type(buffer) is not bytes:
        buffer = bytes(buffer)
    try:
        return DECODERS[buffer[offset]](buffer, offset + 1, MAX_DEPTH)
    except MALFORMED as error:
        raise DecodeError(f"malformed value at byte {offset}: {error}") from None


def _unknown(buffer: bytes, offset: int, depth: int) -> tuple[Any, int]:
    raise DecodeError(f"no AMQP type has the constructor 0x{buffer[offset - 1]:02x} (byte {offset - 1})")


def _constant(value: Any) -> Decoder:
    return lambda buffer, offset, depth: (value, offset)


def _octet(buffer: bytes, offset: int, depth: int) -> tuple[Any, int]:
    return buffer[offset], offset + 1


def _small_signed(buffer: bytes, offset: int, depth: int) -> tuple[Any, int]:
    value = buffer[offset]
    return (value - 256 if value > 127 else value), offset + 1


def _number(form: str, kind: type | None = None) -> Decoder:
    reader = struct.Struct(form)
    unpack, width = reader.unpack_from, reader.size
    if kind is not None:
        return lambda buffer, offset, depth: (kind(unpack(buffer, offset)[0]), offset + width)
    return lambda buffer, offset, depth: (unpack(buffer, offset)[0], offset + width)


_long_at = struct.Struct(">q").unpack_from
_uint_at = struct.Struct(">I").unpack_from
_sizes_at = struct.Struct(">II").unpack_from


def _boolean(buffer: bytes, offset: int, depth: int) -> tuple[Any, int]:
    value = buffer[offset]
    if value > 1:
        raise DecodeError(f"a boolean is 0 or 1, not {value} (byte {offset})")
    return value == 1, offset + 1


def _char(buffer: bytes, offset: int, depth: int) -> tuple[Any, int]:
    code = _uint_at(buffer, offset)[0]
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise DecodeError(f"0x{code:x} is no Unicode character (byte {offset})")
    return chr(code), offset + 4


def _short(buffer: bytes, start: int, end: int) -> DecodeError:
    return DecodeError(f"{end - start} bytes announced, {len(buffer) - start} there (byte {start})")


def _slice(buffer: bytes, start: int, end: int) -> bytes:
    if end > len(buffer):
        raise _short(buffer, start, end)
    return buffer[start:end]


def _decimal(width: int) -> Decoder:
    return lambda buffer, offset, depth: (Decimal(_slice(buffer, offset, offset + width)), offset + width)


def _uuid(buffer: bytes, offset: int, depth: int) -> tuple[Any, int]:
    return uuid.UUID(bytes=_slice(buffer, offset, offset + 16)), offset + 16


def _variable(convert: Callable[[bytes], Any]) -> tuple[Decoder, Decoder]:
    """Decoders for a type of variable width: with the length in one byte, and in four."""

    def small(buffer: bytes, offset: int, depth: int) -> tuple[Any, int]:
        start = offset + 1
        end = start + buffer[offset]
        if end > len(buffer):
            raise _short(buffer, start, end)
        return convert(buffer[start:end]), end

    def large(buffer: bytes, offset: int, depth: int) -> tuple[Any, int]:
        start = offset + 4
        end = start + _uint_at(buffer, offset)[0]
        if end > len(buffer):
            raise _short(buffer, start, end)
        return convert(buffer[start:end]), end

    return small, large


_symbols: dict[bytes, Symbol] = {}  # the same few come again and again; making one takes four times as long


def _symbol(data: bytes) -> Symbol:
    symbol = _symbols.get(data)
    if symbol is None:
        symbol = Symbol(data.decode("ascii"))
        if len(_symbols) < MAX_SYMBOLS and len(data) < 64:
            _symbols[data] = symbol
    return symbol


def _compound(read: Callable[[bytes, int, int, int, int], Any], spare: int = 0) -> tuple[Decoder, Decoder]:
    """Decoders for a list, map or array: `read` gets (buffer, first byte, end, count, levels left inside).

    An element takes a byte at least, except those that are `spare`.
    """

    def small(buffer: bytes, offset: int, depth: int) -> tuple[Any, int]:
        start = offset + 2
        end = offset + 1 + buffer[offset]
        count = buffer[offset + 1]
        if end > len(buffer) or count > end - start + spare or not depth:
            raise _refused(buffer, start, end, count)
        return read(buffer, start, end, count, depth - 1), end

    def large(buffer: bytes, offset: int, depth: int) -> tuple[Any, int]:
        size, count = _sizes_at(buffer, offset)
        start = offset + 8
        end = offset + 4 + size
        if end > len(buffer) or count > end - start + spare or not depth:
            raise _refused(buffer, start, end, count)
        return read(buffer, start, end, count, depth - 1), end

    return small, large


def _expect_end(offset: int, end: int) -> None:
    if offset != end:
        raise DecodeError(f"a list, map or array ends at byte {offset}, {end} announced")


def _refused(buffer: bytes, start: int, end: int, count: int) -> DecodeError:
    if end > len(buffer) or end < start:
        return DecodeError(f"a list, map or array of impossible size (byte {start})")
    if count > end - start:
        return DecodeError(f"{count} elements announced in {end - start} bytes (byte {start})")
    return DecodeError(f"nested more than {MAX_DEPTH} levels deep (byte {start})")


# Lists and maps read the commonest types themselves, which halves their time. Text that the buffer cuts short needs no
# check there: `offset` is then behind the buffer, and nothing that comes ends where it should.


def _list(buffer: bytes, offset: int, end: int, count: int, depth: int) -> list[Any]:
    values: list[Any] = []
    for _ in range(count):
        code = buffer[offset]
        if code == 0x40:
            values.append(None)
            offset += 1
        elif code == 0xA1:
            start = offset + 2
            offset = start + buffer[offset + 1]
            values.append(buffer[start:offset].decode())
        elif code == 0xA3:
            start = offset + 2
            offset = start + buffer[offset + 1]
            name = buffer[start:offset]
            values.append(_symbols.get(name) or _symbol(name))
        else:
            value, offset = DECODERS[code](buffer, offset + 1, depth)
            values.append(value)
    _expect_end(offset, end)
    return values


def _map(buffer: bytes, offset: int, end: int, count: int, depth: int) -> dict[Any, Any]:
    if count & 1:
        raise DecodeError(f"a map of {count} keys and values (byte {offset})")
    pairs: dict[Any, Any] = {}
    for _ in range(count >> 1):
        code = buffer[offset]
        if code == 0xA3:
            start = offset + 2
            offset = start + buffer[offset + 1]
            name = buffer[start:offset]
            key: Any = _symbols.get(name) or _symbol(name)
        else:
            key, offset = DECODERS[code](buffer, offset + 1, depth)
        code = buffer[offset]
        if code == 0xA1:
            start = offset + 2
            offset = start + buffer[offset + 1]
            value: Any = buffer[start:offset].decode()
        elif code == 0x83:
            value = Timestamp(_long_at(buffer, offset + 1)[0])
            offset += 9
        else:
            value, offset = DECODERS[code](buffer, offset + 1, depth)
        try:
            pairs[key] = value
        except TypeError:
            raise DecodeError(f"a map with a {type(key).__name__} for a key (byte {offset})") from None
    _expect_end(offset, end)
    return pairs


def _array(buffer: bytes, offset: int, end: int, count: int, depth: int) -> Array:
    if not count:  # some peers leave the constructor out then
        return Array()
    constructor = buffer[offset]
    offset += 1
    described = constructor == 0
    descriptor = None
    if described:
        descriptor, offset = DECODERS[buffer[offset]](buffer, offset + 1, depth)
        constructor = buffer[offset]
        offset += 1
        if constructor == 0:
            raise DecodeError(f"an array of twice described values (byte {offset})")
    if constructor >> 4 == 4:
        if count > MAX_ZERO_WIDTH:
            raise DecodeError(f"an array of {count} elements without content (byte {offset})")
    elif count > end - offset:
        raise _refused(buffer, offset, end, count)
    element = DECODERS[constructor]
    if element is _unknown:
        raise DecodeError(f"an array of the unknown constructor 0x{constructor:02x} (byte {offset})")
    values = Array()
    for _ in range(count):
        value, offset = element(buffer, offset, depth)
        values.append(Described(descriptor, value) if described else value)
    _expect_end(offset, end)
    return values


def _described(buffer: bytes, offset: int, depth: int) -> tuple[Any, int]:
    if not depth:
        raise DecodeError(f"nested more than {MAX_DEPTH} levels deep (byte {offset})")
    descriptor, offset = DECODERS[buffer[offset]](buffer, offset + 1, depth - 1)
    value, offset = DECODERS[buffer[offset]](buffer, offset + 1, depth - 1)
    return Described(descriptor, value), offset


DECODERS: list[Decoder] = [_unknown] * 256
for _code, _decoder in {
    0x00: _described, 0x40: _constant(None), 0x41: _constant(True), 0x42: _constant(False),
    0x43: _constant(0), 0x44: _constant(0), 0x45: lambda buffer, offset, depth: ([], offset),
    0x50: _octet, 0x51: _small_signed, 0x52: _octet, 0x53: _octet, 0x54: _small_signed, 0x55: _small_signed,
    0x56: _boolean, 0x60: _number(">H"), 0x61: _number(">h"), 0x70: _number(">I"), 0x71: _number(">i"),
    0x72: _number(">f"), 0x73: _char, 0x74: _decimal(4), 0x80: _number(">Q"), 0x81: _number(">q"),
    0x82: _number(">d"), 0x83: _number(">q", Timestamp), 0x84: _decimal(8), 0x94: _decimal(16), 0x98: _uuid,
}.items():  # fmt: skip
    DECODERS[_code] = _decoder
for _code, _pair in {
    0xA0: _variable(bytes), 0xA1: _variable(bytes.decode), 0xA3: _variable(_symbol),
    0xC0: _compound(_list), 0xC1: _compound(_map), 0xE0: _compound(_array, MAX_ZERO_WIDTH),
}.items():  # fmt: skip
    DECODERS[_code], DECODERS[_code + 0x10] = _pair
