"""Which finding is a device's status on each axis."""

from __future__ import annotations

from azext_iotdiag.model.check import Check, CheckResult, Status
from azext_iotdiag.model.finding import Entry, Finding, fail, note, warn
from azext_iotdiag.render.device import statuses

A, B, C = (Entry(name, name.upper()) for name in "abc")


def result(name: str, status: Status, *findings: Finding) -> CheckResult:
    return CheckResult(Check(name, name, lambda: ()), status, findings)


def codes(*results: CheckResult) -> dict[str, str]:
    return {axis: each.entry.code for axis, each in statuses(results).items()}


def test_the_first_that_is_wrong_is_the_status() -> None:
    wrong = result("enabled", Status.FAIL, note(A, "x"), fail(B, "x"), fail(C, "x"))
    assert codes(result("seen", Status.PASS, note(A, "x")), wrong) == {"connection": "b"}
    assert codes(wrong, result("seen", Status.FAIL, fail(C, "x"))) == {"connection": "b"}


def test_where_nothing_is_wrong_the_last_that_was_seen_is_the_status() -> None:
    seen = [result("seen", Status.PASS, note(A, "x")), result("later", Status.WARN, warn(B, "x"), note(C, "x"))]
    assert codes(*seen) == {"connection": "c"}


def test_a_template_is_an_axis_of_its_own() -> None:
    connection, template = result("seen", Status.FAIL, fail(A, "x")), result("model-known", Status.PASS, note(B, "x"))
    assert codes(connection, template) == {"connection": "a", "template": "b"}
    assert codes(result("template-assigned", Status.FAIL, fail(C, "x"))) == {"template": "c"}


def test_what_could_not_be_looked_at_is_no_status() -> None:
    assert codes(result("seen", Status.ERROR, fail(A, "x")), result("later", Status.PASS)) == {}
