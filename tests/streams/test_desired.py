"""What undoes a change of desired properties, and what answers it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.hub.twin import Twin
from azext_iotdiag.model.twin_test import Answered
from azext_iotdiag.streams import desired

VALUES = some.recursive(
    some.booleans() | some.integers(-9, 9) | some.text("ab", max_size=2),
    lambda inner: some.dictionaries(some.sampled_from("abcd"), inner, max_size=3) | some.lists(inner, max_size=2),
    max_leaves=6,
)
PROPERTIES = some.dictionaries(some.sampled_from("abcd"), VALUES, max_size=4)


def whole(twin: Twin) -> dict[str, Any]:
    return {"properties": {"desired": twin.desired.document(), "reported": twin.reported.document()}}


@given(PROPERTIES, PROPERTIES.filter(bool))
def test_undoing_brings_back_what_was(old: dict[str, Any], patch: dict[str, Any]) -> None:
    """By the rules with which the lab's hub merges, at any depth."""
    twin = Twin()
    twins.update(twin, {"properties": {"desired": old}}, 0)
    undo = desired.undoing(twin.desired.values, patch)
    before = twin.desired.document()
    twins.update(twin, {"properties": {"desired": patch}}, 1)
    twins.update(twin, {"properties": {"desired": undo}}, 2)
    assert twin.desired.values == {name: value for name, value in before.items() if not name.startswith("$")}
    assert twin.desired.version == before["$version"] + 2


@given(PROPERTIES, PROPERTIES)
def test_what_is_expected_is_what_a_hub_makes_of_a_patch(old: dict[str, Any], patch: dict[str, Any]) -> None:
    twin = Twin()
    twins.update(twin, {"properties": {"desired": old}}, 0)
    expected = desired.expected(twin.desired.values, patch)
    twins.update(twin, {"properties": {"desired": patch}}, 1)
    assert expected == {name: twin.desired.values[name] for name in patch}


def test_the_version_in_which_a_property_was_written() -> None:
    twin = Twin()
    twins.update(twin, {"properties": {"desired": {"a": {"b": 1}, "c": 1}}}, 0)
    twins.update(twin, {"properties": {"desired": {"a": {"b": 2}}}}, 1)
    document = whole(twin)
    assert desired.version(document) == 3
    assert [desired.written_in(document, name) for name in ("a", "c", "d")] == [3, 2, None]
    assert desired.version({}) is None and desired.written_in({"properties": 1}, "a") is None


def reported(properties: dict[str, Any], at: float = 0.0) -> Any:
    twin = Twin()
    twins.report(twin, properties, at)
    return desired.reported(whole(twin))


NOTHING = desired.reported(whole(Twin()))
ACK = {"value": 30, "ac": 200, "av": 5}


@pytest.mark.parametrize(("told", "answered"), [
    ({}, Answered.SILENT),
    ({"other": 30}, Answered.SILENT),
    ({"a": ACK}, Answered.ACKNOWLEDGED),
    ({"a": {**ACK, "av": 6}}, Answered.ACKNOWLEDGED),
    ({"a": {**ACK, "av": 4}}, Answered.SILENT),  # of an earlier version
    ({"a": {**ACK, "ac": 202}}, Answered.SILENT),  # not done yet
    ({"a": {**ACK, "ac": 203}}, Answered.ACKNOWLEDGED),
    ({"a": {**ACK, "ac": 400, "ad": "no"}}, Answered.REFUSED),
    ({"a": {**ACK, "value": 31}}, Answered.DIFFERENT),
    ({"a": 30}, Answered.ECHOED),
    ({"a": 30.0}, Answered.ECHOED),
    ({"a": "30"}, Answered.DIFFERENT),
    ({"a": True}, Answered.DIFFERENT),
    ({"a": {"ac": 200}}, Answered.DIFFERENT),
])  # fmt: skip
def test_what_a_device_reports(told: dict[str, Any], answered: Answered) -> None:
    assert desired.answer({"a": 30}, 5, NOTHING, reported(told)).answered is answered


def test_what_was_reported_before_is_no_answer() -> None:
    assert desired.answer({"a": 30}, 5, reported({"a": 30}), reported({"a": 30})).answered is Answered.SILENT
    assert desired.answer({"a": 30}, 5, reported({"a": 30}), reported({"a": 30}, at=9.0)).answered is Answered.ECHOED


def test_of_a_component_each_property_has_to_be_answered() -> None:
    wanted = desired.expected({}, {"c": {"__t": "c", "a": 30, "b": 1}})
    half = {"c": {"__t": "c", "a": ACK}}
    assert desired.answer(wanted, 5, NOTHING, reported(half)).answered is Answered.SILENT
    both = {"c": {"__t": "c", "a": ACK, "b": {"value": 1, "ac": 200, "av": 5}}}
    assert desired.answer(wanted, 5, NOTHING, reported(both)).answered is Answered.ACKNOWLEDGED
    refused = {"c": {"__t": "c", "a": {**ACK, "ac": 500, "ad": "why"}}}
    answer = desired.answer(wanted, 5, NOTHING, reported(refused))
    assert (answer.answered, answer.code, answer.words) == (Answered.REFUSED, 500, "why")
    assert desired.knows(reported(both), wanted) and not desired.knows(reported(half), wanted)


@pytest.mark.parametrize(("one", "other", "same"), [
    (1, 1.0, True), (1, True, False), (0, False, False), (None, None, True), ("a", "a", True), ([1], [1.0], True),
    ([1], [1, 2], False), ({"a": 1}, {"a": 1.0}, True), ({"a": 1}, {"a": 1, "b": 2}, False),
    ({"a": True}, {"a": 1}, False),
])  # fmt: skip
def test_equal_values(one: Any, other: Any, same: bool) -> None:
    assert desired.same(one, other) is same
