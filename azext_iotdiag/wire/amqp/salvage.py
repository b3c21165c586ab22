"""What can still be read of a message that breaks a rule of AMQP: part by part, and what is wrong with it in words."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from azext_iotdiag.wire.amqp.decoding import DECODERS, MALFORMED, MAX_DEPTH, DecodeError
from azext_iotdiag.wire.amqp.message import (
    AMQP_SEQUENCE,
    AMQP_VALUE,
    ANNOTATIONS,
    APPLICATION,
    DATA,
    DELIVERY_ANNOTATIONS,
    FOOTER,
    HEADER,
    HEADER_NAMES,
    PROPERTIES,
    PROPERTY_NAMES,
    SEQUENCE,
    VALUE,
    Message,
    section_code,
)

MOST_PROBLEMS = 8  # that are named; the others are counted

_NAMES = {
    HEADER: "header",
    DELIVERY_ANNOTATIONS: "delivery-annotations",
    ANNOTATIONS: "message-annotations",
    PROPERTIES: "properties",
    APPLICATION: "application-properties",
    DATA: "data",
    SEQUENCE: "amqp-sequence",
    VALUE: "amqp-value",
    FOOTER: "footer",
}
_NULL = 0x40
_TEXTS = frozenset({0xA1, 0xB1, 0xA3, 0xB3})
_LISTS, _MAPS = frozenset({0x45, 0xC0, 0xD0}), frozenset({0xC1, 0xD1})
# Bytes behind a constructor, by its high half (AMQP 1.0 part 1, 1.2); of the others the first bytes tell the size.
_WIDTHS = {4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16}
_uint_at = struct.Struct(">I").unpack_from
_WRONG = (DecodeError, *MALFORMED)


class _NoEnd(Exception):
    """Nothing tells where a value ends."""


def salvage(buffer: bytes, wrong: str) -> Message:
    """Read what can be read of a message that `decode_message` refused, for the reason `wrong`.

    Text that is not UTF-8 is given as bytes. A part that cannot be read is left out. Never raises.
    """
    return _Salvage(bytes(buffer)).message(wrong)


class _Salvage:
    """A message that is being read, and what came out of it so far."""

    def __init__(self, buffer: bytes):
        self._buffer = buffer
        self._problems: list[str] = []
        self._bodies: list[bytes] = []
        self._value: Any = None
        self._body_type = ""
        self._maps: dict[int, dict[Any, Any]] = {}
        self._lists: dict[int, dict[str, Any]] = {}

    def message(self, wrong: str) -> Message:
        """Read all sections."""
        buffer, at = self._buffer, 0
        while at < len(buffer):
            try:
                at = self._section(at)
            except _NoEnd:
                self._problems.append(f"{len(buffer) - at} bytes from byte {at} on cannot be read")
                break
        if self._bodies and self._body_type and self._value is not None:
            self._problems.append(f"the body is both data and {self._body_type}; the data is shown")
        return Message(
            b"".join(self._bodies),
            self._value,
            self._maps.get(ANNOTATIONS, {}),
            self._maps.get(DELIVERY_ANNOTATIONS, {}),
            self._lists.get(PROPERTIES, {}),
            self._maps.get(APPLICATION, {}),
            self._lists.get(HEADER),
            self._body_type,
            _told(self._problems) or (wrong,),
        )

    def _section(self, at: int) -> int:
        """Read the section at `at`, and return where it ends. Raises _NoEnd."""
        buffer = self._buffer
        if buffer[at] != 0:
            end = _end(buffer, at)
            self._problems.append(f"{end - at} bytes at byte {at} are no section of a message")
            return end
        begin = _end(buffer, at + 1)  # of what the section holds
        end = _end(buffer, begin)
        descriptor, fault = _read(buffer, at + 1)
        code = section_code(descriptor) if not fault else None
        if code not in _NAMES:
            what = repr(descriptor) if not fault else "that cannot be read"
            self._problems.append(f"the section at byte {at} has the unknown descriptor {what}")
        elif end > len(buffer) and code != DATA:
            self._problems.append(f"the {_NAMES[code]} section is cut off: {end - len(buffer)} bytes are missing")
            self._take(code, begin, len(buffer))
        else:
            self._take(code, begin, end)
        return end

    def _take(self, code: int, begin: int, end: int) -> None:
        if code == DATA:
            self._data(begin, end)
        elif code in (VALUE, SEQUENCE):
            self._other_body(code, begin, end)
        elif code in (HEADER, PROPERTIES):
            names = HEADER_NAMES if code == HEADER else PROPERTY_NAMES
            self._lists[code] = self._fields(code, begin, end, names)
        elif code != FOOTER:
            self._maps[code] = self._pairs(code, begin, end)
        elif fault := _read(self._buffer, begin)[1]:
            self._problems.append(f"the footer section cannot be read: {fault}")

    # the body

    def _data(self, begin: int, end: int) -> None:
        buffer, code = self._buffer, self._buffer[begin]
        first = begin + (2 if code in (0xA0, 0xA1, 0xA3) else 5)
        if code in (0xA0, 0xB0) or code in _TEXTS:
            self._bodies.append(buffer[first:end])
            if code in _TEXTS:
                self._problems.append("a data section holds text, not binary")
            if end > len(buffer):
                self._problems.append(f"the data section is cut off: {end - len(buffer)} bytes are missing")
        elif code == _NULL:
            self._problems.append("a data section holds null, not binary")
        else:
            self._bodies.append(buffer[begin:end])
            self._problems.append(f"a data section holds {_kind(code)}, not binary; it is shown as its encoded bytes")

    def _other_body(self, code: int, begin: int, end: int) -> None:
        self._body_type = AMQP_VALUE if code == VALUE else AMQP_SEQUENCE
        value, fault = _read(self._buffer, begin)
        if not fault and code == SEQUENCE and not isinstance(value, list):
            fault = f"it holds {_kind(self._buffer[begin])}, not a list"
        if fault:
            self._bodies.append(self._buffer[begin:end])
            self._problems.append(
                f"the {_NAMES[code]} section cannot be read ({fault}); it is shown as its encoded bytes"
            )
        elif code == SEQUENCE and isinstance(self._value, list):
            self._value += value
        else:
            self._value = value

    # sections with names

    def _fields(self, code: int, begin: int, end: int, names: tuple[str, ...]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for number, at in enumerate(self._values(code, begin, end, _LISTS, "a list")):
            if number >= len(names):
                self._problems.append(f"the {_NAMES[code]} section has more than {len(names)} fields")
                break
            value, found = self._value_of(code, names[number], at)
            if found and value is not None:
                made[names[number]] = value
        return made

    def _pairs(self, code: int, begin: int, end: int) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        values = self._values(code, begin, end, _MAPS, "a map")
        for key_at in values:
            at = next(values, None)
            key, found = self._value_of(code, "a key", key_at)
            if at is None:
                self._problems.append(f"the {_NAMES[code]} section ends with a key that has no value")
                break
            if not found:
                continue
            value, found = self._value_of(code, repr(str(key)), at)
            try:
                if found:
                    made[key] = value
            except TypeError:
                self._problems.append(f"the {_NAMES[code]} section has a key that is {_kind(self._buffer[key_at])}")
        return made

    def _values(self, code: int, begin: int, end: int, kinds: frozenset[int], kind: str) -> Iterator[int]:
        """Where the values of a list or map begin, as far as their sizes can be followed."""
        buffer, constructor = self._buffer, self._buffer[begin]
        if constructor not in kinds:
            self._problems.append(f"the {_NAMES[code]} section holds {_kind(constructor)}, not {kind}")
            return
        if constructor == 0x45:
            return
        at = begin + (3 if constructor & 0xF0 == 0xC0 else 9)
        while at < end:
            try:
                behind = _end(buffer, at)
            except _NoEnd:
                behind = end + 1
            if behind > end:
                self._problems.append(f"the last {end - at} bytes of the {_NAMES[code]} section cannot be read")
                return
            yield at
            at = behind

    def _value_of(self, code: int, name: str, at: int) -> tuple[Any, bool]:
        """The value at `at`, and whether there is one. Text that is not UTF-8 is given as bytes."""
        buffer = self._buffer
        value, fault = _read(buffer, at)
        if not fault:
            return value, True
        if buffer[at] in _TEXTS:
            self._problems.append(f"{name} in the {_NAMES[code]} section is not UTF-8")
            first = at + (2 if buffer[at] & 0xF0 == 0xA0 else 5)
            return buffer[first : _end(buffer, at)], True
        self._problems.append(f"{name} in the {_NAMES[code]} section cannot be read: {fault}")
        return None, False


def _read(buffer: bytes, at: int) -> tuple[Any, str]:
    """The value at `at`, and what is wrong where it cannot be read."""
    try:
        return DECODERS[buffer[at]](buffer, at + 1, MAX_DEPTH)[0], ""
    except _WRONG as wrong:
        return None, str(wrong)


def _end(buffer: bytes, at: int) -> int:
    """Where the value at `at` ends, which may be behind the buffer. Raises _NoEnd."""
    left = 1  # values; a described one is two, its descriptor and what that describes
    try:
        while left:
            code = buffer[at]
            width = _WIDTHS.get(code >> 4)
            at += 1
            if code == 0:
                left += 1
                continue
            if width is None:
                if code < 0xA0:
                    raise _NoEnd
                width = buffer[at] + 1 if code & 0x10 == 0 else _uint_at(buffer, at)[0] + 4
            at += width
            left -= 1
    except (IndexError, struct.error):
        raise _NoEnd from None
    return at


def _kind(code: int) -> str:
    if code == _NULL:
        return "null"
    if code in _TEXTS:
        return "text"
    if code in (0xA0, 0xB0):
        return "binary"
    if code in _LISTS:
        return "a list"
    if code in _MAPS:
        return "a map"
    return f"a value of the type 0x{code:02x}"


def _told(problems: list[str]) -> tuple[str, ...]:
    problems = list(dict.fromkeys(problems))
    more = len(problems) - MOST_PROBLEMS
    return tuple(problems) if more <= 0 else (*problems[:MOST_PROBLEMS], f"and {more} more problems")
