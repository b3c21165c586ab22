"""How a fault says where it is and what was found."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.model.finding import Entry, Severity
from azext_iotdiag.payload.faults import SHOWN, Fault, fault, findings, json_path, shown, under, wrong_type

ENTRY = Entry("a", "A")


@pytest.mark.parametrize(("steps", "path"), [
    ((), "$"), (("a", 0, "b"), "$.a[0].b"), (("a b", "_x", "$y", "1"), "$['a b']._x.$y['1']"),
    (("it's",), "$['it\\'s']"),
    (("a\\b",), "$['a\\\\b']"), (("",), "$['']"), ((-1, 10), "$[-1][10]"),
])  # fmt: skip
def test_paths(steps: tuple[str | int, ...], path: str) -> None:
    assert json_path(steps) == path


@pytest.mark.parametrize(("value", "text"), [
    ({}, "an object with 0 fields"), ({"a": 1}, "an object with 1 field"), ([1, 2], "an array of 2"), (True, "true"),
    (None, "null"), ("°", '"°"'), (1.5, "1.5"), ("x" * SHOWN, '"' + "x" * SHOWN + '"'),
    ("x" * (SHOWN + 1), '"' + "x" * SHOWN + f'" … ({SHOWN + 1} characters)'), (2**255, str(2**255)),
    (2**256, "a number of 257 bits"), (float("inf"), "a number beyond all that fits into 64 bits"),
])  # fmt: skip
def test_values_in_few_words(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_fault_of_a_part_is_one_of_the_whole() -> None:
    (inner,) = under("b", fault(ENTRY, Severity.FAIL, "m", got=1))
    (placed,) = under(0, [inner])
    assert placed == Fault(ENTRY, Severity.FAIL, "m", (0, "b"), {"got": 1})
    assert findings([placed])[0].path == "$[0].b"


@pytest.mark.parametrize(("given", "normal", "strict"), [
    (Severity.WARN, Severity.WARN, Severity.FAIL), (Severity.FAIL, Severity.FAIL, Severity.FAIL),
    (Severity.NOTE, Severity.NOTE, Severity.NOTE),
])  # fmt: skip
def test_strictly_a_warning_is_an_error(given: Severity, normal: Severity, strict: Severity) -> None:
    faults = [Fault(ENTRY, given, "m")]
    assert [findings(faults)[0].severity, findings(faults, strict=True)[0].severity] == [normal, strict]


@pytest.mark.parametrize(("expected", "value", "hint"), [
    ("a number", "21.5", "quoted number, send 21.5 without quotes"), ("a number", " -1e5 ", "send -1e5 without"),
    ("a number", ".5", "send .5 without"), ("a number", "5.", "send 5. without"), ("a number", "1x", ""),
    ("a number", "", ""), ("true or false", "False", "send false without quotes"), ("true or false", "yes", ""),
    ("true or false", 0, "send false"), ("true or false", 1, "send true"), ("true or false", 2, ""),
    ("true or false", 1.0, ""), ("a text", 5, "send it in quotes"), ("a text", None, ""), ("a text", [], ""),
    ("a number", {"value": 1}, "send the value itself"), ("a number", {"value": 1, "unit": "K"}, ""),
    ("an object", {"value": 1}, ""), ("an array", "5", ""),
])  # fmt: skip
def test_what_to_send_instead(expected: str, value: Any, hint: str) -> None:
    (found,) = wrong_type(expected, value)
    assert found.evidence["expected"] == expected
    assert hint in str(found.evidence.get("suggestion", "")) and bool(hint) == ("suggestion" in found.evidence)
    assert hint in found.message
    assert found.entry.code == ("null-value" if value is None else "wrong-type")
