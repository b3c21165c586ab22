"""Changes of properties: each once, by version, with what stood before and after."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.lab.central import application as central
from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.twins import Twin
from azext_iotdiag.model.change import ABSENT, DESIRED, REPORTED, PropertyChange, Side
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.streams.properties import Look, PropertyWatch, changes, of_central, of_twin, patch, whole

NOW = 1_900_000_000


class Thing:
    """A twin as the lab's hub keeps it, and an application shows it."""

    def __init__(self) -> None:
        self.device = Device("d", new_key(), new_key(), twin=Twin())
        self.time = NOW

    def desired(self, **values: Any) -> None:
        self.time += 1
        twins.update(self.device.twin, {"properties": {"desired": values}}, self.time)

    def reported(self, **values: Any) -> None:
        self.time += 1
        twins.report(self.device.twin, values, self.time)

    @property
    def twin(self):
        return of_twin(twins.document(self.device, self.device.twin))

    @property
    def central(self):
        return of_central(central.properties_of(central.Member(self.device, None, "d")))


@pytest.fixture
def thing() -> Thing:
    made = Thing()
    made.desired(target=20)
    made.reported(serial="A", battery={"__t": "c", "level": 5, "kind": "x"})
    return made


def test_what_is_new_changed_and_gone(thing: Thing) -> None:
    before = thing.twin
    thing.reported(serial="B", battery={"level": 4}, extra={"a": 1})
    thing.desired(target=None)
    found = {(each.side, each.name): each for each in changes("d", before.sides, thing.twin.sides)}
    assert {key: (each.before, each.after) for key, each in found.items()} == {
        ("reported", "serial"): ("A", "B"), ("reported", "battery.level"): (5, 4),
        ("reported", "extra"): (ABSENT, {"a": 1}), ("desired", "target"): (20, ABSENT),
    }  # fmt: skip
    assert found["reported", "serial"].versions == (2, 3)
    assert [time[:19] for time in found["reported", "serial"].times] == ["2030-03-17T17:46:42", "2030-03-17T17:46:43"]
    assert not list(changes("d", thing.twin.sides, thing.twin.sides))


def test_the_same_written_again_is_a_change_and_tells_true_from_1(thing: Thing) -> None:
    before = thing.twin
    thing.reported(serial="A")
    (same,) = changes("d", before.sides, thing.twin.sides)
    assert (same.before, same.after, same.versions) == ("A", "A", (2, 3))
    thing.reported(flag=1)
    before = thing.twin
    thing.reported(flag=True)
    (other,) = changes("d", before.sides, thing.twin.sides)
    assert (other.before, other.after is True) == (1, True)


def test_a_clock_that_goes_back_hides_nothing(thing: Thing) -> None:
    before = thing.twin
    thing.time -= 5000
    thing.reported(serial="C")
    (seen,) = changes("d", before.sides, thing.twin.sides)
    assert (seen.before, seen.after) == ("A", "C")


def test_a_nested_value_that_is_written_is_one_change(thing: Thing) -> None:
    thing.reported(place={"lat": 1, "lon": 2})
    before = thing.twin
    thing.reported(place={"lat": 3})
    (seen,) = changes("d", before.sides, thing.twin.sides)
    assert (seen.name, seen.before, seen.after) == ("place", {"lat": 1, "lon": 2}, {"lat": 3, "lon": 2})


def test_properties_of_an_application(thing: Thing) -> None:
    before = thing.central
    thing.desired(target=23)
    thing.reported(target={"value": 23, "ac": 200, "av": 3}, battery={"level": 3})
    found = {(each.side, each.name): (each.before, each.after) for each in
             changes("d", before.sides, thing.central.sides)}  # fmt: skip
    assert found == {
        ("desired", "target"): (20, 23), ("reported", "target"): (ABSENT, 23), ("reported", "battery.level"): (5, 3),
    }  # fmt: skip


def test_what_a_judge_gets(thing: Thing) -> None:
    before = thing.twin
    thing.reported(battery={"level": 4}, serial="B")
    thing.desired(target=None)
    found = list(changes("d", before.sides, thing.twin.sides))
    assert patch(found, thing.twin) == {
        "properties": {"reported": {"battery": {"__t": "c", "level": 4}, "serial": "B"}}
    }
    assert whole(before) == {"properties": {"desired": {"target": 20}, "reported": {
        "serial": "A", "battery": {"__t": "c", "level": 5, "kind": "x"}}}}  # fmt: skip


def _failed(kind: Kind) -> StepFailed:
    return StepFailed(Failure(kind, "the twin", "h", 443))


def watched(script: list[Any], clock: list[float]) -> PropertyWatch:
    """A watch that sees one thing of the script after the other, and then ends."""
    steps = iter([*script, _failed(Kind.MISSING)])

    def look():
        step = next(steps)
        if isinstance(step, StepFailed):
            raise step
        return step

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    return PropertyWatch("d", look, every=2, clock=lambda: clock[0], sleep=sleep)


def test_a_hub_that_is_gone_for_a_while_is_asked_again(thing: Thing) -> None:
    first = thing.twin
    thing.reported(serial="B")
    watch = watched([first, _failed(Kind.DROPPED), _failed(Kind.SILENT), thing.twin, thing.twin], [0.0])
    found = [each for each in watch if each is not None]
    assert [(each.before, each.after) for each in found] == [("A", "B")]
    assert (watch.looked, len(watch.interruptions), watch.failure.kind) == (3, 2, Kind.MISSING)


def test_a_hub_that_stays_away_ends_it(thing: Thing) -> None:
    clock = [0.0]
    watch = watched([thing.twin, *[_failed(Kind.DROPPED)] * 100], clock)
    assert not [each for each in watch if each is not None]
    assert watch.failure.kind is Kind.DROPPED and 60 <= clock[0] < 70
    watch = watched([_failed(Kind.DROPPED)], [0.0])
    assert not list(watch) and watch.failure.kind is Kind.DROPPED


def test_a_property_that_is_called_as_a_component_is() -> None:
    found = [
        PropertyChange("d", REPORTED, name, ABSENT, value, (None, None), ("", ""))
        for name, value in (("a", None), ("a.b", 1))
    ]
    look = Look({name: Side(None, {}, {}) for name in (DESIRED, REPORTED)})
    assert patch(found, look) == {"properties": {REPORTED: {"a": {"__t": "c", "b": 1}}}}


@pytest.mark.parametrize(("before", "after", "changed"), [
    (1, 2, True), (1, 1, False), (1, True, True), (1, 1.0, True), (ABSENT, 1, True), (1, ABSENT, True),
    ({"a": 1}, {"a": 2}, True),
])  # fmt: skip
def test_what_changes_where_no_version_tells(before: Any, after: Any, changed: bool) -> None:
    sides = [
        {DESIRED: Side(None, {}, {}), REPORTED: Side(None, {} if value is ABSENT else {"a": value}, {})}
        for value in (before, after)
    ]
    found = [(each.side, each.name, each.before, each.after, each.versions) for each in changes("d", *sides)]
    assert found == ([(REPORTED, "a", before, after, (None, None))] if changed else [])


def test_the_same_version_of_a_side_is_no_change() -> None:
    sides = [{DESIRED: Side(3, {"a": value}, {}), REPORTED: Side(None, {}, {})} for value in (1, 2)]
    assert list(changes("d", *sides)) == []


CENTRAL = {
    "$metadata": {
        "target": {"desiredValue": 20, "desiredVersion": 4, "lastUpdateTime": "t1", "ackVersion": 3, "ackCode": 200,
                   "ackDescription": "done"},
        "waiting": {"desiredValue": 7, "desiredVersion": "odd"}, "serial": {"lastUpdateTime": "t2"},
    },
    "target": 19, "waiting": None, "serial": "A", "plain": 5,
    "pump": {"$metadata": {"speed": {"desiredValue": 1, "ackVersion": 2}}, "speed": 1}, "object": {"a": 1},
}  # fmt: skip


def test_what_an_application_says_of_properties() -> None:
    look = of_central(CENTRAL)
    assert look.sides[DESIRED] == Side(
        None,
        {"target": 20, "waiting": 7, "pump.speed": 1},
        {"target": (4, ""), "waiting": (None, ""), "pump.speed": (None, "")},
    )
    assert look.sides[REPORTED] == Side(
        None,
        {"target": 19, "serial": "A", "plain": 5, "object": {"a": 1}},
        {"target": (3, "t1"), "serial": (None, "t2"), "plain": (None, ""), "object": (None, "")},
    )
    assert look.acknowledged == {"target": {"ac": 200, "av": 3, "ad": "done"}}


def test_the_first_look_and_each_changed_one_are_heard_of(thing: Thing) -> None:
    first = thing.twin
    thing.reported(serial="B")
    second = thing.twin
    heard: list[tuple[Look, int]] = []
    looks = iter([first, first, second, second])

    def look() -> Look:
        found = next(looks, None)
        if found is None:
            raise _failed(Kind.MISSING)
        return found

    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    watch = PropertyWatch(
        "d", look, every=1, heard=lambda seen, found: heard.append((seen, len(found))), clock=lambda: now[0],
        sleep=sleep,
    )  # fmt: skip
    assert [each.after for each in watch if each is not None] == ["B"]
    assert heard == [(first, 0), (second, 1)]


def test_only_what_was_reported_is_acknowledged() -> None:
    look = of_central(CENTRAL)
    found = [PropertyChange("d", side, "target", ABSENT, 5, (None, None), ("", "")) for side in (DESIRED, REPORTED)]
    assert patch(found, look)["properties"] == {
        DESIRED: {"target": 5}, REPORTED: {"target": {"value": 5, "ac": 200, "av": 3, "ad": "done"}},
    }  # fmt: skip


@pytest.mark.parametrize(("whole_at", "part_at", "newest"), [(7, 9, 9), (9, 7, 9), (9, None, 9), (None, 7, 7)])
def test_a_part_that_is_written_makes_the_whole_new(
    whole_at: int | None, part_at: int | None, newest: int | None
) -> None:
    def written(version: int | None) -> dict[str, Any]:
        return {} if version is None else {"$lastUpdatedVersion": version, "$lastUpdated": f"t{version}"}

    about = {"a": {**written(whole_at), "b": written(part_at)}}
    look = of_twin({"properties": {"reported": {"a": {"b": 1}, "$metadata": about}}})
    assert look.sides[REPORTED].written["a"] == (newest, f"t{newest}")
