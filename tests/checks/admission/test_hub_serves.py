"""A hub that is not active serves nobody."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.admission.hub_serves import hub_serves
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.hub_settings import HubSettings
from tests.checks.judging import finding, verdict

REFUSED = Failure(Kind.UNAUTHORIZED, "the settings of the hub", "management.example", 443, condition="X")


@pytest.mark.parametrize(
    ("settings", "status", "codes"),
    [
        ({"state": "Active"}, "pass", []),
        ({"state": "active"}, "pass", []),
        ({}, "pass", []),  # an answer that tells no state
        ({"state": "FailingOver"}, "fail", [("hub-not-active", "fail")]),
        ({"state": "Suspended"}, "fail", [("hub-not-active", "fail")]),
        ({"state": "Active", "profile": "Classic"}, "pass", []),
        ({"state": "Active", "profile": "MqttV5"}, "warn", [("hub-of-another-kind", "warn")]),
    ],
)
def test_verdict(settings: dict[str, str], status: str, codes: list[tuple[str, str]]) -> None:
    assert verdict(hub_serves, hub_settings=HubSettings("h", **settings)) == (status, codes)


def test_the_state_is_named() -> None:
    found = finding(hub_serves, hub_settings=HubSettings("h", state="FailingOver"))
    assert (found.message, found.evidence) == ("h is in the state FailingOver", {"hub": "h", "state": "FailingOver"})


def test_what_a_new_kind_of_hub_means_is_not_sure() -> None:
    assert finding(hub_serves, hub_settings=HubSettings("h", profile="new")).weight.certainty is Certainty.LIKELY


def test_settings_that_are_not_shown_say_nothing_of_the_hub() -> None:
    assert verdict(hub_serves, hub_settings=REFUSED) == ("error", [("manager-refuses", "warn")])
