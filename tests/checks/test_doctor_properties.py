"""What holds for every verdict: fewer facts never make it surer, and words that no table has never get a name."""

from __future__ import annotations

import random
from typing import Any

import pytest

from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Certainty, When
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.hub_settings import EndpointHealth, Route
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.keys import Admission, Asked, GivenKey
from azext_iotdiag.model.verdict import State, Verdict
from tests.checks.test_doctor import CASES, FALLBACK_OFF, HEALTHY, HOST, HOUR, WITH_LOGIN, device, hub, judged, stream
from tests.checks.test_goals import CASES as GOALS
from tests.checks.test_said import logged, says
from tests.plugins.effort import cases

FACTS: dict[str, dict[str, Any]] = {
    **{case.number: {**WITH_LOGIN, **case.facts} for case in CASES},
    **{name: {**WITH_LOGIN, "hub_settings": hub(), **values} for name, values in HEALTHY.items()},
    **{name: values for name, (values, _) in GOALS.items()},
    "over HTTPS, and public access is off": {
        "identity": device(None), "newest_messages": stream(20), "hub_settings": hub(public_access=False),
    },
    "over HTTPS, and the fallback is off": {
        "identity": device(None), "newest_messages": stream(20),
        "hub_settings": hub(Route("r", "DeviceMessages", "a = 'b'", ("cold",), True), fallback=FALLBACK_OFF),
    },
    "what its log said is over": {
        "identity": device(20), "newest_messages": stream(20), "device_says": says(logged("hub-401003")),
    },
}  # fmt: skip


def sure_reasons(found: Verdict) -> set[tuple[str, str]]:
    """Where data stops now, and why, where that is sure."""
    if found.state is not State.BROKEN or found.certainty is not Certainty.SURE or found.when is When.COMING:
        return set()
    return {(each.finding.entry.code, each.finding.message) for each in found.reasons[:1]}


def said(found: Verdict) -> set[tuple[str, str]]:
    """All that is wrong now, sure or not."""
    return {(each.finding.entry.code, each.finding.message) for each in (*found.reasons, *found.also)}


@pytest.mark.parametrize("values", FACTS.values(), ids=FACTS)
def test_fewer_facts_never_make_a_verdict_surer(values: dict[str, Any]) -> None:
    """What is sure with fewer facts was a fault with all of them, and no success had cleared it."""
    chance = random.Random(15)
    whole = judged(**values)
    broken = whole.state is State.BROKEN
    for _ in range(cases(60)):
        left = [name for name in values if chance.random() < 0.7]
        less = judged(**{name: values[name] for name in left})
        assert not sure_reasons(less) or broken, (left, less.reasons)
        assert sure_reasons(less) <= said(whole), left
        if less.reasons[:1] and whole.reasons[:1] and less.reasons[0].finding == whole.reasons[0].finding:
            assert less.certainty.rank <= whole.certainty.rank, left


WORDS = "a word that no table has (QX-77)"
UNKNOWN = [code for code in ("499777", "http:499", "NeverHeardOf", "401999", "500777") if not lookup.find(code)]
KNOWN = ("401002", "404001", "403002", "429001", "DeviceNotFound", "IotHubQuotaExceeded")
ODD_KINDS = (Kind.REFUSED, Kind.BUSY, Kind.MISSING, Kind.NOT_HTTP)


def failures() -> list[Failure]:
    """Answers of a documented shape with codes that nobody knows, and known codes under a status that is not theirs."""
    unknown = [Failure(kind, "an answer", HOST, 443, "", code, WORDS) for kind in ODD_KINDS for code in UNKNOWN]
    return unknown + [Failure(Kind.BUSY, "an answer", HOST, 443, "", code, WORDS) for code in KNOWN]


@pytest.mark.parametrize("name", ["identity", "hub_settings", "newest_messages", "quota", "endpoint_health"])
@pytest.mark.parametrize("failure", failures(), ids=lambda each: f"{each.kind.value}-{each.condition}")
def test_an_answer_that_no_table_has_decides_nothing(name: str, failure: Failure) -> None:
    values = {"identity": device(None, connected=True, status="enabled"), "hub_settings": hub(), **WITH_LOGIN}
    found = judged(**{**values, name: failure})
    assert found.state is not State.HEALTHY
    told = [each for each in (*found.blind, *found.reasons, *found.also) if WORDS in each.finding.message]
    assert told and failure.condition in told[0].finding.message, "the service's own words are shown"
    assert found.certainty is not Certainty.SURE


ODD_STATES: dict[str, dict[str, Any]] = {
    "a status of a device": {"identity": Identity(HOST, "pump", status="quarantined", last_activity=1)},
    "a state of a hub": {"hub_settings": hub(state="")},
    "a profile": {"hub_settings": hub(profile="mqttV6")},
    "a health": {"endpoint_health": (EndpointHealth("events", "pensive"),)},
    "a kind of route": {"hub_settings": hub(Route("r", "MoonMessages", "true", ("cold",), True))},
    "an authentication": {"identity": device(20, authentication="retina")},
    "an answer to the credential": {
        "admission": Admission(HOST, "pump", "HTTPS", None, 499, "499777", WORDS),
        "asked": Asked(), "given": GivenKey("--cs", "device"),
    },
}  # fmt: skip


@pytest.mark.parametrize("goal", [Goal.TELEMETRY, Goal.CONNECTION])
@pytest.mark.parametrize("values", ODD_STATES.values(), ids=ODD_STATES)
def test_a_state_that_no_table_has_is_never_a_sure_fault(values: dict[str, Any], goal: Goal) -> None:
    usual = {"identity": device(20), "hub_settings": hub(), "newest_messages": stream(20), **WITH_LOGIN, "goal": goal}
    found = judged(**{**usual, **values})
    assert not sure_reasons(found)


def test_a_setting_alone_is_likely_where_no_message_could_clear_it() -> None:
    off = {"identity": device(6 * HOUR), "hub_settings": hub(public_access=False)}
    assert judged(**off).certainty is Certainty.LIKELY
    assert judged(**off, newest_messages=stream(None, complete=False)).certainty is Certainty.LIKELY
    assert judged(**off, newest_messages=stream(None)).certainty is Certainty.SURE
