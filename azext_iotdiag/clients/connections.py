"""Connections over HTTP that are kept when their client is done, by host, so that the next client need make none."""

from __future__ import annotations

import threading
from typing import NamedTuple

import h11

from azext_iotdiag.clients.transport import Transport


class KeptConnection(NamedTuple):
    """A connection on which nothing is under way, and when it was used last, in seconds of the clients' clock."""

    below: Transport
    http: h11.Connection
    used: float


class Connections:
    """The idle connections of one command. For several threads: each connection is with one client at a time.

    A client that never comes back keeps its own connection and nothing else; the lock is held for no call of a network.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, list[KeptConnection]] = {}
        self._closed = False

    def take(self, host: str) -> KeptConnection | None:
        """The idle connection to a host that was used last, which is then the caller's; None where there is none."""
        with self._lock:
            idle = self._idle.get(host)
            return idle.pop() if idle else None

    def give(self, host: str, kept: KeptConnection) -> None:
        """Keep a connection for the next client. After `close` it is closed."""
        with self._lock:
            if not self._closed:
                self._idle.setdefault(host, []).append(kept)
                return
        kept.below.close()

    def close(self) -> None:
        """Close what is idle, and keep no more."""
        with self._lock:
            self._closed = True
            idle = [kept for each in self._idle.values() for kept in each]
            self._idle.clear()
        for kept in idle:
            kept.below.close()
