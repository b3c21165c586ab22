"""Texts of a certain form: base64, decimal numbers in text, UUIDs."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from typing import Any

from azext_iotdiag.knowledge.payload import WRONG_FORMAT
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.rules.kind import Kind, ValueSource
from azext_iotdiag.payload.schema import Scalar
from azext_iotdiag.payload.violations import Rule, Violation, shown, violation, wrong_type

# RFC 4648, 4: the standard alphabet, padded to full groups of four.
BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
DECIMAL = r"[+-]?(?:[1-9][0-9]*|0)(?:\.[0-9]*)?"
_HEX = "[0-9A-Fa-f]"
UUID = rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"


def _rule(pattern: str, expected: str) -> Rule:
    fits = re.compile(pattern).fullmatch

    def rule(value: Any) -> list[Violation] | None:
        if type(value) is not str:
            number = isinstance(value, (int, float)) and type(value) is not bool
            quoted = "send it in quotes" if number and fits(shown(value)) else ""
            return wrong_type(f"{expected}, as a text", value, quoted)
        if fits(value):
            return None
        message = f"expected {expected}, got {shown(value)}"
        return violation(WRONG_FORMAT, Severity.FAIL, message, expected=expected, got=shown(value))

    return rule


def decimal_text(source: ValueSource) -> str:
    """A decimal number, as text."""
    return f"{source.number():.2f}"


def _kind(term: str, pattern: str, format_: str, expected: str, value: Callable[[ValueSource], str]) -> Kind[Scalar]:
    rule = _rule(pattern, expected)
    return Kind(
        Scalar,
        rule=lambda _schema, _compile: rule,
        pattern=lambda _schema: f'"{pattern}"',
        json_schema=lambda _schema, _emit: {"type": "string", "format": format_},
        value=lambda _schema, source: value(source),
        term=term,
        since=4,
    )


KINDS = (
    _kind(
        "bytes", BASE64, "byte", "bytes in padded base64",
        lambda source: base64.b64encode(source.dice.randbytes(6)).decode("ascii"),
    ),
    _kind("decimal", DECIMAL, "decimal", 'a decimal number such as "3.14"', decimal_text),
    _kind(
        "uuid", UUID, "uuid", "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
        lambda source: str(uuid.UUID(int=source.dice.getrandbits(128), version=4)),
    ),
)  # fmt: skip
