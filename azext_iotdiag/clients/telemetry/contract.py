"""Reading the messages of an IoT hub's built-in endpoint, or of any Event Hub: one function, two readers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from azext_iotdiag.clients import proxy
from azext_iotdiag.clients.proxy import Proxy
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.stream import Stream
from azext_iotdiag.model.target import Target

HTTPS_PORT = 443
READERS = ("wire", "sdk")
TRANSPORTS = AMQP, AMQP_WS = ("amqp", "amqp_ws")  # on port 5671 and past any proxy, or over WebSocket on port 443
TICK_SECONDS = 0.25  # how often a reader says that nothing came


class Position(NamedTuple):
    """Where to begin: with what comes from now on, or with what was enqueued since a time (ms since 1970)."""

    since: int | None = None


class Reader(Protocol):
    """A stream being read. Iterate to get events, and None now and then while nothing comes; then `close` it.

    Iteration ends only when reading cannot go on: `stream.failure` then says why. No exception of a client leaves it.
    """

    stream: Stream

    def __iter__(self) -> Iterator[Event | None]: ...

    def close(self) -> None:
        """Let go of the connection; safe to call twice."""


def open(
    target: Target,
    *,
    consumer_group: str,
    position: Position,
    reader: str = "wire",
    transport: str = AMQP,
    now: Callable[[], float] = time.time,
) -> Reader:
    """A reader of all partitions of a target. Nothing is connected before it is iterated.

    `target` is a hub, whose redirect is followed, or an Event Hubs namespace and entity, with a policy and its key; or
    an IoT Central application, of which all hubs are read, by the reader "wire" alone.
    `now` gives seconds since 1970, for the tokens. `reader` is "wire", which tells what AMQP said, or "sdk", which
    goes through Microsoft's azure-eventhub. `transport` is one of TRANSPORTS.
    """
    if target.app:
        from azext_iotdiag.clients.telemetry.central_reader import SeveralReader

        return SeveralReader(target, consumer_group=consumer_group, position=position, transport=transport, now=now)
    if reader == "sdk":
        from azext_iotdiag.clients.telemetry.sdk_reader import SdkReader

        return SdkReader(target, consumer_group=consumer_group, position=position, transport=transport, now=now)
    from azext_iotdiag.clients.telemetry.wire_reader import WireReader

    return WireReader(target, consumer_group=consumer_group, position=position, transport=transport, now=now)


def proxy_for(host: str, transport: str) -> Proxy | None:
    """The proxy that a transport to a host goes through, as the environment names it. Raises proxy.BadProxy."""
    return proxy.find(host, HTTPS_PORT) if transport == AMQP_WS else None
