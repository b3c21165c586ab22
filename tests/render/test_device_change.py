"""A change of a device in its registry, as a person and a program read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.device_change import Action, DeviceChange
from azext_iotdiag.model.device_changing import DeviceChanged
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.verdict import Diagnosis, State, Verdict
from azext_iotdiag.render import device_change as render
from azext_iotdiag.render.commands import Known

HUB, APP = "plant.azure-devices.net", "plant.azureiotcentral.com"
AT = 1_796_040_000_000  # 2026-11-30T12:00:00Z
GOOD = Diagnosis((), Verdict(State.HEALTHY, exit_codes.HEALTHY))
SEEN = Identity(HUB, "pump", status="enabled", connected=True, last_activity=AT, queued=1)
WAITS = CentralDevice(APP, "pump")
HUB_CHANGE = DeviceChange(Action.DELETE, HUB, "pump", SEEN)
APP_CHANGE = DeviceChange(Action.APPROVE, APP, "pump", member=WAITS, template="dtmi:a;1")
PLANNED = {
    "a connected device": HUB_CHANGE,
    "a device that was never seen": replace(HUB_CHANGE, identity=Identity(HUB, "pump", queued=2)),
    "a device that waits": APP_CHANGE,
    "a device that is enabled": replace(APP_CHANGE, member=replace(WAITS, enabled=True, template="dtmi:b;1")),
    "a device that came through provisioning": replace(APP_CHANGE, member=replace(WAITS, provisioned=True)),
    "nothing is known": DeviceChange(Action.CREATE, HUB, "pump"),
}
ENDED = {
    **{each.value: DeviceChange(each, HUB, "pump", template="dtmi:a;1", done=True) for each in Action},
    "approved before": replace(APP_CHANGE, member=replace(WAITS, enabled=True)),
    "unblocked before": replace(APP_CHANGE, action=Action.UNBLOCK, member=replace(WAITS, enabled=True)),
    "assigned before": replace(APP_CHANGE, action=Action.ASSIGN, member=replace(WAITS, template="dtmi:a;1")),
}


def test_golden(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for name, change in PLANNED.items():
        told += [f"== planned: {name}", *render.planned(change)]
    told += [
        "== questions",
        *(render.question(replace(APP_CHANGE, action=each)) for each in Action if each.value != "create"),
    ]
    for name, change in ENDED.items():
        told += [f"== {name}", *render.lines(DeviceChanged(change, GOOD), Known("plant", "pump"))]
    golden("device_change_shown.txt", "\n".join(told) + "\n")


@pytest.mark.parametrize(
    ("name", "done", "unneeded", "template"),
    [("create", True, False, "dtmi:a;1"), ("approved before", False, True, "dtmi:a;1")],
)
def test_data(name: str, done: bool, unneeded: bool, template: str) -> None:
    told = render.data(DeviceChanged(ENDED[name], GOOD), Known())
    assert (told["done"], told["unneeded"], told["template"]) == (done, unneeded, template)
    assert told["action"] == ENDED[name].action.value and told["service"] == ENDED[name].service
    assert render.data(DeviceChanged(HUB_CHANGE, GOOD), Known())["template"] is None


@pytest.mark.parametrize(
    ("change", "open_", "unneeded", "blocked", "of_app"),
    [
        (HUB_CHANGE, True, False, False, False),
        (replace(HUB_CHANGE, done=True), False, False, False, False),
        (APP_CHANGE, True, False, False, True),
        (PLANNED["a device that is enabled"], False, True, False, True),
        (replace(PLANNED["a device that is enabled"], done=True), False, False, False, True),
        (PLANNED["a device that came through provisioning"], False, False, True, True),
        (replace(PLANNED["a device that came through provisioning"], action=Action.UNBLOCK), True, False, False, True),
        (replace(APP_CHANGE, member=replace(WAITS, provisioned=True, enabled=True)), False, True, False, True),
        (replace(APP_CHANGE, action=Action.ASSIGN), True, False, False, True),
        (ENDED["assigned before"], False, True, False, True),
    ],
)
def test_what_is_left_to_be_done(
    change: DeviceChange, open_: bool, unneeded: bool, blocked: bool, of_app: bool
) -> None:
    assert (change.open, change.unneeded, change.is_blocked, change.of_app) == (open_, unneeded, blocked, of_app)
