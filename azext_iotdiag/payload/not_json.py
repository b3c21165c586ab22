"""Why bytes are not JSON: the reasons, the error that carries one, and how the reason and the place are found."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from enum import Enum
from typing import Any

from azext_iotdiag.model import json_depth
from azext_iotdiag.payload import look_alikes

UNREAD: Any = object()  # in place of a value, where there is none


class Reason(Enum):
    """Why bytes are not taken for JSON."""

    EMPTY = "empty"
    BYTE_ORDER_MARK = "byte order mark"
    NOT_A_NUMBER = "not a number"
    TRAILING_COMMA = "trailing comma"
    SINGLE_QUOTES = "single quotes"
    UNQUOTED = "unquoted"
    COMMENT = "comment"
    NUMBER = "number"
    CONTROL_CHARACTER = "control character"
    ESCAPE = "escape"
    TRUNCATED = "truncated"
    TWO_DOCUMENTS = "two documents"
    ZERO_BYTE = "zero byte"
    BYTES_BEHIND = "bytes behind the document"
    DECIMAL_COMMA = "decimal comma"
    SEMICOLON = "semicolon"
    DUPLICATE_KEY = "duplicate key"
    JSON_IN_A_STRING = "JSON in a string"
    NOT_UTF8 = "not UTF-8"
    UTF16 = "UTF-16"
    UTF32 = "UTF-32"
    BINARY = "binary"
    TOO_DEEP = "too deep"
    SYNTAX = "syntax"


class NotJson(ValueError):
    """Bytes are not JSON as it should be.

    `byte` counts from 0; `line` and `column` (in characters) from 1. `value` is what a more tolerant reader would have
    read, which is so for a byte order mark, a duplicate key and bytes behind the document, and UNREAD otherwise.
    """

    def __init__(self, reason: Reason, message: str, byte: int, line: int, column: int, value: Any = UNREAD):
        super().__init__(f"{message}, at byte {byte} (line {line}, column {column})")
        self.reason = reason
        self.message = message
        self.byte = byte
        self.line = line
        self.column = column
        self.value = value


_BLANKS = " \t\r\n"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]', re.S)
_WORD = re.compile(r"[^\s,:\[\]{}\"']+")
_NUMBER_BEFORE = re.compile(r"-?\d[\d.eE+-]*\Z")  # one that the parser has read, and that goes on
_NUMBER_LIKE = re.compile(r"[+-]?\.?\d[\w.+-]*|[+-]\w*|\.\w*")
# What printf of C writes where there is no number, on Linux and Windows, and what Python and JavaScript write.
_NO_NUMBER = re.compile(r"[+-]?(?:nan(?:\(\w*\))?|inf(?:inity)?|1\.#(?:inf|q?nan|snan|ind)\w*)(?![\w.])", re.I)
# A number, a word or an escape of which the rest is missing, at the end of a text.
_BEGUN = re.compile(r"-|-?\d+\.|-?\d+(?:\.\d+)?[eE][+-]?|t|tr|tru|f|fa|fal|fals|n|nu|nul")
_BEGUN_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_WHOLE_BEFORE = re.compile(r"(-?\d+)\s*,\Z")  # and the digits behind a decimal comma
_FRACTION = re.compile(r"(\d+)(?:[eE][+-]?\d+)?\s*(?=[,}\]]|\Z)")
_WORDS_OF_PYTHON = {"True": "true", "False": "false", "None": "null", "undefined": "null", "nil": "null"}
_CURLY = "\u201c\u201d\u201e\u2018\u2019\u201a"


def syntax(body: bytes, text: str, wrong: json.JSONDecodeError) -> NotJson:
    """Name what the parser stumbled over. Its message and place differ between versions of Python; ours do not."""
    at, message = wrong.pos, wrong.msg
    if message.startswith("Illegal trailing comma"):
        return in_text(Reason.TRAILING_COMMA, "a comma follows the last element", text, at)
    before = text[:at].rstrip()
    rest = text[at:]
    if not text.strip():
        return in_text(Reason.EMPTY, "the body is empty" if not text else "the body holds nothing but blanks", text, 0)
    if "\0" in text[:64] and (wide := _wide(body)):
        return in_text(wide[0], wide[1], text, 0)
    if not before and _control(body) and (name := look_alikes.binary(body)):
        return in_text(Reason.BINARY, f"the body looks like {name}", text, 0)
    if message.startswith(("Unterminated string", "Invalid")):
        return _in_quotes(text, at, message)
    if not rest.strip():
        return in_text(Reason.TRUNCATED, "the body ends too early: it is cut off", text, len(before))
    if rest[0] in "}]" and before.endswith(","):
        return in_text(Reason.TRAILING_COMMA, "a comma follows the last element", text, len(before) - 1)
    if rest.startswith(("//", "/*", "#")):
        return in_text(Reason.COMMENT, "JSON has no comments", text, at)
    if rest[0] == "'" or text.startswith(("b'", 'b"')):
        words = "text stands in single quotes, and JSON has double ones"
        words = "the body is what Python prints of bytes: send the bytes" if text[0] == "b" else words
        return in_text(Reason.SINGLE_QUOTES, words, text, at)
    return _unfinished(text, at) or _numeric(text, at, message) or _misplaced(text, at, message)


def _wide(body: bytes) -> tuple[Reason, str] | None:
    """Text in an encoding of two or four bytes a character."""
    if look_alikes.is_utf32(body):
        return Reason.UTF32, "the body is text in UTF-32, not UTF-8"
    if look_alikes.is_utf16(body):
        return Reason.UTF16, "the body is text in UTF-16, not UTF-8"
    return None


def _in_quotes(text: str, at: int, message: str) -> NotJson:
    if message.startswith("Unterminated string"):
        return in_text(Reason.TRUNCATED, "a text in quotes does not end: the body is cut off", text, at)
    if begun := _BEGUN_ESCAPE.search(text, max(0, at - 2)):
        return in_text(Reason.TRUNCATED, "the body ends within an escape: it is cut off", text, begun.start())
    if message.startswith("Invalid control character"):
        words = (
            f"a text in quotes holds the control character U+{ord(text[at]):04X} as it is, not as an escape such as \\n"
        )
        return in_text(Reason.CONTROL_CHARACTER, words, text, at)
    return in_text(Reason.ESCAPE, "a text in quotes has an escape that JSON does not have", text, at)


def _unfinished(text: str, at: int) -> NotJson | None:
    """A text that ends within a number or a word."""
    number = _NUMBER_BEFORE.search(text, max(0, at - 100), at)
    start = number.start() if number else at
    if not _BEGUN.fullmatch(text, start):
        return None
    what = "a number" if text[start] in "-0123456789" else "a word"
    return in_text(Reason.TRUNCATED, f"the body ends within {what}: it is cut off", text, start)


def _numeric(text: str, at: int, message: str) -> NotJson | None:
    """A number in the writing of another language, or what is printed where there is none."""
    rest = text[at:]
    number = _NUMBER_BEFORE.search(text, max(0, at - 100), at)
    begin = number.start() if number and rest[0] in ".#" else at
    if none := _NO_NUMBER.match(text, begin):
        words = f"{none[0]} is what programs print where there is no number, and JSON has no sign for it"
        return in_text(Reason.NOT_A_NUMBER, words, text, begin)
    comma = at + 1 if message.startswith("Extra data") and rest[0] == "," else at
    whole, part = _WHOLE_BEFORE.search(text, max(0, comma - 100), comma), _FRACTION.match(text, comma)
    if whole and part and (comma > at or message.startswith(("Expecting property name", "Illegal"))):
        words = f"after {whole[1]} stands a comma: is {whole[1]}.{part[1]} meant? JSON has a decimal point"
        return in_text(Reason.DECIMAL_COMMA, words, text, whole.end() - 1)
    if rest[0] == ";":
        return in_text(Reason.SEMICOLON, "a ';' stands here, and JSON separates with a ','", text, at)
    return None


def _misplaced(text: str, at: int, message: str) -> NotJson:
    rest = text[at:]
    word = _WORD.match(rest)
    found = word[0][:40] if word else rest[0]
    shown = json.dumps(found, ensure_ascii=False)
    number = _NUMBER_BEFORE.search(text, max(0, at - 100), at)
    if (message.startswith("Expecting value") and _NUMBER_LIKE.match(rest)) or (number and word):
        start = number.start() if number and word else at
        return in_text(Reason.NUMBER, "a number is not written as JSON has it", text, start)
    if message.startswith("Extra data") and ord(rest[0]) < 32:
        return _behind(text, at)
    if ord(rest[0]) < 32:
        return in_text(Reason.CONTROL_CHARACTER, f"the control character U+{ord(rest[0]):04X} stands here", text, at)
    if rest[0] in _CURLY:
        return in_text(Reason.SYNTAX, 'a curly quote stands here, and JSON has the straight ones: "', text, at)
    if message.startswith("Extra data"):
        if _begins_a_value(rest):
            return in_text(Reason.TWO_DOCUMENTS, "a second document follows the first", text, at)
        return in_text(Reason.SYNTAX, f"{shown} follows the end of the document", text, at)
    if message.startswith("Expecting property name"):
        if word:
            return in_text(Reason.UNQUOTED, f"the key {shown} stands without quotes", text, at)
        return in_text(Reason.SYNTAX, f"a key in double quotes should stand here, not {shown}", text, at)
    if message.startswith("Expecting value"):
        reason = Reason.UNQUOTED if word else Reason.SYNTAX
        meant = f": is {_WORDS_OF_PYTHON[found]} meant?" if found in _WORDS_OF_PYTHON else ""
        return in_text(reason, f"a value should stand here, not {shown}{meant}", text, at)
    missing = "a ':'" if "':'" in message else "a ','"
    return in_text(Reason.SYNTAX, f"{missing} should stand here, not {shown}", text, at)


def _behind(text: str, at: int) -> NotJson:
    """Bytes behind a whole document. Those of a C string end with a zero, and a buffer may be longer than its text."""
    value, rest = _tolerant(text[:at]), text[at:]
    if not rest.strip("\0"):
        words = "a zero byte follows" if len(rest) == 1 else f"{len(rest)} zero bytes follow"
        words += " the document, which is whole: the end of a C string was sent along"
        return in_text(Reason.ZERO_BYTE, words, text, at, value)
    if rest[0] == "\0":
        words = (
            "a zero byte and more follow the document, which is whole: a buffer was sent that is longer than its text"
        )
        return in_text(Reason.ZERO_BYTE, words, text, at, value)
    words = f"{len(rest.encode('utf-8', 'surrogatepass'))} bytes follow the document, which is whole"
    return in_text(Reason.BYTES_BEHIND, words, text, at, value)


def _tolerant(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return UNREAD


def _begins_a_value(text: str) -> bool:
    try:
        json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return text.startswith(("{", "["))
    return True


def _control(body: bytes) -> bool:
    return any(byte < 32 and byte not in b"\t\n\r" for byte in body[:64]) or body[:1] > b"\x7f"


def no_text(body: bytes, at: int) -> NotJson:
    """Bytes that are not UTF-8; `at` is the first that is wrong."""
    if wide := _wide(body):
        return _at_byte(*wide, body, 0)
    if name := look_alikes.binary(body):
        return _at_byte(Reason.BINARY, f"the body looks like {name}", body, 0)
    if behind := _bytes_behind(body, at):
        return behind
    if at + 4 > len(body) and at and body[0] in b"{[" and not _ends_whole(body, at):
        return _at_byte(Reason.TRUNCATED, "the body ends within a character: it is cut off", body, at)
    if look_alikes.is_latin1(body):
        character = body[at : at + 1].decode("cp1252", "replace")
        right = " ".join(f"{byte:02X}" for byte in character.encode("utf-8"))
        words = f"the byte {body[at]:02X} is {character!r} in Latin-1 and no UTF-8, where that is {right}"
        return _at_byte(Reason.NOT_UTF8, words, body, at)
    if look_alikes.is_text(body):
        words = f"the byte {body[at]:02X} is no UTF-8: the text is in another encoding, which the bytes do not tell"
        return _at_byte(Reason.NOT_UTF8, words, body, at)
    return _at_byte(Reason.BINARY, "the body is binary", body, at)


def _bytes_behind(body: bytes, at: int) -> NotJson | None:
    """Bytes that are no text, behind a whole object or array."""
    text = body[:at].decode("utf-8").lstrip(_BLANKS)
    if not text.startswith(("{", "[")):
        return None
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    begin = at - len(text[end:].encode("utf-8"))
    count = len(body) - begin
    words = f"{count} {'byte follows' if count == 1 else 'bytes follow'} the document, which is whole"
    found = _at_byte(Reason.BYTES_BEHIND, words, body, begin)
    return NotJson(
        found.reason, words, begin, found.line, found.column, UNREAD if json_depth.is_deeper(value) else value
    )


def _ends_whole(body: bytes, at: int) -> bool:
    """Whether what begins at `at` is no beginning of a character in UTF-8."""
    length = (0, 2, 3, 4, 0)[bisect_right((0xC2, 0xE0, 0xF0, 0xF5), body[at])]
    return len(body) - at >= length or any(not 0x80 <= byte < 0xC0 for byte in body[at + 1 :])


def _at_byte(reason: Reason, message: str, body: bytes, at: int) -> NotJson:
    line = body.count(b"\n", 0, at) + 1
    before = body[body.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "replace")
    return NotJson(reason, message, at, line, len(before) + 1)


def in_text(reason: Reason, message: str, text: str, at: int, value: Any = UNREAD) -> NotJson:
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return NotJson(reason, message, len(text[:at].encode("utf-8", "surrogatepass")), line, column, value)


def second_key(text: str) -> tuple[int, str]:
    """Where a key stands that its object has already, and the key. There is one."""
    if "\\" not in text and (key := _repeated(text)):
        places = [found.start() for found in re.finditer(rf'"{re.escape(key)}"(?=\s*:)', text)]
        if len(places) == 2:
            return places[1], key
    keys: list[set[str] | None] = []
    previous = ("", 0)
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token == "{":
            keys.append(set())
        elif token == "[":
            keys.append(None)
        elif token in "}]":
            keys.pop()
        elif token == ":":
            key = json.loads(previous[0]) if "\\" in previous[0] else previous[0][1:-1]
            seen = keys[-1] if keys else None
            if seen is not None:
                if key in seen:
                    return previous[1], key
                seen.add(key)
        previous = (token, found.start())
    return 0, ""


class _Repeated(Exception):
    """An object has the key of this name twice."""


def _repeated(text: str) -> str:
    """A key that comes twice in one object, "" where the text cannot tell."""

    def pairs(found: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for key, _ in found:
            if key in seen:
                raise _Repeated(key)
            seen.add(key)

    try:
        json.JSONDecoder(object_pairs_hook=pairs).decode(text)
    except _Repeated as wrong:
        return str(wrong)
    except (ValueError, RecursionError):
        return ""
    return ""
