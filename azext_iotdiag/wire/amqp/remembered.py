"""Sections of messages that are written like earlier ones: decoded once, and then recognised by their bytes.

A stream consists of these. What is read is the same as without, and so is what is refused.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from azext_iotdiag.wire.amqp.decoding import DECODERS, MAX_DEPTH
from azext_iotdiag.wire.amqp.types import Described, Timestamp

MAX_SECTIONS = 256  # sections that are remembered as they are, each at most 260 bytes long
LONGEST_MIDDLE = 520  # bytes, of two such sections
MAX_LAYOUTS = 256  # lengths of maps
MAX_MAPS = 2048  # maps that are remembered but for their numbers: of about as many devices
LONGEST_MAP = 2048  # bytes
MAX_DIGITS = 16  # of a number that is text; longer ones are names, and stay the same

_SHORT_LIST, _SHORT_MAP, _LONG_MAP = 0xC0, 0xC1, 0xD1  # the constructors, AMQP 1.0 part 1, 1.6.22 and 1.6.23
_SHORT_TEXT = 0xA1
# How struct reads the numbers whose every byte is valid, by their constructors.
_NUMBERS: dict[int, tuple[str, Callable[[Any], Any] | None]] = {
    0x50: ("B", None), 0x51: ("b", None), 0x52: ("B", None), 0x53: ("B", None), 0x54: ("b", None), 0x55: ("b", None),
    0x60: ("H", None), 0x61: ("h", None), 0x70: ("I", None), 0x71: ("i", None), 0x80: ("Q", None), 0x81: ("q", None),
    0x82: ("d", None), 0x83: ("q", Timestamp),
}  # fmt: skip


class _Known(NamedTuple):
    """A map as it came once, the keys of its numbers, and for some of them what makes them of what struct reads."""

    form: str  # of the layout; what stands between numbers may be the same where they are read in another way
    pairs: dict[Any, Any]
    keys: tuple[Any, ...]
    made: tuple[tuple[Any, Callable[[Any], Any]], ...]


_uint_at = struct.Struct(">I").unpack_from
_sections: dict[bytes, Any] = {}
_middles: dict[bytes, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
_layouts: dict[int, struct.Struct] = {}
_maps: dict[tuple[bytes, ...], _Known] = {}


def section(buffer: bytes, offset: int, read: Callable[[Any], dict[str, Any]]) -> tuple[Mapping[str, Any], int]:
    """What `read` makes of the list or map at `offset`, and the offset behind it.

    For sections that the messages of one sender share, as properties are. It is shared, too, and cannot be changed.
    """
    short = buffer[offset] in (_SHORT_LIST, _SHORT_MAP)
    written = buffer[offset : offset + 2 + buffer[offset + 1]] if short else b""
    known = _sections.get(written)
    if known is not None and known[0] is read:
        return known[1], offset + len(written)
    content, end = DECODERS[buffer[offset]](buffer, offset + 1, MAX_DEPTH)
    made = _fixed(read(content))
    if short:
        if len(_sections) >= MAX_SECTIONS:
            _sections.clear()
        _sections[written] = read, made
    return made, end


def _fixed(pairs: Mapping[str, Any]) -> Mapping[str, Any]:
    return pairs if type(pairs) is MappingProxyType else MappingProxyType(pairs)


def middle(written: bytes) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """The properties and application properties that stand in these bytes of a message, if they are known.

    They cannot be changed.
    """
    return _middles.get(written)


def remember_middle(written: bytes, properties: Mapping[str, Any], application: Mapping[str, Any]) -> None:
    """Remember all that stood between the annotations of a message and its only data section."""
    if len(written) <= LONGEST_MIDDLE:
        if len(_middles) >= MAX_SECTIONS:
            _middles.clear()
        _middles[written] = _fixed(properties), _fixed(application)


def numbered(buffer: bytes, offset: int) -> tuple[Any, int]:
    """The map at `offset`, or whatever stands there, and the offset behind it.

    For maps that differ in their numbers only, as the annotations of one device do; numbers may be text. What stands
    between two numbers is compared in one piece, so that a stream of such maps takes a third of the time.
    """
    code = buffer[offset]
    size = buffer[offset + 1] + 2 if code == _SHORT_MAP else 0
    if code == _LONG_MAP:
        size = _uint_at(buffer, offset + 1)[0] + 5
    end = offset + size
    layout = _layouts.get(size)
    if layout is not None and end <= len(buffer):
        parts = layout.unpack_from(buffer, offset)
        known = _maps.get(parts[::2])
        if known is not None and known[0] == layout.format:
            _, pairs, keys, made = known
            pairs = pairs.copy()
            pairs.update(zip(keys, parts[1::2]))
            for key, make in made:
                pairs[key] = make(pairs[key])
            return pairs, end
    content, end = DECODERS[code](buffer, offset + 1, MAX_DEPTH)
    if type(content) is dict and size <= LONGEST_MAP:
        _remember(buffer, offset, size, content)
    return content, end


def _remember(buffer: bytes, offset: int, size: int, content: dict[Any, Any]) -> None:
    """Remember a map that was decoded, and so is valid; `size` is that of all its bytes."""
    form, start, at = ">", offset, offset + (3 if buffer[offset] == _SHORT_MAP else 9)
    keys, made = [], []
    end, count = offset + size, 0
    while at < end:
        key, at = DECODERS[buffer[at]](buffer, at + 1, MAX_DEPTH)
        code, first = buffer[at], at + 1
        _, at = DECODERS[code](buffer, first, MAX_DEPTH)
        count += 1
        if code in _NUMBERS:
            letter, make = _NUMBERS[code]
        elif code == _SHORT_TEXT and buffer[first + 1 : at].isdigit() and at - first <= MAX_DIGITS:
            first += 1
            letter, make = f"{at - first}s", bytes.decode
        else:
            continue
        form += f"{first - start}s{letter}"
        start = at
        keys.append(key)
        if make is not None:
            made.append((key, make))
    if count != len(content):  # a key came twice, and which of the two counts depends on their order
        return
    if any(isinstance(value, dict | list | Described) for value in content.values()):  # not to be shared by messages
        return
    if len(_layouts) >= MAX_LAYOUTS or len(_maps) >= MAX_MAPS:
        _layouts.clear()
        _maps.clear()
    layout = struct.Struct(f"{form}{end - start}s")
    _layouts[size] = layout
    _maps[layout.unpack_from(buffer, offset)[::2]] = _Known(layout.format, content.copy(), tuple(keys), tuple(made))
