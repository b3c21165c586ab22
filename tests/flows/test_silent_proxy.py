"""A proxy that takes a connection and lets nothing through: it is what is spoken of, and not the server behind it."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.flows.conftest import Flow
from tests.plugins import az, hostile

pytestmark = pytest.mark.usefixtures("short_deadlines")


@contextlib.contextmanager
def swallowing(answer: bytes) -> Iterator[str]:
    """The address of a proxy that answers a CONNECT with this, and then nothing."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):  # it was closed
                while True:
                    client, _ = listening.accept()
                    held.append(client)
                    if client.recv(4096) and answer:
                        client.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield "{}:{}".format(*listening.getsockname())
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            for client in held:
                client.close()
            thread.join(10)


COMMANDS = (
    ("monitor", "events", "--duration", "20"),
    ("device", "show", "-d", "device-1"),
    ("simulate", "-d", "device-1", "--message-count", "1"),
)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["no-answer", "nothing-behind-it"])
@pytest.mark.parametrize("command", COMMANDS, ids=[each[0] for each in COMMANDS])
def test_the_proxy_is_named(flow: Flow, command: tuple[str, ...], answer: bytes) -> None:
    login = {"AZURE_IOTDIAG_LOGIN": flow.strings["iothubowner"]}
    with hostile.hurried(), swallowing(answer) as proxy:
        environment = flow.environment | login | {"HTTPS_PROXY": f"http://{proxy}"}
        run = flow.judged(az.az("iot", "diag", *command, "-o", "json", environment=environment))
    said = " ".join(f"{run.err} {run.out.decode()}".split())
    assert run.code == 5 and "proxy-silent" in said, said
    assert f"the proxy {proxy} " in said and "The server accepts" not in said
    if run.out.startswith(b"{"):
        json.loads(run.out)
