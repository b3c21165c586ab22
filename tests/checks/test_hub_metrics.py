"""What the counts of a hub say of its devices: 0 of all is 0 of one, and more than 0 proves nothing of one."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks import catalogue, verdict
from azext_iotdiag.model.finding import When
from azext_iotdiag.model.hub_metrics import HubMetrics
from azext_iotdiag.model.hub_settings import Quota
from azext_iotdiag.model.verdict import State, Verdict
from tests.checks.judging import known, newest, request
from tests.checks.test_doctor import HEALTHY_ENDPOINTS, NOW, device, hub, stream

WELL = {"identity": device(), "hub_settings": hub(), "newest_messages": stream(5), "quota": Quota(1, 400_000),
        "endpoint_health": HEALTHY_ENDPOINTS}  # fmt: skip


def counted(attempted: int = 100, accepted: int = 100, built_in: int = 100, **more: int) -> HubMetrics:
    return HubMetrics(0, 3_600_000, attempted, accepted, built_in=built_in, **more)


def judged(metrics: HubMetrics, **values) -> Verdict:
    return verdict.judge(
        catalogue.ALL, known(now=NOW, **{**WELL, **values, "hub_metrics": metrics}), lambda: 0.0
    ).verdict


def codes(reasons) -> list[str]:
    return [each.finding.entry.code for each in reasons]


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        ({"throttled": 7}, "hub-429001", "throttled its devices 7 times in the last 60 min"),
        ({"orphaned": 1}, "route-orphaned", "No route took 1 message of any device in the last 60 min"),
        ({"dropped": 2}, "route-dropped", "dropped 2 messages of any device"),
        ({"incompatible": 3}, "route-invalid-message", "3 messages did not fit an endpoint"),
    ],
)
def test_what_some_devices_lost_is_said_beside_a_healthy_answer(more, code: str, says: str) -> None:
    found = judged(counted(**more))
    assert (found.state, found.exit_code, codes(found.also)) == (State.HEALTHY, 0, [code])
    assert says in found.also[0].finding.message and found.also[0].finding.weight.when is When.WINDOW


@pytest.mark.parametrize("metrics", [counted(), HubMetrics(0, 3_600_000), counted(0, 0, 0)])
def test_without_losses_nothing_is_said(metrics: HubMetrics) -> None:
    found = judged(metrics)
    assert (found.state, found.also) == (State.HEALTHY, ())


def silence(metrics: HubMetrics | None) -> list[tuple[str, str]]:
    """The causes of a stream that brings nothing, and how they stand."""
    facts = {"stream": newest(7200).at_end(), "request": request()}
    facts |= {"hub_metrics": metrics} if metrics is not None else {}
    (reason,) = verdict.diagnose(catalogue.OF_SESSIONS, known(now=NOW, **facts), lambda: 0.0).verdict.reasons[-1:]
    return [(cause.why.partition(" Once")[0], standing.value) for cause, standing in reason.causes]


UNSENT, ELSEWHERE, ROUTE = (
    "No device sent anything in this time.",
    "The devices send to another hub.",
    "A route takes the messages to another endpoint.",
)


def test_a_silent_stream_names_the_hop_at_which_data_stops() -> None:
    assert [why for why, _ in silence(None)] == [UNSENT, ELSEWHERE, ROUTE]
    assert silence(counted(0, 0, 0)) == [(UNSENT, "proven"), (ELSEWHERE, "open")]
    assert silence(counted(built_in=0))[0] == (ROUTE, "proven")
    assert [why for why, _ in silence(counted())] == [UNSENT, ELSEWHERE, ROUTE]


def test_a_session_names_routing_where_all_messages_are_lost() -> None:
    facts = known(now=NOW, stream=newest(7200).at_end(), request=request(),
                  hub_metrics=counted(built_in=0, orphaned=100))  # fmt: skip
    found = verdict.diagnose(catalogue.OF_SESSIONS, facts, lambda: 0.0).verdict
    assert found.link is not None and found.link.value == "routing"
