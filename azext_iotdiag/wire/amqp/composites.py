"""How composite types travel: as described lists with typed fields. Which there are is in performatives.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from azext_iotdiag.wire.amqp.decoding import DecodeError
from azext_iotdiag.wire.amqp.encoding import (
    compound,
    encode,
    encode_binary,
    encode_boolean,
    encode_string,
    encode_symbol,
    encode_ubyte,
    encode_uint,
    encode_ulong,
    encode_ushort,
)
from azext_iotdiag.wire.amqp.types import Array, Described, Symbol


class CompositeField(NamedTuple):
    """A field of a composite: `read` checks and converts what the codec decoded."""

    name: str
    write: Callable[[Any], bytes]
    read: Callable[[Any], Any]
    mandatory: bool


class Composite(NamedTuple):
    """A composite type."""

    make: Any
    name: str
    descriptor: bytes
    fields: tuple[CompositeField, ...]
    role: str  # "error", "state" or "terminus" for those that are fields of others, otherwise empty


_BY_DESCRIPTOR: dict[int | str, Composite] = {}
_BY_CLASS: dict[type, Composite] = {}


def define(kind: Any, code: int, symbol: str, types: str, role: str = "") -> None:
    """Register the NamedTuple `kind` as the composite type with these descriptors and, in `types`, field types."""
    fields = tuple(
        CompositeField(name, *_KINDS[word.rstrip("!")], word.endswith("!"))
        for name, word in zip(kind._fields, types.split(), strict=True)
    )
    composite = Composite(kind, kind.__name__, b"\x00" + encode_ulong(code), fields, role)
    _BY_DESCRIPTOR[code] = _BY_DESCRIPTOR[symbol] = _BY_CLASS[kind] = composite


def encode_composite(value: Any) -> bytes:
    """Return a composite, all fields written. Raises ValueError or TypeError when a field does not fit."""
    composite = _BY_CLASS.get(type(value))
    if composite is None:
        raise TypeError(f"{type(value).__name__} is no composite type of AMQP")
    parts = []
    for field, content in zip(composite.fields, value, strict=True):
        if content is not None:
            parts.append(field.write(content))
        elif field.mandatory:
            raise ValueError(f"{composite.name} needs {field.name}")
        else:
            parts.append(b"\x40")
    if not parts:
        return composite.descriptor + b"\x45"
    return composite.descriptor + compound(b"\xc0", b"\xd0", len(parts), b"".join(parts))


def read_composite(value: Described) -> Any:
    """Return the NamedTuple that `value` stands for, or `value` itself when its descriptor is unknown."""
    descriptor = value.descriptor
    composite = _BY_DESCRIPTOR.get(descriptor) if type(descriptor) in (int, Symbol) else None
    if composite is None:
        return value
    contents = value.value
    if type(contents) is not list or len(contents) > len(composite.fields):
        raise DecodeError(f"{composite.name} is not a list of up to {len(composite.fields)} fields")
    read = []
    for number, field in enumerate(composite.fields):
        content = contents[number] if number < len(contents) else None
        if content is not None:
            try:
                content = field.read(content)
            except _Misfit as misfit:
                raise DecodeError(f"{composite.name}.{field.name} is {misfit}") from None
        elif field.mandatory:
            raise DecodeError(f"{composite.name}.{field.name} is missing")
        read.append(content)
    return composite.make(*read)


# --- field types: each a pair of functions, to bytes, and from what the codec decoded ---------------------------------


class _Misfit(Exception):
    """A field holds something else than its type."""


def _plain(*allowed: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) not in allowed:
            raise _Misfit(f"a {type(value).__name__}, not a {allowed[0].__name__}")
        return value

    return read


def _unsigned(bits: int) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        # Which of the integer types it came as does not matter: some peers take a wider one than the spec's.
        if type(value) is not int or value < 0 or value >> bits:
            raise _Misfit(f"no unsigned number of {bits} bits")
        return value

    return read


def _write_symbols(values: Any) -> bytes:
    if isinstance(values, str):
        raise TypeError(f"a list of symbols, not the text {values!r}")
    # None and no symbol mean the same (1.4), and azure-eventhub misreads what follows an empty array.
    return encode(Array(map(Symbol, values))) if values else b"\x40"


def _read_symbols(value: Any) -> list[str]:
    """A field that takes several symbols may hold a single one without an array (1.4)."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list) or not all(isinstance(element, str) for element in value):
        raise _Misfit("neither a symbol nor an array of symbols")
    return list(value)


def _write_any(value: Any) -> bytes:
    return encode_composite(value) if type(value) in _BY_CLASS else encode(value)


def _write_map(pairs: Any) -> bytes:
    return compound(b"\xc1", b"\xd1", 2 * len(pairs), b"".join([encode(k) + _write_any(v) for k, v in pairs.items()]))


def _write_fields(pairs: Any) -> bytes:
    content = b"".join([encode_symbol(key) + _write_any(value) for key, value in pairs.items()])
    return compound(b"\xc1", b"\xd1", 2 * len(pairs), content)


def _read_fields(value: Any) -> dict[str, Any]:
    # Annotations may have unsigned numbers for keys (3.2.10), and share this type.
    if type(value) is not dict or not all(isinstance(key, (str, int)) for key in value):
        raise _Misfit("no map with symbols for keys")
    return value


def _nested(role: str) -> tuple[Callable[[Any], bytes], Callable[[Any], Any]]:
    def write(value: Any) -> bytes:
        composite = _BY_CLASS.get(type(value))
        if composite is None and type(value) is Described:
            return encode(value)
        if composite is None or composite.role != role:
            raise TypeError(f"{type(value).__name__} is no {role}")
        return encode_composite(value)

    def read(value: Any) -> Any:
        if type(value) is not Described:
            raise _Misfit(f"a {type(value).__name__}, no {role}")
        value = read_composite(value)
        composite = _BY_CLASS.get(type(value))
        if (composite.role != role) if composite else (role == "error"):
            raise _Misfit(f"a {type(value).__name__}, no {role}")
        return value

    return write, read


_KINDS: dict[str, tuple[Callable[[Any], bytes], Callable[[Any], Any]]] = {
    "boolean": (encode_boolean, _plain(bool)),
    "ubyte": (encode_ubyte, _unsigned(8)),
    "ushort": (encode_ushort, _unsigned(16)),
    "uint": (encode_uint, _unsigned(32)),
    "ulong": (encode_ulong, _unsigned(64)),
    "binary": (encode_binary, _plain(bytes)),
    "string": (encode_string, _plain(str, Symbol)),
    "symbol": (encode_symbol, _plain(Symbol, str)),
    "symbols": (_write_symbols, _read_symbols),
    "map": (_write_map, _plain(dict)),
    "fields": (_write_fields, _read_fields),
    "terminus": _nested("terminus"),
    "state": _nested("state"),
    "error": _nested("error"),
}
