"""The streams of all hubs behind an IoT Central application, read at once and shown as one.

Each hub is read in a thread of its own, so that what becomes of one is no matter for the others.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from azext_iotdiag.clients.central import Backing, Central
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.telemetry.contract import Options, Reader
from azext_iotdiag.clients.telemetry.links import state_of
from azext_iotdiag.clients.telemetry.wire_reader import HubToken, WireReader
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.stream import Partition, Stream
from azext_iotdiag.model.target import Target

AHEAD = 2000  # events of all hubs that wait for the caller
SHORT_SECONDS = 0.05
FAREWELL_SECONDS = 2.0
RENEW_BEFORE = 0.5  # of a token's life is left when a newer one is asked for
LONGEST_SECONDS = 3600.0  # until the next renewal, whatever life a token claims


class _Beat(NamedTuple):
    """What one reader knew of its stream when nothing was left for the moment: behind all events before it."""

    number: int
    partitions: list[Partition]
    interruptions: list[Failure]


class Tokens:
    """The newest token for each hub, renewed by a thread, since no reader may wait for an answer of HTTP meanwhile.

    `done` is called by the last caller.
    """

    def __init__(self, ask: Callable[[], list[Backing]], deadlines: Deadlines, done: Callable[[], None] = lambda: None):
        self._ask = ask
        self._done = done
        self._deadlines = deadlines
        self._now = deadlines.clock.now
        self._known: dict[str, Backing] = {}
        self._failed: Exception | None = None
        self._over = threading.Event()

    def begin(self) -> list[Backing]:
        """The streams that there are. Raises StepFailed."""
        try:
            found = self._ask()
        except StepFailed:
            self._done()
            raise
        self._known = {each.hub: each for each in found}
        threading.Thread(target=self._renew, name="tokens of IoT Central", daemon=True).start()
        return found

    def newest(self, hub: str) -> HubToken:
        """The token for a hub. Raises what kept a newer one away, StepFailed mostly, where the last one has expired."""
        known = self._known[hub]
        if known.expires <= self._now() and self._failed is not None:
            raise self._failed
        return HubToken(known.token, known.expires)

    def close(self) -> None:
        """Renew no more."""
        self._over.set()

    def _renew(self) -> None:
        pause, tries = self._pause(), 0
        while not self._over.wait(pause):
            try:
                self._known |= {each.hub: each for each in self._ask()}
                self._failed = None
                pause, tries = self._pause(), 0
            except Exception as failed:  # az's login may have expired, too; `newest` raises it
                self._failed = failed
                tries += 1
                pause = self._deadlines.tokens.pause(tries, 0.0, self._deadlines.clock.chance)
        self._done()

    def _pause(self) -> float:
        left = min(each.expires for each in self._known.values()) - self._now()
        return min(max(left * RENEW_BEFORE, 1.0), LONGEST_SECONDS)


class CentralReader:
    """Reads the streams of all hubs behind an application. What fails for one of them is told of its partitions."""

    def __init__(
        self,
        target: Target,
        options: Options,
        *,
        tokens: Tokens | None = None,
        open_hub: Callable[..., Reader] = WireReader,
    ):
        self.stream = Stream(target.app, "", options.consumer_group)
        self._options = options
        self._target = target
        self._clock = options.deadlines.clock
        self._tokens = tokens or _tokens_of(target, options.deadlines)
        self._open_hub = open_hub
        self._events: queue.Queue[Event | _Beat] = queue.Queue(AHEAD)
        self._over = threading.Event()
        self._readers: list[Reader] = []
        self._threads: list[threading.Thread] = []
        self._broken: Exception | None = None  # what ended a thread, and is no failure of a service
        self._known: set[int] = set()  # the readers whose partitions are known
        self._heard: list[int] = []  # interruptions of each reader that are told already

    def __iter__(self) -> Iterator[Event | None]:
        try:
            backing = self._tokens.begin()
        except StepFailed as failed:
            self.stream.failure = failed.failure
            return
        self.stream.entity = f"{len(backing)} hub{'s' if len(backing) > 1 else ''}"
        self.stream.awaited = len(backing)
        for number, each in enumerate(backing):
            self._begin(each, f"{number}/" if len(backing) > 1 else "")
        yield from self._opening()
        while True:
            running = any(thread.is_alive() for thread in self._threads)
            if self._broken is not None:
                raise self._broken
            try:
                event = self._events.get(timeout=self._options.deadlines.tick)
            except queue.Empty:
                yield None
            else:
                if not isinstance(event, _Beat):
                    yield event
                    continue
                self._take_over(event)
                yield None
            if not running and self._events.empty():
                self._end()
                return

    def close(self) -> None:
        """Let go of all connections."""
        self._over.set()
        self._tokens.close()
        for thread in self._threads:
            thread.join(FAREWELL_SECONDS)
        self._look()
        while not self._events.empty():
            self.stream.left += not isinstance(self._events.get(), _Beat)

    def _opening(self) -> Iterator[None]:
        """Wait until it is known of every hub which partitions it has and which can be read, but not for long.

        What is known of a hub is taken over with its next beat.
        """
        until = self._clock.monotonic() + self._options.deadlines.opening
        while self._clock.monotonic() < until and any(
            thread.is_alive() and not _is_open(reader.stream)
            for thread, reader in zip(self._threads, self._readers, strict=True)
        ):
            self._over.wait(SHORT_SECONDS)
            yield None

    def _begin(self, backing: Backing, label: str) -> None:
        target = replace(self._target, event_hub=backing.host, entity=backing.entity)
        tokens = lambda: self._tokens.newest(backing.hub)  # noqa: E731
        reader = self._open_hub(target, self._options, tokens=tokens, label=label)
        work = (len(self._readers), reader, label)
        thread = threading.Thread(target=self._read, args=work, name=f"hub {backing.hub}", daemon=True)
        self._readers.append(reader)
        self._heard.append(0)
        self._threads.append(thread)
        thread.start()

    def _read(self, number: int, reader: Reader, label: str) -> None:
        try:
            for event in reader:
                if not self._put(_beat(number, reader) if event is None else event):
                    return
        except Exception as broken:  # such as an expired login of az: for the thread that iterates
            self._broken = broken
        finally:
            reader.close()
            if reader.stream.failure is not None and not reader.stream.partitions:  # no other event would tell of it
                lost = Partition(f"{label}?", state_of(reader.stream.failure), failure=reader.stream.failure)
                reader.stream.partitions["?"] = lost
            self._put(_beat(number, reader))

    def _put(self, event: Event | _Beat) -> bool:
        """Pass an event or a beat on; False once the reader is closed."""
        while not self._over.is_set():
            try:
                self._events.put(event, timeout=self._options.deadlines.tick)
                return True
            except queue.Full:
                continue
        self.stream.left += not isinstance(event, _Beat)
        return False

    def _look(self) -> None:
        """Take over what all readers know by now, whether their events were handed on or not."""
        for number, reader in enumerate(self._readers):
            self._take_over(_beat(number, reader))

    def _take_over(self, beat: _Beat) -> None:
        """Take over what one reader knew after the events that were handed on."""
        self.stream.elsewhere = sum(reader.stream.elsewhere for reader in self._readers)
        for partition in beat.partitions:
            self.stream.partitions[partition.id] = partition
        self.stream.interruptions += beat.interruptions[self._heard[beat.number] :]
        self._heard[beat.number] = max(self._heard[beat.number], len(beat.interruptions))
        if beat.partitions and beat.number not in self._known:
            self._known.add(beat.number)
            self.stream.awaited -= 1

    def _end(self) -> None:
        self._look()
        failures = [reader.stream.failure for reader in self._readers if reader.stream.failure is not None]
        self.stream.failure = next(
            (each for each in failures if each.kind is not Kind.DROPPED), failures[0] if failures else None
        )


def _beat(number: int, reader: Reader) -> _Beat:
    """What a reader knows now. What ended its stream ended each of its partitions."""
    stream = reader.stream
    partitions = [replace(each, failure=each.failure or stream.failure) for each in tuple(stream.partitions.values())]
    return _Beat(number, partitions, list(stream.interruptions))


def _tokens_of(target: Target, deadlines: Deadlines) -> Tokens:
    central = Central(target, deadlines=deadlines)
    return Tokens(lambda: central.event_tokens(deadlines.clock.now()), deadlines, central.close)


def _is_open(stream: Stream) -> bool:
    parts = tuple(stream.partitions.values())
    return bool(parts) and all(each.opened or each.failure is not None for each in parts)
