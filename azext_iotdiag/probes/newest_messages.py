"""The newest messages that a hub holds, and whether the device's are among them: a look back that grows.

It looks at the last minute, then at the last five, and so on, and ends at the first window that holds a message of the
device. A look at a whole day also tells the device's rhythm. Nothing is settled, and no reader is evicted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone

from azext_iotdiag.clients.telemetry import positions
from azext_iotdiag.clients.telemetry.contract import AMQP, Options, Reader, StartPosition
from azext_iotdiag.clients.telemetry.open import open_reader
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.facts import Fact, Facts, Vantage, Window
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.stream import Stream
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes import sampling
from azext_iotdiag.probes.context import Context

WINDOWS_S = (60, 300, 900, 3600, 86_400)
MOST_BYTES = 64 * 1024 * 1024  # of bodies, in all windows together
MOST_SECONDS = 12.0
SPARE_SECONDS = 1.0  # before the end that the probe is given, so that a part is told and not lost
_TELEMETRY = ("Telemetry", "")  # the source that a hub writes; an Event Hub that is no hub's writes none
_MOST_DEVICES = 10_000
# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-construct
_GENERATION = "iothub-connection-auth-generation-id"

Read = Callable[[Target, Options], Reader]


@dataclass
class _Account:
    """What was seen in one window."""

    device: str
    bytes: int = 0  # of all windows so far
    read: int = 0
    senders: set[str] = field(default_factory=set)
    count: int = 0
    last: int | None = None
    longest: int = 0
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=sampling.MOST))

    def take(self, event: Event) -> None:
        self.read += 1
        self.bytes += len(event.body)
        if event.device and len(self.senders) < _MOST_DEVICES:
            self.senders.add(event.device)
        if event.device != self.device or event.kind not in _TELEMETRY:
            return
        self.count += 1
        self.events.append(event)
        if self.last is not None:
            self.longest = max(self.longest, event.enqueued - self.last)
        self.last = event.enqueued


def measure(context: Context, end: float, facts: Facts) -> Fact[NewestMessages]:
    """What the hub holds of the device, with the window that was seen. Raises StepFailed."""
    return look_back(context, end, facts, open_reader)


def look_back(context: Context, end: float, facts: Facts, read: Read) -> Fact[NewestMessages]:
    """The same; `read` makes the readers."""
    fact, _ = looked_back(context, end, context.device(facts), read)
    return fact


def looked_back(
    context: Context, end: float, device: str, read: Read = open_reader
) -> tuple[Fact[NewestMessages], Event | None]:
    """The same, with the newest message of the device itself, which belongs into no fact. Raises StepFailed."""
    assert context.messages is not None, "the catalogue asks only for what is open"
    target = context.messages()
    end = min(end - SPARE_SECONDS, context.clock() + MOST_SECONDS)
    now = int(context.now() * 1000)
    account = _Account(device)
    for seconds in context.typed.windows or WINDOWS_S:
        since = now - seconds * 1000
        options = Options("$Default", StartPosition(since), context.typed.transport or AMQP, context.deadlines)
        account = _Account(device, bytes=account.bytes)
        complete, newest = _window(read(target, options), since, account, context, end)
        if account.count or not complete:
            break
    found = Fact(
        NewestMessages(
            device, account.last, account.read, len(account.senders), newest, account.count,
            account.longest / 1000 if account.count > 1 else 0.0,
            sampling.sample(account.events, *_judging(context, device, end)) if account.events else None,
            _generation(account.events[-1]) if account.events else "",
        ),
        datetime.fromtimestamp(now / 1000, timezone.utc),
        "the built-in endpoint",
        Vantage.SERVICE,
        window=Window(_time(since), _time(now), complete),
    )  # fmt: skip
    return found, account.events[-1] if account.events else None


def _window(reader: Reader, since: int, account: _Account, context: Context, end: float) -> tuple[bool, int | None]:
    """Read a window to what was its end when it was opened, or until `end` on the clock, or MOST_BYTES.

    Returns whether all of it was read, and the time of the newest message of any device.
    """
    stream, expected = reader.stream, positions.expected_from(since, int(context.now() * 1000))
    caught_up = False
    try:
        for event in reader:
            if event is not None:
                account.take(event)
            elif caught_up := _is_caught_up(stream, expected):
                break
            if context.clock() >= end or account.bytes >= MOST_BYTES or context.stop.is_set():
                break
    finally:
        reader.close()
    if stream.failure is not None and not stream.opened:
        raise StepFailed(stream.failure)
    refused = [each.failure for each in stream.partitions.values() if each.failure is not None]
    if refused and len(refused) == len(stream.partitions):  # nothing was read, so that nothing is known
        raise StepFailed(refused[0])
    newest = stream.newest
    told = newest.newest.enqueued if newest is not None and newest.newest is not None else None
    return caught_up and all(each.failure is None for each in stream.partitions.values()), told


def _is_caught_up(stream: Stream, expected: int | None) -> bool:
    """Whether every partition that can be read has brought what the service said it holds."""
    readable = [each for each in stream.partitions.values() if each.failure is None]
    return stream.settled and all(
        each.newest is not None and not positions.is_owed(each, expected) for each in readable
    )


def _judging(context: Context, device: str, end: float) -> tuple[sampling.Judge | None, str, str]:
    """What judges the messages, by which model, and why there is none.

    In IoT Central the model is the device's template, unless one was named.
    """
    if context.central is None or context.typed.model:
        return context.judge, context.typed.model, ""
    from azext_iotdiag.streams import own_template  # it brings all that payloads take

    central = context.ask_central(end)
    try:
        return own_template.of_device(central, device)
    finally:
        central.close()


def _generation(event: Event) -> str:
    """The generation of the identity that sent a message, as the hub writes it; empty where it did not."""
    told = event.annotations.get(_GENERATION, "")
    return told.decode("ascii", "backslashreplace") if isinstance(told, bytes) else str(told)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
