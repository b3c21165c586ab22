"""Values of the AMQP 1.0 type system to bytes (part 1 of the specification), each in its shortest encoding.

A value out of its type's range is a ValueError, a Python type that AMQP has no type for a TypeError.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
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

_OCTETS = [bytes((number,)) for number in range(256)]
_pack_sizes = struct.Struct(">II").pack

Encoder = Callable[[Any], bytes]


def encode(value: Any) -> bytes:
    """Return constructor and content of `value`. Raises ValueError, TypeError."""
    encoder = _ENCODERS.get(type(value))
    if encoder is None:
        encoder = _ENCODERS[_kind(value)]
    return encoder(value)


def _kind(value: Any) -> type:
    """The nearest class of `value` that has an encoding: an IntEnum is an int, an OrderedDict a dict."""
    for kind in type(value).__mro__:
        if kind in _ENCODERS:
            return kind
    raise TypeError(f"AMQP has no type for {type(value).__name__}")


def _packed(form: str, name: str) -> Encoder:
    pack: Encoder = struct.Struct(form).pack

    def packed(value: Any) -> bytes:
        try:
            return pack(value)
        except (struct.error, OverflowError):
            raise ValueError(f"{value} is out of the range of AMQP's {name}") from None

    return packed


_ubyte = _packed(">B", "ubyte")
_ushort = _packed(">H", "ushort")
_uint = _packed(">I", "uint")
_ulong = _packed(">Q", "ulong")
_byte = _packed(">b", "byte")
_short = _packed(">h", "short")
_int = _packed(">i", "int")
_long = _packed(">q", "long")
_float = _packed(">f", "float")
_double = _packed(">d", "double")
_timestamp = _packed(">q", "timestamp")


def _unsigned(zero: bytes, small: bytes, large: bytes, packed: Encoder) -> Encoder:
    def encoder(value: int) -> bytes:
        if 0 < value < 256:
            return small + _OCTETS[value]
        return large + packed(value) if value else zero

    return encoder


def _signed(small: bytes, large: bytes, packed: Encoder) -> Encoder:
    def encoder(value: int) -> bytes:
        if -128 <= value < 128:
            return small + _OCTETS[value & 255]
        return large + packed(value)

    return encoder


encode_uint = _unsigned(b"\x43", b"\x52", b"\x70", _uint)
encode_ulong = _unsigned(b"\x44", b"\x53", b"\x80", _ulong)


def encode_boolean(value: Any) -> bytes:
    """Return the one-byte encoding of whether `value` is true."""
    return b"\x41" if value else b"\x42"


def encode_ubyte(value: Any) -> bytes:
    """Return `value` as ubyte."""
    return b"\x50" + _ubyte(value)


def encode_ushort(value: Any) -> bytes:
    """Return `value` as ushort."""
    return b"\x60" + _ushort(value)


def encode_timestamp(value: Any) -> bytes:
    """Return `value`, in milliseconds since 1970, as timestamp."""
    return b"\x83" + _timestamp(value)


def _variable(small: bytes, large: bytes, data: bytes) -> bytes:
    size = len(data)
    if size < 256:
        return small + _OCTETS[size] + data
    return large + _uint(size) + data


def encode_binary(value: Any) -> bytes:
    """Return `value` (bytes, bytearray, memoryview) as binary."""
    return _variable(b"\xa0", b"\xb0", bytes(value))


def encode_string(value: Any) -> bytes:
    """Return `value` as string; also a Symbol, where a string is due."""
    return _variable(b"\xa1", b"\xb1", value.encode())


def encode_symbol(value: Any) -> bytes:
    """Return `value` as symbol; also a plain str, where a symbol is due."""
    return _variable(b"\xa3", b"\xb3", value.encode("ascii"))


def _char(value: str) -> bytes:
    if len(value) != 1:
        raise ValueError(f"a char is one character, not {len(value)}")
    return value.encode("utf-32-be")


def _decimal(value: bytes) -> bytes:
    constructor = {4: b"\x74", 8: b"\x84", 16: b"\x94"}.get(len(value))
    if constructor is None:
        raise ValueError(f"a decimal has 4, 8 or 16 bytes, not {len(value)}")
    return constructor + bytes(value)


def compound(small: bytes, large: bytes, count: int, content: bytes) -> bytes:
    """Return a list, map or array of `count` elements whose encodings are `content`."""
    size = len(content)
    if size < 255 and count < 256:
        return small + _OCTETS[size + 1] + _OCTETS[count] + content
    return large + _large(count, content)


def _large(count: int, content: bytes) -> bytes:
    try:
        return _pack_sizes(len(content) + 4, count) + content
    except struct.error:
        raise ValueError(f"{len(content)} bytes are too many for a list, map or array") from None


def _elements(values: Any) -> bytes:
    return b"".join([encode(value) for value in values])


def _pairs(pairs: Any) -> bytes:
    return b"".join([encode(part) for pair in pairs.items() for part in pair])


def _list(values: Any) -> bytes:
    return compound(b"\xc0", b"\xd0", len(values), _elements(values)) if values else b"\x45"


def _map(pairs: Any) -> bytes:
    return compound(b"\xc1", b"\xd1", 2 * len(pairs), _pairs(pairs))


def _described(value: Described) -> bytes:
    return b"\x00" + encode(value.descriptor) + encode(value.value)


# What elements of an array are encoded with: one constructor for all, so each type's widest.
_IN_ARRAY: dict[type, tuple[bytes, Encoder]] = {
    bool: (b"\x56", lambda value: _OCTETS[value]),
    UByte: (b"\x50", _ubyte),
    UShort: (b"\x60", _ushort),
    UInt: (b"\x70", _uint),
    ULong: (b"\x80", _ulong),
    Byte: (b"\x51", _byte),
    Short: (b"\x61", _short),
    Int: (b"\x71", _int),
    int: (b"\x81", _long),
    Float: (b"\x72", _float),
    float: (b"\x82", _double),
    Char: (b"\x73", _char),
    Timestamp: (b"\x83", _timestamp),
    uuid.UUID: (b"\x98", lambda value: value.bytes),
    bytes: (b"\xb0", lambda value: _uint(len(value)) + value),
    str: (b"\xb1", lambda value: _uint(len(value.encode())) + value.encode()),
    Symbol: (b"\xb3", lambda value: _uint(len(value)) + value.encode("ascii")),
    list: (b"\xd0", lambda values: _large(len(values), _elements(values))),
    dict: (b"\xd1", lambda pairs: _large(2 * len(pairs), _pairs(pairs))),
    Array: (b"\xf0", lambda values: _large(len(values), _array_content(values))),
}


def _array_content(values: Any) -> bytes:
    """The constructor that all elements share, then the elements."""
    if not values:
        return b"\x40"
    kind = type(values[0])
    if any(type(value) is not kind for value in values):
        raise ValueError(f"an array of {' and '.join(sorted({type(value).__name__ for value in values}))}")
    if kind is Described:
        descriptor = encode(values[0].descriptor)
        if any(encode(value.descriptor) != descriptor for value in values):
            raise ValueError("an array of differently described values")
        return b"\x00" + descriptor + _array_content([value.value for value in values])
    if kind is Decimal:
        if any(len(value) != len(values[0]) for value in values):
            raise ValueError("an array of decimals of different width")
        return _decimal(values[0])[:1] + b"".join(values)
    if kind not in _IN_ARRAY:
        raise TypeError(f"no arrays of {kind.__name__}")
    constructor, content = _IN_ARRAY[kind]
    return constructor + b"".join([content(value) for value in values])


def _array(values: Array) -> bytes:
    return compound(b"\xe0", b"\xf0", len(values), _array_content(values))


_ENCODERS: dict[type, Encoder] = {
    type(None): lambda value: b"\x40",
    bool: encode_boolean,
    UByte: encode_ubyte,
    UShort: encode_ushort,
    UInt: encode_uint,
    ULong: encode_ulong,
    Byte: lambda value: b"\x51" + _byte(value),
    Short: lambda value: b"\x61" + _short(value),
    Int: _signed(b"\x54", b"\x71", _int),
    int: _signed(b"\x55", b"\x81", _long),
    Float: lambda value: b"\x72" + _float(value),
    float: lambda value: b"\x82" + _double(value),
    Char: lambda value: b"\x73" + _char(value),
    Decimal: _decimal,
    Timestamp: encode_timestamp,
    uuid.UUID: lambda value: b"\x98" + value.bytes,
    bytes: encode_binary,
    bytearray: encode_binary,
    memoryview: encode_binary,
    str: encode_string,
    Symbol: encode_symbol,
    Described: _described,
    list: _list,
    tuple: _list,
    dict: _map,
    Array: _array,
}
