"""The filters of Azure's lists: comparisons, joined by `and` and `or`, with parentheses.

https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_SystemQueryOptionfilter
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_TOKEN = re.compile(r"\s*(?:(?P<mark>[()])|'(?P<text>(?:[^']|'')*)'|(?P<word>[^\s()']+))")
_OPERATORS = ("eq", "ne", "ge", "le", "gt", "lt")
MOST_TOKENS = 1000
DEEPEST = 20


class BadFilter(ValueError):
    """The text is no filter."""


class Comparison(NamedTuple):
    """A field, an operator such as "eq", and the value, without its quotation marks."""

    field: str
    operator: str
    value: str


class Joined(NamedTuple):
    """Filters of which all ("and") or some ("or") must hold."""

    word: str
    parts: tuple[Comparison | Joined, ...]


Filter = Comparison | Joined


class _Token(NamedTuple):
    text: str
    quoted: bool = False


def parse(text: str) -> Filter:
    """The filter of a text. Raises BadFilter."""
    tokens = _tokens(text)
    found, rest = _joined(tokens, "or", 0)
    if rest:
        raise BadFilter(f"{rest[0].text!r} is not expected")
    return found


def holds(given: Filter, judge: Callable[[Comparison], bool]) -> bool:
    """Whether a filter holds, where `judge` says which comparisons do."""
    if isinstance(given, Comparison):
        return judge(given)
    quantifier = all if given.word == "and" else any
    return quantifier(holds(part, judge) for part in given.parts)


def comparisons(given: Filter) -> list[Comparison]:
    """All comparisons of a filter."""
    return [given] if isinstance(given, Comparison) else [one for part in given.parts for one in comparisons(part)]


def _tokens(text: str) -> list[_Token]:
    tokens, place = [], 0
    text = text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or len(tokens) >= MOST_TOKENS:
            raise BadFilter(f"{text[place : place + 20]!r} cannot be read")
        quoted = found["text"]
        word = found["mark"] or found["word"]
        tokens.append(_Token(word) if quoted is None else _Token(quoted.replace("''", "'"), True))
        place = found.end()
    return tokens


def _joined(tokens: list[_Token], word: str, depth: int) -> tuple[Filter, list[_Token]]:
    """What `word` joins: "or" joins what "and" joins, and that joins single filters."""
    parts = []
    while True:
        part, tokens = _joined(tokens, "and", depth) if word == "or" else _single(tokens, depth)
        parts.append(part)
        if not tokens or tokens[0].quoted or tokens[0].text.lower() != word:
            return (parts[0] if len(parts) == 1 else Joined(word, tuple(parts))), tokens
        tokens = tokens[1:]


def _single(tokens: list[_Token], depth: int) -> tuple[Filter, list[_Token]]:
    if tokens and tokens[0] == _Token("("):
        if depth >= DEEPEST:
            raise BadFilter("too many parentheses")
        inner, tokens = _joined(tokens[1:], "or", depth + 1)
        if not tokens or tokens[0] != _Token(")"):
            raise BadFilter("a parenthesis is not closed")
        return inner, tokens[1:]
    if len(tokens) < 3 or tokens[0].quoted or tokens[1].text.lower() not in _OPERATORS:
        raise BadFilter("a comparison is a field, an operator and a value")
    return Comparison(tokens[0].text, tokens[1].text.lower(), tokens[2].text), tokens[3:]
