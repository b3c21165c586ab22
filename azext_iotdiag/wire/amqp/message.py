"""AMQP 1.0 messages (part 3, section 3.2): the sections that travel in the payload of transfers."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from azext_iotdiag.wire.amqp.decoding import DECODERS, MALFORMED, MAX_DEPTH, DecodeError, decode
from azext_iotdiag.wire.amqp.encoding import (
    compound,
    encode,
    encode_binary,
    encode_boolean,
    encode_string,
    encode_symbol,
    encode_timestamp,
    encode_ubyte,
    encode_uint,
    encode_ulong,
)
from azext_iotdiag.wire.amqp.section_cache import FORGETFUL, Forgetful, LazyMap
from azext_iotdiag.wire.amqp.types import Described, Symbol

HEADER, DELIVERY_ANNOTATIONS, ANNOTATIONS, PROPERTIES, APPLICATION, DATA, SEQUENCE, VALUE, FOOTER = range(0x70, 0x79)

_CODES = {
    f"amqp:{name}": HEADER + number
    for number, name in enumerate(
        (
            "header:list",
            "delivery-annotations:map",
            "message-annotations:map",
            "properties:list",
            "application-properties:map",
            "data:binary",
            "amqp-sequence:list",
            "amqp-value:*",
            "footer:map",
        )
    )
}

_FIRST, _DATA = (b"\x00\x53" + bytes((code,)) for code in (ANNOTATIONS, DATA))  # how these sections begin
_uint_at = struct.Struct(">I").unpack_from
_tuple = tuple.__new__  # a NamedTuple's own constructor takes three times as long

AMQP_VALUE, AMQP_SEQUENCE = "amqp-value", "amqp-sequence"
_OF_A_BODY = frozenset({DATA, SEQUENCE, VALUE})
NOTHING = object()  # stands for "no amqp-value section", because null is a value


class Message(NamedTuple):
    """A message as it came. `body` is what its data sections hold together; `value` what an amqp-value section holds,
    or the elements of all amqp-sequence sections; None without either. `body_type` is AMQP_VALUE or AMQP_SEQUENCE where
    `value` is the body. `problems` says what could not be read, where `salvage` read the message. Messages that are
    written alike share their properties and application properties.
    """

    body: bytes
    value: Any
    annotations: Mapping[Any, Any]
    delivery_annotations: dict[Any, Any]
    properties: Mapping[str, Any]
    application: Mapping[str, Any]
    header: dict[str, Any] | None
    body_type: str = ""
    problems: tuple[str, ...] = ()


def _encode_id(value: Any) -> bytes:
    """A message id is a ulong, uuid, binary or string; the generic encoding makes a long of an int."""
    return encode_ulong(value) if isinstance(value, int) else encode(value)


_PROPERTIES: dict[str, Callable[[Any], bytes]] = {
    "message-id": _encode_id,
    "user-id": encode_binary,
    "to": encode_string,
    "subject": encode_string,
    "reply-to": encode_string,
    "correlation-id": _encode_id,
    "content-type": encode_symbol,
    "content-encoding": encode_symbol,
    "absolute-expiry-time": encode_timestamp,
    "creation-time": encode_timestamp,
    "group-id": encode_string,
    "group-sequence": encode_uint,
    "reply-to-group-id": encode_string,
}
_HEADER: dict[str, Callable[[Any], bytes]] = {
    "durable": encode_boolean,
    "priority": encode_ubyte,
    "ttl": encode_uint,
    "first-acquirer": encode_boolean,
    "delivery-count": encode_uint,
}
PROPERTY_NAMES = tuple(_PROPERTIES)
HEADER_NAMES = tuple(_HEADER)


def encode_message(
    body: bytes | None = None,
    *,
    value: Any = NOTHING,
    annotations: Mapping[Any, Any] | None = None,
    delivery_annotations: Mapping[Any, Any] | None = None,
    properties: Mapping[str, Any] | None = None,
    application: Mapping[str, Any] | None = None,
    header: Mapping[str, Any] | None = None,
    sections: bytes = b"",
) -> bytes:
    """Return a message with `value` in an amqp-value section or else `body` in a data section.

    `sections` stands for a body that is written already, as `body_sections` gives it.

    `properties` and `header` go by the spec's names; None is the same as absent. Raises ValueError or TypeError.
    """
    parts = []
    if header is not None:
        parts.append(_section(HEADER, _named(header, _HEADER)))
    if delivery_annotations:
        parts.append(_section(DELIVERY_ANNOTATIONS, _annotations(delivery_annotations)))
    if annotations:
        parts.append(_section(ANNOTATIONS, _annotations(annotations)))
    if properties:
        parts.append(_section(PROPERTIES, _named(properties, _PROPERTIES)))
    if application:
        content = b"".join([encode_string(name) + encode(entry) for name, entry in application.items()])
        parts.append(_section(APPLICATION, compound(b"\xc1", b"\xd1", 2 * len(application), content)))
    if sections:
        parts.append(sections)
    elif value is NOTHING:
        parts.append(_section(DATA, encode_binary(body or b"")))
    elif body is not None:
        raise ValueError("a message has a body or a value, not both")
    else:
        parts.append(_section(VALUE, encode(value)))
    return b"".join(parts)


def body_sections(buffer: bytes) -> bytes:
    """The sections of a message's body, as they are written. Raises DecodeError."""
    kept, offset = [], 0
    while offset < len(buffer):
        start = offset
        section, offset = decode(buffer, offset)
        if type(section) is Described and section_code(section.descriptor) in _OF_A_BODY:
            kept.append(buffer[start:offset])
    return b"".join(kept)


def _section(code: int, content: bytes) -> bytes:
    return b"\x00\x53" + bytes((code,)) + content


def _named(values: Mapping[str, Any], encoders: dict[str, Callable[[Any], bytes]]) -> bytes:
    """A list of all fields: azure-eventhub reads them by position."""
    unknown = values.keys() - encoders.keys()
    if unknown:
        raise ValueError(f"no such fields: {', '.join(sorted(unknown))}")
    parts = []
    for name, encoder in encoders.items():
        value = values.get(name)
        parts.append(b"\x40" if value is None else encoder(value))
    return compound(b"\xc0", b"\xd0", len(parts), b"".join(parts))


def _annotations(pairs: Mapping[Any, Any]) -> bytes:
    content = b"".join([_annotation_key(key) + encode(value) for key, value in pairs.items()])
    return compound(b"\xc1", b"\xd1", 2 * len(pairs), content)


def _annotation_key(key: Any) -> bytes:
    return encode_symbol(key) if isinstance(key, str) else encode_ulong(key)


def decode_message(buffer: bytes | bytearray | memoryview, memory: Forgetful = FORGETFUL) -> Message:
    """Read a message. Raises DecodeError.

    `memory` is that of the connection: what is written like something earlier is then read in a third of the time.
    """
    if type(buffer) is not bytes:
        buffer = bytes(buffer)
    try:
        if buffer[:3] == _FIRST:  # as every message of a hub or Event Hub begins
            content, offset = memory.numbered(buffer, 3)
            annotations = _expect_map(content)
            known = _like_earlier(buffer, offset, annotations, memory)
            return known or _sections(buffer, offset, annotations, memory, first=offset)
        return _sections(buffer, 0, {}, memory, first=0)
    except MALFORMED as error:
        raise DecodeError(f"malformed message: {error}") from None


def _sections(buffer: bytes, offset: int, annotations: Mapping[Any, Any], memory: Forgetful, *, first: int) -> Message:
    """Read the sections from `offset` on; `first` is where the annotations ended, if these came first, and else 0."""
    bodies: list[bytes] = []
    sequence: list[Any] = []
    value: Any = None
    body_type = ""
    header: dict[str, Any] | None = None
    delivery_annotations: dict[Any, Any] = {}
    properties: Mapping[str, Any] = {}
    application: Mapping[str, Any] = {}
    data_at, size = 0, len(buffer)
    while offset < size:
        start = offset
        if buffer[offset] == 0 and buffer[offset + 1] == 0x53:
            code = buffer[offset + 2]
            if code == ANNOTATIONS:
                content, offset = memory.numbered(buffer, offset + 3)
            elif code == PROPERTIES:
                content, offset = memory.section(buffer, offset + 3, _read_properties)
            elif code == APPLICATION:
                content, offset = memory.section(buffer, offset + 3, _read_application)
            else:
                content, offset = DECODERS[buffer[offset + 3]](buffer, offset + 4, MAX_DEPTH)
        else:
            code, content, offset = _unusual_section(buffer, offset)
        if code == DATA:
            bodies.append(_expect(content, bytes, code))
            data_at = start
        elif code == ANNOTATIONS:
            annotations, first = _expect_map(content), 0
        elif code == PROPERTIES:
            properties = content
        elif code == APPLICATION:
            application = content
        elif code == VALUE:
            value, body_type = content, AMQP_VALUE
        elif code == SEQUENCE:
            sequence += _expect(content, list, code)
            value, body_type = sequence, AMQP_SEQUENCE
        elif code == DELIVERY_ANNOTATIONS:
            delivery_annotations = _expect(content, dict, code)
        elif code == HEADER:
            header = _read_named(content, HEADER_NAMES, code)
        elif code != FOOTER:
            raise DecodeError(f"no section of a message has the descriptor {code}")
    if body_type and bodies:
        raise DecodeError(f"the body is both data and {body_type}")
    body = bodies[0] if len(bodies) == 1 else b"".join(bodies)
    if first and len(bodies) == 1 and header is None and value is None and not delivery_annotations:
        memory.remember_middle(buffer[first : data_at + len(_DATA)], properties, application)
    fields = (body, value, annotations, delivery_annotations, properties, application, header, body_type, ())
    return _tuple(Message, fields)


def _like_earlier(buffer: bytes, offset: int, annotations: Mapping[Any, Any], memory: Forgetful) -> Message | None:
    """The message, when all between its annotations and its only data section is known; this halves the time."""
    known = memory.middle(buffer, offset, _DATA)
    if known is None:
        return None
    _, size, properties, application = known
    at = offset + size  # of the constructor of what the data section holds
    rest, code = len(buffer) - at, buffer[at]
    if code == 0xB0 and rest >= 5 and _uint_at(buffer, at + 1)[0] == rest - 5:
        body = buffer[at + 5 :]
    elif code == 0xA0 and buffer[at + 1] == rest - 2:
        body = buffer[at + 2 :]
    else:
        return None
    return _tuple(Message, (body, None, annotations, {}, properties, application, None, "", ()))


def _read_properties(content: Any) -> dict[str, Any]:
    return _read_named(content, PROPERTY_NAMES, PROPERTIES)


def _read_application(content: Any) -> dict[str, Any]:
    pairs: dict[str, Any] = _expect(content, dict, APPLICATION)
    return pairs


def _unusual_section(buffer: bytes, offset: int) -> tuple[int, Any, int]:
    """A section whose descriptor is not a ulong in one byte."""
    described, end = decode(buffer, offset)
    if type(described) is not Described:
        raise DecodeError(f"a section is a described value, not a {type(described).__name__} (byte {offset})")
    descriptor, content = described
    code = section_code(descriptor)
    if code is None:
        raise DecodeError(f"no section of a message has the descriptor {descriptor!r}")
    if code == PROPERTIES:
        return code, _read_properties(content), end
    return code, _read_application(content) if code == APPLICATION else content, end


def section_code(descriptor: Any) -> int | None:
    """The number of the section that a descriptor names, None where it is neither a number nor a known name."""
    code = _CODES.get(descriptor, descriptor) if type(descriptor) in (int, Symbol) else None
    return code if type(code) is int else None


def _expect(content: Any, kind: type, code: int) -> Any:
    if type(content) is not kind:
        raise DecodeError(f"section 0x{code:x} holds a {type(content).__name__}")
    return content


def _expect_map(content: Any) -> Mapping[Any, Any]:
    return content if type(content) is LazyMap else _expect(content, dict, ANNOTATIONS)


def _read_named(content: Any, names: tuple[str, ...], code: int) -> dict[str, Any]:
    fields = _expect(content, list, code)
    if len(fields) > len(names):
        raise DecodeError(f"section 0x{code:x} has {len(fields)} fields, {len(names)} are known")
    return {name: field for name, field in zip(names, fields, strict=False) if field is not None}
