"""The check `gateway-passes-on`, and what clears the findings about IoT Edge."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.connection.gateway_passes_on import gateway_passes_on
from azext_iotdiag.checks.verdict import judge
from azext_iotdiag.model.edge import EdgeModule, EdgeRuntime, EdgeStatus
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.verdict import State
from tests.checks.edge import BELOW, HOUR_AGO, NOW, WELL, agent
from tests.checks.judging import known, verdict


@pytest.mark.parametrize(("found", "heard", "code"), [
    (replace(BELOW, at_gateway=True), None, ""),
    (replace(BELOW, at_gateway=False), None, ""),
    (BELOW, HOUR_AGO, ""),
    (BELOW, None, "device-not-at-gateway"),
    (replace(BELOW, child="pump.7"), None, ""),  # the edge hub cannot report it
    (replace(BELOW, hub_connected=False, hub_heard=HOUR_AGO), HOUR_AGO, "gateway-disconnected"),
    (replace(BELOW, hub_connected=False), None, "gateway-disconnected"),
])  # fmt: skip
def test_the_gateway(found: EdgeRuntime, heard: int | None, code: str) -> None:
    identity = Identity("h", "pump", last_activity=heard, parents=True, gateway="gate")
    judged = verdict(gateway_passes_on, edge_runtime=found, identity=identity, now=NOW)
    assert judged == (("fail", [(code, "fail")]) if code else ("pass", []))


def test_an_edge_device_has_no_gateway_to_judge() -> None:
    assert verdict(gateway_passes_on, edge_runtime=WELL, identity=Identity("h", "gate"), now=NOW)[0] == "skip"


BROKEN = (
    agent(500, "x"), replace(WELL, hub=EdgeStatus(400, told_at=HOUR_AGO)), replace(WELL, routes=()),
    replace(WELL, agent=None), replace(WELL, modules=(EdgeModule("filter", "backoff", "running"),)),
    replace(BELOW, hub_connected=False), BELOW,
)  # fmt: skip


@pytest.mark.parametrize("found", BROKEN)
def test_a_message_after_it_clears_what_the_runtime_reported(found: EdgeRuntime) -> None:
    identity = Identity("h", "pump", status="enabled", edge=not found.child, gateway=found.device)
    silent = known(now=NOW, identity=identity, edge_runtime=found, newest_messages=NewestMessages("pump"))
    sends = {**silent, **known(newest_messages=NewestMessages("pump", int(NOW * 1000) - 1000))}
    assert judge(catalogue.ALL, silent, lambda: 0.0).verdict.state is State.BROKEN
    assert judge(catalogue.ALL, sends, lambda: 0.0).verdict.state is State.HEALTHY
