"""How far a device has followed its twin, read from the twin."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.model.twin_state import Pending, RefusedProperty
from azext_iotdiag.probes.twin_readings import MOST, state

EARLY, LATE = "2026-11-30T10:00:00Z", "2026-11-30T11:00:00Z"
EARLY_MS, LATE_MS = 1_796_032_800_000, 1_796_036_400_000


def twin(desired: dict[str, Any], reported: dict[str, Any], set_at: str = LATE, told_at: str = EARLY) -> dict[str, Any]:
    wanted = {name: {"$lastUpdated": set_at, "$lastUpdatedVersion": 7} for name in desired}
    told = {name: {"$lastUpdated": told_at} for name in reported}
    return {
        "properties": {
            "desired": {**desired, "$version": 7, "$metadata": {"$lastUpdated": set_at, **wanted}},
            "reported": {**reported, "$version": 4, "$metadata": {"$lastUpdated": told_at, **told}},
        }
    }


def behind(*arguments: Any, **more: Any) -> list[str]:
    found = state(twin(*arguments, **more))
    assert found is not None
    return [each.name for each in found.pending]


def test_versions_and_times() -> None:
    found = state(twin({"a": 1}, {"a": 0}))
    assert found is not None
    assert (found.desired_version, found.reported_version, found.desired) == (7, 4, LATE_MS)
    assert found.pending == (Pending("a", 7, LATE_MS, EARLY_MS),)


def test_what_the_registry_answers_is_no_twin() -> None:
    assert state({"deviceId": "d"}) is None


def test_only_what_the_device_reported_before_can_be_behind() -> None:
    assert behind({"a": 1}, {}) == []
    assert behind({"a": 1}, {"a": 1}) == []
    assert behind({"a": 1}, {"a": 0}) == ["a"]


def test_a_device_that_reports_another_value_afterwards_has_seen_the_change() -> None:
    assert behind({"a": 1}, {"a": 0}, set_at=EARLY, told_at=LATE) == []


def test_an_acknowledgement_counts_by_its_version() -> None:
    assert behind({"a": 1}, {"a": {"value": 0, "ac": 200, "av": 6}}) == ["a"]
    assert behind({"a": 1}, {"a": {"value": 0, "ac": 400, "av": 7}}) == []
    assert behind({"a": 1}, {"a": {"value": 1, "ac": 200, "av": 6}}) == [], "it has the value already"


def test_a_refusal_of_the_present_version() -> None:
    found = state(twin({"a": 1}, {"a": {"value": 0, "ac": 400, "av": 7, "ad": "no"}}))
    assert found is not None and found.refused == (RefusedProperty("a", 400, "no"),)
    older = state(twin({"a": 1}, {"a": {"value": 0, "ac": 400, "av": 6}}))
    assert older is not None and older.refused == ()


def test_a_property_of_a_component() -> None:
    inner = {"__t": "c", "target": 5}
    told = twin({"heater": inner}, {"heater": {"__t": "c", "target": 1}})
    properties = told["properties"]
    properties["desired"]["$metadata"]["heater"]["target"] = {"$lastUpdated": LATE, "$lastUpdatedVersion": 7}
    properties["reported"]["$metadata"]["heater"]["target"] = {"$lastUpdated": EARLY}
    found = state(told)
    assert found is not None and [each.name for each in found.pending] == ["heater.target"]


def test_a_twin_with_many_properties_names_a_few() -> None:
    many = {f"p{number}": 1 for number in range(MOST + 5)}
    assert len(behind(many, dict.fromkeys(many, 0))) == MOST


def test_a_twin_without_its_metadata_decides_nothing() -> None:
    for metadata in ({}, None, [], {"a": "x"}):
        told = twin({"a": 1}, {"a": 0})
        told["properties"]["desired"]["$metadata"] = metadata
        found = state(told)
        assert found is not None and found.pending == ()
