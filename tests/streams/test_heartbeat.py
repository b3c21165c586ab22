"""Who misses a beat, by the hub's clock and not by ours."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.heartbeat import Lapse
from azext_iotdiag.model.stream import Partition, PartitionState, Stream
from azext_iotdiag.streams.heartbeat import RECONNECT_SECONDS, SETTLED_SECONDS, SKEW_SECONDS, Heartbeats

T = 1_763_633_000  # the hub's time at which a test begins, in seconds
MINUTE = 60


class Watched:
    """A stream with two partitions of which a test says what comes when; a minute is the beat."""

    def __init__(self, *, wrong_by: float = 0.0, **options):
        self.passed = 0.0
        self.stream = Stream("h", partitions={n: Partition(n, PartitionState.IDLE, opened=True) for n in "01"})
        self.beats = Heartbeats(
            MINUTE, self.stream, clock=lambda: 7.0 + self.passed, now=lambda: T + wrong_by + self.passed, **options
        )
        self._script: list[Event | None] = []
        self._run = self.beats(self._source())
        self.rest(0.0)

    def _source(self):
        while True:
            yield self._script.pop(0)

    def event(self, device: str, at: float, partition: str = "0", kind: str = "Telemetry") -> list[Lapse]:
        """A message arrives that the hub received `at` so many seconds after the beginning."""
        made = Event(kind, device, "", "", partition, 0, "", ms(at), {}, {}, {}, b"")
        self._script.append(made)
        assert next(self._run) is made
        return self.beats.take_news()

    def rest(self, seconds: float) -> list[Lapse]:
        """Nothing comes for so long, and the reader says so four times a second."""
        until = self.passed + seconds
        while True:
            self._script.append(None)
            assert next(self._run) is None
            if self.passed >= until:
                return self.beats.take_news()
            self.passed = min(self.passed + 0.25, until)


def test_a_message_without_a_time_is_a_sign_of_life_and_moves_no_clock() -> None:
    watched = Watched()
    untimed = -T  # such a message has the time 0
    assert watched.event("d", untimed) == watched.event("d", 0) == []
    watched.rest(30)
    assert watched.event("e", 50) == watched.event("d", untimed) == watched.event("d", 110) == []
    assert watched.beats.beats.missed == ()


def ms(at: float) -> int:
    return int((T + at) * 1000)


def test_a_device_that_turns_silent_and_comes_back() -> None:
    watched = Watched()
    assert watched.event("d", 0) == []
    assert watched.rest(60) == []
    assert watched.rest(0.25) == [Lapse("d", ms(0))]
    assert watched.rest(600) == []  # it is said once
    assert watched.event("d", 660) == [Lapse("d", ms(0), ms(660))]
    assert watched.rest(59) == []
    assert watched.rest(2) == [Lapse("d", ms(660))]
    assert watched.beats.beats.missed == (Lapse("d", ms(660)),)


def test_a_beat_that_is_kept() -> None:
    watched = Watched()
    for minute in range(5):
        assert watched.event("d", minute * 60) == []
        assert watched.rest(60) == []
    assert watched.beats.beats.missed == () and watched.beats.beats.watched == 1


def test_what_was_read_late_is_judged_by_when_the_hub_received_it() -> None:
    watched = Watched()
    for at in range(-3600, -3000, 50):
        assert watched.event("d", at) == []  # an hour's worth in no time
    assert watched.event("d", -2900) == [Lapse("d", ms(-3050), ms(-2900))]
    assert watched.event("other", -2839) == [Lapse("d", ms(-2900))]  # the same partition goes on without it


def test_another_partition_that_is_ahead_proves_nothing() -> None:
    watched = Watched()
    watched.event("d", -600, "0")
    assert watched.event("other", -300, "1") == []
    assert watched.rest(SETTLED_SECONDS - 0.25) == []  # more may be on its way
    assert watched.rest(0.25) == [Lapse("d", ms(-600))]


@pytest.mark.parametrize("wrong_by", [-86400, -3600, 0, SKEW_SECONDS])
def test_a_clock_that_is_wrong_does_not_cry_wolf(wrong_by: float) -> None:
    watched = Watched(wrong_by=wrong_by)
    watched.event("d", 0)
    assert watched.rest(59) == []
    assert watched.event("d", 59) == []


def test_all_are_silent_and_only_the_clock_can_tell() -> None:
    watched = Watched()
    watched.event("d", -SKEW_SECONDS - 61)
    assert watched.rest(SETTLED_SECONDS) == [Lapse("d", ms(-SKEW_SECONDS - 61))]


def test_a_process_that_was_held_up_has_not_read_what_came_meanwhile() -> None:
    watched = Watched()
    watched.event("d", 0)
    watched.passed += 300
    assert watched.rest(SETTLED_SECONDS - 0.25) == []
    assert watched.event("d", 50) == watched.event("d", 105) == []
    assert watched.event("d", 301) == [Lapse("d", ms(105), ms(301))]


@pytest.mark.parametrize("state", [PartitionState.DENIED, PartitionState.UNREACHABLE, PartitionState.OPENING])
def test_a_partition_that_cannot_be_read_says_nothing_of_its_devices(state: PartitionState) -> None:
    watched = Watched(devices=["awaited"])
    watched.event("d", 0)
    watched.stream.partitions["0"].state = state
    assert watched.rest(300) == []


def test_a_partition_that_can_be_read_again_has_something_to_catch_up_with() -> None:
    watched = Watched()
    watched.event("d", 0)
    watched.stream.partitions["0"].state = PartitionState.OPENING
    watched.rest(90)
    watched.stream.partitions["0"].state = PartitionState.RECEIVING
    assert watched.rest(SETTLED_SECONDS - 0.25) == []
    assert watched.rest(0.25) == [Lapse("d", ms(0))]


def test_while_it_connects_again_silence_says_nothing() -> None:
    watched = Watched()
    watched.event("d", 0)
    watched.stream.interruptions.append(Failure(Kind.DROPPED, "the next message", "h", 5671))
    assert watched.rest(RECONNECT_SECONDS + SETTLED_SECONDS - 0.25) == []
    assert watched.rest(0.25) == [Lapse("d", ms(0))]


def test_a_message_shows_that_it_is_connected_again() -> None:
    watched = Watched()
    watched.event("d", 0)
    watched.stream.interruptions.append(Failure(Kind.DROPPED, "the next message", "h", 5671))
    watched.rest(20)
    watched.event("other", 20, "1")
    assert watched.rest(39) == []
    assert watched.rest(2) == [Lapse("d", ms(0))]


@pytest.mark.parametrize(("since", "after"), [(None, 60.25), (ms(-30), SKEW_SECONDS + 30.25)])
def test_the_device_that_was_asked_for_counts_from_the_start(since: int | None, after: float) -> None:
    watched = Watched(devices=["d"], since=since)
    assert watched.rest(after - 0.25) == []
    assert watched.rest(0.25) == [Lapse("d", None)]
    assert watched.event("d", after) == [Lapse("d", None, ms(after))]
    assert watched.beats.beats.watched == 1


def test_it_counts_from_the_start_of_a_busy_stream_too() -> None:
    watched = Watched(devices=["d"], since=ms(-600))
    watched.event("other", -540, "0")
    watched.event("other2", -500, "1")
    assert watched.rest(0.25) == []
    watched.event("other", -539, "0")
    assert watched.rest(0.25) == [Lapse("d", None)]


def test_all_that_were_asked_for_count_from_the_start() -> None:
    watched = Watched(devices={"c", "a", "b"})
    assert watched.beats.beats.watched == 3
    assert watched.rest(5) == []
    assert watched.event("b", 5) == []
    assert watched.rest(55) == []
    assert watched.rest(0.25) == [Lapse("a", None), Lapse("c", None)]
    assert watched.rest(10) == [Lapse("b", ms(5))]
    assert watched.event("a", 71) == [Lapse("a", None, ms(71))]
    assert watched.beats.beats.watched == 3


def test_it_sent_too_late() -> None:
    watched = Watched(devices=["d"], since=ms(-600))
    assert watched.event("d", -500) == [Lapse("d", None, ms(-500))]


def test_only_telemetry_of_what_was_asked_for_is_a_sign_of_life() -> None:
    watched = Watched(test=lambda event: event.device.startswith("pump"))
    watched.event("fan", 0)
    watched.event("pump", 0)
    watched.event("", 0)
    watched.event("pump", 50, kind="twinChangeEvents")
    assert watched.event("fan", 61) == [Lapse("pump", ms(0))]
    assert watched.beats.beats.watched == 1


def test_a_device_is_followed_to_another_partition() -> None:
    watched = Watched()
    watched.event("d", 0, "0")
    watched.event("d", 50, "1")
    assert watched.event("other", 100, "0") == []
    assert watched.event("other2", 111, "1") == [Lapse("d", ms(50))]


def test_memory_is_bounded() -> None:
    watched = Watched(most=2, devices=["asked-for"])
    for device in ("a", "b"):
        watched.event(device, 0)
    assert not watched.beats.has_become_full()
    watched.event("c", 0)
    assert watched.beats.has_become_full() and not watched.beats.has_become_full()
    watched.event("asked-for", 0)  # it was there from the start
    news = watched.event("other", 61)
    assert [lapse.device for lapse in news] == ["a", "b", "asked-for"]


def test_a_device_that_is_asked_for_is_not_missed_before_anything_could_be_read() -> None:
    watched = Watched(devices=["d"])
    other = Watched(devices=["d"])
    other.stream.partitions["1"].state = PartitionState.OPENING
    assert other.rest(600) == []
    assert watched.rest(600) == [Lapse("d", None)]
