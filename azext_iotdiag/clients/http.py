"""HTTP requests to one host over one connection that is kept: verified TLS, proxy, deadlines, and patience when asked.

What an answer means is for the caller; only what no caller can use is a failure here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import h11

from azext_iotdiag.clients import proxy, transport
from azext_iotdiag.clients.connections import Connections, KeptConnection
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.transport import HTTPS_PORT, Transport
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.version import VERSION

MOST_INTERIM = 20  # answers 1xx before the real one
LARGEST_ANSWER = 128 * 1024 * 1024  # bytes; a page of 1000 twins, each as large as it may be, is 72 MB
USER_AGENT = f"azext-iotdiag/{VERSION}"

_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_WORDS = 120


class HttpAnswer(NamedTuple):
    """What a server answered; the names of the headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def words(self) -> str:
        """The first words of the body, for people."""
        return " ".join(self.body[: 8 * _WORDS].decode("utf-8", "replace").split())[:_WORDS]


class Http:
    """Requests to one host, one after the other. What goes wrong is raised as StepFailed.

    The proxy is the one that the environment names for the host. `said` hears why there is a pause, and of how many
    seconds. `deadlines` say how long one request may take, and when it is tried again. A connection that other clients
    left in `connections` is used before another is made, and left there at the end. `connecting` is how many seconds
    the last connection took until TLS was up.
    """

    def __init__(
        self,
        host: str,
        *,
        said: Callable[[str, float], None] = lambda why, seconds: None,
        deadlines: Deadlines | None = None,
        connections: Connections | None = None,
    ):
        self.host = host
        self._deadlines = deadlines or usual()
        self._clock = self._deadlines.clock
        self._said = said
        self._connections = connections
        self._below: Transport | None = None
        self._http: h11.Connection | None = None
        self._used = 0.0
        self.connecting = 0.0

    def request(
        self,
        method: str,
        target: str,
        step: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        patience: float | None = None,
    ) -> HttpAnswer:
        """The answer to a request, whatever its status is. `step` says what is waited for.

        A server that is busy (408, 429, 5xx) is asked again, as it asks for in Retry-After or after pauses that grow,
        until `patience` seconds are over, by default those of the deadlines. Then its last answer is returned.
        A server that drops the connection is asked again within the deadline of one request; then the failure is
        raised. So only send what may be sent twice. Raises StepFailed.
        """
        retry = self._deadlines.requests
        begun = self._clock.monotonic()
        ends = begun + (retry.seconds if patience is None else patience)
        tries = 0
        while True:
            tries += 1
            answer: HttpAnswer | None = None
            failed: StepFailed | None = None
            kept = self._is_kept()
            try:
                answer = self._once(method, target, step, headers or {}, body, begun)
                if answer.status not in _AGAIN:
                    return answer
            except KeyboardInterrupt:  # amid an exchange, of which the rest would be read as the next answer
                self._drop()
                raise
            except StepFailed as caught:
                self._drop()
                failed = caught
                if caught.failure.kind is not Kind.DROPPED:
                    raise
                if kept:  # the server let go of it between two requests, which says nothing of this one
                    tries -= 1
                    continue
            pause = retry.pause(tries, _asked(answer), self._clock.chance)
            until = ends if answer is not None else min(ends, begun + self._deadlines.request)
            if tries >= retry.tries or self._clock.monotonic() + pause >= until:
                if answer is not None:
                    return answer
                assert failed is not None
                raise failed
            self._said(f"HTTP {answer.status}" if answer else failed.failure.description if failed else "", pause)
            self._clock.sleep(pause)
            if answer is not None:  # the server is there
                begun = self._clock.monotonic()

    def close(self) -> None:
        """Let go of the connection, for the next client where one may use it."""
        if self._connections is None or self._below is None or self._http is None:
            self._drop()
            return
        self._connections.give(self.host, KeptConnection(self._below, self._http, self._used))
        self._below = self._http = None

    def _drop(self) -> None:
        if self._below is not None:
            self._below.close()
        self._below = self._http = None

    def _is_kept(self) -> bool:
        """Whether there is a connection that was used before: one of its own, or one that another client left."""
        if self._below is None and self._connections is not None:
            kept = self._connections.take(self.host)
            if kept is not None:
                self._below, self._http, self._used = kept
        if self._below is not None and self._clock.monotonic() - self._used > self._deadlines.stale:
            self._drop()
        return self._below is not None

    def failed(self, kind: Kind, step: str, description: str, condition: str = "") -> StepFailed:
        """The exception for an answer that is of no use."""
        address = self._below.address if self._below else ""
        return StepFailed(Failure(kind, step, self.host, HTTPS_PORT, address, condition, description))

    def _once(
        self, method: str, target: str, step: str, headers: Mapping[str, str], body: bytes, begun: float
    ) -> HttpAnswer:
        left = max(begun + self._deadlines.request - self._clock.monotonic(), 0.001)
        if self._below is None or self._http is None:
            asked = self._clock.monotonic()
            self._below = transport.connect(self.host, HTTPS_PORT, min(self._deadlines.connect, left), self._proxy())
            self.connecting = self._clock.monotonic() - asked
            self._http = h11.Connection(h11.CLIENT)
        http, below = self._http, self._below
        sent = {"Host": self.host, "Content-Length": str(len(body)), "Accept": "application/json"}
        sent |= {"User-Agent": USER_AGENT, **headers}
        data = self._head(http, method, target, sent, step)
        if body:
            data += http.send(h11.Data(data=body)) or b""
        left = max(begun + self._deadlines.request - self._clock.monotonic(), 0.001)
        below.send(data + (http.send(h11.EndOfMessage()) or b""), step, left)
        answer = self._receive(http, below, step, begun)
        self._used = self._clock.monotonic()
        if http.our_state is h11.DONE and http.their_state is h11.DONE:
            http.start_next_cycle()
        else:
            self._drop()
        return answer

    def _refuse_large(self, size: int, step: str) -> None:
        if size > LARGEST_ANSWER:
            limit = f"at most {LARGEST_ANSWER >> 20} MiB are read"
            raise self.failed(Kind.NOT_HTTP, step, f"an answer of {size:,} bytes or more, of which {limit}")

    def _head(self, http: h11.Connection, method: str, target: str, headers: Mapping[str, str], step: str) -> bytes:
        """The head of a request. What the server gave for it, such as a continuation, may hold what no head can."""
        try:
            return http.send(h11.Request(method=method, target=target, headers=list(headers.items()))) or b""
        except (h11.LocalProtocolError, UnicodeError) as wrong:
            said = wrong if isinstance(wrong, h11.LocalProtocolError) else "it holds characters beyond ASCII"
            raise self.failed(Kind.NOT_HTTP, step, f"the request cannot be written: {said}") from None

    def _proxy(self) -> proxy.Proxy | None:
        try:
            return proxy.find(self.host, HTTPS_PORT)
        except proxy.BadProxy as bad:
            raise self.failed(Kind.PROXY_UNREACHABLE, "the look-up of the proxy", str(bad)) from None

    def _receive(self, http: h11.Connection, below: Transport, step: str, begun: float) -> HttpAnswer:
        buffer = memoryview(bytearray(65_536))
        head: h11.Response | None = None
        body = bytearray()
        interim = 0
        try:
            while True:
                event = http.next_event()
                if event is h11.NEED_DATA:
                    left = begun + self._deadlines.for_answer(len(body)) - self._clock.monotonic()
                    data = _next(below, buffer, step, left, may_end=head is not None) if left > 0 else None
                    if data is None:
                        told = "nothing came" if head is None else "the answer does not end"
                        raise below.failed(Kind.SILENT, step, told, self._clock.monotonic() - begun)
                    http.receive_data(data)
                elif isinstance(event, h11.InformationalResponse):
                    interim += 1
                    if interim > MOST_INTERIM:
                        raise self.failed(
                            Kind.NOT_HTTP, step, f"more than {MOST_INTERIM} answers 1xx before the real one"
                        )
                elif isinstance(event, h11.Response):
                    head = event
                    self._refuse_large(_announced(event), step)
                elif isinstance(event, h11.Data):
                    body += event.data
                    self._refuse_large(len(body), step)
                elif isinstance(event, h11.EndOfMessage) and head is not None:
                    names = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
                    return HttpAnswer(head.status_code, names, bytes(body))
                else:  # the other end closed, or wants to speak another protocol
                    raise self.failed(Kind.NOT_HTTP, step, "what answers does not speak HTTP as it was asked")
        except h11.RemoteProtocolError as wrong:
            if http.trailing_data[1]:
                raise below.failed(Kind.DROPPED, step, "the server closed the connection amid its answer") from None
            raise self.failed(Kind.NOT_HTTP, step, f"what answers does not speak HTTP: {wrong}") from None


def _announced(head: h11.Response) -> int:
    """How many bytes an answer says that it has; 0 where it does not say so. h11 has looked that it is a number."""
    return int(next((value for name, value in head.headers if name == b"content-length"), b"0"))


def _next(below: Transport, buffer: memoryview, step: str, seconds: float, *, may_end: bool) -> bytes | None:
    """What came, nothing where the server closed the connection and `may_end` so, None where nothing came in time."""
    try:
        count = below.receive_into(buffer, step, seconds)
    except StepFailed as failed:
        if failed.failure.kind is Kind.DROPPED and may_end:  # so ends an answer that does not tell its length
            return b""
        raise
    return None if count is None else bytes(buffer[:count])


def _asked(answer: HttpAnswer | None) -> float:
    """How many seconds a server asks to wait; 0 where it does not say."""
    asked = answer.headers.get("retry-after", "") if answer else ""
    return float(asked) if re.fullmatch(r"[0-9]{1,4}", asked) else 0.0
