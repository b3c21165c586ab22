"""The look back grows until it finds the device, and never takes a part for the whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from azext_iotdiag.clients.telemetry.contract import Options
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.stream import Newest, Partition, Stream
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes import newest_messages as probe
from azext_iotdiag.probes.context import Context, Typed
from tests.plugins import clocks

NOW = 1_800_000_000.0
NOW_MS = int(NOW * 1000)
REFUSED = Failure(Kind.UNAUTHORIZED, "the token", "h", 5671, condition="cbs:401")


def message(device: str, seconds_ago: float, kind: str = "Telemetry", body: bytes = b"1") -> Event:
    enqueued = NOW_MS - int(seconds_ago * 1000)
    return Event(kind, device, "", "", "0", enqueued, "", enqueued, {}, {}, {}, body)


class Hub:
    """One partition with these messages, the oldest first; `slow` gives one message for each second of the clock."""

    def __init__(
        self, *messages: Event, failure: Failure | None = None, bad: bool = False, unreadable: bool = False
    ):  # fmt: skip
        self.messages = messages
        self.failure = failure
        self.bad = bad  # the second partition cannot be read
        self.unreadable = unreadable  # the connection opens, and each partition is refused
        self.windows: list[int] = []
        self.closed = 0
        self.clock = 0.0
        self.per_message = 0.0

    def __call__(self, target: Target, options: Options) -> Reading:
        assert options.position.since is not None and options.consumer_group == "$Default"
        self.windows.append((NOW_MS - options.position.since) // 1000)
        return Reading(self, options.position.since)


class Reading:
    def __init__(self, hub: Hub, since: int):
        self._hub, self._since = hub, since
        self.stream = Stream("h", "e", "$Default", {"0": Partition("0")})

    def __iter__(self) -> Iterator[Event | None]:
        hub, stream = self._hub, self.stream
        if hub.failure is not None:
            stream.failure = hub.failure
            return
        part = stream.partitions["0"]
        if hub.unreadable:
            part.failure = REFUSED
            return
        part.opened = True
        if hub.bad:
            stream.partitions["1"] = Partition("1", failure=REFUSED)
        yield None  # the service has not told yet what it holds
        last = hub.messages[-1] if hub.messages else None
        part.newest = Newest(last.sequence, last.enqueued) if last else Newest(-1, 0, empty=True)
        for each in hub.messages:
            if each.enqueued >= self._since:
                hub.clock += hub.per_message
                part.place = each
                yield each
        while True:
            yield None

    def close(self) -> None:
        self._hub.closed += 1


def look(hub: Hub, device: str = "d"):
    context = Context(
        Typed(device=device), messages=lambda: Target(hub="h"),
        deadlines=clocks.deadlines(lambda: NOW, lambda: hub.clock),
    )  # fmt: skip
    fact = probe.look_back(context, 100.0, {}, hub)
    assert hub.closed == len(hub.windows)
    return fact


def test_it_ends_at_the_first_window_that_holds_a_message_of_the_device() -> None:
    hub = Hub(message("d", 200), message("other", 30), message("d", 20))
    fact = look(hub)
    assert hub.windows == [60]
    assert fact.value.came == NOW_MS - 20_000
    assert (fact.value.read, fact.value.devices, fact.value.count) == (2, 2, 1)
    assert fact.window.complete and (fact.window.end - fact.window.begin).total_seconds() == 60


@pytest.mark.parametrize(
    ("ago", "windows"), [(59, [60]), (61, [60, 300]), (899, [60, 300, 900]), (3599, [60, 300, 900, 3600])]
)
def test_the_window_grows(ago: float, windows: list[int]) -> None:
    hub = Hub(message("d", ago), message("other", 1))
    assert look(hub).value.came == NOW_MS - ago * 1000
    assert hub.windows == windows


def test_a_day_without_the_device_is_a_whole_answer() -> None:
    hub = Hub(message("other", 80_000), message("other", 1))
    fact = look(hub)
    assert hub.windows == list(probe.WINDOWS_S)
    assert (fact.value.came, fact.value.read, fact.value.newest) == (None, 2, NOW_MS - 1000)
    assert fact.window.complete


def test_an_empty_hub() -> None:
    fact = look(Hub())
    assert (fact.value.came, fact.value.read, fact.value.newest) == (None, 0, None)
    assert fact.window.complete


def test_the_rhythm_of_a_day() -> None:
    fact = look(Hub(*(message("d", ago) for ago in (40_000, 30_000, 25_000, 24_000, 20_000))))
    assert (fact.value.count, fact.value.longest_gap) == (5, 10_000.0)


def test_only_telemetry_counts() -> None:
    """A change of the twin is written by the hub, in the device's name."""
    fact = look(Hub(message("d", 10, kind="twinChangeEvents"), message("d", 4000)))
    assert fact.value.came == NOW_MS - 4_000_000


def test_a_look_that_takes_too_long_is_a_part() -> None:
    hub = Hub(*(message("other", ago) for ago in range(50, 10, -1)))
    hub.per_message = 1.0
    fact = look(hub)
    assert (fact.value.came, fact.window.complete) == (None, False)
    assert fact.value.read == probe.MOST_SECONDS


def test_too_many_bytes_are_a_part() -> None:
    half = b"x" * (probe.MOST_BYTES // 2)
    fact = look(Hub(*(message("other", ago, body=half) for ago in (50, 40, 30))))
    assert (fact.value.read, fact.window.complete) == (2, False)


def test_a_partition_that_cannot_be_read_makes_it_a_part() -> None:
    fact = look(Hub(message("other", 10), bad=True))
    assert (fact.value.read, fact.window.complete) == (1, False)


def test_partitions_that_can_all_not_be_read_are_a_failed_step() -> None:
    """Else it would look as if the hub held no message of the device."""
    with pytest.raises(StepFailed) as failed:
        look(Hub(message("d", 10), unreadable=True))
    assert failed.value.failure is REFUSED


def test_a_stream_that_never_opened_is_a_failed_step() -> None:
    with pytest.raises(StepFailed) as failed:
        look(Hub(failure=REFUSED))
    assert failed.value.failure is REFUSED


@pytest.mark.parametrize("told", ["638", b"638"])
def test_the_generation_is_that_of_the_newest_message(told) -> None:
    marks = {"iothub-connection-auth-generation-id": told}
    old = message("pump", 50)._replace(annotations={"iothub-connection-auth-generation-id": "637"})
    hub = Hub(old, message("pump", 40)._replace(annotations=marks), message("other", 30))
    assert look(hub, "pump").value.generation == "638"
