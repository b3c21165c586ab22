"""Servers that stand where a hub's ports should be: `standing` leads the hub's name to them, and trusts their CA."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from azext_iotdiag.clients.address import CONNECT_TO
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.lab.net.certificates import make_authority
from azext_iotdiag.model.facts import Facts, given
from azext_iotdiag.model.network import Cloud, HostKind, NetworkAsked, Protocol, Way
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.gather import gather
from tests.plugins import hostile
from tests.plugins.hostile import Attend

HOST = "hub.azure-devices.net"
SECONDS = 1.0  # of what takes ten for users
AUTHORITY = make_authority("iot-diag lab of a test")
STRANGER = make_authority("Zscaler Intermediate")
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 27\r\n\r\n<html><p>Log in here</html>"
REFUSAL = b'{"Message":"ErrorCode:IotHubUnauthorizedAccess;Unauthorized","ExceptionMessage":"Tracking ID:1"}'
UNAUTHORIZED = (
    b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
    b"Date: Mon, 30 Nov 2026 12:00:00 GMT\r\n\r\n%b" % (len(REFUSAL), REFUSAL)
)


def only_mqtt_5(sock: socket.socket) -> None:
    """A broker for MQTT 5 that closes without a word on a CONNECT of any other version."""
    if sock.recv(65_536)[8:9] == b"\x05":
        sock.sendall(b"\x20\x03\x00\x84\x00")


@dataclass
class Standing:
    """Where the ports lead. `folder` holds files of certificates."""

    folder: Path
    patched: pytest.MonkeyPatch
    opened: contextlib.ExitStack
    ports: dict[int, int] = field(default_factory=dict)

    def at(self, port: int, attend: Attend) -> None:
        """Let a peer answer at a port of the hub."""
        self.ports[port] = self.opened.enter_context(hostile.listening(attend))
        self._lead()

    def leads(self, port: int, local: int) -> None:
        """Lead a port of the hub to one of this machine."""
        self.ports[port] = local
        self._lead()

    def tls(self, attend: Attend, *names: str, authority=AUTHORITY, versions=None, **issued) -> Attend:
        """A peer behind TLS, with a certificate for these names, by default for the hub's."""
        path = self.folder / f"server-{len(list(self.folder.iterdir()))}.pem"
        path.write_bytes(b"".join(authority.issue(names or (HOST,), **issued)))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        if versions is not None:
            context.minimum_version, context.maximum_version = versions

        def attended(sock: socket.socket) -> None:
            with context.wrap_socket(sock, server_side=True) as secure:
                attend(secure)

        return attended

    def trusting(self, *authorities) -> None:
        """Let this machine trust these authorities and no other."""
        path = self.folder / "trusted.pem"
        path.write_bytes(b"".join(each.pem for each in authorities))
        self.patched.setenv("REQUESTS_CA_BUNDLE", str(path))

    def _lead(self) -> None:
        pairs = [f"{HOST}:{port}=127.0.0.1:{local}" for port, local in self.ports.items()]
        self.patched.setenv(CONNECT_TO, ",".join(pairs))


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[Standing]:
    """Nothing stands anywhere yet: every port of the hub refuses. No proxy is named."""
    folder = tmp_path / "certificates"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patched, contextlib.ExitStack() as opened:
        for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
            patched.delenv(name, raising=False)
        made = Standing(folder, patched, opened)
        for port in (8883, 5671, 443):
            made.leads(port, closed_port())
        made.trusting(AUTHORITY)
        yield made


def closed_port() -> int:
    """A port of this machine at which nothing listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def asked(*protocols: Protocol, host: str = HOST, kind: HostKind = HostKind.HUB, proxy: str = "") -> NetworkAsked:
    return NetworkAsked(host, kind, Cloud.PUBLIC, protocols or tuple(Protocol), proxy)


def measured(wanted: NetworkAsked, *names: str, seconds: float = SECONDS) -> Facts:
    """Facts of the network, by the probes of these names."""
    deadlines = Deadlines(connect=seconds, step=seconds)
    facts = given(1_780_000_000.0, network_asked=wanted)
    return facts | dict(gather(names or ("ways",), Context(deadlines=deadlines), known=facts))


def way(*protocols: Protocol, **wanted) -> Way:
    """The one way that was measured for a protocol."""
    found = measured(asked(*protocols, **wanted))["ways"]
    assert found.value is not None, found.failure
    (only,) = found.value
    assert isinstance(only, Way)
    return only
