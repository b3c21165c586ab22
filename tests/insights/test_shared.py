"""What devices have in common."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.insights.shared import MOST_TRAITS, MOST_VALUES, Compared, Trait, Traits, compared, most_telling
from azext_iotdiag.model.fleet import Row
from azext_iotdiag.model.identity import Identity


def row(number: int, **tags: Any) -> Row:
    seen = Identity("h", f"d{number}", known=True, authentication="sas", model="m", last_activity=1_800_000_000_000)
    return Row(seen, tags)


def test_what_most_of_them_share() -> None:
    traits = Traits()
    for number in range(10):
        traits.add(row(number, site="north" if number < 7 else "south", serial=number, place={"hall": "B"}))
    found = {each.name: (each.value, each.times) for each in traits.shared()}
    assert found["tag site"] == ("north", 7) and found["tag place.hall"] == ("B", 10)
    assert found["hour of the last sign (UTC)"] == ("2027-01-15 08:00", 10)
    assert found["authentication"] == ("sas", 10) and "tag serial" not in found


def test_what_is_held_does_not_grow() -> None:
    traits = Traits()
    for number in range(5000):
        traits.add(row(number, serial=number, **{f"t{number}": 1}))
    assert sum(map(len, traits._counts.values())) <= 60 * MOST_VALUES
    assert "tag serial" not in traits._counts


def test_one_device_shares_nothing() -> None:
    traits = Traits()
    traits.add(row(1))
    assert traits.shared() == []


@pytest.mark.parametrize(("tags", "name", "condition"), [
    ({"site": "it's"}, "tag site", "tags.site = 'it\\'s'"), ({"site": "a\\"}, "tag site", "tags.site = 'a\\\\'"),
    ({"floor": 3}, "tag floor", "tags.floor = 3"), ({"on": True}, "tag on", "tags.on = true"),
    ({"at": {"hall": "B"}}, "tag at.hall", "tags.at.hall = 'B'"), ({"a-b": "x"}, "tag a-b", ""),
    ({"site": ""}, "tag site", ""), ({}, "authentication", "authenticationType = 'sas'"),
    ({}, "model", "modelId = 'm'"), ({}, "IoT Edge", "capabilities.iotEdge = false"),
    ({}, "hour of the last sign (UTC)",
     "lastActivityTime >= '2027-01-15T08:00:00Z' AND lastActivityTime < '2027-01-15T09:00:00Z'"),
])  # fmt: skip
def test_what_picks_the_devices_with_a_trait(tags: dict[str, Any], name: str, condition: str) -> None:
    traits = Traits()
    traits.add(row(1, **tags))
    traits.add(row(2, **tags))
    assert {each.name: each.condition for each in traits.shared()}[name] == condition


def trait(name: str, times: int, of: int = 10) -> Trait:
    return Trait(name, "x", times, of, "c")


def test_what_the_rest_of_the_fleet_has_too_tells_nothing() -> None:
    """30 quiet devices with the same authentication say little where all 1000 have it."""
    everywhere = compared(trait("authentication", 10), 1000, 1000)
    site = compared(trait("tag site", 8), 108, 1010)
    firmware = compared(trait("tag firmware", 9), 9, 1010)
    assert (everywhere.others, site.others, site.other_devices, firmware.others) == (990, 100, 1000, 0)
    assert [each.trait.name for each in most_telling([everywhere, site, firmware])] == ["tag firmware", "tag site"]


@pytest.mark.parametrize(("times", "devices", "others"), [(5, 4, (0, 0)), (3, 20, (0, 10)), (99, 20, (10, 10))])
def test_counts_of_another_moment_never_go_below_or_above(times: int, devices: int, others: tuple[int, int]) -> None:
    """The hub counts after the list was read, and its counts may be older."""
    found = compared(trait("tag site", 8), times, devices)
    assert (found.others, found.other_devices) == others


def test_without_other_devices_the_share_itself_counts() -> None:
    assert Compared(trait("tag site", 8), 0, 0).difference == 0.8


def test_half_of_the_devices_are_enough() -> None:
    traits = Traits()
    for number in range(10):
        traits.add(row(number, half=number < 5, less=number if number > 3 else "x"))
    found = {each.name: each.times for each in traits.shared()}
    assert found["tag half"] == 5 and "tag less" not in found


def test_a_trait_with_too_many_values_is_not_counted_anew_and_hides_no_other() -> None:
    traits = Traits()
    for number in range(MOST_VALUES + 10):
        traits.add(row(number, serial=number, site="north"))
    found = {each.name: each.times for each in traits.shared()}
    assert found["tag site"] == MOST_VALUES + 10 and "tag serial" not in traits._counts


def test_only_so_many_traits_are_counted() -> None:
    traits = Traits()
    traits.add(row(1, **{f"t{number}": 1 for number in range(2 * MOST_TRAITS)}))
    assert len(traits._counts) == MOST_TRAITS


@pytest.mark.parametrize(("seen", "told"), [
    (Identity("h", "d"), {"authentication": "not known", "model": "none", "IoT Edge": "no"}),
    (Identity("h", "d", authentication="sas", model="m", edge=True, parents=True),
     {"authentication": "sas", "model": "m", "IoT Edge": "yes", "behind a gateway": "yes"}),
])  # fmt: skip
def test_what_every_device_has(seen: Identity, told: dict[str, str]) -> None:
    traits = Traits()
    traits.add(Row(seen, {}))
    traits.add(Row(seen, {}))
    assert {each.name: each.value for each in traits.shared()} == told
