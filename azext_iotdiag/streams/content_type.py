"""A body read as the content type that the user names, also where the message names another. Nothing is altered."""

from __future__ import annotations

import base64
import codecs
import json
import re
from collections.abc import Callable

from azext_iotdiag.model import json_depth
from azext_iotdiag.model.event import Payload
from azext_iotdiag.streams.decode import decode

_TOKEN = r"[A-Za-z0-9!#$&^_.+-]+"  # RFC 6838, section 4.2
_TYPE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*((?:;.*)?)", re.DOTALL)
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
_TEXT_SUBTYPES = {"xml", "yaml", "javascript", "x-www-form-urlencoded", "csv"}


def decoder(content_type: str) -> Callable[[bytes], Payload]:
    """What shows a body as this type: JSON, text (`text/*`, XML, ...) or else base64.

    A `charset` parameter is honoured; UTF-8 is taken without one. Raises ValueError, with a sentence for people, for
    what is no content type. The payload's `problem` says where a body is not what the type says.
    """
    found = _TYPE.fullmatch(content_type)
    if found is None:
        raise ValueError(f"'{content_type}' is not a content type; write one such as application/json or text/plain")
    kind, subtype = found[1].lower(), found[2].lower()
    named = _CHARSET.search(found[3])
    charset = _charset(named[1]) if named else "utf-8"
    suffix = subtype.rpartition("+")[2]
    if suffix == "json":
        return lambda body: _json(body, charset)
    if kind == "text" or suffix in _TEXT_SUBTYPES:
        return lambda body: _text(body, charset)
    return _bytes


def _charset(name: str) -> str:
    try:
        if not isinstance("".encode(name), bytes) or codecs.decode(b"", name) != "":
            raise LookupError
    except (LookupError, UnicodeError):  # rot13 and the like are codecs, too, but none of a charset
        raise ValueError(f"the charset '{name}' is not known") from None
    return name


def _json(body: bytes, charset: str) -> Payload:
    text = _text(body, charset)
    if text.problem:
        return text._replace(problem=f"not JSON: {text.problem}")
    judged = decode(text.text.encode("utf-8", "surrogatepass"))
    return judged if judged.form == "json" else text._replace(problem=f"not JSON: {_why(text.text)}")


def _why(text: str) -> str:
    """What is wrong with a text that is no JSON."""
    if not text.strip():
        return "it is empty"
    try:
        json_depth.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as wrong:
        return f"{wrong.msg.lower()} at line {wrong.lineno}, column {wrong.colno}"
    except json_depth.TooDeep as wrong:
        return str(wrong)
    return "NaN and Infinity are no numbers in JSON"  # all that Python's reader takes beyond the standard


def _text(body: bytes, charset: str) -> Payload:
    try:
        return Payload("text", body.decode(charset))
    except UnicodeError as wrong:
        at = f" at byte {wrong.start}" if isinstance(wrong, UnicodeDecodeError) else ""
        return _bytes(body)._replace(problem=f"not text in {charset}{at}")


def _bytes(body: bytes) -> Payload:
    found = decode(body)
    looks_like = {"json": "JSON", "text": "text"}.get(found.form, found.looks_like)
    return Payload("base64", base64.b64encode(body).decode("ascii"), looks_like)
