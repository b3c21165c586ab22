"""A query's text as words, numbers, texts and marks, each with where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from azext_iotdiag.lab.hub.refusal import HubRefusal

LONGEST_NUMBER = 100  # characters
WORD, NUMBER, TEXT, MARK, END = "word", "number", "text", "mark", "end"

_TOKEN = re.compile(
    r"""(?P<blank>\s+)
    | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<number>0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
    | (?P<quoted>\[\[(?:[^\]]|\](?!\]))+\]\])
    | (?P<word>[A-Za-z_$][\w$]*)
    | (?P<mark><>|!=|<=|>=|[-+*/%=<>()\[\],.])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


class QueryToken(NamedTuple):
    """One piece of a query. `text` is as written, `value` what it means; `quoted` marks a name in double brackets."""

    kind: str
    text: str
    value: Any
    at: int
    quoted: bool = False

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the words, in any case."""
        return self.kind == WORD and not self.quoted and self.text.upper() in words

    def is_mark(self, *marks: str) -> bool:
        """Whether this is one of the marks."""
        return self.kind == MARK and self.text in marks


def split(text: str) -> list[QueryToken]:
    """The tokens of a query, the last of which is its end. Raises HubRefusal."""
    return [*_tokens(text), QueryToken(END, "end of query", None, len(text))]


class ParseError(HubRefusal):
    """A query or a condition cannot be read: `what` is wrong, and where, counted from 1 and from 0."""

    def __init__(self, what: str, line: int, column: int):
        super().__init__(400004, f"SQL query parse failed due to following errors: \n\tLine {line}:{column} {what}")
        self.what, self.line, self.column = what, line, column


def refuse(text: str, at: int, what: str) -> NoReturn:
    """Refuse a query in the words in which IoT Hub does it, which hold line and column.

    Seen in Azure/azure-iot-sdk-csharp#40.
    """
    line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1)
    raise ParseError(what, line, column)


def _tokens(text: str) -> Iterator[QueryToken]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            refuse(text, at, f"Unexpected character at input {text[at]!r}")
        kind, written = str(found.lastgroup), found[0]
        if kind == "text":
            yield QueryToken(TEXT, written, _unescaped(written[1:-1]), at)
        elif kind == "number":
            if len(written) > LONGEST_NUMBER:
                refuse(text, at, "Unexpected input, the number is too long")
            yield QueryToken(NUMBER, written, _number(written), at)
        elif kind == "quoted":
            yield QueryToken(WORD, written[2:-2], written[2:-2], at, quoted=True)
        elif kind != "blank":
            yield QueryToken(kind, written, written, at)
        at = found.end()


def _number(written: str) -> int | float:
    if written[:2] in ("0x", "0X"):
        return int(written, 16)
    return int(written) if written.isdigit() else float(written)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
