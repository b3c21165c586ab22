"""The runtime of an IoT Edge device is read from two twins, and odd ones do no harm."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.edge import EdgeModule, EdgeRoute, EdgeRuntime, EdgeStatus
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.probes.catalogue import PROBES
from azext_iotdiag.probes.edge_runtime import read
from azext_iotdiag.probes.readings import identity
from tests.checks.judging import known

AT = "2023-11-14T22:13:20Z"
AGENT = {"properties": {
    "desired": {"modules": {"filter": {"status": "stopped"}}, "$version": 4, "$metadata": {"$lastUpdated": AT}},
    "reported": {
        "lastDesiredVersion": 3, "lastDesiredStatus": {"code": 500, "description": "A task was canceled."},
        "systemModules": {"edgeHub": {"runtimeStatus": "running", "exitCode": 0}},
        "modules": {"filter": {"runtimeStatus": "backoff", "exitCode": 139, "statusDescription": "ended"}},
        "$metadata": {"lastDesiredStatus": {"$lastUpdated": AT}},
    },
}}  # fmt: skip
HUB = {
    "connectionState": "Connected", "lastActivityTime": AT,
    "properties": {
        "desired": {"routes": {"a": "FROM /messages/* INTO $upstream", "b": {"route": "FROM x INTO y", "priority": 1}}},
        "reported": {"lastDesiredStatus": {"code": 200}, "clients": {"pump": {"status": "Connected"}}},
    },
}  # fmt: skip
MS = 1_700_000_000_000


def test_both_twins() -> None:
    assert read("gate", "", AGENT, HUB) == EdgeRuntime(
        "gate", "", None, EdgeStatus(500, "A task was canceled.", 4, 3, MS, MS), EdgeStatus(200), True, MS, ("filter",),
        (EdgeModule("edgeHub", "running", "running", 0), EdgeModule("filter", "backoff", "stopped", 139, "ended")),
        (EdgeRoute("a", "FROM /messages/* INTO $upstream"), EdgeRoute("b", "FROM x INTO y")),
    )  # fmt: skip


@pytest.mark.parametrize(("child", "there"), [("pump", True), ("fan", None), ("", None)])
def test_a_device_below(child: str, there: bool | None) -> None:
    assert read("gate", child, AGENT, HUB).at_gateway is there


@pytest.mark.parametrize("odd", [
    {}, {"properties": None}, {"properties": {"desired": {"modules": [], "routes": 1}, "reported": {"clients": 1}}},
    {"properties": {"reported": {"modules": {"x": 1, "y": {"runtimeStatus": 2}}, "systemModules": "z"}}},
])  # fmt: skip
def test_odd_twins_tell_nothing(odd: dict) -> None:
    assert read("gate", "pump", odd, odd) == EdgeRuntime("gate", "pump")


@pytest.mark.parametrize(("told", "gateway", "parents"), [
    ({"deviceScope": "ms-azure-iot-edge://gate-1-638"}, "gate-1", True),
    ({"parentScopes": ["ms-azure-iot-edge://top-637"], "deviceScope": "ms-azure-iot-edge://gate-638",
      "capabilities": {"iotEdge": True}}, "top", True),
    ({"deviceScope": "ms-azure-iot-edge://gate-638", "capabilities": {"iotEdge": True}}, "", False),
    ({"parentScopes": ["odd"]}, "", True), ({"parentScopes": 7, "deviceScope": 7}, "", False), ({}, "", False),
])  # fmt: skip
def test_the_gateway_above_a_device(told: dict, gateway: str, parents: bool) -> None:
    found = identity("h", "d", told)
    assert (found.gateway, found.parents) == (gateway, parents)


@pytest.mark.parametrize(("found", "worth"), [
    (Identity("h", "d"), False), (Identity("h", "d", edge=True), True), (Identity("h", "d", gateway="g"), True),
    (Identity("h", "d", known=False, edge=True), False),
])  # fmt: skip
def test_only_edge_devices_and_those_below_cost_requests(found: Identity, worth: bool) -> None:
    assert PROBES["edge_runtime"].worth(known(identity=found)) is worth
    assert not PROBES["edge_runtime"].worth({})
