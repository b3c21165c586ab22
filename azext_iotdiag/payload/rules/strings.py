"""The rule for plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azext_iotdiag.payload.faults import Fault, Rule, wrong_type

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler


def string(_schema: Any, _compiler: Compiler) -> Rule:
    """Any text, also an empty one."""

    def rule(value: Any) -> list[Fault] | None:
        return None if type(value) is str else wrong_type("a text", value)

    return rule
