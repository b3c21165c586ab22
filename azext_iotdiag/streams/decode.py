"""What a body is: JSON, text, or something else and what it looks like. Nothing is ever altered."""

from __future__ import annotations

import base64
import codecs
import re

from azext_iotdiag.model.event import Payload
from azext_iotdiag.streams.json_check import is_json

_tuple = tuple.__new__  # a NamedTuple's own constructor takes three times as long
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MAGIC = (  # the first bytes of common formats
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"x\x9c", "zlib"),
    (b"x\x01", "zlib"),
    (b"x\xda", "zlib"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Obj\x01", "Avro"),
    (b"\xd9\xd9\xf7", "CBOR"),
    (codecs.BOM_UTF16_LE, "UTF-16 text"),
    (codecs.BOM_UTF16_BE, "UTF-16 text"),
)
_LATIN1_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\xa0-\xff]+")
_ASCII_SHARE = 0.7  # of a body that is called Latin-1 text; anything might be, letters it must have


def decode(body: bytes) -> Payload:
    """Say what a body is, and give it as text: JSON as it was sent, text as it was sent, or base64."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return Payload("base64", base64.b64encode(body).decode("ascii"), _looks_like(body))
    if is_json(text, body):
        return _tuple(Payload, ("json", text, "", ""))
    if _UNPRINTABLE.search(text):
        return Payload("base64", base64.b64encode(body).decode("ascii"), _looks_like(body))
    return Payload("text", text)


def _looks_like(body: bytes) -> str:
    for magic, name in _MAGIC:
        if body.startswith(magic):
            return name
    if len(body) >= 4 and len(body) % 2 == 0 and (not any(body[::2]) or not any(body[1::2])):
        return "UTF-16 text"
    if _LATIN1_TEXT.fullmatch(body) and sum(byte < 128 for byte in body) >= _ASCII_SHARE * len(body):
        return "Latin-1 text"
    return "binary"
