"""Every port on which the system says that a lab listens, whether or not this lab has a list of it, and what it takes.

The list comes from /proc: the sockets that the lab's process holds, and which of them listen.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from azext_iotdiag.lab.net import machine
from azext_iotdiag.lab.process import control, detached, folder
from azext_iotdiag.lab.process.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sockets of a process stand in /proc"),
]
LISTENING = "0A"  # the state in /proc/net/tcp
SECONDS = 10.0
ANSWER_SECONDS = 2.0
LARGEST_ANSWER = 1 << 20
LARGEST_GROWTH = 64 << 20  # bytes of memory, for all that is done to all ports
SERVICES = {"amqp", "mqtt", "https", "control", "identity", "proxy"}
WORDS = {
    "nothing": b"",
    "noise": bytes(range(256)) * 16,
    "zeros": bytes(65_536),
    "HTTP of a page from elsewhere": b"GET / HTTP/1.1\r\nHost: evil.example\r\nOrigin: https://evil.example\r\n\r\n",
    "HTTP for keys": b"POST /devices/device-1?api-version=2021-04-12 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "HTTP for a token without the header": b"GET /metadata/identity/oauth2/token?api-version=2018-02-01"
    b"&resource=https://management.azure.com/ HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n",
    "a head without an end": b"GET / HTTP/1.1\r\n" + b"X-Long: " + b"x" * 300_000,
    "CONNECT to elsewhere": b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
    "SOCKS to elsewhere": b"\5\1\0\5\1\0\3\x0bexample.com\x01\xbb",
    "AMQP": b"AMQP\x03\x01\x00\x00AMQP\x00\x01\x00\x00" + b"\xff" * 4096,
    "MQTT": bytes.fromhex("100C00044D515454040200000000") + b"\xff" * 4096,
    "a command without a token": b'{"command": "credential", "arguments": {"identity": "user", "role": "owner"}}\n',
    "JSON that is deep": b"[" * 100_000 + b"\n",
}


class Port(NamedTuple):
    """A port that listens."""

    address: str
    number: int
    tls: bool


@dataclass
class Started:
    """A lab in a process of its own."""

    pid: int
    described: dict[str, Any]
    runtime: dict[str, Any]

    @property
    def secrets(self) -> set[str]:
        """What must not come out of any port that was shown no credential."""
        text = json.dumps(self.described)
        keys = {*re.findall(r"SharedAccessKey=([\w+/=]{20,})", text), self.runtime["control"]["token"]}
        return keys | {each["token"] for each in self.described["central"]}

    def memory(self) -> int:
        pages = Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * 4096

    def sockets(self) -> list[tuple[str, int]]:
        """Address and port of each socket of the process that listens."""
        held = set()
        for entry in Path(f"/proc/{self.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                held.add(str(entry.readlink()).removeprefix("socket:[").removesuffix("]"))
        found = []
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/{self.pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and fields[9] in held:
                    found.append(_place(fields[1]))
        return found

    def udp(self) -> list[str]:
        tables = [Path(f"/proc/{self.pid}/net/{table}").read_text(encoding="ascii") for table in ("udp", "udp6")]
        held = {str(entry.readlink()) for entry in Path(f"/proc/{self.pid}/fd").iterdir() if entry.is_symlink()}
        lines = [line for table in tables for line in table.splitlines()[1:]]
        return [line for line in lines if f"socket:[{line.split()[9]}]" in held]


def _place(text: str) -> tuple[str, int]:
    """Address and port as /proc writes them: words of four bytes, each in the order of this machine."""
    address, _, port = text.partition(":")
    raw = bytes.fromhex(address)
    words = b"".join(
        raw[at : at + 4][::-1] if sys.byteorder == "little" else raw[at : at + 4] for at in range(0, len(raw), 4)
    )
    return socket.inet_ntop(socket.AF_INET if len(words) == 4 else socket.AF_INET6, words), int(port, 16)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    labs = folder.labs_of(tmp_path_factory.mktemp("config"))
    described = detached.start_detached(Settings("listeners"), labs)
    try:
        runtime = detached.find("listeners", labs)
        yield Started(runtime["pid"], described, runtime)
    finally:
        detached.stop("listeners", labs)


def connected(place: tuple[str, int]) -> socket.socket:
    return socket.create_connection(place, timeout=SECONDS)


def wrapped(started: Started, raw: socket.socket) -> ssl.SSLSocket:
    context = ssl.create_default_context(cadata=started.runtime["control"]["ca"])
    return context.wrap_socket(raw, server_hostname="localhost")


@pytest.fixture(scope="module")
def ports(started: Started) -> list[Port]:
    """Each port, and whether it speaks TLS, which is tried."""
    found = []
    for place in started.sockets():
        with connected(place) as raw:
            raw.settimeout(ANSWER_SECONDS)
            try:
                with wrapped(started, raw):
                    tls = True
            except OSError:
                tls = False
        found.append(Port(*place, tls))
    return found


def answer(sock: socket.socket, said: bytes) -> bytes:
    """What comes back until the other end closes, or says nothing more."""
    told = bytearray()
    sock.settimeout(ANSWER_SECONDS)
    with contextlib.suppress(OSError):
        sock.sendall(said)
        sock.shutdown(socket.SHUT_WR)
    with contextlib.suppress(OSError):
        while (data := sock.recv(65_536)) and len(told) < LARGEST_ANSWER:
            told += data
    return bytes(told)


def test_the_lab_names_every_port(started: Started) -> None:
    named = {
        int(text.rpartition(":")[2]) for name, text in started.described["endpoints"].items() if name != "namespace"
    }
    named.add(started.runtime["control"]["port"])
    assert {port for _, port in started.sockets()} == named and len(named) == len(SERVICES)
    assert started.udp() == []


def test_only_this_machine_reaches_it(started: Started) -> None:
    assert all(machine.is_own(address) for address, _ in started.sockets())


def test_only_two_ports_speak_without_tls(started: Started, ports: list[Port]) -> None:
    """Managed identities, as on Azure, and the proxy, which carries TLS."""
    plain = {port.number for port in ports if not port.tls}
    endpoints = started.described["endpoints"]
    assert plain == {int(endpoints[name].rpartition(":")[2]) for name in ("identity", "proxy")}


def test_old_versions_of_tls_are_refused(started: Started, ports: list[Port]) -> None:
    for port in ports:
        if port.tls:
            context = ssl.create_default_context(cadata=started.runtime["control"]["ca"])
            context.set_ciphers("DEFAULT@SECLEVEL=0")  # or this end would refuse first
            with pytest.warns(DeprecationWarning):
                context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
            with connected(port[:2]) as raw, pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
                context.wrap_socket(raw, server_hostname="localhost")


@pytest.mark.parametrize("words", WORDS)
def test_no_port_gives_anything_away(started: Started, ports: list[Port], words: str) -> None:
    assert ports
    for port in ports:
        with connected(port[:2]) as raw:
            told = [answer(raw, WORDS[words])]
        if port.tls:
            with connected(port[:2]) as raw, wrapped(started, raw) as secure:
                told.append(answer(secure, WORDS[words]))
        for each in told:
            assert len(each) < LARGEST_ANSWER
            assert not [secret for secret in started.secrets if secret.encode() in each], port
            assert not re.search(rb"eyJ[\w-]{20,}\.", each), f"a token came from {port}"
            assert not each.startswith(b"HTTP/1.1 2"), (port, each[:200])
    alive(started)


def alive(started: Started) -> dict[str, Any]:
    """The status of the lab, which answers, and in which there is no mistake of the lab."""
    status = control.ask(started.runtime["control"], "status", audit=10_000, routine=True)
    assert isinstance(status, dict)
    assert not [each for each in status["audit"] if "mistake of the lab" in each["reason"]]
    return status


def test_crowds_do_not_shut_others_out(started: Started, ports: list[Port]) -> None:
    before = started.memory()
    for port in ports:
        with contextlib.ExitStack() as crowd:
            for _ in range(200):
                crowd.enter_context(connected(port[:2]))
            alive(started)
    assert started.memory() - before < LARGEST_GROWTH
