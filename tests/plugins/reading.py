"""Reading a stream in a test: the next events within a deadline, from a service in memory or from a lab."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.telemetry.contract import Options, StartPosition
from azext_iotdiag.clients.telemetry.open import open_reader
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.target import Secret, Target

DEADLINE = 30.0
ENVIRONMENT = ("AZURE_IOTDIAG_CONNECT_TO", "REQUESTS_CA_BUNDLE")
FAKE = Target(event_hub="ns.servicebus.windows.net", entity="hub", policy="p", credential=Secret("a2V5"))


class Reading:
    """A reader, its iterator, and the events that it gave so far."""

    def __init__(self, reader: Any):
        self.reader = reader
        self.stream = reader.stream
        self.events: list[Event] = []
        self.over = False
        self._iterator = iter(reader)

    @property
    def states(self) -> dict[str, Any]:
        """The state of each partition."""
        return {partition.id: partition.state for partition in self.stream.partitions.values()}

    def step(self) -> Event | None:
        """The next thing that the reader says."""
        event = next(self._iterator, self)
        if event is self:
            self.over = True
            return None
        if event is not None:
            self.events.append(event)
        return event

    def until(self, condition: Callable[[], Any], what: str = "") -> None:
        """Go on until the condition holds, or the reader ends."""
        ends = time.monotonic() + DEADLINE
        while not condition() and not self.over:
            assert time.monotonic() < ends, f"waited {DEADLINE:g} s for {what or 'it'}; {self.stream}"
            self.step()
        assert condition(), f"the stream ended: {self.stream.failure}"

    def opened(self) -> None:
        """Go on until every partition is open."""
        partitions = self.stream.partitions
        self.until(lambda: partitions and all(one.opened for one in partitions.values()), "open partitions")

    def take(self, count: int) -> list[bytes]:
        """Go on until there are so many events in all, and give their bodies."""
        self.until(lambda: len(self.events) >= count, f"{count} events, of which {len(self.events)} came")
        return [event.body for event in self.events]

    def end(self) -> None:
        """Go on until the reader ends."""
        self.until(lambda: self.over, "the end of the stream")


@contextmanager
def reading(
    target: Target, *, group: str = "$Default", since: int | None = None, reader: str = "wire", **options: Any
) -> Iterator[Reading]:
    """Read a target; whatever happens, the reader is closed."""
    made = open_reader(target, Options(group, StartPosition(since), **options), reader)
    try:
        yield Reading(made)
    finally:
        made.close()
        made.close()


def trying_again(pause: float = 0.01, seconds: float = 60.0, **changed: Any) -> Deadlines:
    """The usual deadlines, but that a reader tries again after such a pause, for so many seconds."""
    usual = Deadlines(**changed)
    return replace(usual, readers=replace(usual.readers, pauses=(pause,), seconds=seconds))


def target_of(lab: Hosted, policy: str = "service", **other: Any) -> Target:
    """The lab's hub, with the key of a policy."""
    hub = lab.state.hub
    key = hub.policies[policy].primary if policy in hub.policies else hub.policies["service"].primary
    return Target(**{"hub": hub.host, "policy": policy, "credential": key, **other})


def direct_target_of(lab: Hosted, **other: Any) -> Target:
    """The lab's Event Hubs namespace, so that no redirect is followed."""
    stream = lab.state.hub.stream
    return target_of(lab, **{"hub": "", "event_hub": stream.host, "entity": stream.entity, **other})


def send(lab: Hosted, *bodies: bytes, device: str = "device-1", **more: Any) -> list[Any]:
    """Let a device's messages into the hub."""
    hub = lab.state.hub

    def put() -> list[Any]:
        now = int(time.time() * 1000)
        return [
            hub.telemetry(hub.devices[device], body, **{"system": {}, "properties": {}, "now_ms": now, **more})
            for body in bodies
        ]

    return lab.call(put)


def records(lab: Hosted, action: str = "", outcome: str = "") -> list[Any]:
    """The audit's records of AMQP."""
    found = lab.call(lab.state.audit.recent, 10_000)
    return [
        record for record in found
        if record.service == "amqp" and action in ("", record.action) and outcome in ("", record.outcome)
    ]  # fmt: skip
