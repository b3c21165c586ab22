"""Many devices of a hub: a row for each, their counts, and what quiet ones share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from azext_iotdiag.insights.shared import Compared, Trait
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Cause, Entry
from azext_iotdiag.model.fleet import Fleet, Row
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.fleet import WIDTHS, data, estimate, line, lines, progress, quiet, row, shared, table

CONNECTED = Entry("device-connected", "Connected", (Cause("It is.", ("Nothing.",)),))
GONE = Entry("device-disconnected", "Disconnected", (Cause("It went.", ("Look.",)),))
NEVER = Entry("device-never-seen", "Never seen", (Cause("New.", ("Turn it on: `az x --hub-name HUB`.",)),))
OFF = Entry("device-disabled", "Disabled", (Cause("By hand.", ("Enable it.",)),))
ENTRIES = {"connected": CONNECTED, "disconnected": GONE, "never-connected": NEVER, "disabled": OFF}
FLEET = Fleet(
    "hub-1", 1000, 900, 40, 57, 0, {"sas": 10, "": 1, "x509": 989}, {"dtmi:a;1": 3, "": 997},
    {"never-connected": (Identity("hub-1", "d-1", status_reason="new"), Identity("hub-1", "d\x1b2"))}, 5,
)  # fmt: skip
KNOWN = Known(hub="hub-1", login="--hub-name hub-1")


def test_a_row() -> None:
    bare = {"statusReason": None, "lastActivity": None, "authentication": None, "model": None, "edge": False}
    assert row(Row(Identity("h", "d"), {}), OFF) == {"device": "d", "status": "device-disabled", **bare}
    full = Identity("h", "d", status_reason="x", last_activity=0, authentication="sas", model="dtmi:a;1", edge=True)
    assert row(Row(full, {}), OFF) == {
        "device": "d", "status": "device-disabled", "statusReason": "x", "lastActivity": "1970-01-01T00:00:00Z",
        "authentication": "sas", "model": "dtmi:a;1", "edge": True,
    }  # fmt: skip


def test_a_row_of_which_quiet_cannot_be_told() -> None:
    told = row(Row(Identity("h", "d"), {}, sure=False), OFF)
    assert told["quiet"] and line(told)["Note"] == told["quiet"]


def test_a_row_of_a_table() -> None:
    assert line(row(Row(Identity("h", "d", status_reason="why"), {}), OFF)) == {
        "Device": "d", "Status": "device-disabled", "LastActivity": "never", "Authentication": "", "Model": "",
        "Note": "why",
    }  # fmt: skip
    assert line({"registration": "d", "errorCode": None}) == {"Registration": "d", "ErrorCode": None}


def test_counts_as_data() -> None:
    told = data(FLEET, ENTRIES)
    assert (told["hub"], told["devices"], told["calls"], told["notCounted"]) == ("hub-1", 1000, 5, {})
    assert [(each["status"], each["count"]) for each in told["connection"]] == [
        ("device-connected", 900), ("device-disconnected", 40), ("device-never-seen", 57), ("device-disabled", 0),
    ]  # fmt: skip
    assert told["connection"][2]["examples"] == [
        {"device": "d-1", "reason": "new"}, {"device": "d\x1b2", "reason": None},
    ]  # fmt: skip
    assert told["connection"][3]["mitigation"] == [], "no device is disabled"
    assert told["template"] == [{"model": None, "count": 997}, {"model": "dtmi:a;1", "count": 3}]
    assert [each["type"] for each in told["authentication"]] == ["x509", "sas", None]


def test_what_could_not_be_counted_says_why() -> None:
    failures = {
        "models": Failure(Kind.BUSY, "a", "h", 1, description="too many"),
        "x": Failure(Kind.SILENT, "a", "h", 1),
    }
    fleet = Fleet("hub-1", failures=failures)
    assert data(fleet, ENTRIES)["notCounted"] == {"models": "too many", "x": "silent"}
    told = list(lines(fleet, ENTRIES, "", Known()))
    assert (
        told[0].startswith("? Not all could be counted of the devices in hub-1: ? connected, ")
        and told[2] == "  ?  Connected [device-connected]"
    )
    assert "? models could not be counted: too many" in told and "? x could not be counted: silent" in told


def test_lines() -> None:
    told = list(lines(FLEET, ENTRIES, "", KNOWN))
    assert told[0] == "! 1,000 devices in hub-1: 900 connected, 40 disconnected, 57 never connected, 0 disabled"
    assert told[-1].startswith("Counted by 5 requests.")
    healthy = Fleet("hub-1", 3, 2, 1, 0, 0)
    assert next(iter(lines(healthy, ENTRIES, "", KNOWN))).startswith("√ 3 devices in hub-1: 2 connected, ")
    assert told[2:6] == [
        "  900  Connected [device-connected]", "   40  Disconnected [device-disconnected]",
        "   57  Never seen [device-never-seen]", "    0  Disabled [device-disabled]",
    ]  # fmt: skip
    assert "By model: none 997, dtmi:a;1 3" in told and "By authentication: x509 989, sas 10, none 1" in told
    seen = told.index("× Never seen [device-never-seen]: 57")
    assert told[seen + 1 : seen + 3] == ["    d-1: new", "    d\\x1b2"]
    assert "az iot diag device list --hub-name hub-1 --status never-connected" in told[seen + 3]
    assert any("az x --hub-name hub-1" in line for line in told)
    assert "that the query picks" in next(iter(lines(FLEET, ENTRIES, "tags.x = 1", KNOWN)))


def test_where_all_are_shown_no_list_is_advised() -> None:
    two = Fleet("hub-1", 2, 0, 0, 2, 0, examples=FLEET.examples)
    assert not any("device list" in line for line in lines(two, ENTRIES, "", KNOWN))


@pytest.mark.parametrize(("total", "told"), [
    (None, "1,500 read, 3 shown."), (2000, "1,500 of 2,000 read, 3 shown."),
])  # fmt: skip
def test_how_far_it_is(total: int | None, told: str) -> None:
    assert progress(1500, total, 3) == told


def test_how_many_are_quiet() -> None:
    assert quiet(1500, 0) == "1,500 quiet."
    assert quiet(0, 7) == "0 quiet, 7 unknown (they may use HTTPS or a gateway)."


def test_what_tells_quiet_devices_from_the_others() -> None:
    site = Trait("tag site", "a\x1b", 40, 50, "tags.site = 'a'")
    gateway = Trait("behind a gateway", "yes", 30, 50)
    told = list(shared([Compared(site, 3, 950)], [gateway]))
    assert told[1:] == [
        "  tag site = a\\x1b: 40 of 50 quiet, 3 of 950 others",
        "  behind a gateway = yes: 30 of 50 quiet; others not counted",
    ]
    assert list(shared([Compared(site, 0, 0)], []))[1].endswith("40 of 50 quiet, there are no others")
    assert list(shared([], [])) == ["The quiet devices have nothing in common that the others do not have."]


@pytest.mark.parametrize(("result", "rows"), [
    (data(FLEET, ENTRIES), [("all", "", 1000), ("connection", "device-connected", 900), ("template", "none", 997),
                            ("authentication", "x509", 989)]),
    ({"dps": "dps-1", "devices": 7, "connection": [{"status": "dps-assigned", "count": 7, "title": "T"}],
      "group": [{"group": None, "count": 7}]},
     [("all", "", 7), ("connection", "dps-assigned", 7), ("group", "none", 7)]),
    ({"app": "app-1", "devices": 2, "connection": [], "template": [{"template": "dtmi:a;1", "count": 2}]},
     [("all", "", 2), ("template", "dtmi:a;1", 2)]),
])  # fmt: skip
def test_a_table_holds_all_counts(result: dict[str, Any], rows: list[tuple[str, str, int]]) -> None:
    made = table(result)
    assert set(rows) <= {(each["Axis"], each["Value"], each["Count"]) for each in made}
    assert made[0]["Axis"] == "all" and len({tuple(each) for each in made}) == 1


@pytest.mark.parametrize("service", ["hub", "app", "dps"])
def test_a_table_names_the_service(service: str) -> None:
    assert table({service: "mine", "devices": 1})[0]["Title"] == "mine"


def test_the_ten_most_frequent_models_are_named() -> None:
    models = {f"m{number}": number for number in range(1, 12)}
    (line_of_models,) = [
        each for each in lines(replace(FLEET, models=models), ENTRIES, "", KNOWN) if each.startswith("By model: ")
    ]
    named = line_of_models.removeprefix("By model: ").split(", ")
    assert named == [f"m{number} {number}" for number in range(11, 1, -1)]


def test_what_is_shared_is_not_denied() -> None:
    told = Compared(Trait("tag site", "a", 40, 50, ""), 3, 950)
    assert len(list(shared([told], []))) == 2 and len(list(shared([], [told.trait]))) == 1


@pytest.mark.parametrize(("seconds", "filtered", "span"), [
    (59, False, ", less than a minute at"), (60, False, ", 1 to 2 min at"), (59, True, ", up to about 1 min at"),
    (125, True, ", up to about 3 min at"),
])  # fmt: skip
def test_how_long_reading_takes(seconds: float, filtered: bool, span: str) -> None:
    assert span in estimate(5000, 50, seconds, 20, filtered=filtered)


def test_a_column_of_times_holds_a_time() -> None:
    assert WIDTHS["LastActivity"] == len(written(0))
