"""How a violation says where it is and what was found."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.model.finding import Entry, Severity
from azext_iotdiag.payload.violations import (
    FEW,
    MOST,
    SHOWN,
    SHOWN_OF_MANY,
    Alike,
    Violation,
    findings,
    json_path,
    shown,
    under,
    violation,
    wrong_type,
)

ENTRY = Entry("a", "A")
OTHER = Entry("b", "B")


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
    (inner,) = under("b", violation(ENTRY, Severity.FAIL, "m", got=1))
    (placed,) = under(0, [inner])
    assert placed == Violation(ENTRY, Severity.FAIL, "m", (0, "b"), {"got": 1})
    assert findings([placed])[0].path == "$[0].b"


@pytest.mark.parametrize(("given", "normal", "strict"), [
    (Severity.WARN, Severity.WARN, Severity.FAIL), (Severity.FAIL, Severity.FAIL, Severity.FAIL),
    (Severity.NOTE, Severity.NOTE, Severity.NOTE),
])  # fmt: skip
def test_strictly_a_warning_is_an_error(given: Severity, normal: Severity, strict: Severity) -> None:
    violations = [Violation(ENTRY, given, "m")]
    assert [findings(violations)[0].severity, findings(violations, strict=True)[0].severity] == [normal, strict]


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


@pytest.mark.parametrize(("count", "told"), [(1, 1), (FEW, FEW), (FEW + 1, 1), (60_000, 1)])
def test_many_like_faults_are_one_with_a_count(count: int, told: int) -> None:
    alike = Alike()
    for index in range(count):
        alike.add(index, violation(ENTRY, Severity.FAIL, f"m{index}"))
    found = findings(alike.violations())
    assert len(found) == told and found[0].path == "$[0]"
    if count > FEW:
        assert found[0].message == f"m0 (and {count - 1:,} more like it)" and found[0].evidence["count"] == count
    else:
        assert [each.message for each in found] == [f"m{index}" for index in range(count)]


def test_faults_of_other_kinds_severities_and_places_are_told_apart() -> None:
    alike = Alike()
    for index in range(10):
        alike.add(index, violation(ENTRY, Severity.FAIL, "m") + violation(ENTRY, Severity.WARN, "w"))
        alike.add(index, under("a", violation(ENTRY, Severity.FAIL, "in a")))
        alike.add(index, under("b", under(index, violation(ENTRY, Severity.FAIL, "in b"))))
        alike.add(index, violation(OTHER, Severity.FAIL, "other"))
    found = alike.violations()
    assert [(each.path, each.times) for each in found] == [
        ((0,), 10), ((0,), 10), ((0, "a"), 10), ((0, "b", 0), 10), ((0,), 10),
    ]  # fmt: skip


def test_many_places_are_counted_together() -> None:
    alike = Alike()
    for index in range(1000):
        alike.add(index, under(f"n{index}", violation(ENTRY if index % 2 else OTHER, Severity.WARN, "m")))
    found = alike.violations()
    assert [each.path for each in found[:MOST]] == [(index, f"n{index}") for index in range(MOST)]
    assert [(each.entry, each.times) for each in found[MOST:]] == [(OTHER, 450), (ENTRY, 450)]


def test_lists_in_lists_are_counted_through() -> None:
    outer = Alike()
    for index in range(5):
        inner = Alike()
        for place in range(7):
            inner.add(place, violation(ENTRY, Severity.FAIL, "m"))
        outer.add(index, inner.violations())
    (found,) = outer.violations()
    assert found.path == (0, 0) and found.times == 35


def test_findings_of_one_message_are_capped() -> None:
    many = [Violation(ENTRY, Severity.WARN, "m", (f"n{index}",)) for index in range(MOST)]
    assert len(findings(many)) == MOST
    many.append(Violation(OTHER, Severity.FAIL, "o", ("z",), times=2))
    found = findings(many)
    assert [each.path for each in found] == [*(f"$.n{index}" for index in range(SHOWN_OF_MANY)), "$.z"]
    assert found[SHOWN_OF_MANY - 1].evidence["count"] == MOST - SHOWN_OF_MANY + 1
    assert found[-1].severity is Severity.FAIL and found[-1].evidence["count"] == 2
