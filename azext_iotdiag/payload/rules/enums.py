"""Values that a model lists."""

from __future__ import annotations

import json
import re
from typing import Any

from azext_iotdiag.knowledge.payload import NOT_IN_ENUM
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.json_text import NegativeZero
from azext_iotdiag.payload.rules import strings, whole_numbers
from azext_iotdiag.payload.rules.kind import Compile, Emit, Kind
from azext_iotdiag.payload.schema import Enum
from azext_iotdiag.payload.suggest import Names
from azext_iotdiag.payload.violations import Rule, Violation, shown, violation, wrong_type

_LISTED = 10  # values of an enum that a message names
_HINTS = 200  # strange texts for which the one that is meant is looked for


def _rule(schema: Enum, _compile: Compile) -> Rule:
    """One of the values that are listed; 1.0 and true are not 1, and the name of a value is not the value."""
    # The type stands beside the value, because in Python 1, 1.0 and True are equal.
    allowed = frozenset((type(each.value), each.value) for each in schema.values)
    kind = int if schema.value_schema == "integer" else str
    names = {each.name: each.value for each in schema.values}
    listed = ", ".join(shown(each.value) for each in schema.values[:_LISTED])
    listed += f" and {len(schema.values) - _LISTED} more" if len(schema.values) > _LISTED else ""
    texts = Names((each.value for each in schema.values if isinstance(each.value, str)), _HINTS)
    base = whole_numbers.between(-(2**31), 2**31 - 1) if kind is int else strings.rule

    def rule(value: Any) -> list[Violation] | None:
        if type(value) is kind and (kind, value) in allowed:
            return None
        if type(value) is NegativeZero and (int, 0) in allowed:
            return None
        if isinstance(value, float) and (wrong := base(value)):
            return wrong
        if type(value) is not kind and not (isinstance(value, str) and value in names):
            return wrong_type(f"one of the {'numbers' if kind is int else 'texts'} {listed}", value)
        hint = ""
        if isinstance(value, str):
            if value in names:
                hint = f"{value} is the name of the value {shown(names[value])}: send that"
            elif near := texts.nearest(value):
                hint = f"is {shown(near)} meant?"
        message = f"{shown(value)} is none of the values {listed or '(there are none)'}" + (f": {hint}" if hint else "")
        evidence = {"expected": f"one of {listed}", "got": shown(value)} | ({"suggestion": hint} if hint else {})
        return violation(NOT_IN_ENUM, Severity.FAIL, message, **evidence)

    return rule


def _pattern(schema: Enum) -> str:
    """The values, each as JSON is mostly written."""
    return f"(?:{'|'.join(re.escape(json.dumps(each.value, ensure_ascii=False)) for each in schema.values)})"


def _json_schema(schema: Enum, _emit: Emit) -> dict[str, Any]:
    values = [each.value for each in schema.values]
    # An empty enum is not allowed in draft 4, and nothing fits ours.
    return {"type": schema.value_schema, "enum": values} if values else {"not": {}}


KINDS = (
    Kind(
        Enum,
        rule=_rule,
        pattern=_pattern,
        json_schema=_json_schema,
        value=lambda schema, source: source.dice.choice(schema.values).value if schema.values else None,
    ),
)
