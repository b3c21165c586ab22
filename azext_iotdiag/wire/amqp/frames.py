"""AMQP 1.0 frames (part 2, section 2.3): performatives with their payload to bytes, and a stream of bytes to frames."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from azext_iotdiag.wire.amqp.decoding import DecodeError
from azext_iotdiag.wire.amqp.performatives import Transfer, decode_performative, encode_performative

# Protocol headers (2.2 and 5.3.1): "AMQP", the protocol's number, version 1.0.0.
AMQP_HEADER = b"AMQP\x00\x01\x00\x00"
SASL_HEADER = b"AMQP\x03\x01\x00\x00"

_header = struct.Struct(">IBBH")
_header_at = _header.unpack_from
_uint_at = struct.Struct(">I").unpack_from
_tuple = tuple.__new__  # a NamedTuple's own constructor takes three times as long

# How a transfer usually begins: a list with its size in one byte, described by a ulong in one byte.
_TRANSFER = b"\x00\x53\x14\xc0"
# And goes on: a handle in one byte, a delivery id in four, and the length of a tag in one, each behind its type's code.
_usual_at = struct.Struct(">BBBIBB").unpack_from
# What is remembered of the last fields of transfers: enough for any peer, too little for one who means harm.
_MAX_REST = 24
_MAX_RESTS = 64


class FrameError(DecodeError):
    """The stream of bytes cannot be split into frames; nothing behind can be read."""


class Frame(NamedTuple):
    """A frame as it came. `performative` is None in an empty frame, which only says that the peer lives."""

    channel: int
    sasl: bool
    performative: Any
    payload: bytes


class Whole(NamedTuple):
    """A frame with a whole message, as most messages come: what of its transfer matters. The payload is the message."""

    channel: int
    handle: int
    delivery_id: int
    delivery_tag: bytes | None
    message_format: int | None
    settled: bool
    payload: bytes

    @property
    def sasl(self) -> bool:
        """As of a `Frame`."""
        return False

    @property
    def performative(self) -> Transfer:
        """The transfer without what is mere advice: that it may be settled in a batch, and how."""
        return Transfer(self.handle, self.delivery_id, self.delivery_tag, self.message_format, self.settled)


def frame(performative: Any, payload: bytes = b"", channel: int = 0, sasl: bool = False) -> bytes:
    """Return a frame; without a performative an empty one. Raises ValueError or TypeError when a field does not fit."""
    body = b"" if performative is None else encode_performative(performative)
    return _header.pack(8 + len(body) + len(payload), 2, sasl, channel) + body + payload


class FrameBuffer:
    """Splits what comes from a peer into protocol headers and frames."""

    def __init__(self, max_frame_size: int) -> None:
        """`max_frame_size`, in bytes, is the largest frame that we told the peer to take."""
        self.max_frame_size = max_frame_size
        self._data = b""
        self._offset = 0
        self._more: list[bytes] = []  # what came since, joined only once it completes a frame
        self._more_size = 0
        self._rests: dict[bytes, tuple[int, tuple[Any, ...], bool | None]] = {}  # see _transfer

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Take what came."""
        self._more.append(bytes(data))
        self._more_size += len(data)

    def header(self) -> bytes | None:
        """Return the next 8 bytes, whatever they are, as a protocol header; None when they are not there yet."""
        if not self._has(8):
            return None
        start = self._offset
        self._offset = start + 8
        return self._data[start : start + 8]

    def next(self) -> Frame | Whole | None:
        """Return the next frame, None when it is not there yet.

        Raises FrameError when the bytes are no frame, and DecodeError when the performative in the frame is wrong.
        """
        data, start = self._data, self._offset
        if len(data) - start < 8:
            if not self._has(8):
                return None
            data, start = self._data, self._offset
        size, doff, kind, channel = _header_at(data, start)
        body = start + doff * 4
        end = start + size
        if size < 8 or size > self.max_frame_size or doff < 2 or body > end or kind > 1:
            raise FrameError(_fault(size, doff, kind, self.max_frame_size))
        if end > len(data):
            if not self._has(size):
                return None
            data, start = self._data, self._offset
            body, end = start + doff * 4, start + size
        self._offset = end
        if data[body : body + 4] == _TRANSFER:
            return self._transfer(data, body, end, channel)
        if body == end:
            return Frame(channel, kind == 1, None, b"")
        performative, offset = decode_performative(data[body:end])
        return Frame(channel, kind == 1, performative, data[body + offset : end])

    def _transfer(self, data: bytes, start: int, end: int, channel: int) -> Frame | Whole:
        """Read a transfer without the codec, if it is written as usual.

        The transfers of a stream differ in their first three fields, and hardly ever in the others; so the others are
        decoded once for each way in which they are written.
        """
        handle: int | None
        delivery_id: int | None
        tag: bytes | None
        try:
            stop = start + 5 + data[start + 4]
            # One call of struct for the usual codes takes half the time of looking at each.
            handle_code, handle, id_code, delivery_id, tag_code, size = _usual_at(data, start + 6)
            if handle_code == 0x52 and id_code == 0x70 and tag_code == 0xA0:
                first = start + 15
                at = first + size
                tag = data[first:at]
            else:
                handle, at = _number(data, start + 6)
                delivery_id, at = _number(data, at)
                tag, at = _tag(data, at)
            known = self._rests.get(data[at:stop])
        except (IndexError, struct.error, _Unusual):
            handle, at, stop, known = None, end, 0, None
        if known is not None and handle is not None and known[0] == data[start + 5] and at < stop <= end:
            _, others, settled = known
            if settled is not None and delivery_id is not None:
                return _tuple(Whole, (channel, handle, delivery_id, tag, others[0], settled, data[stop:end]))
            performative = _tuple(Transfer, (handle, delivery_id, tag, *others))
            return _tuple(Frame, (channel, False, performative, data[stop:end]))
        performative, offset = decode_performative(data[start:end])
        rest = data[at:stop]
        if at < stop <= end and len(rest) <= _MAX_REST and performative.state is None:
            if len(self._rests) >= _MAX_RESTS:
                self._rests.clear()
            part = performative.more or performative.aborted or performative.resume
            settled = None if part else bool(performative.settled)
            self._rests[rest] = data[start + 5], performative[3:], settled
        return Frame(channel, False, performative, data[start + offset : end])

    def _has(self, size: int) -> bool:
        """Whether so many bytes are there; they are then in one piece."""
        here = len(self._data) - self._offset
        if here + self._more_size < size:
            return False
        if here < size:
            self._data = b"".join([self._data[self._offset :], *self._more])
            self._offset = 0
            self._more.clear()
            self._more_size = 0
        return True


def _fault(size: int, doff: int, kind: int, max_frame_size: int) -> str:
    if size < 8:
        return f"a frame of {size} bytes, where its header alone has 8"
    if size > max_frame_size:
        return f"a frame of {size} bytes, where {max_frame_size} were allowed"
    if kind > 1:
        return f"a frame of the unknown type {kind}"
    return f"a frame of {size} bytes whose body begins at byte {doff * 4}"


class _Unusual(Exception):
    """A transfer whose first fields are encoded in another way than the usual ones."""


def _number(data: bytes, at: int) -> tuple[int | None, int]:
    """A uint or null, and the offset behind it."""
    code = data[at]
    if code == 0x52:
        return data[at + 1], at + 2
    if code == 0x70:
        return _uint_at(data, at + 1)[0], at + 5
    if code == 0x43:
        return 0, at + 1
    if code == 0x40:
        return None, at + 1
    raise _Unusual


def _tag(data: bytes, at: int) -> tuple[bytes | None, int]:
    """A short binary or null, and the offset behind it."""
    code = data[at]
    if code == 0xA0:
        end = at + 2 + data[at + 1]
        return data[at + 2 : end], end
    if code == 0x40:
        return None, at + 1
    raise _Unusual
