"""Sections of messages that are written like earlier ones: decoded once, and then recognised by their bytes.

A stream consists of these. What is read is the same as without, and so is what is refused.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from azext_iotdiag.wire.amqp.decoding import DECODERS, MAX_DEPTH
from azext_iotdiag.wire.amqp.types import Described, Timestamp

MAX_SECTIONS = 256  # sections that are remembered as they are, each at most 260 bytes long
LONGEST_MIDDLE = 523  # bytes, of two such sections and the beginning of another
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


class Earlier:
    """A map as it came once. `numbers` tells of each of its numbers where it stands among what the layout reads, and
    what makes it of that, None where nothing must; a text of digits is a number, too. `told` is for whoever reads
    such maps: what it has made of them once, None before.
    """

    def __init__(self, pairs: dict[Any, Any], numbers: dict[Any, tuple[int, Callable[[Any], Any] | None]]):
        self.pairs = pairs
        self.numbers = numbers
        self.told: Any = None


class LikeEarlier(Mapping[Any, Any]):
    """A map that is written like an `earlier` one but for its numbers, which are made of `parts` when asked for.

    Few of those who read a message ask for all that stands in such a map.
    """

    __slots__ = ("earlier", "parts")

    def __init__(self, earlier: Earlier, parts: tuple[Any, ...]):
        self.earlier = earlier
        self.parts = parts

    def __getitem__(self, key: Any) -> Any:
        number = self.earlier.numbers.get(key)
        if number is None:
            return self.earlier.pairs[key]
        place, make = number
        return self.parts[place] if make is None else make(self.parts[place])

    def __contains__(self, key: Any) -> bool:
        return key in self.earlier.pairs

    def __iter__(self) -> Iterator[Any]:
        return iter(self.earlier.pairs)

    def __len__(self) -> int:
        return len(self.earlier.pairs)

    def __repr__(self) -> str:
        return repr(dict(self))


class _Layout:
    """Where numbers stand in the maps of one length, and `texts` among them. `latest` is the map that came last, and
    what stood between.
    """

    def __init__(self, form: str, texts: tuple[int, ...]):
        self.form = form
        self.texts = texts
        self.unpack_from = struct.Struct(form).unpack_from
        self.latest: tuple[tuple[bytes, ...], Earlier | None] = (), None

    def find(self, between: tuple[bytes, ...]) -> Earlier | None:
        """The map between whose numbers these bytes stood, if it is known."""
        form, earlier = _maps.get(between, ("", None))
        if form != self.form:  # the same bytes may stand between numbers that are read in another way
            return None
        self.latest = between, earlier
        return earlier


class _Middle(NamedTuple):
    """All between the annotations of a message and its data section, as it was written once, in so many bytes."""

    written: bytes
    size: int
    properties: Mapping[str, Any]
    application: Mapping[str, Any]


_uint_at = struct.Struct(">I").unpack_from
_sections: dict[bytes, Any] = {}
_middles: dict[bytes, _Middle] = {}
_NONE = _Middle(b"\xff", 0, {}, {})  # no section begins so
_latest = [_NONE]  # the one that was known last
_layouts: dict[int, _Layout] = {}
_maps: dict[tuple[bytes, ...], tuple[str, Earlier]] = {}


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


def middle(buffer: bytes, offset: int, behind: bytes) -> _Middle | None:
    """What is known to stand between `offset` and the section that begins with `behind`. It cannot be changed.

    That is all between the annotations of a message and its only data section.
    """
    latest = _latest[0]
    if buffer.startswith(latest.written, offset):  # faster than to look up, which needs a hash
        return latest
    at = buffer.find(behind, offset)
    known = _middles.get(buffer[offset : at + len(behind)]) if at >= 0 else None
    if known is not None:
        _latest[0] = known
    return known


def remember_middle(written: bytes, properties: Mapping[str, Any], application: Mapping[str, Any]) -> None:
    """Remember a middle; the bytes end with how the section behind it begins."""
    if len(written) <= LONGEST_MIDDLE:
        if len(_middles) >= MAX_SECTIONS:
            _middles.clear()
        _middles[written] = _Middle(written, len(written), _fixed(properties), _fixed(application))


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
        between, latest = parts[::2], layout.latest
        earlier = latest[1] if latest[0] == between else layout.find(between)  # to compare is faster than to hash
        for place in layout.texts:
            if not parts[place].isascii():  # to be refused now, if it is no text, and not when somebody asks for it
                earlier = None
        if earlier is not None:
            return LikeEarlier(earlier, parts), end
    content, end = DECODERS[code](buffer, offset + 1, MAX_DEPTH)
    if type(content) is dict and size <= LONGEST_MAP:
        _remember(buffer, offset, size, content)
    return content, end


def _remember(buffer: bytes, offset: int, size: int, content: dict[Any, Any]) -> None:
    """Remember a map that was decoded, and so is valid; `size` is that of all its bytes."""
    form, start, at = ">", offset, offset + (3 if buffer[offset] == _SHORT_MAP else 9)
    numbers: dict[Any, tuple[int, Callable[[Any], Any] | None]] = {}
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
        numbers[key] = 2 * len(numbers) + 1, make
    if count != len(content):  # a key came twice, and which of the two counts depends on their order
        return
    if any(isinstance(value, dict | list | Described) for value in content.values()):  # not to be shared by messages
        return
    if len(_layouts) >= MAX_LAYOUTS or len(_maps) >= MAX_MAPS:
        _layouts.clear()
        _maps.clear()
    form = f"{form}{end - start}s"
    layout = _layouts.get(size)
    if layout is None or layout.form != form:
        texts = tuple(place for place, make in numbers.values() if make is bytes.decode)
        layout = _layouts[size] = _Layout(form, texts)
    between = layout.unpack_from(buffer, offset)[::2]
    _maps[between] = form, Earlier(content.copy(), numbers)
