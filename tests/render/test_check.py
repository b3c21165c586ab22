"""The forms of a whole diagnosis."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from azext_iotdiag.knowledge.registry import HUB_THROTTLES
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.check import Check, CheckResult, Link, Skip, SkipReason, Status
from azext_iotdiag.model.diagnosing import Diagnosed, Judged
from azext_iotdiag.model.facts import Fact, given, typed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Severity, When, fail
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.hub_settings import EndpointHealth, HubSettings, Quota, Route
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.verdict import Reason, State, Verdict
from azext_iotdiag.render import check as render
from azext_iotdiag.render.commands import Known
from azext_iotdiag.sessions.doctor import Doctor

NOW = 1_796_040_000.0  # 2026-11-30T12:00:00Z
AT = datetime.fromtimestamp(NOW, timezone.utc)
KNOWN = Known("hub", "pump-7")
HOST = "hub.azure-devices.net"
FALLBACK = Route("$fallback", "DeviceMessages", "true", ("events",), True)
REFUSED = Failure(
    Kind.UNAUTHORIZED, "the settings of the hub", "management.azure.com", 443, condition="AuthorizationFailed"
)
WELL: dict[str, Any] = {
    "hub_settings": HubSettings(HOST, "Active", fallback=FALLBACK),
    "identity": Identity(HOST, "pump-7", status="enabled", connected=True, last_activity=int(NOW * 1000) - 60_000),
    "quota": Quota(1000, 400_000),
    "endpoint_health": (EndpointHealth("events", "healthy"),),
}
SAMPLES: dict[str, dict[str, Any]] = {
    "healthy": WELL,
    "disabled": {**WELL, "identity": Identity(HOST, "pump-7", status="disabled", status_reason="stolen")},
    "several faults": {
        **WELL,
        "hub_settings": HubSettings(HOST, "FailingOver", fallback=FALLBACK),
        "quota": Quota(400_000, 400_000),
    },
    "coming": {**WELL, "quota": Quota(390_000, 400_000)},
    "not shown": {"identity": WELL["identity"], "hub_settings": REFUSED, "quota": REFUSED},
}


def diagnosed(**values: Any) -> tuple[list[Judged], Diagnosed]:
    def fact(value: Any) -> Fact[Any]:
        return Fact(None, AT, "s", failure=value) if isinstance(value, Failure) else typed(value, AT)

    doctor = Doctor(None, {**given(NOW), **{name: fact(value) for name, value in values.items()}})
    (end,) = doctor.end(None)
    return [each for each in doctor if isinstance(each, Judged)], end


def test_golden(golden: Callable[[str, str], None]) -> None:
    shown = []
    for name, values in SAMPLES.items():
        judged, end = diagnosed(**values)
        told = [line for each in judged for line in render.event_lines(each)]
        shown += [
            f"== {name}, as it goes on",
            *told,
            f"== {name}",
            *render.lines("pump-7", end, Known("hub", "pump-7")),
        ]
    _, end = diagnosed(**SAMPLES["disabled"])
    shown += ["== disabled, in detail", *render.lines("pump-7", end, Known("hub", "pump-7"), detail=True)]
    golden("check.txt", "\n".join(shown) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    _, end = diagnosed(**SAMPLES["disabled"])
    data = render.data("pump-7", end, KNOWN)
    for check in data["checks"]:
        for found in check["findings"]:
            found["causes"] = len(found["causes"])  # they are pinned with their entries
    golden("check.json", json.dumps(data, indent=2) + "\n")


def test_a_table_holds_the_verdict_first() -> None:
    _, end = diagnosed(**SAMPLES["disabled"])
    rows = render.table(render.data("pump-7", end, Known()))
    assert rows[0]["About"] == "verdict" and rows[0]["Status"] == "broken" and rows[0]["Code"] == "device-disabled"
    assert {row["About"]: row["Status"] for row in rows}["quota-left"] == "pass"
    assert rows[-1]["About"] == "next"


def test_what_could_not_be_looked_at_stands_in_the_table() -> None:
    _, end = diagnosed(**SAMPLES["not shown"])
    assert render.table(render.data("pump-7", end, Known()))[0]["Code"] == "manager-refuses"


def test_each_check_is_a_test_of_junit() -> None:
    _, end = diagnosed(**SAMPLES["several faults"])
    suite = ElementTree.fromstring(render.junit_of(end))[0]
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failed == ["The hub serves devices", "The hub has messages left of its daily quota"]
    assert suite.get("failures") == "2"


def test_the_page_of_a_run_shows_the_answer_and_what_was_found() -> None:
    _, end = diagnosed(**SAMPLES["several faults"])
    shown = list(render.annotated("pump-7", end))
    assert [(each.severity, each.code) for each in shown if each.severity is not Severity.NOTE] == [
        (Severity.FAIL, "verdict"), (Severity.FAIL, "hub-not-active"), (Severity.FAIL, "hub-403002"),
    ]  # fmt: skip
    assert shown[0].words.startswith("Data of pump-7 stops at admission: ")
    of_a_healthy_one = render.annotated("pump-7", diagnosed(**WELL)[1])
    assert {each.severity for each in of_a_healthy_one} == {Severity.NOTE}


def test_saved_facts_hold_no_message_and_are_read_again() -> None:
    from azext_iotdiag.model import facts_json

    _, end = diagnosed(**WELL, newest_messages=NewestMessages("pump-7", int(NOW * 1000)))
    assert facts_json.load(json.loads(render.saved(end))).facts["quota"].value == WELL["quota"]


def test_a_silence_is_told_where_no_fault_is_seen() -> None:
    from datetime import timedelta

    from azext_iotdiag.model.facts import Window

    seen = Fact(NewestMessages("pump-7", None, 40, 3), AT, "s", window=Window(AT - timedelta(days=1), AT))
    facts = {**given(NOW), **{name: typed(value, AT) for name, value in WELL.items()}, "newest_messages": seen}
    (end,) = Doctor(None, facts).end(None)
    assert render.answer("pump-7", end) == (
        "√ No fault was seen at 2026-11-30T12:00:00Z. No message of 'pump-7' is among the 40 messages of 3 devices in "
        "the last day."
    )


def test_a_link_of_this_machine_has_a_name_for_people() -> None:
    judged, _ = diagnosed(**WELL)
    assert all(each.link is not Link.MACHINE or not each.results for each in judged)


def test_the_end_of_a_diagnosis_says_that_it_was_interrupted() -> None:
    _, end = diagnosed(**WELL)
    assert list(render.event_lines(end)) == [""]
    stopped = replace(end, found=replace(end.found, verdict=Verdict(State.UNDETERMINED, exit_codes.INTERRUPTED)))
    assert list(render.event_lines(stopped)) == ["Interrupted."]


@pytest.mark.parametrize(("verdict", "said"), [
    (Verdict(State.UNDETERMINED, exit_codes.INTERRUPTED), "? Interrupted: not everything was looked at."),
    (Verdict(State.UNDETERMINED, exit_codes.UNDETERMINED), "? It is not decided."),
    (Verdict(State.UNDETERMINED, exit_codes.UNDETERMINED, blind=(Reason(fail(HUB_THROTTLES, "x")),)),
     f"? It is not decided: {HUB_THROTTLES.title}."),
    (Verdict(State.BROKEN, 4, when=When.COMING), "! Data of pump-7 arrives for now."),
    (Verdict(State.BROKEN, 4, link=Link.STREAM), "× Data of pump-7 stops at stream."),
])  # fmt: skip
def test_the_answer_says_what_is_decided(verdict: Verdict, said: str) -> None:
    _, end = diagnosed(**WELL)
    assert render.answer("pump-7", replace(end, found=replace(end.found, verdict=verdict))) == said


@pytest.mark.parametrize(("broken", "lines"), [
    (None, {"this": "√", "admission": "√", "stream": "√"}),
    (Link.ADMISSION, {"this": "√", "admission": "√", "stream": "-"}),
    (Link.PROVISIONING, {"this": "√", "admission": "-", "stream": "-"}),
])  # fmt: skip
def test_no_link_behind_the_broken_one_is_shown_as_well(broken: Link | None, lines: dict[str, str]) -> None:
    passed = (CheckResult(Check("it-is-well", "It is well", tuple), Status.PASS),)
    links = dict.fromkeys((Link.MACHINE, Link.ADMISSION, Link.STREAM), passed)
    _, end = diagnosed(**WELL)
    verdict = Verdict(State.BROKEN if broken else State.HEALTHY, 4 if broken else 0, link=broken)
    end = replace(end, by_link=links, found=replace(end.found, verdict=verdict))
    told = [
        line.split(maxsplit=2) for line in render.lines("pump-7", end, KNOWN, detail=True) if line[:1] in tuple("√-")
    ]
    assert {line[1]: line[0] for line in told if line[1] in lines} == lines


def test_a_check_that_was_skipped_says_why() -> None:
    check = Check("it-is-well", "It is well", tuple)
    results = (
        CheckResult(check, Status.SKIP, (), "no key", skip=Skip(SkipReason.NOT_MEASURED, "given")),
        CheckResult(check, Status.FAIL, (), "it broke"),
        CheckResult(check, Status.PASS),
    )
    assert [render._check_line(each).partition("[it-is-well]")[2] for each in results] == [" (no key)", "", ""]


def test_what_fails_beside_is_told_in_the_answer_and_what_a_success_cleared_is_not() -> None:
    full = replace(WELL["identity"], queued=50)
    _, end = diagnosed(**{**WELL, "identity": full, "goal": Goal.TELEMETRY})
    assert render.answer("pump-7", end).endswith("Something else is wrong: Fifty messages wait for the device already.")
    off = replace(WELL["hub_settings"], public_access=False)
    _, end = diagnosed(**{**WELL, "hub_settings": off, "goal": Goal.TELEMETRY})
    assert "Something else" not in render.answer("pump-7", end)
