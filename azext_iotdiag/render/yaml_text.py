"""Data as a YAML document that YAML 1.1 and 1.2 read alike: what either could take for something else is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azext_iotdiag.render.json_text import write

# Text without quotes: it begins with a letter, and neither version has another reading for it.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+-]+)*")
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"])
_FLOAT = re.compile(r"-?[0-9]+\.[0-9]+(?:[eE][+-][0-9]+)?")  # what YAML 1.1 takes for a float, of what JSON writes
# Line ends as YAML 1.1 has them, what no YAML stream may hold, and what would steer a terminal.
_ESCAPED = re.compile(
    '["\\\\\x00-\x1f\x7f-\xa0\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]'
)
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONGEST_KEY = 1000  # a key in one line with its colon may have 1024 characters, quotes and escapes included


def document(value: Any) -> str:
    """One document of a stream, from its `---` to a line end."""
    return "---\n" + "".join(f"{line}\n" for line in _block(value))


def _block(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _entry(str(name), part)
    elif isinstance(value, list) and value:
        for part in value:
            first, *others = _block(part)
            yield f"- {first}"
            yield from (f"  {line}" for line in others)
    else:
        yield _scalar(value)


def _entry(name: str, part: Any) -> Iterator[str]:
    key = _text(name)
    nested = isinstance(part, (dict, list)) and bool(part)
    if len(key) > _LONGEST_KEY:
        yield f"? {key}"
        lead = ":"
    else:
        lead = f"{key}:"
    if nested:
        yield lead
        yield from (f"  {line}" for line in _block(part))
    else:
        yield f"{lead} {_scalar(part)}"


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    written = write(value)
    if isinstance(value, float) and not _FLOAT.fullmatch(written):
        # -0 and whole numbers of thousands of digits are whole in both versions; 1e5 is text in the first.
        return written if written.lstrip("-").isdigit() else f"!!float {written}"
    return written


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and len(text) <= _LONGEST_KEY:
        return text
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
