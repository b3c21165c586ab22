"""The lab's proxy: HTTP CONNECT and SOCKS5 on one port, which lead the hub's names to the lab's ports, and no other.

For clients whose port is fixed, and to rehearse what a proxy does to a connection.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import ipaddress
import json
import logging
from collections.abc import Mapping
from typing import NamedTuple

import h11

from azext_iotdiag.lab.faults.table import PROXY_ANSWERS_HTML, PROXY_REFUSES, PROXY_WANTS_PASSWORD
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net import hosts
from azext_iotdiag.lab.net.stream import peer_of, reset

HOST = "127.0.0.1"
SERVICES = {443: "https", 5671: "amqp", 8883: "mqtt"}
USER, PASSWORD = "lab", "lab"  # what opens the way while the fault proxy-wants-password is on
LARGEST_HEAD = 16_384
REQUEST_SECONDS = 20.0
_CHUNK = 65_536
PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Welcome</title></head>"
    b"<body>Please log in to use this network.</body></html>\n"
)

# RFC 1928: methods in 3, replies in 6, kinds of address in 4. RFC 1929: version and outcome of the log-in.
_NO_PASSWORD, _PASSWORD, _NONE = 0, 2, 0xFF
_DONE, _FAILED, _NOT_ALLOWED, _REFUSED, _NO_COMMAND, _NO_ADDRESS = 0, 1, 2, 5, 7, 8
_IPV4, _NAME, _IPV6 = 1, 3, 4

log = logging.getLogger(__name__)


class _Verdict(NamedTuple):
    """What becomes of a request: the port that it is led to, or why not, as HTTP status and SOCKS reply."""

    port: int = 0
    status: int = 200
    reply: int = _DONE
    reason: str = ""


class _Gone(Exception):
    """The client cannot be served; it was told, where there was a way."""


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lab: Lab, ports: Mapping[str, int], host: str = HOST
) -> None:
    """Serve one client until its connection is over. `ports` are those of the lab's services, at the address `host`."""
    connection = _Connection(reader, writer, lab, ports, host)
    try:
        upstream = await asyncio.wait_for(connection.open(), REQUEST_SECONDS)
        await _tunnel((reader, writer), upstream)
        connection.note("close", "ended")
    except asyncio.TimeoutError:
        connection.note("connect", "refused", f"no request within {REQUEST_SECONDS:g} s")
        reset(writer)
    except _Gone as gone:
        connection.note("connect", "refused", str(gone))
        await _close(writer)
    except (ConnectionError, asyncio.IncompleteReadError) as broken:
        connection.note("close", "ended", f"the connection broke off: {broken}")
        reset(writer)
    except BaseException:
        reset(writer)
        raise


class _Connection:
    """One client, up to where its tunnel begins."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lab: Lab, ports: Mapping[str, int], host: str
    ):
        self._reader = reader
        self._writer = writer
        self._lab = lab
        self._ports = ports
        self._host = host
        self._peer = peer_of(writer)
        self._target = ""

    def note(self, action: str, outcome: str, reason: str = "", **details: str) -> None:
        """Note in the audit what happened to this client. What it carries is noted by those who are reached by it."""
        self._lab.audit.record(
            "proxy", action, outcome, peer=self._peer, reason=reason, routine=outcome != "refused",
            target=self._target, **details,
        )  # fmt: skip

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Read what the client asks for, and connect it. Raises _Gone."""
        first = await self._reader.read(1)
        if not first:
            raise _Gone("nothing was asked for")
        return await (self._socks() if first == b"\5" else self._http(first))

    async def _http(self, first: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        http = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
        http.receive_data(first)
        try:
            while not isinstance(request := http.next_event(), h11.Request):
                data = await self._reader.read(_CHUNK)
                if not data:
                    raise _Gone("the client closed the connection within its request")
                http.receive_data(data)
        except h11.RemoteProtocolError as wrong:
            raise await self._tell(wrong.error_status_hint, f"not HTTP/1.1: {wrong}") from None
        target = request.target.decode("latin-1")
        if request.method != b"CONNECT":
            raise await self._tell(405, f"this proxy knows CONNECT only, and not {request.method.decode('latin-1')}")
        if self._lab.faults.use(PROXY_ANSWERS_HTML):
            await self._write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE
            )
            raise _Gone("the fault proxy-answers-html")
        host, _, port = target.rpartition(":")
        verdict = self._judge(host.strip("[]"), int(port) if port.isascii() and port.isdigit() else 0)
        if verdict.port and not self._logged_in(_basic(request)):
            raise await self._tell(
                407, "a user and password are wanted", {"Proxy-Authenticate": 'Basic realm="the lab"'}
            )
        if not verdict.port:
            raise await self._tell(verdict.status, verdict.reason)
        upstream = await self._connect(verdict.port)
        if upstream is None:
            raise await self._tell(502, "the port is closed")
        await self._write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        upstream[1].write(http.trailing_data[0])  # a client that did not wait for the answer
        self.note("connect", "accepted", how="CONNECT")
        return upstream

    async def _tell(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> _Gone:
        body = json.dumps({"Message": reason}).encode()
        lines = [
            f"HTTP/1.1 {status} {_REASONS.get(status, 'Error')}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
        ]
        await self._write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        return _Gone(f"{status}: {reason}")

    async def _socks(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        read = self._reader.readexactly
        offered = await read((await read(1))[0])
        if self._lab.faults.use(PROXY_ANSWERS_HTML):
            await self._write(
                b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE
            )
            raise _Gone("the fault proxy-answers-html")
        wanted = self._lab.faults.find(PROXY_WANTS_PASSWORD) is not None
        method = _PASSWORD if _PASSWORD in offered and (wanted or _NO_PASSWORD not in offered) else _NO_PASSWORD
        if method not in offered or (wanted and method != _PASSWORD):
            await self._write(bytes((5, _NONE)))
            raise _Gone(
                "a user and password are wanted" if wanted else "the client offers no way to log in that is known here"
            )
        await self._write(bytes((5, method)))
        if method == _PASSWORD:
            await read(1)
            user = await read((await read(1))[0])
            password = await read((await read(1))[0])
            good = self._logged_in((user.decode("utf-8", "replace"), password.decode("utf-8", "replace")))
            await self._write(bytes((1, 0 if good else 1)))
            if not good:
                raise _Gone("another user and password are wanted")
        _, command, _, kind = await read(4)
        host, port = await self._address(kind)
        verdict = (
            self._judge(host, port) if host else _Verdict(reply=_NO_ADDRESS, reason=f"an address of the kind {kind}")
        )
        if command != 1:
            verdict = _Verdict(reply=_NO_COMMAND, reason=f"the command {command}")
        if not verdict.port:
            await self._reply(verdict.reply)
            raise _Gone(verdict.reason)
        upstream = await self._connect(verdict.port)
        if upstream is None:
            await self._reply(_REFUSED)
            raise _Gone("the port is closed")
        await self._reply(_DONE)
        self.note("connect", "accepted", how="SOCKS5")
        return upstream

    async def _address(self, kind: int) -> tuple[str, int]:
        read = self._reader.readexactly
        if kind == _NAME:
            host = (await read((await read(1))[0])).decode("latin-1")
        elif kind in (_IPV4, _IPV6):
            host = str(ipaddress.ip_address(await read(4 if kind == _IPV4 else 16)))
        else:
            return "", 0
        return host, int.from_bytes(await read(2), "big")

    async def _reply(self, code: int) -> None:
        await self._write(bytes((5, code, 0, _IPV4, 0, 0, 0, 0, 0, 0)))

    def _judge(self, host: str, port: int) -> _Verdict:
        """Where a target leads: only names of the lab lead anywhere."""
        self._target = f"{host}:{port}"
        if self._lab.faults.use(PROXY_REFUSES):
            return _Verdict(0, 403, _NOT_ALLOWED, "the fault proxy-refuses")
        if not hosts.known(host, self._lab):
            return _Verdict(0, 403, _NOT_ALLOWED, f"{host} is not a name of this lab")
        if port not in SERVICES:
            return _Verdict(0, 403, _NOT_ALLOWED, f"port {port} is none of {', '.join(map(str, SERVICES))}")
        return _Verdict(self._ports[SERVICES[port]])

    def _logged_in(self, given: tuple[str, str] | None) -> bool:
        """Whether the user and password open the way. Without the fault it needs none."""
        if self._lab.faults.find(PROXY_WANTS_PASSWORD) is None:
            return True
        return given == (USER, PASSWORD) or not self._lab.faults.use(PROXY_WANTS_PASSWORD)

    async def _connect(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        try:
            return await asyncio.open_connection(self._host, port)
        except OSError as closed:
            log.debug("port %s: %s", port, closed)
            return None

    async def _write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()


_REASONS = {
    400: "Bad Request",
    403: "Forbidden",
    405: "Method Not Allowed",
    407: "Proxy Authentication Required",
    431: "Request Header Fields Too Large",
    502: "Bad Gateway",
}


def _basic(request: h11.Request) -> tuple[str, str] | None:
    """The user and password of Proxy-Authorization, where it is understood."""
    for name, value in request.headers:
        scheme, _, login = value.partition(b" ")
        if name == b"proxy-authorization" and scheme.lower() == b"basic":
            try:
                user, _, password = (
                    base64.b64decode(login.strip(), validate=True).decode("utf-8", "replace").partition(":")
                )
            except binascii.Error:
                return None
            return user, password
    return None


async def _tunnel(client, upstream) -> None:
    """Carry bytes both ways until both have ended; an end that breaks, breaks the other."""
    ways = [
        asyncio.ensure_future(_carry(client[0], upstream[1])),
        asyncio.ensure_future(_carry(upstream[0], client[1])),
    ]
    try:
        await asyncio.gather(*ways)
        await asyncio.gather(_close(client[1]), _close(upstream[1]))
    except BaseException:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        reset(client[1])
        reset(upstream[1])
        raise


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof() and not writer.is_closing():
        try:
            writer.write_eof()
        except OSError as gone:  # not a ConnectionError where the system says "not connected"
            raise ConnectionResetError(str(gone)) from gone


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        await writer.wait_closed()
    except (ConnectionError, TimeoutError) as error:
        log.debug("%s", error)
