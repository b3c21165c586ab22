"""The devices of an application: a row for each, and their counts on both axes."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.model.central import CentralDevice, CentralFleet
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Cause, Entry
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.fleet_of_central import data, lines, row

READY = Entry("ready", "The device may connect")
WAITS = Entry("waits", "The device waits for approval", (Cause("New.", ("Approve `az x --app-id APP`.", "Or wait.")),))
BARE = Entry("unassociated", "The device has no template", (Cause("No model.", ("Assign one.",)),))
ENTRIES = {(True, True): READY, (False, True): WAITS}
FLEET = CentralFleet(
    "app-1", 1200, {(True, True): 1198, (False, True): 2}, {"": 2, "Pump": 190, "Fan": 1008},
    {(False, True): ("d-1", "d\x1b2")}, ("d-3",), calls=7,
)  # fmt: skip


@pytest.mark.parametrize(("device", "told"), [
    (CentralDevice("a", "d", name="Pump 1", template="Pump", simulated=True), ("Pump 1", "Pump", True)),
    (CentralDevice("a", "d"), (None, None, False)),
])  # fmt: skip
def test_a_row(device: CentralDevice, told: tuple[str | None, str | None, bool]) -> None:
    """What a device does not have is null, not an empty text."""
    name, template, simulated = told
    assert row(device, WAITS) == {
        "device": "d", "status": "waits", "displayName": name, "template": template, "simulated": simulated,
    }  # fmt: skip


def test_counts_as_data() -> None:
    told = data(FLEET, ENTRIES, BARE)
    assert (told["app"], told["devices"], told["complete"], told["calls"]) == ("app-1", 1200, True, 7)
    assert told["connection"] == [
        {"status": "ready", "title": READY.title, "count": 1198, "examples": [], "mitigation": []},
        {"status": "waits", "title": WAITS.title, "count": 2, "examples": ["d-1", "d\x1b2"],
         "mitigation": ["Approve `az x --app-id APP`.", "Or wait."]},
    ]  # fmt: skip
    assert told["template"] == [
        {"template": "Fan", "count": 1008, "examples": [], "mitigation": []},
        {"template": "Pump", "count": 190, "examples": [], "mitigation": []},
        {"template": None, "count": 2, "examples": ["d-3"], "mitigation": ["Assign one."]},
    ]  # fmt: skip


def test_counts_of_a_part_are_not_complete() -> None:
    failure = Failure(Kind.BUSY, "the next page", "app-1", 443)
    assert data(CentralFleet("app-1", failure=failure), ENTRIES, BARE)["complete"] is False


def test_a_status_that_no_device_has_counts_zero() -> None:
    told = data(CentralFleet("app-1"), ENTRIES, BARE)
    assert [(each["count"], each["examples"]) for each in told["connection"]] == [(0, []), (0, [])]


def test_lines() -> None:
    told = list(lines(FLEET, ENTRIES, BARE, Known(app="app-1")))
    assert told[0] == "! 1,200 devices in app-1: 2 not provisioned or blocked, 2 without a template"
    assert told[2:4] == [f"     1,198  {READY.title} [ready]", f"         2  {WAITS.title} [waits]"]
    assert "By template: Fan 1,008, Pump 190, none 2" in told
    waits = told.index(f"× {WAITS.title} [waits]")
    assert told[waits + 1 : waits + 4] == ["    d-1", "    d\\x1b2", "  New."]
    assert any("az x --app-id app-1" in line for line in told)
    assert told[told.index(f"× {BARE.title} [unassociated]") + 1] == "    d-3"
    assert "connected" in told[-1]


def test_lines_without_anything_wrong() -> None:
    """A healthy application is told in counts only, and its ten most frequent templates."""
    names = {f"T{number}": number for number in range(1, 13)}
    told = list(lines(CentralFleet("a", 1, {(True, True): 1}, names), ENTRIES, BARE, Known()))
    assert not any(line.startswith("×") for line in told)
    (templates,) = [line for line in told if line.startswith("By template")]
    assert templates.startswith("By template: T12 12, T11 11") and templates.endswith("T3 3")
    assert not any(line.startswith("By") for line in lines(CentralFleet("a"), ENTRIES, BARE, Known()))


@pytest.mark.parametrize(("more", "first"), [
    ({}, "√ 1 device in a: 0 not provisioned or blocked, 0 without a template"),
    ({"examples": {(False, True): ("d",)}, "states": {(False, True): 1}},
     "! 1 device in a: 1 not provisioned or blocked, 0 without a template"),
    ({"without_template": ("d",), "templates": {"": 1}},
     "! 1 device in a: 0 not provisioned or blocked, 1 without a template"),
    ({"failure": Failure(Kind.BUSY, "the next page", "a", 443)},
     "? 1 device in a: 0 not provisioned or blocked, 0 without a template"),
])  # fmt: skip
def test_the_first_line_says_how_it_is(more: dict[str, Any], first: str) -> None:
    told = list(lines(CentralFleet("a", 1, **more), ENTRIES, BARE, Known()))
    assert told[0] == first
    assert [line.split()[0] for line in told[2:4]] == ["0", str(more.get("states", {}).get((False, True), 0))]
