"""Rules for texts of a certain form: base64, decimal numbers in text, UUIDs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from azext_iotdiag.knowledge.payload import WRONG_FORMAT
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.faults import Fault, Rule, fault, shown, wrong_type

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler

# RFC 4648, 4: the standard alphabet, padded to full groups of four.
BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
DECIMAL = r"[+-]?(?:[1-9][0-9]*|0)(?:\.[0-9]*)?"
_HEX = "[0-9A-Fa-f]"
UUID = rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"


def base64(_schema: Any, _compiler: Compiler) -> Rule:
    """Bytes in base64 with the standard alphabet and padding; none at all are bytes, too."""
    return _rule(BASE64, "bytes in padded base64")


def decimal(_schema: Any, _compiler: Compiler) -> Rule:
    """A decimal number of any length, as text."""
    return _rule(DECIMAL, 'a decimal number such as "3.14"')


def uuid(_schema: Any, _compiler: Compiler) -> Rule:
    """A UUID in groups of 8, 4, 4, 4 and 12 hexadecimal digits."""
    return _rule(UUID, "a UUID such as 123e4567-e89b-12d3-a456-426614174000")


def _rule(pattern: str, expected: str) -> Rule:
    fits = re.compile(pattern).fullmatch

    def rule(value: Any) -> list[Fault] | None:
        if type(value) is not str:
            return wrong_type(f"{expected}, as a text", value)
        if fits(value):
            return None
        message = f"expected {expected}, got {shown(value)}"
        return fault(WRONG_FORMAT, Severity.FAIL, message, expected=expected, got=shown(value))

    return rule
