"""Bodies that are written like ones that were found right: recognised as they are, without being read.

A device writes its messages in one way: the same keys in the same order, the same blanks. From a body that was found
right comes a regular expression with that writing and, for each value, what its rule certainly finds right. What
matches it is right, too. What does not may be: it is read and judged, as the first one was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from azext_iotdiag.payload.rules import kind_of
from azext_iotdiag.payload.rules.kind import Elements, Members, Pattern
from azext_iotdiag.payload.schema import Content, Reference, Schema

LONGEST = 4096  # characters of a body from which an expression is made
OFTEN = 100  # right bodies with the same keys, before they are learnt: that takes as long as judging some hundred
MOST = 8  # ways of writing that are known; each one that does not match costs time
WINDOW = 1024  # bodies after which it is asked whether looking pays
REST = 65_536  # bodies that are not looked up after few were known
_BLANKS = r"[ \t\r\n]*"  # RFC 8259, 2
_KEYS = 256  # sets of keys that are counted

_TOKEN = re.compile(r'[ \t\r\n]+|"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^ \t\r\n{}\[\],:"]+')
# What tells how the value under a name is written, or what it is.
_Members = Callable[[str], "str | Schema"]


def telemetry_of(contents: Iterable[Content]) -> dict[str, Schema]:
    """The schema of each name that is telemetry."""
    return {each.name: each.schema for each in contents if each.kind == "telemetry" and each.schema}


class FastPath:
    """The ways in which right bodies of one scope are written, learnt from such bodies."""

    def __init__(self, members: Mapping[str, Schema], schemas: Mapping[str, Schema]):
        self._members = members
        self._schemas = schemas
        self._writings: list[Callable[[str], Any]] = []  # the ones that matched of late come first
        self._seen: dict[tuple[str, ...], int] = {}
        self._looked = self._known = self._rest = 0

    def knows(self, body: bytes) -> bool:
        """Whether the body is certainly right."""
        writings = self._writings
        if not writings or (self._looked >= WINDOW and not self._pays()):
            return False
        self._looked += 1
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return False
        if writings[0](text):
            self._known += 1
            return True
        for place, matches in enumerate(writings[1:]):
            if matches(text):
                self._known += 1
                writings.insert(place, writings.pop(place + 1))
                return True
        return False

    def _pays(self) -> bool:
        """Whether most were known; if not, none is looked up for a while, and then all is learnt anew."""
        if self._rest == 0 and self._known * 2 >= self._looked:
            self._looked = self._known = 0
            return True
        self._rest += 1
        if self._rest > REST:
            self._writings.clear()
            self._seen.clear()
            self._looked = self._known = self._rest = 0
        return False

    def learn(self, body: bytes, value: dict[str, Any]) -> None:
        """Take note of a body that was read, as `value`, and found right. Those that come often are learnt."""
        if len(self._writings) >= MOST or len(body) > LONGEST:
            return
        keys = tuple(value)
        seen = self._seen.get(keys, 0) + 1
        if seen == 1 and len(self._seen) >= _KEYS:
            self._seen.clear()
        self._seen[keys] = seen
        if seen < OFTEN:
            return
        matches = self._matcher(body.decode())
        if matches is not None:
            self._writings.append(matches)
        self._seen[keys] = 0 if matches is not None else -REST

    def _matcher(self, text: str) -> Callable[[str], Any] | None:
        """What matches texts that are written like this one; None where there is no such expression."""
        writing = _Writing(text, self._schemas)
        try:
            writing.object(self._members.__getitem__)
        except (_NoExpression, RecursionError):
            return None
        matches = re.compile("".join(writing.expression)).fullmatch
        return matches if matches(text) else None  # a right value may be none of the certainly right ones


class _NoExpression(Exception):
    """There is no expression for the right values of a schema."""


class _Writing:
    """Makes the expression, while it walks through the tokens of a right text. Raises _NoExpression."""

    def __init__(self, text: str, schemas: Mapping[str, Schema]):
        self.expression: list[str] = []
        self._tokens = iter(_TOKEN.findall(text))
        self._schemas = schemas

    def object(self, members: _Members) -> None:
        """The object that comes next."""
        self._next()
        self._rest_of_object(members)
        self.expression += [re.escape(blank) for blank in self._tokens]

    def _next(self) -> str:
        """The next token that is no blank. It and the blanks before it are to stand there again."""
        while True:
            token: str = next(self._tokens)
            self.expression.append(re.escape(token))
            if not token.isspace():
                return token

    def _rest_of_object(self, members: _Members) -> None:
        while (token := self._next()) != "}":
            if token != ",":
                self._next()  # the colon
                self._value(self._next(), members(json.loads(token)))

    def _value(self, token: str, part: str | Schema) -> None:
        pattern = self._pattern(part)
        if token == "{" and isinstance(pattern, Members):
            self._rest_of_object(pattern.of)
        elif token == "[" and isinstance(pattern, Elements):
            self._rest_of_array(pattern.schema)
        elif token not in ("{", "[") and isinstance(pattern, str):
            self.expression[-1] = pattern
        else:
            raise _NoExpression

    def _pattern(self, part: str | Schema) -> Pattern:
        while isinstance(part, Reference):
            part = self._schemas[part.id]
        return part if isinstance(part, str) else kind_of(part).pattern(part)

    def _rest_of_array(self, element: Schema) -> None:
        """As many values as there may be, where one expression stands for each; else as many as there are."""
        each = self._pattern(element)
        if isinstance(each, str):
            while next(self._tokens) != "]":
                pass
            some = rf"{each}(?:{_BLANKS},{_BLANKS}{each})*{_BLANKS}"
            self.expression.append(rf"{_BLANKS}(?:{some})?\]")
            return
        while (token := self._next()) != "]":
            if token != ",":
                self._value(token, element)
