"""What Resource Health says of the hub, and when it is the answer."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.health import Availability
from azext_iotdiag.model.verdict import State
from tests.checks.logged import codes, judged, log
from tests.checks.test_doctor import HOUR, ago

DOWN = Availability("Unavailable", summary="The platform has a problem.", reason="Unplanned", since=ago(HOUR))


@pytest.mark.parametrize("state", ["Unavailable", "Degraded"])
def test_a_problem_of_the_platform_is_the_answer(state: str) -> None:
    found = judged(log(), hub_health=DOWN._replace(state=state))
    assert found.link is not None and (found.link.value, codes(found.reasons)) == ("admission", ["platform-problem"])
    assert found.reasons[0].finding.message == f"Azure reports the hub as {state.lower()}: The platform has a problem"


def test_a_device_that_sent_since_then_is_well() -> None:
    found = judged(log(), heard=30, came=20, hub_health=DOWN)
    assert (found.state, codes(found.also)) == (State.HEALTHY, ["platform-problem"])


@pytest.mark.parametrize("state", ["Available", "Unknown"])
def test_available_and_unknown_say_nothing(state: str) -> None:
    assert judged(log(), heard=30, came=20, hub_health=Availability(state)).also == ()
