"""Through a proxy: HTTP CONNECT (RFC 9110, 9.3.6) and SOCKS5 (RFC 1928, 1929), until TLS with the target begins."""

from __future__ import annotations

import base64
import ipaddress
import re
import socket
import time
from typing import NoReturn

from azext_iotdiag.clients import tcp
from azext_iotdiag.clients.proxy import SOCKS, Proxy
from azext_iotdiag.model.failure import Failure, Kind, StepFailed

STEP = "the way through the proxy"
LONGEST_HEAD = 65_536
WORDS = 120  # characters of an answer that are shown

# What servers answer that do not know CONNECT; a proxy says 403 (or 407) when it does not let one through.
_NO_PROXY_STATUS = frozenset({400, 401, 404, 405, 501})
_SOCKS_REPLIES = {  # RFC 1928, 6
    1: (Kind.UNREACHABLE, "general failure"),
    2: (Kind.PROXY_REFUSED, "not allowed by its rules"),
    3: (Kind.UNREACHABLE, "network unreachable"),
    4: (Kind.UNREACHABLE, "host unreachable"),
    5: (Kind.REFUSED_CONNECTION, "connection refused"),
    6: (Kind.UNREACHABLE, "time to live expired"),
    7: (Kind.PROXY_REFUSED, "command not supported"),
    8: (Kind.PROXY_REFUSED, "kind of address not supported"),
}
_NO_PASSWORD, _PASSWORD, _NONE = 0, 2, 0xFF


def open(sock: socket.socket, proxy: Proxy, address: str, host: str, port: int, seconds: float) -> None:
    """Let the proxy at the other end of a socket connect it with a host and port, within so many seconds.

    `address` is where the proxy was found. Raises StepFailed, and leaves the closing of the socket to the caller.
    """
    tunnel = _Tunnel(sock, proxy, address, host, port, seconds)
    try:
        if proxy.kind == SOCKS:
            tunnel.socks()
        else:
            tunnel.connect()
    except TimeoutError:
        tunnel.fail(Kind.PROXY_SILENT, f"the proxy {proxy} does not answer")
    except UnicodeError:
        tunnel.fail(Kind.NAME_NOT_RESOLVED, "the name of the host can be no name")
    except OSError as broken:
        tunnel.fail(Kind.PROXY_UNREACHABLE, f"the proxy broke the connection off: {tcp.reason(broken)}")


class _Tunnel:
    """One attempt, with its deadline."""

    def __init__(self, sock: socket.socket, proxy: Proxy, address: str, host: str, port: int, seconds: float):
        self._sock = sock
        self._proxy = proxy
        self._address = address
        self._host = host
        self._port = port
        self._started = time.monotonic()
        self._ends = self._started + seconds
        self._read = b""

    def fail(self, kind: Kind, description: str, condition: str = "") -> NoReturn:
        """Raise StepFailed; it names the target, and the proxy as the address that it led to."""
        seconds = time.monotonic() - self._started
        raise StepFailed(
            Failure(kind, STEP, self._host, self._port, self._address, condition, description, seconds)
        ) from None

    # HTTP

    def connect(self) -> None:
        """Ask with CONNECT."""
        target = f"[{self._host}]:{self._port}" if ":" in self._host else f"{self._host}:{self._port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if self._proxy.user or self._proxy.password.reveal():
            login = f"{self._proxy.user}:{self._proxy.password.reveal()}".encode()
            lines.append(f"Proxy-Authorization: Basic {base64.b64encode(login).decode('ascii')}")
        self._send("\r\n".join([*lines, "", ""]).encode("ascii"))
        head, rest = self._head()
        status = re.match(rb"HTTP/1\.\d (\d{3})(?: ([^\r\n]*))?", head)
        if status is None:
            self.fail(Kind.PROXY_NO_PROXY, f"it answers {_words(head + rest)!r}")
        code, reason = int(status[1]), (status[2] or b"").decode("latin-1").strip()
        condition, said = f"proxy:{code}", f"the proxy answers {code} {reason}".rstrip()
        if 200 <= code < 300:
            # Behind a tunnel the server speaks second, and RFC 9110 gives such an answer no content.
            if rest or re.search(
                rb"(?im)^(content-type: *text/html|content-length: *0*[1-9]|transfer-encoding:)", head
            ):
                self.fail(
                    Kind.PROXY_NO_PROXY,
                    f"it answers {code} with a page: {_words(rest)!r}" if rest else f"it answers {code} with a page",
                    condition,
                )
        elif code == 407:
            self.fail(Kind.PROXY_WANTS_PASSWORD, said + self._about_password(), condition)
        elif code in _NO_PROXY_STATUS or code < 400:
            self.fail(Kind.PROXY_NO_PROXY, said, condition)
        elif code < 500:
            self.fail(Kind.PROXY_REFUSED, said, condition)
        else:
            self.fail(Kind.UNREACHABLE, said, condition)

    def _head(self) -> tuple[bytes, bytes]:
        """The head of the answer, and what came with it."""
        while b"\r\n\r\n" not in self._read and b"\n\n" not in self._read:
            data = (
                b""
                if len(self._read) > LONGEST_HEAD or self._read[:5] != b"HTTP/"[: len(self._read)]
                else self._sock_read()
            )
            if not data and self._read:
                self.fail(Kind.PROXY_NO_PROXY, f"it answers {_words(self._read)!r}")
            if not data:
                self.fail(Kind.PROXY_UNREACHABLE, "the proxy closed the connection without an answer")
            self._read += data
        head, _, rest = self._read.replace(b"\r\n\r\n", b"\n\n", 1).partition(b"\n\n")
        return head, rest

    # SOCKS5

    def socks(self) -> None:
        """Agree on how to log in, log in, and ask for a connection."""
        login = bool(self._proxy.user)
        self._send(bytes((5, 2, _NO_PASSWORD, _PASSWORD) if login else (5, 1, _NO_PASSWORD)))
        version, method = self._exactly(2)
        if version != 5:
            self.fail(Kind.PROXY_NO_PROXY, f"it does not speak SOCKS5; it answers {_words(self._all())!r}")
        if method == _PASSWORD and login:
            self._log_in()
        elif method != _NO_PASSWORD:
            self.fail(
                Kind.PROXY_WANTS_PASSWORD,
                "the proxy accepts none of the ways to log in" + self._about_password(),
                f"socks:{method}",
            )
        self._send(b"\5\1\0" + self._target() + self._port.to_bytes(2, "big"))
        version, reply, _, kind = self._exactly(4)
        if reply:
            how, why = _SOCKS_REPLIES.get(reply, (Kind.PROXY_REFUSED, "a reason without a name"))
            self.fail(how, f"the proxy answers {reply}, {why}", f"socks:{reply}")
        bound = {1: 4, 4: 16}.get(kind) or (self._exactly(1)[0] if kind == 3 else 0)
        self._exactly(bound + 2)  # where the proxy connects from; of no use here

    def _log_in(self) -> None:
        user, password = self._proxy.user.encode(), self._proxy.password.reveal().encode()
        if len(user) > 255 or len(password) > 255:
            self.fail(Kind.PROXY_WANTS_PASSWORD, "SOCKS5 takes users and passwords of at most 255 bytes")
        self._send(bytes((1, len(user))) + user + bytes((len(password),)) + password)
        if self._exactly(2)[1]:
            self.fail(Kind.PROXY_WANTS_PASSWORD, "the proxy refuses this user and password", "socks:login")

    def _target(self) -> bytes:
        host = self._host
        if not self._proxy.asks_names:
            host = self._looked_up()
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            name = host.encode("idna")
            return bytes((3, len(name))) + name
        return bytes((1 if address.version == 4 else 4,)) + address.packed

    def _looked_up(self) -> str:
        """socks5:// asks for addresses, not names; socks5h:// leaves the names to the proxy."""
        left = max(self._ends - time.monotonic(), 0.001)
        return str(tcp.resolve(self._host, self._port, (self._host, self._port), left)[0][4][0])

    # bytes

    def _send(self, data: bytes) -> None:
        self._sock.settimeout(max(self._ends - time.monotonic(), 0.001))
        self._sock.sendall(data)

    def _sock_read(self) -> bytes:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._sock.recv(4096)

    def _exactly(self, count: int) -> bytes:
        """So many bytes and not one more: what follows a tunnel's answer belongs to the target."""
        data = b""
        while len(data) < count:
            self._sock.settimeout(max(self._ends - time.monotonic(), 0.001))
            more = self._sock.recv(count - len(data))
            if not more:
                self.fail(
                    Kind.PROXY_NO_PROXY if data or self._read else Kind.PROXY_UNREACHABLE,
                    "the proxy closed the connection without a whole answer",
                )
            data += more
        self._read += data
        return data

    def _all(self) -> bytes:
        """What was read, and what else is there already."""
        try:
            self._sock.settimeout(0.2)
            self._read += self._sock.recv(4096)
        except OSError:
            return self._read
        return self._read

    def _about_password(self) -> str:
        if self._proxy.user:
            return f"; the user and password of {self._proxy.variable} are not accepted"
        return f"; {self._proxy.variable} names no user and password"


def _words(data: bytes) -> str:
    """The first words of an answer, for people."""
    return " ".join(data[: 8 * WORDS].decode("utf-8", "replace").split())[:WORDS]
