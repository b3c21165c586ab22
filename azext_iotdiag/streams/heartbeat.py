"""The heartbeat pattern: which devices sent nothing for longer than they should, by the hub's clock.

A device has missed a beat once its partition is known to have been read to a point that lies more than the interval
behind its last message. How far a partition has been read follows from what came out of it: messages of one partition
come in the order in which the hub received them. Only where a partition stays quiet while it is open does time on this
machine count: as time that passed since the newest message, or as the time of day less an allowance for a clock that is
fast. So neither a late reader nor a wrong clock makes a device look silent.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.heartbeat import Beats, Lapse
from azext_iotdiag.model.stream import READABLE, Stream
from azext_iotdiag.streams.filters import Test

MAX_DEVICES = 100_000  # about 350 bytes each
SETTLED_SECONDS = 5.0  # an open partition from which nothing came for so long has nothing left to give
SKEW_SECONDS = 300.0  # a clock may be fast by so much; Kerberos, for one, allows the same
PAUSE_SECONDS = 2.0  # a reader says at least every 0.25 s that nothing came; this process was held up if it did not
RECONNECT_SECONDS = 60.0  # for so long may a reader try to connect again, and silence then says nothing
TELEMETRY = ("Telemetry", "")  # a twin change or a connection that the hub tells of is no sign of life of the device
_NEVER = float("-inf")


@dataclass
class _Progress:
    """A partition: when its newest message was enqueued (ms), when that arrived here (s), and the last message of each
    of its devices that is not overdue, the oldest first.
    """

    newest: float = _NEVER
    arrived: float = _NEVER
    alive: OrderedDict[str, int] = field(default_factory=OrderedDict)  # a dict is slow to tell its first


class Heartbeats:
    """A step of a pipeline: it lets everything pass, and notes who misses a beat.

    `interval` is in seconds. A device counts from its first message that passes `test`; the ones named in `devices`
    count from the start, which is `since` (ms since 1970) or the moment from which all partitions are read. `clock`
    counts seconds, `now` those since 1970. At most `most` devices are watched: the first that send.
    """

    def __init__(
        self,
        interval: float,
        stream: Stream,
        *,
        clock: Callable[[], float],
        now: Callable[[], float],
        test: Test | None = None,
        devices: Collection[str] = (),
        since: int | None = None,
        most: int = MAX_DEVICES,
    ):
        self.interval = interval
        self.most = most
        self._full = self._full_told = False
        self._news: list[Lapse] = []
        self._interval = interval * 1000
        self._stream = stream
        self._clock = clock
        self._now = now
        self._test = test
        self._awaited = set(devices)
        self._since = since
        self._partitions: dict[str, _Progress] = {}
        self._home: dict[str, _Progress] = {}  # which partition a device's messages are in
        self._silent: dict[str, int | None] = {}  # the last message of those that are overdue
        self._missed: dict[str, Lapse] = {}
        self._ahead = _NEVER  # the hub's clock is at least so far ahead of ours (ms)
        self._quiet_from = _NEVER  # silence counts from here on, and of a partition since it can be read
        self._readable: dict[str, float] = {}
        self._looked = clock()
        self._opened = _NEVER
        self._breaks = 0

    def __call__(self, events: Iterator[Event | None]) -> Iterator[Event | None]:
        for event in events:
            self._look(self._clock(), event)
            yield event

    @property
    def beats(self) -> Beats:
        """What it came to so far."""
        unseen = len(self._awaited) + sum(last is None for last in self._silent.values())
        return Beats(self.interval, len(self._home) + unseen, tuple(self._missed.values()))

    def take_news(self) -> list[Lapse]:
        """The lapses since the last call: one when a device has turned silent, one when it is back."""
        news, self._news = self._news, []
        return news

    def has_become_full(self) -> bool:
        """True once, when a device came that is one too many to be watched."""
        told, self._full_told = self._full_told, self._full
        return self._full and not told

    def _look(self, now: float, event: Event | None) -> None:
        if now - self._looked > PAUSE_SECONDS:
            self._quiet_from = max(self._quiet_from, now)
        self._looked = now
        if len(self._stream.interruptions) > self._breaks:
            self._breaks = len(self._stream.interruptions)
            self._quiet_from = now + RECONNECT_SECONDS
        if event is not None:
            self._quiet_from = min(self._quiet_from, now)
            self._take(now, event)
        else:
            self._judge(now)

    def _judge(self, now: float) -> None:
        partitions = self._stream.partitions.values()
        if self._opened == _NEVER and partitions and all(each.state in READABLE for each in partitions):
            self._opened = now
            self._ahead = max(self._ahead, (self._now() - SKEW_SECONDS - now) * 1000)
        for partition in partitions:
            if partition.state in READABLE:
                self._readable.setdefault(partition.id, now)
            else:
                self._readable.pop(partition.id, None)
        for partition in partitions:
            if progress := self._partitions.get(partition.id):
                self._overdue(progress, self._read_until(partition.id, now))
        if self._awaited and self._opened != _NEVER:
            self._judge_awaited(now)

    def _judge_awaited(self, now: float) -> None:
        """The devices that were asked for by their ids and have sent nothing yet; they may be in any partition."""
        names = self._stream.partitions
        if min(self._read_until(name, now) for name in names) - self._start() > self._interval:
            for device in sorted(self._awaited):
                self._silent[device] = None
                self._note(Lapse(device, None))
            self._awaited.clear()

    def _start(self) -> float:
        """The hub's time (ms) from which those count that were asked for by their ids."""
        return self._since if self._since is not None else self._opened * 1000 + self._ahead

    def _take(self, now: float, event: Event) -> None:
        progress = self._partitions.get(event.partition)
        if progress is None:
            progress = self._partitions[event.partition] = _Progress()
        progress.arrived = now
        enqueued = event.enqueued
        if not enqueued:  # the message does not tell its time: it came after the newest before it
            if progress.newest == _NEVER:
                return
            enqueued = int(progress.newest)
        progress.newest = max(progress.newest, enqueued)
        self._ahead = max(self._ahead, enqueued - now * 1000)
        if event.device and event.kind in TELEMETRY and (self._test is None or self._test(event)):
            self._beat(event.device, enqueued, progress)
        self._overdue(progress, progress.newest)

    def _beat(self, device: str, enqueued: int, progress: _Progress) -> None:
        home = self._home.get(device)
        if device in self._awaited:
            self._awaited.discard(device)
            start = self._start()
            if start != _NEVER and enqueued - start > self._interval:
                self._note(Lapse(device, None, enqueued))
        elif home is None and len(self._home) >= self.most and device not in self._silent:
            self._full = True
            return
        if home is not None and home is not progress and device in home.alive:
            # The hub keeps a device in one partition; where it does not, the device is followed to the other.
            enqueued = max(enqueued, home.alive.pop(device))
        last = progress.alive.pop(device, None)
        if device in self._silent:
            self._note(Lapse(device, self._silent.pop(device), enqueued))
        elif last is not None and enqueued - last > self._interval:
            self._note(Lapse(device, last, enqueued))
        progress.alive[device] = enqueued  # at the end: the order is that of the last messages
        self._home[device] = progress

    def _overdue(self, progress: _Progress, until: float) -> None:
        alive = progress.alive
        while alive:
            device, last = next(iter(alive.items()))
            if until - last <= self._interval:
                return
            del alive[device]
            self._silent[device] = last
            self._note(Lapse(device, last))

    def _read_until(self, partition: str, now: float) -> float:
        """The hub's time (ms) up to which a partition is known to have been read."""
        progress = self._partitions.get(partition)
        newest = progress.newest if progress else _NEVER
        return max(newest, now * 1000 + self._ahead) if self._quiet(partition, now) else newest

    def _quiet(self, partition: str, now: float) -> bool:
        if partition not in self._readable:
            return False
        progress = self._partitions.get(partition)
        arrived = progress.arrived if progress else _NEVER
        return now - max(self._quiet_from, self._readable[partition], arrived) >= SETTLED_SECONDS

    def _note(self, lapse: Lapse) -> None:
        self._missed[lapse.device] = lapse
        self._news.append(lapse)
