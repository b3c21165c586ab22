"""The devices of a provisioning service: a row for each, and their counts by status and group."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.dps import DpsFleet, Enrolled, Enrollment, Extent, Registration
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Cause, Entry
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.fleet_of_dps import data, estimate, lines, row

FINE = Entry("assigned", "The device was assigned", (Cause("It came.", ("Nothing.",)),))
BAD = Entry("failed", "The registration failed", (Cause("A key.", ("Look at `az y --dps-name DPS`.", "Renew.")),))
ENTRIES = {"assigned": FINE, "failed": BAD}
HEALTHY = frozenset({"assigned"})
GOOD = Enrolled(Enrollment("g", True), Registration("d-1", "assigned", "", "hub-1", "dev-1", 0, "", 1_000), "group-1")
FAILED = Enrolled(Enrollment("d-2", attestation="tpm"), Registration("d-2", "failed", "", "", "", 401002, "x" * 250))
NEVER = Enrolled(Enrollment("d-3"), None)


def fleet() -> DpsFleet:
    found = DpsFleet("dps-1", calls=3)
    for code, each in (
        ("assigned", GOOD),
        ("assigned", GOOD),
        ("assigned", GOOD),
        ("failed", FAILED),
        ("failed", NEVER),
    ):
        found.add(code, each, 10)
    return found


@pytest.mark.parametrize(("each", "told"), [
    (GOOD, {"group": "group-1", "hub": "hub-1", "device": "dev-1", "lastUpdated": "1970-01-01T00:00:01Z"}),
    (FAILED, {"attestation": "tpm", "errorCode": 401002}),
    (NEVER, {}),
])  # fmt: skip
def test_a_row(each: Enrolled, told: dict[str, object]) -> None:
    """What is not known is null: no time of a registration that never was, no code where nothing failed."""
    names = ("group", "attestation", "hub", "device", "errorCode", "lastUpdated")
    assert row(each, BAD) == {"registration": each.id, "status": "failed", **dict.fromkeys(names), **told}


def test_counts_as_data() -> None:
    told = data(fleet(), ENTRIES, HEALTHY)
    assert (told["dps"], told["devices"], told["complete"], told["calls"]) == ("dps-1", 5, True, 3)
    assigned, failed = told["connection"]
    assert (assigned["status"], assigned["count"]) == ("assigned", 3)
    assert assigned["examples"] == [] and assigned["mitigation"] == [], "nothing is to be done about healthy devices"
    assert failed["mitigation"] == ["Look at `az y --dps-name DPS`.", "Renew."]
    assert failed["examples"] == [
        {"registration": "d-2", "group": None, "errorCode": 401002, "errorMessage": "x" * 200},
        {"registration": "d-3", "group": None, "errorCode": None, "errorMessage": None},
    ]
    assert told["group"] == [{"group": "group-1", "count": 3}, {"group": None, "count": 2}]


def test_counts_of_a_part_are_not_complete() -> None:
    failure = Failure(Kind.BUSY, "the next page", "dps-1", 443)
    assert data(DpsFleet("dps-1", failure=failure), ENTRIES, HEALTHY)["complete"] is False


def test_lines() -> None:
    told = list(lines(fleet(), ENTRIES, HEALTHY, Known(dps="dps-1")))
    assert told[0] == "! 5 devices in dps-1: 2 not assigned"
    assert told[2:4] == [f"         3  {FINE.title} [assigned]", f"         2  {BAD.title} [failed]"]
    assert "By group: group-1 3, of their own 2" in told
    failed = told.index(f"× {BAD.title} [failed]: 2")
    assert told[failed + 1 : failed + 3] == [f"    d-2: 401002, {'x' * 200}", "    d-3"]
    assert any("az y --dps-name dps-1" in line for line in told)
    assert not any(line.startswith(f"× {FINE.title}") for line in told)


def test_lines_of_a_service_without_devices() -> None:
    told = list(lines(DpsFleet("dps-1"), ENTRIES, HEALTHY, Known()))
    assert told[0].startswith("√ 0 devices in dps-1") and len([line for line in told if line]) == 2


@pytest.mark.parametrize(("seconds", "lasts"), [(0, "a moment"), (5, "at least 1 min"), (600, "at least 10 min")])
def test_how_long_it_takes(seconds: float, lasts: str) -> None:
    told = estimate(Extent(2000, 1), seconds, 200)
    assert "2,000 enrollments" in told and "1 group " in told and f"{lasts} at 200 requests" in told


def test_the_ten_largest_groups_are_named() -> None:
    groups = {f"g{number}": number for number in range(1, 12)}
    (line,) = [each for each in lines(DpsFleet("d", groups=groups), {}, HEALTHY, Known()) if each.startswith("By")]
    assert line.split(": ")[1].split(", ") == [f"g{number} {number}" for number in range(11, 1, -1)]


def test_a_long_reading_is_told_in_minutes() -> None:
    assert "at least 100 min" in estimate(Extent(1, 1), 6000, 200)
