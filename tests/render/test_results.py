"""Results of checks as data."""

from __future__ import annotations

from dataclasses import replace

from azext_iotdiag.model.check import Check, CheckResult, Link, Status
from azext_iotdiag.model.finding import Cause, Entry, fail
from azext_iotdiag.model.verdict import Diagnosis, Reason, Standing, State, Verdict
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.results import data, table, verdict
from azext_iotdiag.render.results import diagnosis as diagnosis_data

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


def diagnosis() -> Diagnosis:
    check = Check("it-is-well", "It is well", lambda: ())
    found = (
        CheckResult(check, Status.FAIL, (fail(ENTRY, "seen"),)),
        CheckResult(check, Status.SKIP, (), "no key"),
        CheckResult(check, Status.PASS),
    )
    verdict = Verdict(
        State.BROKEN, 4, link=Link.ADMISSION, proven=Link.PROVISIONING, reasons=(Reason(found[0].findings[0]),),
        next_command="az iot diag device list --login @hub.txt",
    )  # fmt: skip
    return Diagnosis(found, verdict)


def test_what_every_diagnosis_shares() -> None:
    told = diagnosis_data(diagnosis(), Known(login="--hub-name h"))
    assert list(told) == ["version", "verdict", "checks"]
    assert told["verdict"] == {
        "state": "broken", "statement": "It is broken [code-1] seen", "link": "admission",
        "lastGoodLink": "provisioning", "certainty": "open", "exitCode": 4, "codes": ["code-1"],
        "reasons": [{"code": "code-1", "message": "seen", "certainty": "open", "causes": []}],
        "also": [], "notSeen": [],
        "next": "az iot diag device list --hub-name h",
    }  # fmt: skip
    healthy = verdict(Diagnosis((), Verdict(State.HEALTHY, 0)), Known(), "√ It fits.")
    assert (healthy["statement"], healthy["link"], healthy["next"]) == ("It fits.", None, None)


def test_a_reason_has_the_causes_that_the_facts_leave() -> None:
    """A finding among the checks has all causes of its entry."""
    found = diagnosis()
    (reason,) = found.verdict.reasons
    left = (Cause("It was dropped.", ("Put it back.",), confirm="It lies there."), Standing.PROVEN)
    told = verdict(replace(found, verdict=replace(found.verdict, reasons=(replace(reason, causes=(left,)),))), Known())
    assert told["reasons"][0]["causes"] == [
        {"why": "It was dropped.", "mitigation": ["Put it back."], "check": "", "confirm": "It lies there.",
         "standing": "proven"},
    ]  # fmt: skip


def test_rows_begin_with_the_verdict_and_end_with_what_follows() -> None:
    rows = table(diagnosis_data(diagnosis(), Known(login="--hub-name h")) | {"device": "d-1"})
    assert [tuple(row.values()) for row in rows] == [
        ("d-1", "verdict", "broken", "code-1", "It is broken [code-1] seen"),
        ("d-1", "it-is-well", "fail", "code-1", "seen"),
        ("d-1", "it-is-well", "skip", "", "no key"),
        ("d-1", "it-is-well", "pass", "", "It is well"),
        ("d-1", "next", "", "", "az iot diag device list --hub-name h"),
    ]
    interrupted = table({"version": 1, "device": "d-1", "ended": "interrupted"})
    assert [row["Status"] for row in interrupted] == ["undetermined"]
    played = table({"verdict": verdict(diagnosis(), Known()), "findings": [{"code": "c", "message": "m"}]})
    assert ("finding", "", "c", "m") in [tuple(row.values()) for row in played]
