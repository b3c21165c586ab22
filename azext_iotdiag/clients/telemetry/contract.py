"""What every reader of telemetry is, and where it begins; `open` makes one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from azext_iotdiag.clients import proxy
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.proxy import Proxy
from azext_iotdiag.clients.transport import HTTPS_PORT, Connect, connect
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.position import Position as Saved
from azext_iotdiag.model.share import WHOLE, Share
from azext_iotdiag.model.stream import Stream

READERS = ("wire", "sdk")
TRANSPORTS = AMQP, AMQP_WS = ("amqp", "amqp_ws")  # on port 5671 and past any proxy, or over WebSocket on port 443


class StartPosition(NamedTuple):
    """Where to begin: with what comes from now on, or with what was enqueued since a time (ms since 1970)."""

    since: int | None = None


NEWEST = StartPosition()


@dataclass(frozen=True)
class Options:
    """How a target is read, by any reader. `transport` is one of TRANSPORTS.

    `share` is the part of the partitions that is read; of several hubs, that part of each.
    `saved` is where an earlier run ended, and comes before `position`.
    `credit` is how many messages of a partition may be under way; it is topped up at half. `connect` makes the
    connections that need no WebSocket.
    """

    consumer_group: str
    position: StartPosition = NEWEST
    transport: str = AMQP
    deadlines: Deadlines = field(default_factory=usual)
    credit: int = 1000
    connect: Connect = connect
    share: Share = WHOLE
    saved: Saved | None = None


class Reader(Protocol):
    """A stream being read. Iterate to get events, and None now and then while nothing comes; then `close` it.

    Iteration ends only when reading cannot go on: `stream.failure` then says why. No exception of a client leaves it.
    """

    stream: Stream

    def __iter__(self) -> Iterator[Event | None]: ...

    def close(self) -> None:
        """Let go of the connection; safe to call twice."""


def proxy_for(host: str, transport: str) -> Proxy | None:
    """The proxy that a transport to a host goes through, as the environment names it. Raises proxy.BadProxy."""
    return proxy.find(host, HTTPS_PORT) if transport == AMQP_WS else None
