"""A device of a provisioning service, and counts of many."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.dps import STATUSES, DpsFleet, Enrolled, Enrollment, Registration


@pytest.mark.parametrize(("enrolled", "identifier", "status"), [
    (Enrolled(Enrollment("e"), None), "e", "never-registered"),
    (Enrolled(Enrollment("e"), Registration("r", "assigned")), "r", "assigned"),
    (Enrolled(Enrollment("e", enabled=False), Registration("r", "assigned")), "r", "disabled"),
    (Enrolled(Enrollment("e", enabled=False), None), "e", "disabled"),
    (Enrolled(Enrollment("g", True), Registration("r", "failed"), "g"), "r", "failed"),
])  # fmt: skip
def test_a_device(enrolled: Enrolled, identifier: str, status: str) -> None:
    assert (enrolled.id, enrolled.status) == (identifier, status) and status in STATUSES


def test_all_are_counted_and_some_are_kept() -> None:
    fleet = DpsFleet("dps-1")
    for number in range(5):
        fleet.add("assigned", Enrolled(Enrollment(f"d-{number}"), None, "g" if number < 2 else ""), 3)
    fleet.add("failed", Enrolled(Enrollment("x"), None), 3)
    assert fleet.total == 6 and fleet.counts == {"assigned": 5, "failed": 1} and fleet.groups == {"g": 2, "": 4}
    assert [each.id for each in fleet.examples["assigned"]] == ["d-0", "d-1", "d-2"]
    assert [each.id for each in fleet.examples["failed"]] == ["x"]
