"""The check `edge-routes-upstream`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.device.edge_routes_upstream import edge_routes_upstream
from azext_iotdiag.checks.verdict import judge
from azext_iotdiag.model.edge import EdgeRoute
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.verdict import State
from tests.checks.edge import HOUR_AGO, NOW, UP, WELL
from tests.checks.judging import finding, known, verdict


@pytest.mark.parametrize(("routes", "judged"), [
    ((UP,), []),
    ((EdgeRoute("up", "from /messages/modules/filter/outputs/* into $upstream"),), []),
    ((EdgeRoute("up", "FROM /messages/modules/*/outputs/* INTO $upstream"),), []),
    ((), ["fail"]),
    ((EdgeRoute("in", 'FROM /messages/* INTO BrokeredEndpoint("/modules/filter/inputs/in")'),), ["fail"]),
    ((EdgeRoute("up", "FROM /messages/modules/Filter/outputs/* INTO $upstream"),), ["fail"]),
    ((UP, EdgeRoute("odd", "FROM /messages/modules/fliter/outputs/* INTO $upstream")), ["warn"]),
])  # fmt: skip
def test_routes_to_the_hub(routes: tuple[EdgeRoute, ...], judged: list[str]) -> None:
    _, found = verdict(edge_routes_upstream, edge_runtime=replace(WELL, routes=routes), now=NOW)
    assert found == [("edge-no-route-upstream", each) for each in judged]


def test_the_module_that_was_meant_is_named() -> None:
    routes = (EdgeRoute("up", "FROM /messages/modules/fliter/outputs/* INTO $upstream"),)
    told = finding(edge_routes_upstream, edge_runtime=replace(WELL, routes=routes), now=NOW)
    assert told.message == (
        "the route 'up' on 'gate' takes messages of 'fliter', which is not deployed; the deployment has 'filter'"
    )


def test_routes_of_messages_are_no_reason_for_other_goals() -> None:
    facts = known(
        now=NOW, identity=Identity("h", "gate", last_activity=HOUR_AGO), edge_runtime=replace(WELL, routes=())
    )
    for goal, state in ((Goal.TELEMETRY, State.BROKEN), (Goal.TWIN, State.HEALTHY)):
        assert judge(catalogue.ALL, {**facts, **known(goal=goal)}, lambda: 0.0).verdict.state is state
