"""HTTP requests to servers that are real, local and mostly bad: what is asked again, what is a failure, and when."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import replace

import pytest

from azext_iotdiag.clients import address, http
from azext_iotdiag.clients.connections import Connections
from azext_iotdiag.clients.deadlines import Clock, Deadlines
from azext_iotdiag.lab.net.certificates import make_authority
from azext_iotdiag.model.failure import Kind, StepFailed
from tests.clients.test_transport import PATIENCE, serving, tls_of

HOST = "hub.azure-devices.net"
AUTHORITY = make_authority("the authority of a test")
STEP = "the answer"
TRIES = Deadlines().requests.tries
USUAL = Deadlines()
SOON = Deadlines(connect=5.0, request=0.6)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\n{}"


def busy(status: int, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status} x", "Content-Length: 4", *headers, "", "busy"]).encode()


def trickling(head: bytes, piece: bytes, pause: float = 0.02):
    """A server that sends a head, and then a piece again and again."""

    def attend(sock) -> None:
        with contextlib.suppress(OSError):
            sock.recv(65_536)
            sock.sendall(head)
            while True:
                sock.sendall(piece)
                time.sleep(pause)

    return attend


class Server:
    """Answers the requests of one connection after the other with what it was given; None: it closes instead."""

    def __init__(self, *answers: bytes | None):
        self._answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self._lock = threading.Lock()

    def __call__(self, sock) -> None:
        self.connections += 1
        with contextlib.suppress(OSError):
            while data := sock.recv(65_536):
                while b"\r\n\r\n" not in data or (b"POST" in data and not data.endswith(b"}")):
                    data += sock.recv(65_536)
                with self._lock:
                    self.requests.append(data)
                    answer = self._answers.pop(0) if self._answers else OK
                if answer is None:
                    return
                sock.sendall(answer)
                if b"Connection: close" in answer:
                    return


@pytest.fixture
def asking(monkeypatch, tmp_path):
    """A function that starts a server with these answers and gives it, a client of it, and the pauses that it makes."""
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(AUTHORITY.pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with contextlib.ExitStack() as stack:

        def start(*answers, deadlines=USUAL, server=None, sleep=lambda seconds: None, **more):
            server, pauses = server or Server(*answers), []
            attend = tls_of(tmp_path, *AUTHORITY.issue((HOST,)))
            port = stack.enter_context(serving(lambda sock: attend(sock, server), together=more.pop("together", False)))
            monkeypatch.setenv(address.CONNECT_TO, f"{HOST}:443=127.0.0.1:{port}")
            said = lambda why, seconds: pauses.append(why)  # noqa: E731
            timing = replace(deadlines, clock=Clock(sleep=sleep))
            client = http.Http(HOST, said=said, deadlines=timing, **more)
            stack.callback(client.close)
            return server, client, pauses

        yield start


def test_requests_share_a_connection(asking) -> None:
    server, client, pauses = asking()
    first = client.request("GET", "/a?b=c", STEP, headers={"X-Name": "value"})
    second = client.request("POST", "/d", STEP, body=b'{"e":1}')
    assert first == second == http.HttpAnswer(200, {"content-length": "2", "x-a": "b"}, b"{}")
    assert (server.connections, pauses) == (1, [])
    head = server.requests[0].decode().lower()
    assert head.startswith("get /a?b=c http/1.1\r\n") and f"\r\nhost: {HOST}\r\n" in head and "x-name: value" in head
    assert server.requests[1].endswith(b'\r\n\r\n{"e":1}') and b"content-length: 7" in server.requests[1].lower()


@pytest.mark.parametrize("answer", [
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", None,
])  # fmt: skip
def test_a_connection_that_ends_is_made_anew(asking, answer) -> None:
    server, client, pauses = asking(OK, answer)
    assert client.request("GET", "/", STEP).status == 200
    assert client.request("GET", "/", STEP).status == 200  # where it was closed instead, asked again at once
    assert (client.request("GET", "/", STEP).status, pauses) == (200, [])
    assert server.connections == 2


def test_an_answer_that_breaks_off_is_asked_for_again(asking) -> None:
    server, client, pauses = asking(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nx")
    assert client.request("GET", "/", STEP).status == 200
    assert (server.connections, pauses) == (2, ["the server closed the connection amid its answer"])


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(asking, status: int) -> None:
    server, client, pauses = asking(busy(status), busy(status))
    assert client.request("GET", "/", STEP).status == 200
    assert (len(server.requests), pauses) == (3, [f"HTTP {status}"] * 2)


def test_patience_ends(asking) -> None:
    server, client, pauses = asking(*[busy(429)] * 9)
    answer = client.request("GET", "/", STEP)
    assert (answer.status, answer.words, len(server.requests), len(pauses)) == (429, "busy", TRIES, TRIES - 1)
    assert client.request("GET", "/", STEP, patience=0.5).status == 429
    assert len(server.requests) == TRIES + 1


def test_a_pause_that_is_asked_for_is_made(asking) -> None:
    seconds = []
    busy_ones = busy(429, "Retry-After: 7"), busy(503, "Retry-After: soon"), busy(503)
    _, client, _ = asking(*busy_ones, sleep=seconds.append)
    assert client.request("GET", "/", STEP).status == 200
    assert seconds[0] == 7.0 and 1.5 <= seconds[1] <= 2.5 and 3 <= seconds[2] <= 5


@pytest.mark.parametrize("seconds", ["61", "9999"])
def test_a_pause_beyond_all_patience_is_not_made(asking, seconds: str) -> None:
    server, client, pauses = asking(busy(429, f"Retry-After: {seconds}"))
    assert client.request("GET", "/", STEP).status == 429
    assert (len(server.requests), pauses) == (1, [])


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 412, 501])
def test_other_answers_are_for_whoever_asked(asking, status: int) -> None:
    server, client, _ = asking(busy(status))
    assert client.request("GET", "/", STEP).status == status
    assert len(server.requests) == 1


def test_what_must_not_be_sent_twice_is_sent_once(asking) -> None:
    """Neither to a server that drops the connection, nor to one that is busy."""
    once = USUAL.for_one_try(300.0)
    assert (once.for_answer(0), once.for_answer(10**9)) == (300.0, 300.0)
    server, client, pauses = asking(None, deadlines=once)
    with pytest.raises(StepFailed) as caught:
        client.request("POST", "/", STEP, body=b"{}")
    assert caught.value.failure.kind is Kind.DROPPED and len(server.requests) == 1
    assert client.request("POST", "/", STEP, body=b"{}").status == 200
    server, client, pauses = asking(busy(503), deadlines=once)
    assert client.request("POST", "/", STEP, body=b"{}").status == 503
    assert len(server.requests) == 1 and not pauses


def test_after_an_interrupt_the_next_request_begins_anew(asking, monkeypatch) -> None:
    """Else the answer to the first would be read as the answer to the second."""
    server, client, _ = asking(OK.replace(b"{}", b"[]"))
    receive = http.Http._receive
    monkeypatch.setattr(http.Http, "_receive", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        client.request("GET", "/first", STEP)
    monkeypatch.setattr(http.Http, "_receive", receive)
    assert client.request("GET", "/second", STEP).body == b"{}"
    assert server.connections == 2


def test_how_long_the_connection_took(asking) -> None:
    _, client, _ = asking()
    assert client.connecting == 0.0
    client.request("GET", "/", STEP)
    took = client.connecting
    assert 0 < took < 5
    client.request("GET", "/", STEP)
    assert client.connecting == took, "the second request needs none"


def test_a_server_that_always_closes(asking) -> None:
    server, client, pauses = asking(*[None] * 9)
    with pytest.raises(StepFailed) as failed:
        client.request("GET", "/", STEP)
    assert (failed.value.failure.kind, failed.value.failure.step) == (Kind.DROPPED, STEP)
    assert len(server.requests) == TRIES and len(pauses) == TRIES - 1


@pytest.mark.parametrize(("answer", "kind", "words"), [
    (b"", Kind.SILENT, "nothing came"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", Kind.SILENT, "the answer does not end"),
    (b"AMQP\0\1\0\0 and more\r\n\r\n", Kind.NOT_HTTP, "does not speak HTTP"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", Kind.NOT_HTTP, "does not speak HTTP"),
    (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, Kind.NOT_HTTP, "does not speak HTTP"),
])  # fmt: skip
def test_what_is_no_answer(asking, answer: bytes, kind: Kind, words: str) -> None:
    server, client, _ = asking(answer, deadlines=SOON)
    with pytest.raises(StepFailed) as failed:
        client.request("GET", "/", STEP)
    failure = failed.value.failure
    assert (failure.kind, failure.step, failure.host, failure.port) == (kind, STEP, HOST, 443)
    assert words in failure.description
    assert client.request("GET", "/", STEP).status == 200  # on another connection
    assert server.connections == 2


TRICKLES = {
    "the head": (b"HTTP/1.1 200 OK\r\nX: ", b"y", "nothing came"),
    "the body": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b"x", "the answer does not end"),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", "the answer does not end"),
    "until the end": (b"HTTP/1.1 200 OK\r\n\r\n", b"x", "the answer does not end"),
}


@pytest.mark.parametrize("case", TRICKLES)
def test_an_answer_that_trickles_ends(asking, case: str) -> None:
    head, piece, words = TRICKLES[case]
    _, client, _ = asking(server=trickling(head, piece), deadlines=SOON)
    started = time.monotonic()
    with pytest.raises(StepFailed) as failed:
        client.request("GET", "/", STEP)
    assert (failed.value.failure.kind, failed.value.failure.description) == (Kind.SILENT, words)
    assert time.monotonic() - started < PATIENCE


def test_a_large_answer_has_time_as_long_as_it_flows(asking) -> None:
    pieces = b"x" * 50_000
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n"
    deadlines = Deadlines(connect=5.0, request=0.3, slowest=8192)
    _, client, _ = asking(server=trickling(whole, pieces, 0.1), deadlines=deadlines)
    assert len(client.request("GET", "/", STEP).body) == 400_000  # which takes 0.7 s


def test_not_even_a_large_answer_has_time_for_ever(asking) -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 40000000\r\n\r\n"
    deadlines = Deadlines(connect=5.0, request=0.2, slowest=1, longest=0.4)
    _, client, _ = asking(server=trickling(whole, b"x" * 1000), deadlines=deadlines)
    with pytest.raises(StepFailed, match="does not end"):
        client.request("GET", "/", STEP)


def test_interim_answers_do_not_go_on_for_ever(asking) -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    _, client, _ = asking(interim * 3 + OK)
    assert client.request("GET", "/", STEP).status == 200
    _, client, _ = asking(server=trickling(interim, interim * 10, 0))
    with pytest.raises(StepFailed, match="answers 1xx") as failed:
        client.request("GET", "/", STEP)
    assert failed.value.failure.kind is Kind.NOT_HTTP


def test_a_server_that_would_speak_another_protocol(asking) -> None:
    _, client, _ = asking(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
    with pytest.raises(StepFailed) as failed:
        client.request("GET", "/", STEP)
    assert failed.value.failure.kind is Kind.NOT_HTTP


@pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "a\nb", "caf\u00e9 \u2603", "a\0b"])
def test_what_no_head_can_hold_is_not_sent(asking, value: str) -> None:
    server, client, _ = asking()
    with pytest.raises(StepFailed) as failed:
        client.request("GET", "/", STEP, headers={"x-ms-continuation": value})
    assert (failed.value.failure.kind, server.requests) == (Kind.NOT_HTTP, [])


@pytest.mark.parametrize("asked", ["-5", "1e9", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999", "\u0663", ""])
def test_a_pause_that_makes_no_sense_is_one_of_ours(asking, asked: str) -> None:
    seconds: list[float] = []
    _, client, _ = asking(busy(503, f"Retry-After: {asked}"), sleep=seconds.append)
    assert client.request("GET", "/", STEP).status == 200
    assert len(seconds) == 1 and 0 < seconds[0] <= USUAL.requests.pauses[-1]


def test_a_server_that_drops_late_is_not_asked_again(asking) -> None:
    def attend(sock) -> None:
        with contextlib.suppress(OSError):
            sock.recv(65_536)
            attempts.append(time.monotonic())

    attempts: list[float] = []
    _, client, _ = asking(server=attend, deadlines=Deadlines(request=0.5))
    with pytest.raises(StepFailed) as failed:
        client.request("GET", "/", STEP)
    assert (failed.value.failure.kind, len(attempts)) == (Kind.DROPPED, 1)


@pytest.mark.parametrize("answer", [
    b"HTTP/1.1 200 OK\r\nContent-Length: 3145728\r\n\r\n",  # it is refused before anything of it is read
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 3_145_728,
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"100000\r\n" + b"x" * 0x100000 + b"\r\n") * 3,
], ids=["announced", "until it is closed", "in chunks"])  # fmt: skip
def test_an_answer_that_is_too_large(asking, monkeypatch, answer: bytes) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 2 << 20)
    _, client, _ = asking(answer)
    with pytest.raises(StepFailed) as failed:
        client.request("GET", "/", STEP)
    assert failed.value.failure.kind is Kind.NOT_HTTP
    assert "at most 2 MiB are read" in failed.value.failure.description


def test_a_proxy_that_is_none_of_ours(asking, monkeypatch) -> None:
    _, client, _ = asking()
    monkeypatch.setenv("HTTPS_PROXY", "ftp://proxy.example")
    with pytest.raises(StepFailed) as failed:
        client.request("GET", "/", STEP)
    assert failed.value.failure.kind is Kind.PROXY_UNREACHABLE
    assert "HTTPS_PROXY begins with ftp://" in failed.value.failure.description


# connections that clients leave each other


def test_the_next_client_uses_the_connection_that_one_left(asking) -> None:
    connections = Connections()
    server, client, _ = asking(connections=connections)
    assert client.request("GET", "/", STEP).status == 200
    client.close()
    for _ in range(3):
        following = http.Http(HOST, connections=connections)
        assert following.request("GET", "/", STEP).status == 200
        following.close()
    assert server.connections == 1
    connections.close()


def test_clients_at_the_same_time_share_no_connection(asking) -> None:
    connections = Connections()
    server, client, _ = asking(connections=connections, together=True)
    other = http.Http(HOST, connections=connections)
    for each in (client, other):
        assert each.request("GET", "/", STEP).status == 200
    assert server.connections == 2, "the first one is busy with its client"
    for each in (client, other):
        each.close()
    assert client.request("GET", "/", STEP).status == 200
    assert server.connections == 2
    client.close()
    connections.close()


def test_a_connection_that_ended_meanwhile_is_made_anew(asking) -> None:
    connections = Connections()
    server, client, pauses = asking(OK, None, connections=connections)
    assert client.request("GET", "/", STEP).status == 200
    client.close()
    following = http.Http(HOST, connections=connections)
    assert following.request("GET", "/", STEP).status == 200, "at once, for that says nothing of this request"
    assert (server.connections, pauses) == (2, [])
    following.close()
    connections.close()


@pytest.mark.parametrize("answer", [
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", b"AMQP\0\1\0\0 and more\r\n\r\n",
])  # fmt: skip
def test_a_connection_that_is_of_no_use_is_not_left(asking, answer: bytes) -> None:
    connections = Connections()
    _, client, _ = asking(answer, connections=connections)
    with contextlib.suppress(StepFailed):
        client.request("GET", "/", STEP)
    client.close()
    assert connections.take(HOST) is None


def test_after_the_end_nothing_is_kept(asking) -> None:
    connections = Connections()
    _, client, _ = asking(connections=connections)
    assert client.request("GET", "/", STEP).status == 200
    connections.close()
    below = client._below
    client.close()  # a late one
    assert connections.take(HOST) is None and below._sock.fileno() == -1
