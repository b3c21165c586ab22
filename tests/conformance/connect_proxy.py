"""An HTTP proxy for CONNECT that leads every host to one port here: for clients whose port cannot be set."""

from __future__ import annotations

import contextlib
import selectors
import socket
import socketserver
import threading
from collections.abc import Iterator


class _Tunnel(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            data = self.request.recv(4096)
            if not data:
                return
            request += data
        self.server.asked.append(request.split()[1].decode())
        with socket.create_connection(("127.0.0.1", self.server.target)) as upstream:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with contextlib.suppress(ConnectionError):
                self._pump(upstream)

    def _pump(self, upstream: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.request, selectors.EVENT_READ, upstream)
            selector.register(upstream, selectors.EVENT_READ, self.request)
            while True:
                for key, _ in selector.select():
                    data = key.fileobj.recv(65_536)
                    if not data:
                        return
                    key.data.sendall(data)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, target: int):
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.target = target
        self.asked: list[str] = []


@contextlib.contextmanager
def connect_proxy(target: int) -> Iterator[tuple[int, list[str]]]:
    """The proxy's port, and the host:port pairs that it was asked for, in order."""
    with _Server(target) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1], server.asked
        finally:
            server.shutdown()
            thread.join(10)
