"""What devices have in common."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.insights.shared import MOST_VALUES, Traits
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
