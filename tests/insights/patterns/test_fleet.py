"""Patterns of many devices at the limits of each condition, with their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from azext_iotdiag.insights.patterns import fleet
from azext_iotdiag.insights.patterns.member import LogMember
from azext_iotdiag.model.resource_log import Recognised
from tests.insights.patterns.lives import member

MINUTE, HOUR = 60_000, 3_600_000


def only(found: Iterable[Recognised]) -> tuple[str, dict[str, Any], tuple[int, int]] | None:
    """Message, evidence and time of the one pattern, None where there is none."""
    each = list(found)
    assert len(each) <= 1
    return (each[0].finding.message, dict(each[0].finding.evidence), (each[0].first, each[0].last)) if each else None


def moving(count: int, *, back: int = 0, **more: Any) -> list[LogMember]:
    """Devices that got 404012, so many of which were let in after that."""
    return [
        member(f"m{each}", moving=(1000 * each, 9000), accepted=9000 if each < back else 8999, **more)
        for each in range(count)
    ]


MOVED = ((0, "westeurope"), (5000, "northeurope"))


@pytest.mark.parametrize(("members", "said"), [
    (moving(3), ("3 devices got 404012 or 401001 within 9 s. 3 of them are not back.", (0, 9000), 3, 3, "westeurope")),
    (moving(3, back=2), ("3 devices got 404012 or 401001 within 9 s. 1 of them is not back.", (0, 9000), 3, 1,
                         "westeurope")),
    (moving(3, back=3), ("3 devices got 404012 or 401001 within 9 s.", (0, 9000), 3, 0, "westeurope")),
    (moving(2), None),
    ([member(f"m{each}", moving=(1,), sessions=0, accepted=0) for each in range(3)], None),  # never let in
    ([member(f"m{each}", moving=(1,), sessions=0, accepted=5) for each in range(3)],
     ("3 devices got 404012 or 401001 within 0 s.", (1, 1), 3, 0, "westeurope")),
    ([member(regions=MOVED), member("other")],
     ("The rows come from westeurope first and from northeurope then.", (5000, 5000), 1, 0, "westeurope, northeurope")),
    ([*moving(3, back=3), member(regions=MOVED)],
     ("3 devices got 404012 or 401001 within 9 s. The rows come from westeurope first and from northeurope then.",
      (0, 9000), 3, 0, "westeurope, northeurope")),
    (moving(3, back=3, regions=()), ("3 devices got 404012 or 401001 within 9 s.", (0, 9000), 3, 0, None)),
    ([], None),
])  # fmt: skip
def test_a_hub_that_moves(
    members: list[LogMember], said: tuple[str, tuple[int, int], int, int, str | None] | None
) -> None:
    found = only(fleet.failed_over(members))
    if said is None:
        assert found is None
    else:
        message, span, devices, not_back, regions = said
        assert found == (message, {"devices": devices, "notBack": not_back, "regions": regions}, span)


def site(lost: int, kept: int, others: int, others_lost: int = 0, **shared: str) -> list[LogMember]:
    """Devices of one trait, of which so many lost the hub, and others."""
    trait = shared or {"address": "10.9.9.XXX"}
    return [
        *(member(f"lost-{each}", lost=(2 * HOUR + 1000 * each,), **trait) for each in range(lost)),
        *(member(f"kept-{each}", **trait) for each in range(kept)),
        *(member(f"o-{each}", lost=(2 * HOUR,) * (each < others_lost), address=f"{each}") for each in range(others)),
    ]


@pytest.mark.parametrize(("members", "said"), [
    (site(3, 0, 3), (3, 3, 0, 3)),
    (site(2, 0, 3), None),
    (site(3, 0, 2), None),
    (site(3, 2, 3), (3, 5, 0, 3)),
    (site(3, 3, 3), None),  # a half
    (site(6, 4, 3), (6, 10, 0, 3)),
    (site(3, 0, 5, 1), (3, 3, 1, 5)),
    (site(3, 0, 4, 1), None),
], ids=repr)  # fmt: skip
def test_devices_with_one_address_that_are_lost(
    members: list[LogMember], said: tuple[int, int, int, int] | None
) -> None:
    found = only(fleet.lost_together(members))
    if said is None:
        assert found is None
    else:
        lost, of, others_lost, others = said
        seconds = lost - 1
        assert found == (
            f"{lost} of {of} devices with the address 10.9.9.XXX lost the hub within {seconds} s, and {others_lost} of "
            f"{others} others.",
            {
                "devices": lost,
                "trait": "the address",
                "value": "10.9.9.XXX",
                "othersLost": others_lost,
                "others": others,
            },
            (2 * HOUR, 2 * HOUR + 1000 * seconds),
        )


@pytest.mark.parametrize(("trait", "words"), [
    ({"sdk": "c"}, "the SDK"), ({"tls": "TLS1_0"}, "the TLS version"), ({"address": "x"}, "the address"),
])  # fmt: skip
def test_which_trait_devices_share(trait: dict[str, str], words: str) -> None:
    members = [each._replace(address=f"{at}") for at, each in enumerate(site(3, 0, 3))]
    members = [each._replace(**trait) if each.device.startswith("lost") else each for each in members]
    found = only(fleet.lost_together(members))
    assert found is not None and (found[1]["trait"], found[1]["value"]) == (words, next(iter(trait.values()), ""))


def test_devices_that_came_later_or_never_are_no_others() -> None:
    late = [member(f"late-{each}", first=2 * HOUR + 2001, address="10.1.1.XXX") for each in range(3)]
    there = [each._replace(first=2 * HOUR + 2000) for each in late]
    assert only(fleet.lost_together([*site(3, 0, 0), *late])) is None
    assert only(fleet.lost_together([*site(3, 0, 0), *there])) is not None
    assert only(fleet.lost_together([*site(3, 0, 0), *(each._replace(sessions=0) for each in there)])) is None


def test_devices_without_the_trait_are_no_group() -> None:
    assert only(fleet.lost_together(site(3, 0, 3, address="", sdk="", tls=""))) is None


@pytest.mark.parametrize(("apart", "said"), [(150_000, True), (150_001, False)])
def test_together_is_within_five_minutes(apart: int, said: bool) -> None:
    members = [each._replace(lost=(apart * at,)) if each.lost else each for at, each in enumerate(site(3, 0, 3))]
    assert (only(fleet.lost_together(members)) is not None) is said


def back(count: int, *, every: int = 1000, after: int = 2 * MINUTE, sites: int = 3, **more: Any) -> list[LogMember]:
    """Devices that lost the hub, and tried again one after the other."""
    lost = 10 * HOUR
    return [
        member(f"b{each}", address=f"{each % sites}", lost=(lost,), tried=(0, lost + after + every * each), **more)
        for each in range(count)
    ]


def well(count: int) -> list[LogMember]:
    return [member(f"w{each}") for each in range(count)]


@pytest.mark.parametrize(("members", "said"), [
    (back(10), (10, 10)),
    (back(9), None),
    (back(10) + well(15), (10, 25)),
    (back(10) + well(16), None),
    (back(12) + well(18), (12, 30)),
    (back(10, sites=2), None),
    (back(11, every=6000), (11, 11)),
    (back(11, every=6001), (10, 11)),
    (back(10, after=30 * MINUTE - 9000), (10, 10)),
    (back(10, after=30 * MINUTE - 8999), None),  # the last one was lost longer ago
    (back(10, after=0), None),  # the first one did not lose it before
    (back(10, after=1), (10, 10)),
])  # fmt: skip
def test_a_storm(members: list[LogMember], said: tuple[int, int] | None) -> None:
    found = only(fleet.storm(members))
    assert (found and (found[1]["devices"], found[1]["ofDevices"])) == said


def test_the_numbers_of_a_storm() -> None:
    members = back(10, every=250)
    members[0] = members[0]._replace(throttled=(5,))
    start = 10 * HOUR + 2 * MINUTE
    assert only(fleet.storm(members)) == (
        "10 of 10 devices connected within a minute after they had lost the hub, at most 4 a second. 1 device was "
        "throttled.",
        {"devices": 10, "ofDevices": 10, "mostASecond": 4, "throttled": 1},
        (start, start + 2250),
    )
    found = only(fleet.storm(back(10)))
    assert found is not None and found[0].endswith("at most 1 a second. 0 devices were throttled.")


@pytest.mark.parametrize(("members", "said"), [
    ([member(throttled=(1, 2))], None),
    ([member(throttled=(1, 2, 3))],
     ("The hub throttled 3 times, at 1 device; 100% of them at pump.", {"devices": 1, "times": 3, "shareOfFirst": 1.0},
      (1, 3))),
    ([member(throttled=(5,)), member("", throttled=(9, 7))],
     ("The hub throttled 3 times, at 2 devices; 67% of them at no named device.",
      {"devices": 2, "times": 3, "shareOfFirst": 0.67}, (5, 9))),
])  # fmt: skip
def test_throttling(members: list[LogMember], said: Any) -> None:
    assert only(fleet.throttled(members)) == said


def quiet(*sessions: int, last: int = 0, newest: int = HOUR + 1, **more: Any) -> list[LogMember]:
    """Devices that fell silent, and one that goes on."""
    gone = [member(f"q{at}", sessions=each, last=last, **more) for at, each in enumerate(sessions)]
    return [*gone, member("goes-on", last=newest)]


@pytest.mark.parametrize(("members", "said"), [
    (quiet(20, 20, 20), True), (quiet(20, 20), False), (quiet(10, 10, 10), True), (quiet(9, 9, 9), False),
    (quiet(20, 20, 20, errors=1), False), (quiet(20, 20, 20, explained=True), False),
    (quiet(20, 20, 20, newest=HOUR), False),
    (quiet(17, 20, 23), True),
    (quiet(16, 20, 24), False),
    # Ten times the longest pause between attempts, and six hours at most.
    (quiet(20, 20, 20, tried=(0, 10 * MINUTE, 11 * MINUTE), newest=100 * MINUTE), False),
    (quiet(20, 20, 20, tried=(0, 10 * MINUTE, 11 * MINUTE), newest=100 * MINUTE + 1), True),
    (quiet(20, 20, 20, tried=(0, HOUR), newest=6 * HOUR), False),
    (quiet(20, 20, 20, tried=(0, HOUR), newest=6 * HOUR + 1), True),
    (quiet(20, 20, 20, tried=(0, MINUTE), newest=HOUR + 1), True),
    ([], False),
])  # fmt: skip
def test_devices_that_fall_silent_after_so_many_sessions(members: list[LogMember], said: bool) -> None:
    assert (only(fleet.silent(members)) is not None) is said


def test_the_numbers_of_silence() -> None:
    members = quiet(19, 20, 22, last=5, newest=2 * HOUR)
    members[1] = members[1]._replace(last=3)
    assert only(fleet.silent(members)) == (
        "3 devices fell silent after 19 to 22 sessions, with no error.", {"devices": 3, "sessions": 20}, (3, 2 * HOUR),
    )  # fmt: skip
