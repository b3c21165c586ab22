"""Results of checks as data."""

from __future__ import annotations

from azext_iotdiag.model.check import Check, CheckResult, Status
from azext_iotdiag.model.finding import Cause, Entry, fail
from azext_iotdiag.render.results import data

ENTRY = Entry(
    "code-1", "It is broken", (Cause("Why.", ("Do.", "Or do."), "a-check"), Cause("Else.", ("X.",), "", "Look."))
)


def test_each_check_with_what_it_found() -> None:
    check = Check("it-is-well", "It is well", lambda: ())
    found = [
        CheckResult(check, Status.FAIL, (fail(ENTRY, "seen", got=1),)),
        CheckResult(check, Status.SKIP, (), "no key"),
    ]
    first, second = data(found)
    assert second == {
        "check": "it-is-well",
        "title": "It is well",
        "status": "skip",
        "reason": "no key",
        "findings": [],
    }
    assert first["status"] == "fail" and first["reason"] == ""
    assert first["findings"] == [{
        "code": "code-1", "severity": "fail", "title": "It is broken", "message": "seen", "evidence": {"got": 1},
        "causes": [
            {"why": "Why.", "mitigation": ["Do.", "Or do."], "check": "a-check", "confirm": ""},
            {"why": "Else.", "mitigation": ["X."], "check": "", "confirm": "Look."},
        ],
    }]  # fmt: skip
