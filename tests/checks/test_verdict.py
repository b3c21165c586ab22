"""The verdict: the first broken link, why, what else, and the exit code; and the same again from a saved file."""

from __future__ import annotations

import itertools
import json

import pytest

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.verdict import _LATE_MS, decide, diagnose, successes
from azext_iotdiag.model import exit_codes, facts_json
from azext_iotdiag.model.access import OpenedBy, ReaderAccess
from azext_iotdiag.model.check import CheckResult, Link, SkipReason, Status
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Cause, Certainty, Entry, Finding, When, fail, weighed
from azext_iotdiag.model.heartbeat import Beats, Lapse
from azext_iotdiag.model.keys import Admission, Asked, DeviceCertificate, GivenKey, KeyComparison, KeyMatch
from azext_iotdiag.model.simulated import Registered, Simulated
from azext_iotdiag.model.tally import Judged
from azext_iotdiag.model.token import ClockFacts, SasFacts
from azext_iotdiag.model.verdict import Standing, State, Verdict
from tests.checks.facts import HUB, NOW, dps, identity
from tests.checks.judging import hidden, known, request, stream

BEFORE = int(NOW * 1000) - 60_000
NEW = request().ended  # when the reading of a stream ended
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
        "device-known", "device-enabled", "id-fits-mqtt", "certificate-checkable", "device-connected", "model-known",
    }  # fmt: skip


def test_results_stand_in_the_order_of_the_way() -> None:
    values = {
        "stream": stream(),
        "request": request(),
        "hidden_messages": hidden(),
        "identity": WELL,
        "now": NOW,
    }
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
    assert any("az login" in why for why in login) and not any("policy" in why for why in login)
    assert any("policy" in why for why in policy) and not any("az login" in why for why in policy)


def test_a_cause_that_a_check_judges_is_left_to_that_check() -> None:
    values = {
        "stream": stream(),
        "request": request(device="pump"),
        "hidden_messages": hidden("other"),
        "now": NOW,
    }
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
            "key_comparison": KeyComparison(HUB, "pump", "", "sas", ("primary",), key_match=KeyMatch.CUT),
            "now": NOW,
        },
    ),
    "monitor": (
        STREAM,
        {
            "stream": stream(failed=(SILENT,), interruptions=(SILENT,)).at_end(),
            "request": request(device="pump"),
            "hidden_messages": hidden("other"),
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


MINUTE = 60_000


def days(count: float) -> float:
    return NOW + count * 86_400


def certificate(ends: float) -> DeviceCertificate:
    return DeviceCertificate("--certificate", "pump", "CN=ca", "AA", "BB", days(-300), ends)


def compared(**given):
    return KeyComparison(**{"hub": HUB, "device": "pump", "authentication": "sas", "keys": ("primary",), **given})


# More cases, for the properties below: what each command can come to.
MORE = {
    "monitor, other id": (
        STREAM,
        {
            "stream": stream().at_end(),
            "request": request(device="Pump"),
            "hidden_messages": hidden("pump", "valve"),
            "identity": identity(device="Pump", known=False),
            "access": OpenedBy(policy="service"),
            "now": NOW,
        },
    ),
    "monitor, refused": (
        STREAM,
        {
            "stream": stream(opened=0, failure=Failure(Kind.UNAUTHORIZED, "the token", HUB, 5671)).at_end(),
            "request": request(),
            "reading": ReaderAccess(key_found=True),
            "hidden_messages": hidden(),
            "now": NOW,
        },
    ),
    "monitor, connected and silent": (
        STREAM,
        {
            "stream": stream().at_end(),
            "request": request(device="pump"),
            "hidden_messages": hidden("valve"),
            "identity": identity(connected=True, last_activity=NEW - 1000, reported=NEW - 500),
            "now": NOW,
        },
    ),
    "device show, registration failed, then seen": (
        DEVICE,
        {
            **dps("failed", error_code=404201, updated=BEFORE - 60 * MINUTE),
            "identity": identity(last_activity=BEFORE, connected=True),
            "now": NOW,
        },
    ),
    "device show, login refused": (
        DEVICE,
        {
            "identity": Failure(Kind.UNAUTHORIZED, "the device's twin", HUB, 443, condition="401003"),
            "access": OpenedBy(by_login=True),
            "now": NOW,
        },
    ),
    "key test, connected": (
        (Link.DEVICE, Link.ADMISSION),
        {
            "given": GivenKey("--key", "key"),
            "asked": Asked(HUB, "pump"),
            "key_comparison": compared(connected=True, key_match=KeyMatch.NONE),
            "now": NOW,
        },
    ),
    "simulate, too large": (
        (Link.ADMISSION, Link.CONNECTION),
        {
            "simulated": Simulated("pump", Failure(Kind.DROPPED, "the PUBACK", HUB, 8883), last_bytes=30_000_000),
            "asked": Asked(HUB, "pump"),
            "registered": Registered(HUB, "pump"),
            "now": NOW,
        },
    ),
    "sas inspect, clock": (
        (Link.MACHINE, Link.DEVICE),
        {
            "token": SasFacts("--sas-token", resource=HUB, expires=int(NOW) - 60),
            "clock": ClockFacts(HUB, 900.0, 1.0),
            "now": NOW,
        },
    ),
}
EVERY = {**CASES, **MORE}
every_case = pytest.mark.parametrize("case", EVERY)


def fewer(values):
    """Every choice of some of the facts, and of none."""
    for count in range(len(values)):
        for names in itertools.combinations(values, count):
            yield {name: values[name] for name in names}


@every_case
def test_a_fact_that_is_missing_never_makes_the_verdict_surer(case: str) -> None:
    """Exhaustive. What is broken farther along stays as sure as it was, also where an earlier break is not known."""
    links, values = EVERY[case]
    whole = diagnosed(links, **values).verdict
    sure = {each.finding.entry.code: each.certainty for each in (*whole.reasons, *whole.also, *whole.blind)}
    for left in fewer(values):
        verdict = diagnosed(links, **left).verdict
        if verdict.certainty.rank > whole.certainty.rank:
            assert verdict.link.place > whole.link.place
        for reason in (*verdict.reasons, *verdict.also):
            known_as = sure.get(reason.finding.entry.code, Certainty.OPEN)
            assert reason.certainty.rank <= known_as.rank, (sorted(left), reason.finding.entry.code)
        assert verdict.state is State.BROKEN or verdict.certainty is Certainty.OPEN


@every_case
def test_a_fact_that_is_missing_brings_back_causes_and_drops_none(case: str) -> None:
    links, values = EVERY[case]
    whole = {each.finding.entry.code: dict(each.causes) for each in diagnosed(links, **values).verdict.reasons}
    for left in fewer(values):
        for each in diagnosed(links, **left).verdict.reasons:
            of_whole = whole.get(each.finding.entry.code, {})
            assert set(of_whole) <= {cause for cause, _ in each.causes}
            for cause, standing in each.causes:
                assert standing is Standing.OPEN or of_whole.get(cause, standing) is Standing.PROVEN


@every_case
def test_only_facts_that_were_measured_are_judged(case: str) -> None:
    links, values = EVERY[case]
    for left in fewer(values):
        for result in diagnosed(links, **left).results:
            assert result.skip is None or result.skip.why is not SkipReason.NOT_MEASURED


def test_no_fault_is_never_sure() -> None:
    assert diagnosed(DEVICE, identity=WELL, now=NOW).verdict.certainty is Certainty.OPEN


def string_of(device: str):
    given = GivenKey("--connection-string", "device", host=HUB, device=device)
    return {"given": given, "asked": Asked(HUB, "pump")}


@pytest.mark.parametrize(("values", "code", "certainty"), [
    ({"identity": identity(status="disabled")}, "device-disabled", Certainty.SURE),  # a setting, and one cause
    ({"identity": identity(known=False)}, "device-unknown", Certainty.OPEN),  # sure, but several causes are left
    ({"identity": identity()}, "device-never-seen", Certainty.OPEN),
    (string_of("PUMP"), "string-for-another-device", Certainty.SURE),  # the cause is proven
    (string_of("valve"), "string-for-another-device", Certainty.LIKELY),  # the one that is left of two
    # What is absent has one cause here, and is likely all the same.
    ({"stream": stream().at_end(), "request": request(shown=1, count=2)}, "fewer-than-asked", Certainty.LIKELY),
    ({"stream": stream().at_end(), "request": request(device="Pump"), "hidden_messages": hidden("pump")},
     "device-id-differs", Certainty.LIKELY),
    (dps("failed", error_code=401002), "dps-registration-unauthorized", Certainty.OPEN),
    (dps("disabled"), "dps-disabled", Certainty.SURE),
    # Nothing was looked at that could show a later success.
    (dps("failed", error_code=404201, updated=BEFORE), "dps-404201", Certainty.OPEN),
    ({**dps("failed", error_code=404201, updated=BEFORE), "identity": identity(status="enabled")},
     "dps-404201", Certainty.SURE),
    (dps(enrolled=False), "dps-404201", Certainty.LIKELY),  # a group may take the device in
])  # fmt: skip
def test_how_sure_a_verdict_is(values, code, certainty) -> None:
    verdict = diagnosed(Link, **values, now=NOW).verdict
    assert (codes(verdict.reasons)[:1], verdict.certainty) == ([code], certainty)


# What the device did after a setting changed shows that the setting is not why data stops.
@pytest.mark.parametrize(("last_activity", "link", "also"), [
    (BEFORE - 61 * MINUTE, Link.PROVISIONING, []),
    (BEFORE - 56 * MINUTE, Link.PROVISIONING, []),  # it may be shown five minutes late
    (BEFORE - 54 * MINUTE, None, ["dps-404201"]),
    (None, Link.PROVISIONING, []),
])  # fmt: skip
def test_a_later_success_clears_an_earlier_link(last_activity, link, also) -> None:
    registration = dps("failed", error_code=404201, updated=BEFORE - 60 * MINUTE)
    seen = identity(connected=True, last_activity=last_activity)
    verdict = diagnosed(DEVICE, **registration, identity=seen, now=NOW).verdict
    assert (verdict.link, codes(verdict.also)) == (link, also)
    assert verdict.exit_code == (exit_codes.PROBLEM if link else exit_codes.HEALTHY)


def test_a_message_clears_a_link_before_it() -> None:
    disabled = identity(status="disabled", status_updated=NEW - 600 * MINUTE)
    came = request(shown=3, device="pump", since=NEW - 60 * MINUTE)
    values = {
        "stream": stream(received=3).at_end(),
        "hidden_messages": hidden(),
        "identity": disabled,
        "now": NOW,
    }
    assert diagnosed(STREAM, **values, request=came).verdict.link is None
    assert diagnosed(STREAM, **values, request=request(device="pump")).verdict.link is Link.ADMISSION


def test_a_success_is_no_proof_against_a_state_without_a_time() -> None:
    seen = identity(status="disabled", last_activity=BEFORE)
    assert diagnosed(DEVICE, identity=seen, now=NOW).verdict.link is Link.ADMISSION


# What will stop data, and does not yet, is no broken link.
def test_a_certificate_that_ends_soon_is_coming() -> None:
    values = {"device_certificate": certificate(days(7)), "key_comparison": compared(authentication="none")}
    verdict = diagnosed((Link.ADMISSION,), **values, asked=Asked(HUB, "pump"), now=NOW).verdict
    assert (verdict.state, verdict.link, codes(verdict.also)) == (State.HEALTHY, None, ["device-certificate-ends-soon"])
    assert verdict.also[0].finding.weight.when is When.COMING


@pytest.mark.parametrize(("connected", "link", "when"), [(False, Link.ADMISSION, When.NOW), (True, None, When.COMING)])
def test_a_key_that_differs_while_the_device_is_connected_is_coming(connected, link, when) -> None:
    links, values = EVERY["key test, connected"]
    changed = {**values, "key_comparison": compared(connected=connected, key_match=KeyMatch.NONE)}
    verdict = diagnosed(links, **changed).verdict
    assert (verdict.state, verdict.exit_code) == (State.BROKEN, exit_codes.PROBLEM)
    assert (verdict.link, verdict.when) == (link, when)
    (reason,) = (*verdict.reasons, *verdict.also)
    assert reason.finding.entry.code == "key-is-not-the-devices"


def test_heartbeats_that_are_back_were_missed_in_the_window() -> None:
    for back, when in ((None, When.NOW), (NEW, When.WINDOW)):
        beats = Beats(60.0, 1, (Lapse("pump", NEW - 100_000, back),))
        assert diagnosed(STREAM, beats=beats, stream=stream().at_end()).verdict.when is when


# This machine is not what is looked at, unless a credential is tried from it.
def test_an_observers_fault_only_limits() -> None:
    links = (Link.MACHINE, *DEVICE)
    verdict = diagnosed(links, clock=ClockFacts(HUB, 900.0, 1.0), identity=WELL, now=NOW).verdict
    assert (verdict.state, verdict.link, codes(verdict.also)) == (State.UNDETERMINED, None, ["clock-skew"])
    disabled = diagnosed(links, clock=ClockFacts(HUB, 900.0, 1.0), identity=identity(status="disabled"), now=NOW)
    assert (disabled.verdict.link, codes(disabled.verdict.also)) == (Link.ADMISSION, ["clock-skew"])


def test_a_refusal_that_this_machines_wrong_clock_explains_says_nothing_of_the_device() -> None:
    """A token that is made here is refused then, whether the device's own is good or not."""
    links = (Link.MACHINE, Link.ADMISSION, Link.CONNECTION)
    refused = {"admission": Admission(HUB, "pump", "HTTPS", False, 401), "now": NOW}
    assert diagnosed(links, **refused).verdict.link is Link.ADMISSION
    skewed = refused | {"clock": ClockFacts(HUB, 900.0, 1.0)}
    verdict = diagnosed(links, **skewed).verdict
    assert (verdict.link, codes(verdict.reasons)) == (Link.MACHINE, ["clock-skew"])
    assert codes(verdict.also) == ["device-not-let-in"]
    verdict = diagnosed(links, **skewed, identity=identity(status="disabled")).verdict
    assert (verdict.link, codes(verdict.reasons)) == (Link.ADMISSION, ["device-disabled"])


def test_where_a_token_is_tried_here_this_machines_clock_counts() -> None:
    token = SasFacts("--sas-token", resource=HUB, expires=int(NOW) + 60)
    clock = ClockFacts(HUB, 900.0, 1.0)
    verdict = diagnosed((Link.MACHINE, Link.DEVICE), token=token, clock=clock, now=NOW).verdict
    assert (verdict.link, verdict.exit_code) == (Link.MACHINE, exit_codes.PROBLEM)
    expired = diagnosed(*MORE["sas inspect, clock"][:1], **MORE["sas inspect, clock"][1]).verdict
    assert (expired.link, codes(expired.also)) == (Link.DEVICE, ["clock-skew"])


# The examples of what must not be shown.
def whys(reason):
    return [cause.why for cause, _ in reason.causes]


def test_a_login_that_is_refused_has_no_policy_to_blame() -> None:
    first, *others = whys(diagnosed(*EVERY["device show, login refused"][:1], **MORE["device show, login refused"][1])
                          .verdict.blind[0])  # fmt: skip
    assert "az login" in first and not any("policy" in why for why in others)


def test_a_message_that_is_too_large_is_the_first_cause() -> None:
    links, values = MORE["simulate, too large"]
    (reason,) = diagnosed(links, **values).verdict.reasons
    assert "larger than 256 KB" in whys(reason)[0] and reason.causes[0][1] is Standing.PROVEN
    small = Simulated("pump", values["simulated"].failure, last_bytes=100)
    (reason,) = diagnosed(links, **{**values, "simulated": small}).verdict.reasons
    assert not any("larger than 256 KB" in why for why in whys(reason))
    alone = Simulated("pump", values["simulated"].failure, last_bytes=100, temporary=True)
    (reason,) = diagnosed(links, **{**values, "simulated": alone}).verdict.reasons
    assert not any("connected again" in why for why in whys(reason))


def test_a_device_that_the_hub_does_not_know_comes_first_and_its_silence_has_no_causes() -> None:
    values = {
        "stream": stream().at_end(),
        "request": request(device="nobody"),
        "hidden_messages": hidden(),
        "now": NOW,
    }
    verdict = diagnosed(STREAM, **values, identity=identity(device="nobody", known=False)).verdict
    assert codes(verdict.reasons) == ["device-unknown"]
    assert [(each.finding.entry.code, each.causes) for each in verdict.also] == [("nothing-came", ())]


def test_an_id_in_other_letters_is_not_registered_a_second_time() -> None:
    links, values = MORE["monitor, other id"]
    (reason,) = diagnosed(links, **values).verdict.reasons
    assert (reason.finding.entry.code, reason.causes[0][1]) == ("device-unknown", Standing.PROVEN)
    steps = [step for cause, _ in reason.causes for step in cause.mitigation]
    assert "mistyped" in whys(reason)[0] and not any("device create" in step for step in steps)
    (shown,) = diagnosed(DEVICE, identity=identity(device="Pump", known=False, near=("pump",)), now=NOW).verdict.reasons
    assert "it knows 'pump', whose case differs" in shown.finding.message
    assert [cause for cause, _ in shown.causes] == [cause for cause, _ in reason.causes]
    unlike = diagnosed(links, **{**values, "hidden_messages": hidden("valve")}).verdict.reasons[0]
    assert any("device create" in step for cause, _ in unlike.causes for step in cause.mitigation)


def test_a_warning_and_what_is_not_the_answer_are_told_in_short() -> None:
    broken = diagnosed(DEVICE, identity=identity(status="disabled"), central_device=SILENT, now=NOW).verdict
    assert broken.state is State.BROKEN and [each.causes for each in broken.blind] == [()]
    assert broken.reasons[0].causes
    blind = diagnosed(DEVICE, identity=SILENT, now=NOW).verdict
    assert blind.blind[0].causes


SURE, LIKELY = Certainty.SURE, Certainty.LIKELY
ONE, OTHER = (Entry(code, code, (Cause("Why.", ("Do.",)),)) for code in ("one", "other"))


def decided(*found: tuple[str, Finding], **facts) -> Verdict:
    """The verdict on findings of checks of the catalogue, in the order of the way."""
    by_name = {check.name: check for check in catalogue.ALL}
    results = tuple(CheckResult(by_name[name], Status.FAIL, (finding,)) for name, finding in found)
    return decide(results, known(**facts))


def test_the_first_reason_says_how_sure_the_verdict_is_and_when() -> None:
    first, second = weighed(fail(ONE, "x"), certainty=SURE), weighed(fail(OTHER, "y"), certainty=LIKELY)
    for one, other in ((first, second), (second, first)):
        found = decided(("device-known", one), ("device-known", other))
        assert found.certainty is one.weight.certainty and codes(found.reasons) == [one.entry.code, other.entry.code]
    past = weighed(fail(ONE, "x"), when=When.WINDOW)
    assert decided(("device-known", past), ("device-known", second)).when is When.WINDOW
    assert decided(("device-known", second), ("device-known", past)).when is When.NOW


@pytest.mark.parametrize(("after", "cleared"), [(0, False), (_LATE_MS, False), (_LATE_MS + 1, True)])
def test_a_success_clears_a_state_that_is_older_than_the_service_is_late(after: int, cleared: bool) -> None:
    disabled = weighed(fail(ONE, "x"), since=BEFORE)
    found = decided(("device-known", disabled), identity=identity(last_activity=BEFORE + after))
    assert (found.link is None) is cleared


def test_a_stream_proves_a_device_from_where_it_was_read() -> None:
    def proven(**more) -> int:
        (success,) = successes(known(request=request(1, seconds=60.0, device="pump", **more)))
        return success.at

    assert proven() == NEW - 60_000 and proven(since=5) == 5
