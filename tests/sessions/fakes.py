"""A reader, a registry and a clock that are played, and what a session yields in short."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.telemetry.contract import Options
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.event import Event as Message
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.stream import Partition, PartitionState, Stream
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.sessions.asked import MessagesAsked
from azext_iotdiag.sessions.events import Ended, Event, Session
from azext_iotdiag.sessions.messages import Messages
from azext_iotdiag.streams.filters import MessageFilters
from tests.plugins import clocks

HUB = "hub.azure-devices.net"
NOW = 1_800_000_000.0
TARGET = Target(hub=HUB, policy="service", credential=Secret("a2V5"))
SYSTEM = {"content-type": "application/json", "content-encoding": "utf-8"}
MEASURED = datetime.fromtimestamp(NOW, timezone.utc)

Step = Message | None | Callable[[Stream], None] | BaseException


def message(device: str = "pump", body: bytes = b"1", number: int = 0, seconds: float = 0.0) -> Message:
    """A message that the hub received so many seconds after NOW."""
    return Message("Telemetry", device, "", "", "0", number, "", int((NOW + seconds) * 1000), SYSTEM, {}, {}, body)


class Clock:
    """Seconds that pass in a sleep, or when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> float:
        return NOW + self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def deadlines(self, **intervals: Any) -> Deadlines:
        return clocks.deadlines(self.now, self, self.sleep, **intervals)


class Reader:
    """Gives messages and None; calls what can be called with its stream, which then has changed; raises the rest."""

    def __init__(self, *steps: Step, partitions: str = "01"):
        self.stream = Stream("h", "entity", "$Default", {name: Partition(name) for name in partitions})
        self.asked: dict[str, Any] = {}
        self.closed = 0
        self._steps = steps

    def __call__(self, target: Target, options: Options, reader: str) -> Reader:
        """In the place of what makes a reader."""
        self.asked = {**vars(options), "reader": reader}
        return self

    def __iter__(self) -> Iterator[Message | None]:
        for step in self._steps:
            if isinstance(step, BaseException):
                raise step
            if isinstance(step, Message):
                self.stream.partitions[step.partition].received += 1
                yield step
            else:
                if step is not None:
                    step(self.stream)
                yield None

    def close(self) -> None:
        self.closed += 1


def opens(*names: str) -> Callable[[Stream], None]:
    def step(stream: Stream) -> None:
        for name in names or stream.partitions:
            stream.partitions[name].opened = True
            stream.partitions[name].state = PartitionState.IDLE

    return step


def fails(name: str, failure: Failure) -> Callable[[Stream], None]:
    return lambda stream: setattr(stream.partitions[name], "failure", failure)


def breaks(failure: Failure) -> Callable[[Stream], None]:
    return lambda stream: stream.interruptions.append(failure)


class Registry:
    """In the place of `gather`: gives these values as facts, each for which it is asked, and the pauses before them."""

    def __init__(self, *pauses: tuple[str, float], **values: Any):
        self.wanted: list[str] = []
        self._pauses = pauses
        self._values = values

    def __call__(self, wanted: Iterable[str], context: Any, **_: Any) -> Iterator[tuple[str, Fact[Any]]]:
        self.wanted += [name for name in wanted if name != "identity" or context.hub is not None]
        for pause in self._pauses:
            context.said(*pause)
        for name in self.wanted:
            if name in self._values:
                value = self._values[name]
                failed = isinstance(value, Failure)
                yield name, Fact(None if failed else value, MEASURED, "test", failure=value if failed else None)


def messages(
    reader: Reader, clock: Clock, /, *, measure: Any = None, target: Target = TARGET, **asked: Any
) -> Messages:
    """Messages from a reader; `device` is a filter, the rest as in `Asked`, with `deadlines` of the session."""
    deadlines = asked.pop("deadlines", clock.deadlines())
    hear = asked.pop("hear", lambda event: None)
    filters = MessageFilters(asked.pop("device", None))
    given = MessagesAsked(filters, **asked)
    return Messages(target, given, deadlines=deadlines, hear=hear, read=reader, measure=measure or Registry())


def ended(session: Session, stopped: End | None = None) -> Ended:
    """The last event of a session that was iterated."""
    *_, last = session.end(stopped)
    assert isinstance(last, Ended)
    return last


def told(items: Iterable[Any]) -> list[Event]:
    """The events among the items."""
    return [each for each in items if each is not None and not isinstance(each, bytes)]
