"""Sections of messages that are written like earlier ones: decoded once, and then recognised by their bytes.

A stream consists of these. What is read is the same as without, and so is what is refused. What is remembered belongs
to one connection (`Memory`), so that several in threads of their own share nothing.
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
MAX_MAPS = 2048  # maps that are remembered without their numbers: of about as many devices
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


class CachedMap:
    """A map as it came once. `numbers` tells of each of its numbers where it stands among what the layout reads, and
    what makes it of that, None where nothing must; a text of digits is a number, too. `told` is for the code that reads
    such maps: what it has made of them once, None before.
    """

    def __init__(self, pairs: dict[Any, Any], numbers: dict[Any, tuple[int, Callable[[Any], Any] | None]]):
        self.pairs = pairs
        self.numbers = numbers
        self.told: Any = None


class LazyMap(Mapping[Any, Any]):
    """A map that is written like an `earlier` one except for its numbers, which are made of `parts` when asked for.

    Few of those who read a message ask for all that stands in such a map.
    """

    __slots__ = ("earlier", "parts")

    def __init__(self, earlier: CachedMap, parts: tuple[Any, ...]):
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

    __slots__ = ("form", "latest", "texts", "unpack_from")

    def __init__(self, form: str, texts: tuple[int, ...]):
        self.form = form
        self.texts = texts
        self.unpack_from = struct.Struct(form).unpack_from
        self.latest: tuple[tuple[bytes, ...], CachedMap | None] = (), None


class _Middle(NamedTuple):
    """All between the annotations of a message and its data section, as it was written once, in so many bytes."""

    written: bytes
    size: int
    properties: Mapping[str, Any]
    application: Mapping[str, Any]


_uint_at = struct.Struct(">I").unpack_from
_NONE = _Middle(b"\xff", 0, {}, {})  # no section begins so


class Forgetful:
    """Reads every section anew: for one message, or for those that have nothing in common."""

    __slots__ = ()

    def numbered(self, buffer: bytes, offset: int) -> tuple[Any, int]:
        """The map at `offset`, or whatever stands there, and the offset behind it."""
        return DECODERS[buffer[offset]](buffer, offset + 1, MAX_DEPTH)

    def section(
        self, buffer: bytes, offset: int, read: Callable[[Any], dict[str, Any]]
    ) -> tuple[Mapping[str, Any], int]:
        """What `read` makes of the list or map at `offset`, and the offset behind it. It cannot be changed."""
        content, end = DECODERS[buffer[offset]](buffer, offset + 1, MAX_DEPTH)
        return _fixed(read(content)), end

    def middle(self, buffer: bytes, offset: int, behind: bytes) -> _Middle | None:
        """What is known to stand between `offset` and the section that begins with `behind`. It cannot be changed.

        That is all between the annotations of a message and its only data section.
        """
        return None

    def remember_middle(self, written: bytes, properties: Mapping[str, Any], application: Mapping[str, Any]) -> None:
        """Remember a middle; the bytes end with how the section behind it begins."""


FORGETFUL = Forgetful()


class Memory(Forgetful):
    """What the messages of one connection were written like so far. For one thread."""

    __slots__ = ("_latest", "_layouts", "_maps", "_middles", "_sections")

    def __init__(self) -> None:
        self._sections: dict[bytes, Any] = {}
        self._middles: dict[bytes, _Middle] = {}
        self._latest = _NONE  # the middle that was known last
        self._layouts: dict[int, _Layout] = {}
        self._maps: dict[tuple[bytes, ...], tuple[str, CachedMap]] = {}

    def section(
        self, buffer: bytes, offset: int, read: Callable[[Any], dict[str, Any]]
    ) -> tuple[Mapping[str, Any], int]:
        """As `Forgetful` does, for sections that the messages of one sender share, as properties are.

        What is given is shared, too.
        """
        short = buffer[offset] in (_SHORT_LIST, _SHORT_MAP)
        written = buffer[offset : offset + 2 + buffer[offset + 1]] if short else b""
        known = self._sections.get(written)
        if known is not None and known[0] is read:
            return known[1], offset + len(written)
        made, end = super().section(buffer, offset, read)
        if short:
            if len(self._sections) >= MAX_SECTIONS:
                self._sections.clear()
            self._sections[written] = read, made
        return made, end

    def middle(self, buffer: bytes, offset: int, behind: bytes) -> _Middle | None:
        latest = self._latest
        if buffer.startswith(latest.written, offset):  # faster than to look up, which needs a hash
            return latest
        at = buffer.find(behind, offset)
        known = self._middles.get(buffer[offset : at + len(behind)]) if at >= 0 else None
        if known is not None:
            self._latest = known
        return known

    def remember_middle(self, written: bytes, properties: Mapping[str, Any], application: Mapping[str, Any]) -> None:
        if len(written) <= LONGEST_MIDDLE:
            if len(self._middles) >= MAX_SECTIONS:
                self._middles.clear()
            self._middles[written] = _Middle(written, len(written), _fixed(properties), _fixed(application))

    def numbered(self, buffer: bytes, offset: int) -> tuple[Any, int]:
        """As `Forgetful` does, for maps that differ in their numbers only, as the annotations of one device do.

        Numbers may be text. What stands between two numbers is compared in one piece, so that a stream of such maps
        takes a third of the time.
        """
        code = buffer[offset]
        size = buffer[offset + 1] + 2 if code == _SHORT_MAP else 0
        if code == _LONG_MAP:
            size = _uint_at(buffer, offset + 1)[0] + 5
        end = offset + size
        layout = self._layouts.get(size)
        if layout is not None and end <= len(buffer):
            parts = layout.unpack_from(buffer, offset)
            between, latest = parts[::2], layout.latest
            earlier = latest[1] if latest[0] == between else self._find(layout, between)  # to compare is faster
            for place in layout.texts:
                if not parts[place].isascii():  # to be refused now, if it is no text, and not when a caller asks for it
                    earlier = None
            if earlier is not None:
                return LazyMap(earlier, parts), end
        content, end = DECODERS[code](buffer, offset + 1, MAX_DEPTH)
        if type(content) is dict and size <= LONGEST_MAP:
            self._remember(buffer, offset, size, content)
        return content, end

    def _find(self, layout: _Layout, between: tuple[bytes, ...]) -> CachedMap | None:
        """The map of a layout between whose numbers these bytes stood, if it is known."""
        form, earlier = self._maps.get(between, ("", None))
        if form != layout.form:  # the same bytes may stand between numbers that are read in another way
            return None
        layout.latest = between, earlier
        return earlier

    def _remember(self, buffer: bytes, offset: int, size: int, content: dict[Any, Any]) -> None:
        """Remember a map that was decoded, and so is valid; `size` is that of all its bytes."""
        form, numbers, count = _numbers_in(buffer, offset, size)
        if count != len(content):  # a key came twice, and which of the two counts depends on their order
            return
        if any(isinstance(value, dict | list | Described) for value in content.values()):  # not shared by messages
            return
        if len(self._layouts) >= MAX_LAYOUTS or len(self._maps) >= MAX_MAPS:
            self._layouts.clear()
            self._maps.clear()
        layout = self._layouts.get(size)
        if layout is None or layout.form != form:
            texts = tuple(place for place, make in numbers.values() if make is bytes.decode)
            layout = self._layouts[size] = _Layout(form, texts)
        between = layout.unpack_from(buffer, offset)[::2]
        self._maps[between] = form, CachedMap(content.copy(), numbers)


def _fixed(pairs: Mapping[str, Any]) -> Mapping[str, Any]:
    return pairs if type(pairs) is MappingProxyType else MappingProxyType(pairs)


_Numbers = dict[Any, tuple[int, Callable[[Any], Any] | None]]


def _numbers_in(buffer: bytes, offset: int, size: int) -> tuple[str, _Numbers, int]:
    """How struct reads the numbers of a valid map, what makes them of that, and how many pairs the map has."""
    form, start, at = ">", offset, offset + (3 if buffer[offset] == _SHORT_MAP else 9)
    numbers: _Numbers = {}
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
    return f"{form}{end - start}s", numbers, count
