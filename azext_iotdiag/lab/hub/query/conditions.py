"""Expressions of a query: read into functions that take a twin's document and give a value, which may be undefined."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from azext_iotdiag.lab.hub.query.tokens import END, MARK, NUMBER, TEXT, WORD, QueryToken, refuse, split

Expression = Callable[[Mapping[str, Any]], Any]
Functions = Mapping[str, tuple[range, Callable[..., Any]]]  # how many values each takes, and what it makes of them

DEEPEST = 50  # brackets and negations within each other, so that no query can exhaust the stack
RESERVED = frozenset({"SELECT", "TOP", "FROM", "WHERE", "GROUP", "BY", "AS", "AND", "OR", "NOT", "IN", "NIN"})


class Undefined:
    """What a property that is not there comes to: neither true nor false, and equal to nothing."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = Undefined()

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}
_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None, "UNDEFINED": UNDEFINED}
# The documentation names only the first for twins; the next two are what hubs were seen to take, without the underscore
# that routes want (MicrosoftDocs/azure-docs#85381, #110329). By the last, azure-iot asks for the children of an Edge
# device.
_FUNCTIONS: Functions = {
    "IS_DEFINED": (range(1, 2), lambda value: value is not UNDEFINED),
    "STARTSWITH": (range(2, 3), lambda text, part: of_texts(str.startswith, text, part)),
    "ENDSWITH": (range(2, 3), lambda text, part: of_texts(str.endswith, text, part)),
    "ARRAY_CONTAINS": (range(2, 3), lambda array, part: part in array if isinstance(array, list) else UNDEFINED),
}


class ConditionReader:
    """Reads a query from its first token to its last. Everything may raise HubRefusal.

    `functions` are those of the language, in upper case.
    """

    functions: ClassVar[Functions] = _FUNCTIONS

    def __init__(self, text: str):
        self._text = text
        self._tokens = split(text)
        self._at = 0
        self._depth = 0

    @property
    def next(self) -> QueryToken:
        """The token that comes next."""
        return self._tokens[self._at]

    def following(self) -> QueryToken:
        """The token behind the one that comes next."""
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def take(self) -> QueryToken:
        """The token that comes next, and go on behind it."""
        token = self.next
        self._at += token.kind != END
        return token

    def took_word(self, *words: str) -> bool:
        """Whether one of the words came next; it is behind us then."""
        return bool(self.next.is_word(*words) and self.take())

    def took_mark(self, *marks: str) -> bool:
        """Whether one of the marks came next; it is behind us then."""
        return bool(self.next.is_mark(*marks) and self.take())

    def expect_word(self, word: str) -> None:
        """Go on behind a word that must come next."""
        if not self.took_word(word):
            self.fail(f"expecting {word}")

    def expect_mark(self, mark: str) -> None:
        """Go on behind a mark that must come next."""
        if not self.took_mark(mark):
            self.fail(f"expecting '{mark}'")

    def fail(self, what: str = "", token: QueryToken | None = None) -> Any:
        """Refuse the query at a token, or at the next one."""
        token = token or self.next
        refuse(self._text, token.at, f"Unexpected input {token.text!r}" + (f", {what}" if what else ""))

    def path(self) -> tuple[str, ...]:
        """The name of a property, such as tags.location.region."""
        names = [self._name()]
        while self.took_mark("."):
            names.append(self._name())
        return tuple(names)

    def condition(self) -> Expression:
        """An expression, with OR weaker than AND weaker than NOT."""
        left = self._conjunction()
        while self.took_word("OR"):
            left = _either(left, self._conjunction())
        return left

    def _name(self) -> str:
        token = self.take()
        if token.kind != WORD or (not token.quoted and token.text.upper() in RESERVED):
            self.fail("expecting the name of a property", token)
        return token.text

    def _conjunction(self) -> Expression:
        left = self._negation()
        while self.took_word("AND"):
            left = _both(left, self._negation())
        return left

    def _negation(self) -> Expression:
        if not self.took_word("NOT"):
            return self._comparison()
        with_not = self._nested(self._negation)
        return lambda twin: (not value) if isinstance(value := with_not(twin), bool) else UNDEFINED

    def _comparison(self) -> Expression:
        left = self._sum()
        if self.next.is_mark(*_COMPARISONS):
            mark = self.take().text
            return _compared(mark, left, self._sum())
        if self.next.is_word("IN", "NIN"):
            wanted = self.take().is_word("IN")
            choices = self._array()
            return lambda twin: _among(left(twin), choices, wanted)
        return left

    def _sum(self) -> Expression:
        left = self._product()
        while self.next.is_mark("+", "-"):
            mark = self.take().text
            left = _computed(mark, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._value()
        while self.next.is_mark("*", "/", "%"):
            mark = self.take().text
            left = _computed(mark, left, self._value())
        return left

    def _value(self) -> Expression:
        token = self.next
        if token.is_mark("("):
            self.take()
            inner = self._nested(self.condition)
            self.expect_mark(")")
            return inner
        if token.is_mark("["):
            values = self._array()
            return lambda _twin: values
        if token.is_mark("-"):
            self.take()
            return _computed("-", lambda _twin: 0, self._nested(self._value))
        if token.kind in (NUMBER, TEXT):
            self.take()
            return lambda _twin: token.value
        if token.kind == WORD and not token.quoted and token.text.upper() in _CONSTANTS:
            self.take()
            return lambda _twin: _CONSTANTS[token.text.upper()]
        if token.kind in (MARK, END):
            return self.fail("expecting a value")
        return self.reference(token)

    def reference(self, token: QueryToken) -> Expression:
        """What a name means that comes next: a property, or a function's result."""
        names = without_collection(self.path())
        return self.call(names, token) if self.next.is_mark("(") else lambda twin: find(twin, names)

    def call(self, names: tuple[str, ...], token: QueryToken) -> Expression:
        """What a function makes of the values that come next, in brackets."""
        name = ".".join(names).upper()
        if name not in self.functions:
            self.fail("there is no function of this name", token)
        counts, function = self.functions[name]
        self.expect_mark("(")
        arguments = [self._nested(self.condition)]
        while self.took_mark(","):
            arguments.append(self._nested(self.condition))
        if len(arguments) not in counts:
            self.fail(f"{name} takes {counts[0]} values")
        self.expect_mark(")")
        return lambda twin: function(*(argument(twin) for argument in arguments))

    def _array(self) -> list[Any]:
        """An array of constants, which hold no property of a twin."""
        self.expect_mark("[")
        values: list[Any] = []
        while True:
            negative, token = self.took_mark("-"), self.take()
            if token.kind == NUMBER:
                values.append(-token.value if negative else token.value)
            elif not negative and token.kind == TEXT:
                values.append(token.value)
            elif not negative and token.kind == WORD and token.text.upper() in _CONSTANTS:
                values.append(_CONSTANTS[token.text.upper()])
            else:
                self.fail("expecting a constant", token)
            if not self.took_mark(","):
                break
        self.expect_mark("]")
        return values

    def _nested(self, read: Callable[[], Expression]) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            self.fail(f"nested deeper than {DEEPEST} levels")
        try:
            return read()
        finally:
            self._depth -= 1


def without_collection(names: tuple[str, ...]) -> tuple[str, ...]:
    """What a name means in the collection: `devices.deviceId` and `devices.jobs.deviceId` are deviceId."""
    if len(names) > 1 and names[0].lower() == "devices":
        names = names[1:]
        if len(names) > 1 and names[0].lower() in ("modules", "jobs"):
            names = names[1:]
    return names


def find(twin: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """The property of that name in a twin, or UNDEFINED.

    The names that the hub itself gave may be written in any case, as in its documentation's `DeviceId`; those of tags
    and properties may not.
    """
    value: Any = twin
    for depth, name in enumerate(names):
        if not isinstance(value, Mapping):
            return UNDEFINED
        if name not in value and depth == 0:
            name = next((known for known in value if known.lower() == name.lower()), name)
        value = value.get(name, UNDEFINED)
    return value


def kind_of(value: Any) -> str:
    """The type of a simple value as JSON knows it, where booleans are no numbers; empty for all that is not simple."""
    if isinstance(value, bool):
        return "boolean"
    return {int: "number", float: "number", str: "text", type(None): "null"}.get(type(value), "")


def _compared(mark: str, left: Expression, right: Expression) -> Expression:
    compare = _COMPARISONS[mark]

    def evaluate(twin: Mapping[str, Any]) -> Any:
        one, other = left(twin), right(twin)
        if not kind_of(one) or not kind_of(other):  # undefined, an object or an array: only simple values are compared
            return UNDEFINED
        if kind_of(one) != kind_of(other):
            return compare is operator.ne
        return compare(one, other) if one is not None or compare in (operator.eq, operator.ne) else UNDEFINED

    return evaluate


def _among(value: Any, choices: list[Any], wanted: bool) -> Any:
    if value is UNDEFINED:
        return UNDEFINED
    return any(kind_of(value) == kind_of(choice) != "" and value == choice for choice in choices) is wanted


def _computed(mark: str, left: Expression, right: Expression) -> Expression:
    def evaluate(twin: Mapping[str, Any]) -> Any:
        one, other = left(twin), right(twin)
        if kind_of(one) != "number" or kind_of(other) != "number" or (mark in "/%" and not other):
            return UNDEFINED
        try:
            return _ARITHMETIC[mark](one, other)
        except OverflowError:
            return UNDEFINED

    return evaluate


def _both(left: Expression, right: Expression) -> Expression:
    return lambda twin: left(twin) is True and right(twin) is True


def _either(left: Expression, right: Expression) -> Expression:
    return lambda twin: left(twin) is True or right(twin) is True


def of_texts(test: Callable[[str, str], Any], text: Any, part: Any) -> Any:
    """What a function makes of two texts; undefined for anything else."""
    return test(text, part) if isinstance(text, str) and isinstance(part, str) else UNDEFINED
