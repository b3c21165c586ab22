"""Several hubs as one stream: their tokens, and what becomes of them when one hub fails or is slow to close."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from azext_iotdiag.clients.central import Backing
from azext_iotdiag.clients.deadlines import Clock, Deadlines
from azext_iotdiag.clients.retry import RetryPolicy
from azext_iotdiag.clients.telemetry.central_reader import CentralReader, Tokens
from azext_iotdiag.clients.telemetry.contract import Options
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.stream import Partition, PartitionState, Stream
from azext_iotdiag.model.target import Secret, Target

SECONDS = 10.0
GONE = Failure(Kind.UNREACHABLE, "the TCP connection", "h2", 5671)


def backing(hub: str, expires: float, token: str = "t") -> Backing:
    return Backing(hub, f"{hub}.example", "entity", Secret(token), expires)


def deadlines_at(now: list[float]) -> Deadlines:
    """Deadlines by a clock that a test moves; tokens are asked for again soon."""
    again = RetryPolicy(tries=1, seconds=0.0, pauses=(0.05,))
    return Deadlines(tokens=again, clock=Clock(now=lambda: now[0]))


def until(found, what: str) -> None:
    ends = time.monotonic() + SECONDS
    while not found():
        assert time.monotonic() < ends, f"waited {SECONDS:g} s for {what}"
        time.sleep(0.01)


def test_tokens_are_asked_for_again_when_half_their_life_is_over() -> None:
    now, asked = [100.0], []

    def ask() -> list[Backing]:
        asked.append(now[0])
        return [backing("a", now[0] + 2.2, f"t{len(asked)}")]

    tokens = Tokens(ask, deadlines_at(now))
    tokens.begin()
    assert tokens.newest("a").text.reveal() == "t1"
    until(lambda: len(asked) == 2, "a second token")
    until(lambda: tokens.newest("a").text.reveal() == "t2", "the second token to be known")
    tokens.close()


def test_a_token_that_cannot_be_renewed_is_said_when_it_has_expired() -> None:
    now, tries = [100.0], []

    def ask() -> list[Backing]:
        tries.append(1)
        if len(tries) > 1:
            raise StepFailed(Failure(Kind.UNAUTHORIZED, "the tokens", "app", 443))
        return [backing("a", 101.0)]

    tokens = Tokens(ask, deadlines_at(now))
    tokens.begin()
    until(lambda: len(tries) > 2, "tries to renew")
    assert tokens.newest("a").expires == 101.0  # it still opens the stream
    now[0] = 102.0
    with pytest.raises(StepFailed, match="the tokens"):
        tokens.newest("a")
    tokens.close()


class _Reader:
    """Stands in for a hub's reader: two events, then it fails or goes on saying that nothing comes."""

    def __init__(self, label: str, failure: Failure | None, known: bool):
        self.stream = Stream("h")
        self.label, self.failure, self.closed = label, failure, threading.Event()
        if known:
            self.stream.partitions["0"] = Partition(f"{label}0", PartitionState.IDLE, opened=True)

    def __iter__(self):
        if self.failure is not None:
            self.stream.failure = self.failure
            return
        for number in range(2):
            self.stream.partitions["0"].received += 1
            yield Event("", "d", "", "", f"{self.label}0", number, "", 0, {}, {}, {}, b"")
        while not self.closed.is_set():
            yield None
            time.sleep(0.01)

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def read():
    def make(*failures: Failure | None, ask: Callable[[], list[Backing]] | None = None) -> CentralReader:
        made, found = iter(failures), [backing(f"h{number}", 1e9) for number in range(len(failures))]
        return CentralReader(
            Target(app="app", authorization=lambda: Secret("x")),
            Options("$Default"),
            tokens=Tokens(ask or (lambda: found), deadlines_at([100.0])),
            open_hub=lambda target, options, *, tokens, label: _made(label, next(made)),
        )

    return make


def _made(label: str, failure: Failure | None) -> _Reader:
    return _Reader(label, failure, known=failure is None)


def test_events_of_all_hubs_come_and_what_nobody_took_is_not_counted(read) -> None:
    reader, seen = read(None, None), []
    for event in reader:
        if event is not None:
            seen.append(event.partition)
        if len(seen) == 3:
            break
    reader.close()
    assert set(seen) == {"0/0", "1/0"}
    assert set(reader.stream.partitions) == {"0/0", "1/0"} and reader.stream.received == 3
    assert reader.stream.failure is None


def test_a_hub_that_fails_before_its_partitions_are_known_is_told_of_and_the_other_read(read) -> None:
    reader, seen = read(None, GONE), []
    for event in reader:
        seen += [event] if event is not None else []
        if len(seen) == 2 and "1/?" in reader.stream.partitions:
            break
    reader.close()
    lost = reader.stream.partitions["1/?"]
    assert (lost.failure, lost.state) == (GONE, PartitionState.UNREACHABLE)
    assert reader.stream.failure is None and reader.stream.lost() == {"1/?"}


def test_it_ends_when_all_have_failed(read) -> None:
    reader = read(GONE, GONE)
    assert not [event for event in reader if event is not None]
    assert reader.stream.failure == GONE


def test_one_hub_needs_no_number(read) -> None:
    reader = read(None)
    assert next(event for event in reader if event is not None).partition == "0"
    reader.close()


def test_an_application_that_gives_no_tokens(read) -> None:
    def refuse() -> list[Backing]:
        raise StepFailed(GONE)

    reader = read(None, ask=refuse)
    assert not list(reader) and reader.stream.failure == GONE


def test_an_expired_login_of_az_is_no_silent_thread() -> None:
    """What renews the tokens keeps what az raised, for the reader that asks next."""

    class Expired(Exception):
        pass

    asked, again = [], threading.Event()

    def ask() -> list[Backing]:
        asked.append(None)
        if len(asked) > 1:
            again.set()
            raise Expired
        return [Backing("h", "ns", "e", Secret("t"), 1.0)]

    tokens = Tokens(ask, deadlines_at([2.0]))
    tokens.begin()
    assert again.wait(10)
    until = time.monotonic() + 10
    while tokens._failed is None and time.monotonic() < until:
        time.sleep(0.01)
    with pytest.raises(Expired):
        tokens.newest("h")
    tokens.close()


def test_what_is_known_of_a_partition_never_runs_ahead_of_its_events(read) -> None:
    """Else a look back would take a window for read while events of it still wait."""
    reader, taken = read(None, None), {"0/0": 0, "1/0": 0}
    for event in reader:
        if event is not None:
            taken[event.partition] += 1
        else:
            for name, partition in reader.stream.partitions.items():
                assert partition.received <= taken[name]
        if sum(taken.values()) == 4 and len(reader.stream.partitions) == 2:
            break
    reader.close()


def test_a_stream_is_not_settled_while_a_hub_is_awaited(read) -> None:
    reader, silent = read(None, None), threading.Event()
    made = reader._open_hub

    def open_hub(target: Target, options: Options, *, tokens: Callable[[], object], label: str) -> _Reader | _Late:
        hub = made(target, options, tokens=tokens, label=label)
        if label == "1/":
            partitions, hub.stream.partitions = hub.stream.partitions, {}

            def known_late() -> Iterator[Event | None]:
                while not silent.is_set():
                    yield None
                    time.sleep(0.01)
                hub.stream.partitions = partitions
                yield from _Reader.__iter__(hub)

            return _Late(hub, known_late)
        return hub

    reader._open_hub = open_hub
    reader._options = replace(reader._options, deadlines=Deadlines(opening=0.05))
    events = iter(reader)
    until(lambda: next(events) is None and "0/0" in reader.stream.partitions, "the first hub")
    assert not reader.stream.settled
    silent.set()
    until(lambda: next(events) is None and reader.stream.settled, "the second hub")
    reader.close()


class _Late:
    """A hub's reader whose partitions become known late."""

    def __init__(self, hub: _Reader, events: Callable[[], Iterator[Event | None]]):
        self.stream, self.close, self._events = hub.stream, hub.close, events

    def __iter__(self) -> Iterator[Event | None]:
        return self._events()
