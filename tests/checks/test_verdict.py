"""The verdict: the first broken link, why, what else, and the exit code; and the same again from a saved file."""

from __future__ import annotations

import json
import random

import pytest

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.verdict import diagnose
from azext_iotdiag.model import exit_codes, facts_json
from azext_iotdiag.model.access import OpenedBy
from azext_iotdiag.model.check import Link, SkipReason
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.keys import Asked, GivenKey, KeyComparison, Likeness
from azext_iotdiag.model.tally import Judged
from azext_iotdiag.model.token import SasFacts
from azext_iotdiag.model.verdict import Certainty, State
from tests.checks.facts import HUB, NOW, dps, identity
from tests.checks.judging import census, known, request, stream

BEFORE = int(NOW * 1000) - 60_000
SILENT = Failure(Kind.SILENT, "the device's twin", HUB, 443, seconds=10.0)
WELL = identity(connected=True, last_activity=BEFORE)
DEVICE = (Link.PROVISIONING, Link.ADMISSION, Link.CONNECTION, Link.PAYLOAD)
STREAM = (Link.ADMISSION, Link.CONNECTION, Link.STREAM, Link.READER)


def diagnosed(links, **values):
    return diagnose(links, known(**values), lambda: 0.0)


def codes(reasons):
    return [reason.finding.entry.code for reason in reasons]


def test_no_fault() -> None:
    verdict = diagnosed(DEVICE, identity=WELL, now=NOW).verdict
    assert (verdict.state, verdict.exit_code, verdict.link) == (State.HEALTHY, exit_codes.HEALTHY, None)
    assert verdict.proven is Link.PAYLOAD


@pytest.mark.parametrize(("values", "link", "proven", "why", "also"), [
    ({"identity": identity(status="disabled"), "now": NOW}, Link.ADMISSION, None, ["device-disabled"], []),
    ({"identity": identity(known=False), "now": NOW}, Link.ADMISSION, None, ["device-unknown"], []),
    ({"identity": identity(), "now": NOW}, Link.CONNECTION, Link.ADMISSION, ["device-never-seen"], []),
    ({**dps("failed", error_code=404201), "identity": identity(status="disabled"), "now": NOW},
     Link.PROVISIONING, None, ["dps-404201"], ["device-disabled"]),
    ({**dps("assigned", hub="other.azure-devices.net"), "identity": WELL, "now": NOW},
     Link.PROVISIONING, None, ["device-assigned-elsewhere"], []),
])  # fmt: skip
def test_the_first_broken_link_is_the_verdict_and_what_is_behind_it_comes_also(values, link, proven, why, also) -> None:
    verdict = diagnosed(DEVICE, **values).verdict
    assert (verdict.state, verdict.exit_code) == (State.BROKEN, exit_codes.PROBLEM)
    assert (verdict.link, verdict.proven) == (link, proven)
    assert (codes(verdict.reasons), codes(verdict.also)) == (why, also)


def test_what_could_not_be_looked_at_decides_nothing() -> None:
    verdict = diagnosed(DEVICE, identity=SILENT, now=NOW).verdict
    assert (verdict.state, verdict.exit_code) == (State.UNDETERMINED, exit_codes.UNDETERMINED)
    assert (codes(verdict.blind), verdict.reasons, verdict.link) == (["server-silent"], (), None)


def test_an_entity_that_is_missing_has_an_exit_code_of_its_own() -> None:
    ended = stream(opened=0, failure=Failure(Kind.MISSING, "a link", "h", 5671))
    assert diagnosed(STREAM, stream=ended.at_end(), request=request()).verdict.exit_code == exit_codes.MISSING


WELL_READ = {"stream": stream(opened=1, received=1).at_end(), "request": request(shown=1)}


@pytest.mark.parametrize(("why", "enough", "code"), [
    (End.INTERRUPTED, False, exit_codes.INTERRUPTED), (End.INTERRUPTED, True, exit_codes.HEALTHY),
    (End.PIPE_CLOSED, False, exit_codes.HEALTHY), (End.SOURCE, False, exit_codes.HEALTHY),
])  # fmt: skip
def test_who_interrupts_a_session_before_it_has_done_enough_is_told_by_the_exit_code(why, enough, code) -> None:
    assert diagnosed(STREAM, **WELL_READ, ended=SessionEnd(why, enough)).verdict.exit_code == code


def test_a_problem_outweighs_an_interrupt() -> None:
    ended = SessionEnd(End.INTERRUPTED, False)
    assert diagnosed(STREAM, ended=ended, judged=Judged(2, 1, 1)).verdict.exit_code == exit_codes.PROBLEM
    assert diagnosed(STREAM, ended=ended, judged=Judged(2, unjudged=1)).verdict.exit_code == exit_codes.INTERRUPTED


@pytest.mark.parametrize(("judged", "state", "link", "code"), [
    (Judged(2), State.HEALTHY, None, exit_codes.HEALTHY),
    (Judged(2, errors=1), State.BROKEN, Link.PAYLOAD, exit_codes.PROBLEM),
    (Judged(2, faulty=1), State.BROKEN, Link.PAYLOAD, exit_codes.PROBLEM),
    (Judged(0, empty=True), State.BROKEN, Link.PAYLOAD, exit_codes.PROBLEM),
    (Judged(2, unjudged=1), State.UNDETERMINED, None, exit_codes.UNDETERMINED),
    (Judged(2, errors=1, unjudged=1), State.BROKEN, Link.PAYLOAD, exit_codes.PROBLEM),
])  # fmt: skip
def test_what_judging_messages_came_to(judged: Judged, state: State, link: Link | None, code: int) -> None:
    verdict = diagnosed(STREAM, **WELL_READ, judged=judged).verdict
    assert (verdict.state, verdict.link, verdict.exit_code) == (state, link, code)


def test_a_stream_that_cannot_be_read_comes_before_what_was_judged_of_it() -> None:
    silent = {"stream": stream(opened=1).at_end(), "request": request()}
    verdict = diagnosed(STREAM, **silent, judged=Judged(1, errors=1)).verdict
    assert (verdict.link, codes(verdict.reasons)) == (Link.STREAM, ["nothing-came"])


def test_a_check_whose_facts_were_not_measured_is_left_out() -> None:
    results = diagnosed(DEVICE, identity=WELL, now=NOW).results
    assert {result.check.name for result in results} == {
        "device-known", "device-enabled", "device-connected", "model-known",
    }  # fmt: skip


def test_results_stand_in_the_order_of_the_way() -> None:
    values = {"stream": stream(), "request": request(), "census": census(), "identity": WELL, "now": NOW}
    places = [catalogue.link_of(each.check.name).place for each in diagnosed(STREAM, **values).results]
    assert places == sorted(places)


def refused(by_login: bool):
    failure = Failure(Kind.UNAUTHORIZED, "the device's twin", HUB, 443, condition="401003")
    verdict = diagnosed(DEVICE, identity=failure, now=NOW, access=OpenedBy(by_login, "" if by_login else "service"))
    (reason,) = verdict.verdict.blind
    assert reason.finding.entry.code == "registry-refused"
    return [cause.why for cause, _ in reason.causes]


def test_a_cause_that_the_facts_rule_out_is_left_out() -> None:
    """No policy was used where az's login asked, and no login where a policy's key did."""
    login, policy = refused(by_login=True), refused(by_login=False)
    assert any("az's login" in why for why in login) and not any("policy" in why for why in login)
    assert any("policy" in why for why in policy) and not any("az's login" in why for why in policy)


def test_a_cause_that_a_check_judges_is_left_to_that_check() -> None:
    values = {"stream": stream(), "request": request(device="pump"), "census": census("other"), "now": NOW}
    silent = diagnosed(STREAM, **values).verdict
    with_identity = diagnosed(STREAM, **values, identity=identity(known=False)).verdict
    assert codes(silent.reasons) == ["device-silent"]
    assert any(cause.check == "device-known" for cause, _ in silent.reasons[0].causes)
    assert codes(with_identity.reasons) == ["device-unknown"]
    told = [cause for reason in with_identity.also for cause, _ in reason.causes]
    assert not any(cause.check == "device-known" for cause in told)


CASES = {
    "device show": (DEVICE, {**dps("assigned", hub=HUB), "identity": identity(last_activity=BEFORE), "now": NOW}),
    "key test": (
        (Link.DEVICE, Link.ADMISSION),
        {
            "given": GivenKey("--key", "key"),
            "asked": Asked(HUB, "pump"),
            "key_comparison": KeyComparison(HUB, "pump", "", "sas", ("primary",), likeness=Likeness.CUT),
            "now": NOW,
        },
    ),
    "monitor": (
        STREAM,
        {
            "stream": stream(failed=(SILENT,), interruptions=(SILENT,)).at_end(),
            "request": request(device="pump"),
            "census": census("other"),
            "identity": identity(last_activity=BEFORE),
            "now": NOW,
        },
    ),
    "sas inspect": (
        (Link.MACHINE, Link.DEVICE),
        {"token": SasFacts("--sas-token", resource=HUB, expires=int(NOW) - 60), "now": NOW},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_saved_facts_give_the_same_diagnosis(case: str) -> None:
    links, values = CASES[case]
    facts = known(**values)
    read = facts_json.load(json.loads(json.dumps(facts_json.dump(facts, "1.0")))).facts
    first, again = (diagnose(links, each, lambda: 0.0) for each in (facts, read))
    assert first == again
    assert first.results


SURENESS = [Certainty.OPEN, Certainty.LIKELY, Certainty.SURE]


@pytest.mark.parametrize("case", CASES)
def test_a_fact_that_is_missing_never_makes_the_verdict_surer(case: str) -> None:
    links, values = CASES[case]
    whole = diagnosed(links, **values).verdict
    chance = random.Random(7)
    for _ in range(50):
        left = {name: value for name, value in values.items() if chance.random() < 0.7}
        verdict = diagnosed(links, **left).verdict
        if codes(verdict.reasons) == codes(whole.reasons):
            assert SURENESS.index(verdict.certainty) <= SURENESS.index(whole.certainty)
        for result in diagnosed(links, **left).results:
            assert result.skip is None or result.skip.why is not SkipReason.NOT_MEASURED
