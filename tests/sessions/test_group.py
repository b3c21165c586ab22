"""The diagnosis of a group: its members are read by pages, the hub counts the rest, and few requests do it all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from azext_iotdiag.model.changes import Source
from azext_iotdiag.model.diagnosing import Diagnosed
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.facts import given, typed
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.fleet import Filters, Row
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.probes import fleet as hub_fleet
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.sessions.doctor import ALL, Doctor
from azext_iotdiag.sessions.group import LOGGED_MS, MOST_COMPARED, GroupDoctor, MembersAsked, begun
from tests.plugins import clocks

NOW = 1_800_000_000.0
AT = datetime.fromtimestamp(NOW, timezone.utc)
MS = int(NOW * 1000)
WENT = MS - 14 * 3_600_000
QUIET = MembersAsked(Filters(quiet_since=MS - 12 * 3_600_000))
NORTH = "SELECT * FROM devices WHERE tags.site = 'north'"
PICKED = MembersAsked(Filters("tags.site = 'north'"), NORTH)


def row(number: int, *, sure: bool = True, connected: bool = False, last: int | None = WENT, **tags: Any) -> Row:
    seen = Identity("h", f"d{number}", status="enabled", connected=connected, last_activity=last, authentication="sas")
    return Row(seen, {"site": "north", **tags}, sure)


class Registry:
    """In the place of a hub's registry: these pages, and a count for each condition."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *pages: list[Row], fleet: int = 10_000, count: int = 100):
        self.asked: list[tuple[Filters, tuple[str, ...]]] = []
        self.read: list[Filters] = []

        def read(target, filters, now, pace, refused) -> Iterator[list[Row]]:
            self.read.append(filters)
            yield from pages

        def frequencies(target, filters, conditions, now, pace) -> tuple[int, list[int]]:
            self.asked.append((filters, tuple(conditions)))
            return fleet, [count] * len(conditions)

        monkeypatch.setattr(hub_fleet, "pages", read)
        monkeypatch.setattr(hub_fleet, "frequencies", frequencies)


def run(asked: MembersAsked, stopped: End | None = None) -> tuple[Diagnosed, list[Any]]:
    contexts: list[Any] = []

    def measure(wanted, context, *, known, seconds):
        contexts.append((context, wanted))
        return iter(())

    context = Context(Typed(), hub=Target(hub="h", credential=Secret("a2V5")))
    clock = clocks.deadlines(lambda: NOW, lambda: 0.0)
    session = GroupDoctor(context, given(NOW), asked, lambda event: None, deadlines=clock, measure=measure)
    for _ in session:
        pass
    (end,) = session.end(stopped)
    assert isinstance(end, Diagnosed)
    return end, contexts


def test_quiet_devices_are_compared_with_those_that_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(monkeypatch, [row(number) for number in range(60)], [row(number) for number in range(40)])
    end, contexts = run(QUIET)
    group = end.facts["group"].value
    assert (group.devices, group.fleet, group.together, group.first, group.last) == (100, 10_000, 100, WENT, WENT)
    assert registry.read == [QUIET.filters] and registry.asked[0][0] == Filters()
    site = next(each for each in group.shares if each.name == "tag site")
    assert (site.times, site.of, site.others, site.rest) == (100, 100, 0, 9_900)
    assert end.exit_code() == 4 and [each.finding.entry.code for each in end.found.verdict.reasons] == ["group-quiet"]
    changes = contexts[-1][0].typed.changes
    assert changes.since == WENT - 24 * 3_600_000 and Source.ACTIVITY in changes.sources


@pytest.mark.parametrize(
    ("asked", "devices", "since"),
    [
        (QUIET, 3, MS - 12 * 3_600_000 - LOGGED_MS),
        (PICKED, 2, MS - LOGGED_MS),
        (MembersAsked(Filters(quiet_since=MS - 88 * 24 * 3_600_000)), 2, MS - 89 * 24 * 3_600_000),
        (QUIET, 1, None),  # one device shares nothing
        (MembersAsked(Filters("tags.site = 'north'", quiet_since=MS), NORTH), 3, None),  # the rest is not the fleet
    ],
)
def test_the_resource_log_is_asked_for_the_members(monkeypatch: pytest.MonkeyPatch, asked, devices, since) -> None:
    Registry(monkeypatch, [row(number) for number in range(devices)])
    _, contexts = run(asked)
    found = contexts[-1][0].typed.group_log
    assert (found and found.since) == since
    assert found is None or found.members == {f"d{number}" for number in range(devices)}
    assert "group_log" in contexts[-1][1]


def test_the_members_of_a_query_are_compared_with_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(monkeypatch, [row(1), row(2), *(row(number, connected=True) for number in range(98))])
    end, _ = run(PICKED)
    filters, conditions = registry.asked[0]
    assert filters == Filters() and conditions[0].startswith("status = 'enabled' AND connectionState")
    assert not any("tags.site" in each for each in conditions)  # the query names it, so that it differs in any case
    assert end.facts["group"].value.connected == 98 and end.exit_code() == 0


def test_a_device_that_may_be_quiet_is_counted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    Registry(monkeypatch, [row(1, sure=False, last=None), row(2), row(3)])
    group = run(QUIET)[0].facts["group"].value
    assert (group.devices, group.unsure, group.examples) == (2, 1, ("d2", "d3"))


def test_many_traits_are_not_all_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = {f"t{number}": "x" for number in range(40)}
    registry = Registry(monkeypatch, [row(number, **tags) for number in range(10)])
    run(QUIET)
    assert len(registry.asked[0][1]) == MOST_COMPARED


def test_an_empty_group_asks_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(monkeypatch, [])
    end, contexts = run(QUIET)
    assert end.exit_code() == 0 and not registry.asked and contexts[-1][0].typed.changes is None
    end, _ = run(PICKED)
    assert [each.finding.entry.code for each in end.found.verdict.reasons] == ["query-picks-nobody"]


def test_a_registry_that_refuses_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*arguments: Any) -> Iterator[list[Row]]:
        raise StepFailed(
            Failure(Kind.REFUSED, "the answer to the query", "h", 443, condition="400", description="bad query")
        )
        yield []

    monkeypatch.setattr(hub_fleet, "pages", read)
    end, _ = run(PICKED)
    assert end.exit_code() == 5 and "bad query" in end.found.verdict.blind[0].finding.message


def test_an_interrupt_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    Registry(monkeypatch)
    context = Context(hub=Target(hub="h", credential=Secret("a2V5")))
    session = GroupDoctor(context, given(NOW), QUIET, lambda event: None, measure=lambda *a, **k: iter(()))
    (end,) = session.end(End.INTERRUPTED)
    assert isinstance(end, Diagnosed) and end.exit_code() == 130


def test_one_device_has_a_doctor_of_its_own() -> None:
    known = {"now": typed(NOW, AT)}
    assert isinstance(begun(Context(), known, ALL, None, None, print), Doctor)
    assert isinstance(begun(None, known, ALL, QUIET, None, print), Doctor)
    assert isinstance(begun(Context(), known, ALL, QUIET, None, print), GroupDoctor)
