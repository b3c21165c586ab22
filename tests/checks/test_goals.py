"""What counts for what is missed: the verdict of the same facts for each goal."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag._params import check as check_params
from azext_iotdiag.checks import catalogue, goals, verdict
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.method import MethodAnswer, MethodCall
from azext_iotdiag.model.twin_state import Pending, TwinState
from azext_iotdiag.model.verdict import State, Verdict
from tests.checks.judging import known
from tests.checks.test_doctor import FALLBACK_OFF, HOST, HOUR, NOW, ago, device, hub, stream

BEHIND = TwinState(3, 2, ago(HOUR), (Pending("interval", 3, ago(HOUR), ago(2 * HOUR)),))
NOT_ONLINE = MethodAnswer(HOST, "pump", "", MethodCall(), 404, 0.1, 0.1, code="404103", said="Timed out")


def judged(goal: Goal | None, **values: Any) -> Verdict:
    goals_ = {} if goal is None else {"goal": goal}
    return verdict.judge(catalogue.ALL, known(now=NOW, **goals_, **values), lambda: 0.0).verdict


def test_the_option_names_every_goal() -> None:
    assert set(check_params._GOALS) == {each.value for each in Goal}


CASES = {
    "a twin that is behind": ({"identity": device(20, twin=BEHIND)}, {Goal.TWIN: "desired-behind"}),
    "a full queue": ({"identity": device(20, queued=50)}, {Goal.C2D: "hub-403004"}),
    "no storage": ({"identity": device(20), "hub_settings": hub()}, {Goal.FILE_UPLOAD: "hub-400014"}),
    "a device that cannot be called": (
        {"identity": device(20), "method_answer": NOT_ONLINE}, {Goal.METHODS: "hub-404103"},
    ),
    "a device that left": (
        {"identity": device(5 * HOUR)},
        {Goal.METHODS: "device-disconnected", Goal.CONNECTION: "device-disconnected"},
    ),
    "a fallback that is off": (
        {"identity": device(HOUR, connected=True), "hub_settings": hub(fallback=FALLBACK_OFF, upload_container="files"),
         "newest_messages": stream(None)},
        {Goal.TELEMETRY: "fallback-off"},
    ),
    "a disabled device": (
        {"identity": device(None, status="disabled"), "hub_settings": hub(upload_container="files")},
        dict.fromkeys(Goal, "device-disabled"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("goal", Goal, ids=lambda goal: goal.value)
@pytest.mark.parametrize(("values", "broken"), CASES.values(), ids=CASES)
def test_only_what_is_missed_counts(goal: Goal, values: dict[str, Any], broken: dict[Goal, str]) -> None:
    found = judged(goal, **values)
    codes = [each.finding.entry.code for each in found.reasons]
    assert codes[:1] == ([broken[goal]] if goal in broken else [])
    assert (found.state is State.BROKEN) is (goal in broken)


def test_what_is_not_missed_is_told_beside_the_verdict() -> None:
    found = judged(Goal.TELEMETRY, identity=device(20, queued=50))
    assert (found.exit_code, [each.finding.entry.code for each in found.also]) == (0, ["hub-403004"])


def test_without_a_goal_every_link_counts() -> None:
    assert judged(None, identity=device(20, queued=50)).link is Link.COMMANDS


def test_what_only_the_device_can_show_is_tried_next() -> None:
    for goal, command in ((Goal.METHODS, "method ping"), (Goal.TWIN, "twin test")):
        found = judged(goal, identity=device(20))
        assert command in found.next_command
        assert "COMMANDS" in {each.name for each in found.blind_spots}
    assert "COMMANDS" not in {each.name for each in judged(Goal.TELEMETRY, identity=device(20)).blind_spots}


def test_every_check_of_commands_has_its_kind() -> None:
    of_all = {"commands-not-refused"}
    assert {check.name for check in catalogue.of(Link.COMMANDS)} == {*goals._OF_COMMANDS, *of_all}
