"""What results of commands come to: exit codes, and the sums and questions that commands ask of them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from azext_iotdiag.knowledge.access import MANAGER_REFUSES
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.alert import (
    AlertPlan,
    AlertTrouble,
    OwnGroup,
    PlannedAlerts,
    PlannedRule,
    RuleKind,
    RuleList,
    Write,
)
from azext_iotdiag.model.changes import Changes
from azext_iotdiag.model.changes_shown import ChangesShown
from azext_iotdiag.model.diagnosing import Diagnosed
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.facts import typed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import fail, warn
from azext_iotdiag.model.health import Availability, HealthRead, Issue
from azext_iotdiag.model.hub_metrics import HubMetrics
from azext_iotdiag.model.log_query import QueryAnswer
from azext_iotdiag.model.log_setting import Action
from azext_iotdiag.model.log_table import Column, LogTable
from azext_iotdiag.model.log_volume import Arrivals, Arrived, Volume
from azext_iotdiag.model.route_tracing import Traced
from azext_iotdiag.model.routing import RouteTrace, TracedMessage
from azext_iotdiag.model.verdict import Diagnosis, Reason, State, Verdict

REFUSED = fail(MANAGER_REFUSES, "the login may not")
GOOD, BAD, OPEN = exit_codes.HEALTHY, exit_codes.PROBLEM, exit_codes.UNDETERMINED
ISSUE = Issue("TR1", "Calls fail", "ServiceIssue", True, (), (), None, True)
AVAILABLE, UNKNOWN = Availability("Available"), Availability("Unknown")
SILENT = Failure(Kind.SILENT, "the answer", "h", 443)


@pytest.mark.parametrize(("result", "code"), [
    (RuleList("h"), GOOD), (RuleList("h", failure=REFUSED), OPEN),
    (PlannedAlerts("h"), OPEN), (PlannedAlerts("h", AlertPlan("/h")), GOOD),
    (PlannedAlerts("h", AlertPlan("/h"), REFUSED), OPEN),
    (PlannedAlerts("h", AlertPlan("/h", trouble=AlertTrouble.NO_LOGS)), BAD),
    (QueryAnswer(), GOOD), (QueryAnswer(failure=REFUSED), OPEN),
    (ChangesShown(Changes("h", 0)), GOOD), (ChangesShown(), GOOD), (ChangesShown(failure=SILENT), OPEN),
    (ChangesShown(stopped=End.INTERRUPTED), exit_codes.INTERRUPTED), (ChangesShown(stopped=End.DURATION), GOOD),
    (ChangesShown(Changes("h", 0), stopped=End.INTERRUPTED), GOOD),
    (ChangesShown(failure=SILENT, stopped=End.INTERRUPTED), OPEN),
    (HealthRead("h", current=AVAILABLE), GOOD), (HealthRead("h", current=UNKNOWN), OPEN), (HealthRead("h"), OPEN),
    (HealthRead("h", current=AVAILABLE, failure=REFUSED), OPEN), (HealthRead("h", issues=()), OPEN),
    (HealthRead("h", offered=False), OPEN), (HealthRead("h", offered=False, issues=()), GOOD),
    (HealthRead("h", current=Availability("Degraded"), failure=REFUSED), BAD),
    (HealthRead("h", current=Availability("Unavailable")), BAD),
    (HealthRead("h", current=AVAILABLE, issues=(ISSUE,)), BAD),
    (HealthRead("h", current=AVAILABLE, issues=(ISSUE._replace(active=False),)), GOOD),
    (HealthRead("h", current=AVAILABLE, issues=(ISSUE._replace(here=False),)), GOOD),
    (HealthRead("h", current=AVAILABLE, issues=(ISSUE._replace(kind="PlannedMaintenance"),)), GOOD),
])  # fmt: skip
def test_exit_codes(result: Any, code: int) -> None:
    assert result.exit_code == code


ALSO = (Reason(warn(MANAGER_REFUSES, "a warning")),)


@pytest.mark.parametrize(("verdict", "found", "undetermined", "warning"), [
    (Verdict(State.HEALTHY, GOOD), GOOD, GOOD, GOOD),
    (Verdict(State.HEALTHY, GOOD, also=ALSO), GOOD, GOOD, BAD),
    (Verdict(State.UNDETERMINED, OPEN), GOOD, OPEN, OPEN),
    (Verdict(State.UNDETERMINED, OPEN, also=ALSO), GOOD, OPEN, OPEN),
    (Verdict(State.BROKEN, BAD), BAD, BAD, BAD),
])  # fmt: skip
def test_what_a_diagnosis_fails_on(verdict: Verdict, found: int, undetermined: int, warning: int) -> None:
    ended = Diagnosed(Diagnosis((), verdict), {}, {})
    assert [ended.exit_code(each) for each in ("found", "undetermined", "warning")] == [found, undetermined, warning]
    assert ended.exit_code() == undetermined


def test_the_writes_of_a_plan_are_in_order() -> None:
    """A rule can only name an action group that is there."""
    made, gone = (Write(each, f"/groups/{each.value}", "1") for each in (Action.CREATE, Action.DELETE))
    rule = PlannedRule("r", RuleKind.METRIC, "x", Action.CREATE, Write(Action.CREATE, "/rules/r", "1"))
    stays = PlannedRule("s", RuleKind.METRIC, "x")
    names = [[each.name for each in AlertPlan("/h", (stays, rule), group).writes] for group in (None, made, gone)]
    assert names == [["r"], ["create", "r"], ["r", "delete"]]


@pytest.mark.parametrize(("group", "unused"), [
    (OwnGroup("g"), True), (OwnGroup("g", ("r",)), False), (OwnGroup("g", searched="rg"), False),
])  # fmt: skip
def test_an_action_group_is_unused_where_all_rules_are_known(group: OwnGroup, unused: bool) -> None:
    assert group.unused is unused


@pytest.mark.parametrize(("more", "lost", "lost_all"), [
    ({}, 0, False), ({"accepted": 0}, 0, False), ({"accepted": 5}, 0, False),
    ({"accepted": 5, "orphaned": 3, "dropped": 2}, 5, True), ({"accepted": 5, "orphaned": 4}, 4, False),
    ({"accepted": 5, "dropped": 6}, 6, True), ({"accepted": 5, "dropped": 5, "built_in": 1}, 5, False),
    ({"accepted": 5, "dropped": 5, "built_in": 0}, 5, True), ({"orphaned": 1}, 1, False),
])  # fmt: skip
def test_what_a_hub_lost(more: dict[str, int], lost: int, lost_all: bool) -> None:
    counted = HubMetrics(0, 90_000, **more)
    assert (counted.lost, counted.lost_all, counted.minutes) == (lost, lost_all, 2)


def test_sums_of_a_log() -> None:
    found = Arrivals(0, 9, (Arrived("a", 2, 100, 5), Arrived("b", 3, 10, 7), Arrived("c", 0, 1, 6)))
    assert (found.rows, found.size, found.newest) == (5, 111, 7)
    assert (Arrivals(0, 9).rows, Arrivals(0, 9).size, Arrivals(0, 9).newest) == (0, 0, 0)
    assert (Volume(3, 48, 7).least, Volume(3, 48, 7).most) == (7, 151)
    table = LogTable((Column("a", "long"), Column("b", "string")), ((1, "x"), (2, None)))
    assert list(table.records()) == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]


def test_the_trace_of_a_message_is_a_fact() -> None:
    found = Diagnosis((), Verdict(State.BROKEN, BAD))
    trace = RouteTrace("h", TracedMessage("your message"))
    told = Traced(found, {"route_trace": typed(trace, datetime(2026, 11, 30, tzinfo=timezone.utc))})
    assert (told.trace, Traced(found, {}).trace, told.exit_code) == (trace, None, BAD)
