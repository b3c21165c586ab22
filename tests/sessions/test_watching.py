"""Watching a device: look after look, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from azext_iotdiag.model.facts import Fact, given, typed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.observed import Observed, WatchAsked
from azext_iotdiag.probes.context import Context
from azext_iotdiag.sessions.doctor import Doctor
from azext_iotdiag.sessions.watching import MOST_LOOKS, DeviceWatch
from tests.plugins import clocks
from tests.sessions.test_doctor import AT, CONTEXT, NOW

START = int(NOW * 1000)
SILENT = Fact[Any](None, AT, "the hub", failure=Failure(Kind.SILENT, "an answer", "h", 443))


def identity(connected: bool, **more: Any) -> Fact[Identity]:
    return typed(Identity("h", "d", status="enabled", connected=connected, **more), AT)


def message(came: int | None) -> Fact[NewestMessages]:
    return typed(NewestMessages("d", came), AT)


class Hub:
    """What each look shows, the last again and again; time passes only in pauses."""

    def __init__(self, *looks: dict[str, Fact[Any]]):
        self.looks = list(looks)
        self.passed = 0.0
        self.windows: list[tuple[int, ...]] = []
        messages = lambda: CONTEXT.hub  # noqa: E731
        played = clocks.deadlines(lambda: NOW + self.passed, lambda: self.passed, self.pause)
        self.context = replace(CONTEXT, deadlines=played, messages=messages)

    def __call__(self, wanted: Any, context: Context, *, known: Any, seconds: float) -> Iterator[tuple[str, Fact[Any]]]:
        assert tuple(wanted) == ("identity", "newest_messages") and not {*wanted} & {*known}
        assert not context.stop.is_set()
        self.windows.append(context.typed.windows)
        yield from (self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]).items()

    def pause(self, seconds: float) -> None:
        self.passed += seconds


def watched(hub: Hub, asked: WatchAsked) -> Observed:
    watch = DeviceWatch(hub.context, {}, asked, hub)
    assert list(watch), "each look is told"
    return watch.observed


def test_it_looks_until_the_time_is_over() -> None:
    hub = Hub({"identity": identity(True)})
    seen = watched(hub, WatchAsked(60.0))
    assert (seen.looks, seen.seconds, seen.left) == (12, 60.0, 0)
    assert hub.windows[0] == (35,), "what came since the last look, and some seconds more"


def test_a_long_watch_looks_no_more_often_than_a_few_times() -> None:
    assert watched(Hub({"identity": identity(True)}), WatchAsked(86_400.0)).looks == MOST_LOOKS


def test_a_connection_that_comes_and_goes() -> None:
    states = [True, False, True, False, False, True]
    hub = Hub(*({"identity": identity(state)} for state in states))
    assert watched(hub, WatchAsked(30.0)).left == 2


def test_waiting_ends_at_the_first_message() -> None:
    hub = Hub({"newest_messages": message(None)}, {"newest_messages": message(START + 7000)})
    seen = watched(hub, WatchAsked(600.0, waits=True))
    assert (seen.looks, seen.came) == (2, START + 7000)


def test_what_came_before_is_no_sign() -> None:
    old = {"newest_messages": message(START - 1), "identity": identity(True, last_activity=START - 1)}
    seen = watched(Hub(old), WatchAsked(15.0, waits=True))
    assert (seen.came, seen.heard, seen.looks) == (None, None, 3)


def test_without_messages_the_hubs_own_sign_ends_the_wait() -> None:
    hub = Hub({"identity": identity(True, last_activity=START + 1000)})
    hub.context = replace(hub.context, messages=None)
    assert watched(hub, WatchAsked(600.0, waits=True)).looks == 1


def test_looks_that_showed_nothing_are_counted() -> None:
    seen = watched(Hub({"identity": SILENT, "newest_messages": SILENT}), WatchAsked(10.0))
    assert (seen.looks, seen.blind) == (2, 2)


def test_the_doctor_judges_what_the_watch_saw() -> None:
    hub = Hub({"identity": identity(True)}, {"identity": identity(False)}, {"newest_messages": message(START + 9000)})
    first = iter([{"identity": identity(True), "newest_messages": message(None)}])

    def measure(wanted: Any, context: Context, *, known: Any, seconds: float) -> Iterator[tuple[str, Fact[Any]]]:
        if (begun := next(first, None)) is not None:
            yield from begun.items()
            return
        yield from hub(wanted, context, known=known, seconds=seconds)

    doctor = Doctor(
        replace(hub.context, resource=None), given(NOW), watch=WatchAsked(300.0, waits=True), measure=measure,
    )  # fmt: skip
    events = [*doctor, *doctor.end(None)]
    facts = events[-1].facts
    assert facts["observed"].value.came == facts["newest_messages"].value.came == START + 9000
    assert facts["identity"].value.connected is False
    assert {result.check.name for result in events[-1].found.results} >= {"connection-steady", "device-came"}
