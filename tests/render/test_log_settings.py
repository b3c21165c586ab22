"""Diagnostic settings and plans, as a person and a program read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from azext_iotdiag.knowledge.access import MANAGER_REFUSES
from azext_iotdiag.model.finding import fail
from azext_iotdiag.model.log_setting import Action, LogSetting, LogStatus, Plan, Planned, Trouble, Workspace
from azext_iotdiag.render import log_settings as render

HUB, DPS = "plant.azure-devices.net", "line.azure-devices-provisioning.net"
WORKSPACE = Workspace("/subscriptions/s/workspaces/logs", "logs", "rg")
OLD = replace(WORKSPACE, name="old logs")
OWN = LogSetting("iot-diag", WORKSPACE.id, frozenset({"Routes", "Connections"}), {})
OTHER = LogSetting("archive", "", frozenset(), {})
PLAN = Plan("/hubs/plant", Action.CREATE, "iot-diag", WORKSPACE, {"a": 1}, ("Connections", "Routes"))
REFUSED = fail(MANAGER_REFUSES, "the login may not")


def troubled(trouble: Trouble, host: str = HUB, **more: Any) -> Planned:
    plan = Plan("/hubs/plant", Action.NOTHING, "iot-diag", settings=(OWN, OTHER), trouble=trouble, **more)
    return Planned(host, plan)


PLANS = {
    "to create": Planned(HUB, PLAN),
    "created": Planned(HUB, PLAN, carried_out=True),
    "amended beside others": Planned(
        DPS, replace(PLAN, action=Action.AMEND, settings=(OWN, OTHER), kept=("archive",)), carried_out=True
    ),
    "a workspace of an unknown group": Planned(HUB, replace(PLAN, workspace=replace(WORKSPACE, group=""), adds=())),
    "deleted": Planned(HUB, replace(PLAN, action=Action.DELETE, settings=(OWN,)), carried_out=True),
    "deleted, without a workspace": Planned(HUB, replace(PLAN, action=Action.DELETE, workspace=None)),
    "nothing to enable": Planned(HUB, replace(PLAN, action=Action.NOTHING)),
    "nothing to disable": Planned(HUB, replace(PLAN, action=Action.NOTHING, workspace=None)),
    "no workspace": troubled(Trouble.NO_WORKSPACE),
    "several workspaces": troubled(Trouble.SEVERAL_WORKSPACES, choices=(WORKSPACE, OLD)),
    "unknown workspace": troubled(Trouble.WORKSPACE_UNKNOWN, DPS, choices=(WORKSPACE,)),
    "another workspace": troubled(Trouble.OTHER_WORKSPACE, DPS),
    "too many": troubled(Trouble.TOO_MANY_SETTINGS),
    "refused": Planned(HUB, failure=REFUSED),
    "refused after the plan": Planned(HUB, PLAN, REFUSED),
    "nothing known": Planned(HUB),
}  # fmt: skip
STATES = {
    "all": LogStatus(HUB, (OWN, OTHER), connections=True),
    "a part": LogStatus(HUB, (OWN,), ("Routes", "C2DCommands"), connections=True),
    "no connections": LogStatus(HUB, (OTHER,), ("Connections",)),
    "a provisioning service": LogStatus(DPS, (), ("DeviceOperations",)),
    "a provisioning service in part": LogStatus(DPS, (OWN,), ("ServiceOperations",), connections=True),
    "refused": LogStatus(HUB, failure=REFUSED),
}


def test_golden(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for name, result in PLANS.items():
        before = [f"  (before) {line}" for line in render.planned(result)]
        told += [f"== {name}", *before, *render.lines(result)]
    for name, status in STATES.items():
        told += [f"== status: {name}", *render.status_lines(status)]
    golden("log_settings_shown.txt", "\n".join(told) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    told: dict[str, Any] = {name: render.data(result, dry_run=True) for name, result in PLANS.items()}
    told |= {f"status: {name}": render.status_data(status) for name, status in STATES.items()}
    golden("log_settings_shown.json", json.dumps(told, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("name", ["nothing to enable", "nothing known", "refused"])
def test_there_is_nothing_to_decide(name: str) -> None:
    assert list(render.planned(PLANS[name])) == []


def test_what_was_typed_as_a_dry_run_is_said() -> None:
    assert [render.data(PLANS["to create"], dry_run=each)["dryRun"] for each in (True, False)] == [True, False]


def test_the_rows_of_a_table() -> None:
    rows = render.table(render.status_data(STATES["all"]))
    assert [tuple(row.values()) for row in rows] == [
        (render.status_answer(STATES["all"]), None, None),
        ("iot-diag", WORKSPACE.id, "Connections, Routes"),
        ("archive", None, ""),
    ]
