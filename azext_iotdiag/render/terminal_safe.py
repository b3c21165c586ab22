"""Text that steers no terminal: control characters and those that turn the direction of writing become escapes."""

from __future__ import annotations

import re

TURNS = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # DEL, C1, line separators, bidirectional controls
_STEERS = re.compile(f"[\x00-\x08\x0b-\x1f{TURNS}]")
_STEERS_BUT_COLOURS = re.compile(f"[{TURNS}]")
JSON = ("json", "jsonc")
PAINTED = (*JSON, "yaml", "yamlc")  # their writers escape C0 themselves: an ESC is the start of a colour


def shown(text: str, form: str = "text") -> str:
    r"""The text in one of az's output forms. In JSON the escapes are its own, so that parsing gives the same value.

    Line ends and tabs stay, since they belong to the forms.
    """
    if form not in PAINTED:
        return _STEERS.sub(_escape, text)
    return _STEERS_BUT_COLOURS.sub(_json_escape if form in JSON else _escape, text)


def encodable(text: str, encoding: str, form: str = "text") -> str:
    """The text with escapes for what the encoding does not have, so that nothing of it is lost."""
    try:
        text.encode(encoding)
        return text
    except UnicodeEncodeError:
        escape = _json_escape if form in JSON else _escape
        return "".join(each if _fits(each, encoding) else escape(each) for each in text)


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
        return True
    except UnicodeEncodeError:
        return False


def _escape(found: re.Match[str] | str) -> str:
    character = found[0]
    return character.encode("unicode_escape").decode("ascii")


def _json_escape(found: re.Match[str] | str) -> str:
    utf16 = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{utf16[at]:02x}{utf16[at + 1]:02x}" for at in range(0, len(utf16), 2))
