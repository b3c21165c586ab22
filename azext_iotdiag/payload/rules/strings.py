"""Plain text."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.payload.rules.kind import Kind
from azext_iotdiag.payload.schema import Scalar
from azext_iotdiag.payload.violations import Violation, wrong_type

_UNESCAPED = r'[^"\\\x00-\x1f]*'
# `(?:x|)` stands for `(?:x)?` in all expressions of this folder, because it takes half the time.
_PATTERN = rf'"{_UNESCAPED}(?:"|(?:\\["\\/bfnrt]{_UNESCAPED})+")'
_WORDS = ("north", "south", "idle", "running", "ok")


def rule(value: Any) -> list[Violation] | None:
    """Any text, also an empty one."""
    return None if type(value) is str else wrong_type("a text", value)


KINDS = (
    Kind(
        Scalar,
        rule=lambda _schema, _compile: rule,
        pattern=lambda _schema: _PATTERN,
        json_schema=lambda _schema, _emit: {"type": "string"},
        value=lambda _schema, source: source.dice.choice(_WORDS),
        term="string",
    ),
)
