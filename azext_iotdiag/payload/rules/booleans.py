"""The rule for truth values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azext_iotdiag.payload.faults import Fault, Rule, wrong_type

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler


def boolean(_schema: Any, _compiler: Compiler) -> Rule:
    """true or false, and neither numbers nor texts in their place."""

    def rule(value: Any) -> list[Fault] | None:
        return None if value is True or value is False else wrong_type("true or false", value)

    return rule
