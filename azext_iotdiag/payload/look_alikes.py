"""What a body that is no JSON looks like: compressed, CBOR, Protocol Buffers, other text encodings. Only looks, decodes
nothing."""

from __future__ import annotations

import re

_MAGIC = (  # the first bytes of common formats
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"x\x9c", "zlib"),
    (b"x\x01", "zlib"),
    (b"x\xda", "zlib"),
    (b"x\x5e", "zlib"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Obj\x01", "Avro"),
    (b"\xd9\xd9\xf7", "CBOR"),
)
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]+")
# What is no UTF-8, as surrogates, beside another character beyond ASCII; and what is a control character in Latin-1.
_BEYOND_ASCII = re.compile("[\udc80-\udcff][^\0-\x7f]|[^\0-\x7f][\udc80-\udcff]|[\udc80-\udc9f]")
_LETTERS_SHARE = 0.7  # of a body that is called text; anything might be, letters it must have
_ITEMS = 1000  # how many items of a binary format are walked before it is believed


def is_utf16(body: bytes) -> bool:
    """Whether the bytes are UTF-16, with a byte order mark or with every other byte zero."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    part = body[: len(body) & ~1][:512]
    return len(part) >= 4 and (not any(part[::2]) or not any(part[1::2])) and part.count(0) * 2 <= len(part)


def is_utf32(body: bytes) -> bool:
    """Whether the bytes are UTF-32, with a byte order mark or with three zeros for each character."""
    if body.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return True
    part = body[: len(body) & ~3][:512]
    if len(part) < 8 or part.count(0) * 4 < 3 * len(part):
        return False
    little = not any(part[1::4]) and not any(part[2::4]) and all(part[::4])
    return little or (not any(part[::4]) and not any(part[1::4]) and not any(part[2::4]) and all(part[3::4]))


def is_text(body: bytes) -> bool:
    """Whether the bytes, which are no UTF-8, are text: no control characters, and mostly letters or in brackets."""
    if not _TEXT.fullmatch(body):
        return False
    return _has_letters(body) or (body.lstrip()[:1] in (b"{", b"[") and body.rstrip()[-1:] in (b"}", b"]"))


def is_latin1(body: bytes) -> bool:
    """Whether the bytes, which are no UTF-8, are text in Latin-1 for certain.

    Encodings of other scripts have two or more bytes beyond ASCII beside each other. Single ones are signs such as the
    degree, and letters with accents.
    """
    if not _TEXT.fullmatch(body) or not _has_letters(body):
        return False
    return not _BEYOND_ASCII.search(body.decode("utf-8", "surrogateescape"))


def _has_letters(body: bytes) -> bool:
    return sum(byte < 128 for byte in body) >= _LETTERS_SHARE * len(body)


def binary(body: bytes) -> str:
    """The name of the binary format that the bytes look like, "" where none is recognised."""
    for magic, name in _MAGIC:
        if body.startswith(magic):
            return name
    if _is_cbor(body):
        return "CBOR"
    if _is_message_pack(body):
        return "MessagePack"
    return "Protocol Buffers" if _is_protobuf(body) else ""


def _is_cbor(body: bytes) -> bool:
    """A map (RFC 8949, major type 5) whose items end exactly where the bytes do, or do not end within `_ITEMS`."""
    if not body or not (0xA1 <= body[0] <= 0xBB or body[0] == 0xBF):
        return False
    at, open_items, walked = 0, [1], 0
    while open_items:
        if open_items[-1] == 0:
            open_items.pop()
            continue
        if at >= len(body):
            return False
        walked += 1
        if walked > _ITEMS:
            return True
        major, detail = body[at] >> 5, body[at] & 31
        at += 1
        if major == 7 and detail == 31:  # the end of a map or list without a length
            if open_items[-1] >= 0:
                return False
            open_items.pop()
            continue
        if open_items[-1] > 0:
            open_items[-1] -= 1
        if detail == 31 and major in (4, 5):
            open_items.append(-1)
            continue
        if detail >= 28:
            return False
        size = 0 if detail < 24 else 1 << (detail - 24)
        if at + size > len(body):
            return False
        number = int.from_bytes(body[at : at + size], "big") if size else detail
        at += size
        if major in (2, 3):
            at += number
        elif major in (4, 5, 6):
            open_items.append(number * (2 if major == 5 else 1) if major != 6 else 1)
    return at == len(body)


def _is_message_pack(body: bytes) -> bool:
    """A small map whose first key is a short text."""
    if len(body) < 3 or not 0x81 <= body[0] <= 0x8F or not 0xA1 <= body[1] <= 0xBF:
        return False
    key = body[2 : 2 + (body[1] & 31)]
    return len(key) == body[1] & 31 and key.isascii() and key.decode("ascii").isprintable()


def _is_protobuf(body: bytes) -> bool:
    """Fields one after another (tag, then value) that end exactly where the bytes do."""
    at, walked = 0, 0
    while at < len(body) and walked < _ITEMS:
        walked += 1
        tag, at = _varint(body, at)
        kind = tag & 7
        if at < 0 or not 1 <= tag >> 3 < 1 << 29:
            return False
        if kind == 0:
            _, at = _varint(body, at)
            if at < 0:
                return False
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        elif kind == 2:
            length, at = _varint(body, at)
            if at < 0:
                return False
            at += length
        else:
            return False
    return len(body) >= 2 and (at == len(body) or (walked == _ITEMS and at < len(body)))


def _varint(body: bytes, at: int) -> tuple[int, int]:
    """A number in groups of seven bits and where it ends; -1 for the end where there is none."""
    number = 0
    for shift in range(0, 70, 7):
        if at >= len(body):
            return 0, -1
        number |= (body[at] & 127) << shift
        at += 1
        if body[at - 1] < 128:
            return number, at
    return 0, -1
