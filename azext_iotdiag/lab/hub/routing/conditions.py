"""The conditions of routes, as far as the documentation describes their language.

https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-routing-query-syntax
https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-query-language#expressions-and-conditions
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from azext_iotdiag.lab.hub.query.conditions import UNDEFINED, ConditionReader, Expression, Functions, kind_of, of_texts
from azext_iotdiag.lab.hub.query.tokens import END, NUMBER, WORD, QueryToken

LONGEST = 8192  # characters of a condition
LARGEST_TEXT = 256 * 1024  # characters that a function makes; a message is no longer

Path = tuple[str | int, ...]


def compiled(text: str) -> Expression:
    """The condition as a function of what `message.seen` gives. Raises ParseError."""
    reader = RouteReader(text)
    if len(text) > LONGEST:
        reader.fail(f"a condition has at most {LONGEST} characters")
    condition = reader.condition()
    if reader.next.kind != END:
        reader.fail("expecting the end of the condition")
    return condition


def _number(function: Callable[[float], float]) -> Callable[[Any], Any]:
    return lambda value: _computed(function, value) if kind_of(value) == "number" else UNDEFINED


def _computed(function: Callable[..., Any], *values: Any) -> Any:
    try:
        result = function(*values)
    except (ValueError, OverflowError, ZeroDivisionError):
        return UNDEFINED
    return result if kind_of(result) == "number" else UNDEFINED


def _power(value: Any, exponent: Any) -> Any:
    numbers = kind_of(value) == kind_of(exponent) == "number"
    return _computed(math.pow, value, exponent) if numbers else UNDEFINED


def _as_number(value: Any) -> Any:
    if kind_of(value) == "number":
        return value
    try:
        number = float(value) if isinstance(value, str) and "_" not in value else math.nan
    except ValueError:
        return UNDEFINED
    return number if math.isfinite(number) else UNDEFINED


def _concat(*texts: Any) -> Any:
    if not all(isinstance(text, str) for text in texts) or sum(map(len, texts)) > LARGEST_TEXT:
        return UNDEFINED
    return "".join(texts)


def _substring(text: Any, start: Any, length: Any = None) -> Any:
    numbers = [each for each in (start, length) if each is not None]
    if not isinstance(text, str) or not all(type(each) is int and each >= 0 for each in numbers):
        return UNDEFINED
    return text[start:] if length is None else text[start : start + length]


def _text(function: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda value: function(value) if isinstance(value, str) else UNDEFINED


def _is(kind: str) -> Callable[[Any], bool]:
    return lambda value: kind_of(value) == kind


_ONE, _TWO = range(1, 2), range(2, 3)
_FUNCTIONS: Functions = {
    "ABS": (_ONE, _number(abs)),
    "EXP": (_ONE, _number(math.exp)),
    "POWER": (_TWO, _power),
    "SQUARE": (_ONE, _number(lambda value: value * value)),
    "CEILING": (_ONE, _number(math.ceil)),
    "FLOOR": (_ONE, _number(math.floor)),
    "SIGN": (_ONE, _number(lambda value: (value > 0) - (value < 0))),
    "SQRT": (_ONE, _number(math.sqrt)),
    "AS_NUMBER": (_ONE, _as_number),
    "IS_ARRAY": (_ONE, lambda value: isinstance(value, list)),
    "IS_BOOL": (_ONE, _is("boolean")),
    "IS_DEFINED": (_ONE, lambda value: value is not UNDEFINED),
    "IS_NULL": (_ONE, _is("null")),
    "IS_NUMBER": (_ONE, _is("number")),
    "IS_OBJECT": (_ONE, lambda value: isinstance(value, Mapping)),
    "IS_PRIMITIVE": (_ONE, lambda value: kind_of(value) != ""),
    "IS_STRING": (_ONE, _is("text")),
    "CONCAT": (range(2, 1000), _concat),
    "LENGTH": (_ONE, _text(len)),
    "LOWER": (_ONE, _text(str.lower)),
    "UPPER": (_ONE, _text(str.upper)),
    "SUBSTRING": (range(2, 4), _substring),
    "INDEX_OF": (_TWO, lambda text, part: of_texts(str.find, text, part)),
    "STARTS_WITH": (_TWO, lambda text, part: of_texts(str.startswith, text, part)),
    "ENDS_WITH": (_TWO, lambda text, part: of_texts(str.endswith, text, part)),
    "CONTAINS": (_TWO, lambda text, part: of_texts(str.__contains__, text, part)),
}


class RouteReader(ConditionReader):
    """Reads a condition, in which a name is a property of the message, `$body` its body and `$twin` its twin."""

    functions: ClassVar[Functions] = _FUNCTIONS

    def reference(self, token: QueryToken) -> Expression:
        """What a name means that comes next."""
        first = self._part()
        if self.next.is_mark("("):
            return self.call((first,), token)
        rest = self._rest()
        if first.lower() in ("$body", "$twin"):
            collection = first[1:].lower()
            return lambda message: look_up(message[collection], rest) if rest else UNDEFINED
        if rest:
            self.fail("only $body and $twin have parts", token)
        return lambda message: _property(message, first)

    def _part(self) -> str:
        """A name, in which hyphens may stand: `a-b` is a name, and `a - b` is a difference."""
        token = self.take()
        if token.kind != WORD:
            self.fail("expecting the name of a property", token)
        name, end = token.text, token.at + len(token.text)
        while self.next.is_mark("-") and self.next.at == end:
            after = self.following()
            if after.kind != WORD or after.at != end + 1:
                break
            self.take()
            self.take()
            name, end = f"{name}-{after.text}", after.at + len(after.text)
        return name

    def _rest(self) -> Path:
        parts: list[str | int] = []
        while True:
            if self.took_mark("."):
                parts.append(self._part())
            elif self.next.is_mark("["):
                self.take()
                token = self.take()
                if token.kind != NUMBER or not isinstance(token.value, int):
                    self.fail("expecting the number of an element", token)
                self.expect_mark("]")
                parts.append(token.value)
            else:
                return tuple(parts)


def look_up(value: Any, path: Path) -> Any:
    """The part of a body or a twin; names have no case, as the documentation says. The exact one comes first."""
    for part in path:
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else UNDEFINED
        elif isinstance(value, Mapping):
            value = value.get(part, UNDEFINED) if part in value else _without_case(value, part)
        else:
            return UNDEFINED
    return value


def _property(message: Mapping[str, Any], name: str) -> Any:
    """A property of the message. One with a $ is the system's, or else the sender's own of that very name."""
    if name.startswith("$"):
        found = message["system"].get(name[1:].lower(), UNDEFINED)
        if found is not UNDEFINED:
            return found
    return look_up(message["properties"], (name,))


def _without_case(value: Mapping[str, Any], name: str) -> Any:
    return next((each for known, each in value.items() if known.lower() == name.lower()), UNDEFINED)
