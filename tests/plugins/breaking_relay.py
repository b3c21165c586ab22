"""A TCP relay on this machine that breaks its connections on request, as networks and their boxes do."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

MOST_SWALLOWED = 2  # connections of which the other end has not found out yet
WAYS = ("reset", "half-close", "cut record", "swallow")


class Relayed:
    """One connection through the relay. `way` says how it is to break; empty while it works."""

    def __init__(self, client: socket.socket, server: socket.socket):
        self._client = client
        self._server = server
        self.way = ""
        self._threads = [
            threading.Thread(target=self._carry, args=ends, daemon=True)
            for ends in ((client, server), (server, client))
        ]
        for thread in self._threads:
            thread.start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):  # a connection that the other thread, or the test, has ended
            while data := one.recv(65536):
                if self.way == "swallow":
                    continue
                if self.way == "cut record" and one is self._server:
                    other.sendall(data[: len(data) // 2])
                    break
                other.sendall(data)
        if self.way != "swallow":
            with contextlib.suppress(OSError):
                other.shutdown(socket.SHUT_WR)

    def break_(self, way: str) -> None:
        """Break it now or, where that takes data, with what comes next."""
        self.way = way
        with contextlib.suppress(OSError):
            if way == "reset":
                self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._client.shutdown(socket.SHUT_RD)  # wakes the thread that reads
                self._client.close()
            elif way == "half-close":
                self._client.shutdown(socket.SHUT_WR)

    def end(self) -> None:
        """Let go of both sockets, and wait for the threads."""
        for end in (self._client, self._server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        for thread in self._threads:
            thread.join(5)


class Relay:
    """Relays what comes at `port` to another port of this machine."""

    def __init__(self, to: int):
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections: list[Relayed] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            for swallowed in [each for each in self.connections if each.way == "swallow"][:-MOST_SWALLOWED]:
                swallowed.end()  # a service finds out, too, that nobody is there any more
            self.connections.append(Relayed(client, socket.create_connection(("127.0.0.1", self._to))))

    def close(self) -> None:
        """End all of it."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        for each in self.connections:
            each.end()


@contextlib.contextmanager
def relay(to: int) -> Iterator[Relay]:
    """A relay to a port of this machine."""
    made = Relay(to)
    try:
        yield made
    finally:
        made.close()
