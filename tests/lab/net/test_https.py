"""The lab's HTTPS port: requests in turn, what is refused, and WebSockets with services of the test's own."""

from __future__ import annotations

import asyncio
import json
import re
from functools import partial

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Ping,
    Pong,
    RejectConnection,
    RejectData,
    Request,
    TextMessage,
)

from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net import hosts, https
from azext_iotdiag.lab.net.http_types import Answer
from tests.lab.net.tls import connected, listening, run

UPGRADE = (
    b"GET /$iothub/websocket HTTP/1.1\r\nHost: x\r\n"
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: QUJDREVGR0hJSktMTU5PUA==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
)


async def echo(name, stream, _state):
    """Say who it is, then everything back; `bye` ends it."""
    stream.write(name)
    while data := await stream.read():
        if data == b"bye":
            return
        if data == b"reset":
            stream.abort()
            return
        stream.write(data)
        await stream.drain()


SERVICES = {"amqp": partial(echo, b"amqp:"), "mqtt": partial(echo, b"mqtt:")}


def with_port(body, find=hosts.find):
    """Run `body(port, state)` against the service."""

    async def go():
        state = new_lab(device_count=1)
        async with listening(lambda stream: https.serve(stream, state, SERVICES, find)) as port:
            await body(port.port, state)

    run(go())


async def ask(port, *requests, all_at_once=False):
    """The raw answers, up to the end of the connection or a moment of silence."""
    async with connected(port) as (reader, writer):
        answers = b""
        for request in [b"".join(requests)] if all_at_once else requests:
            writer.write(request)
            await writer.drain()
            try:
                while data := await asyncio.wait_for(reader.read(65_536), 0.3):
                    answers += data
            except (asyncio.TimeoutError, ConnectionError):
                continue
        return answers


def get(path="/", *headers, method="GET", body=b""):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode() + body


def statuses(answers):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answers)]


@pytest.mark.parametrize("at_once", [False, True])
def test_requests_are_served_in_turn(at_once):
    async def body(port, _state):
        asked = [
            get("/a"),
            get("/b", "Content-Length: 3", method="POST", body=b"xyz"),
            get("/c", "Transfer-Encoding: chunked", body=b"1\r\nx\r\n0\r\n\r\n"),
            get("/d", method="HEAD"),
            get("/$iothub/websocket"),
        ]
        answers = await ask(port, *asked, all_at_once=at_once)
        assert statuses(answers) == [404, 404, 404, 404, 400]
        assert answers.startswith(b"HTTP/1.1 404 Not Found\r\n")
        assert json.loads(answers.split(b"\r\n\r\n")[1].split(b"HTTP/1.1")[0]) == {"Message": "there is nothing at /a"}

    with_port(body)


def test_expect_continue():
    async def body(port, _state):
        assert statuses(await ask(port, get("/", "Content-Length: 1", "Expect: 100-continue", method="PUT"), b"x")) == [
            100,
            404,
        ]

    with_port(body)


@pytest.mark.parametrize(("request_", "status"), [
    (b"hello\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n", 400),
    (b"\x16\x03\x01\0\0\r\n\r\n", 400),
    (b"GET /" + b"x" * 20_000, 431),
    (get("/", "X: " + "y" * 200_000), 431),
    (get("/", "Content-Length: 9999999", body=b"x" * 1_200_000), 413),
    (get("/$iothub/websocket/x", "Upgrade: websocket"), 404),
    (get("/$iothub/websocket", "Upgrade: websocket"), 400),
    (UPGRADE.replace(b"Version: 13", b"Version: 8"), 426),
    (UPGRADE.replace(b"mqtt", b"soap"), 400),
    (UPGRADE.replace(b"$iothub", b"$servicebus"), 400),
    (UPGRADE.replace(b"GET", b"POST"), 400),
    (UPGRADE.replace(b"Host: x", b"Host: xn--\xff"), 400),
    (UPGRADE.replace(b"Sec-WebSocket-Key", b"X"), 400),
])  # fmt: skip
def test_bad_requests_are_answered_and_the_end(request_, status):
    async def body(port, state):
        assert statuses(await ask(port, request_)) == [status]
        refused = [record for record in state.audit.recent(5) if record.outcome == "refused"]
        assert len(refused) == 1 and refused[0].service == "https"

    with_port(body)


@pytest.mark.parametrize(
    ("sent", "statuses_"), [(b"", []), (b"GET", [408]), (get("/", "Content-Length: 5", body=b"x"), [408])]
)
def test_slow_clients_are_dropped(monkeypatch, sent, statuses_):
    monkeypatch.setattr(https, "IDLE_SECONDS", 0.2)
    monkeypatch.setattr(https, "REQUEST_SECONDS", 0.2)

    async def body(port, _state):
        async with connected(port) as (reader, writer):
            writer.write(sent)
            assert statuses(await asyncio.wait_for(reader.read(), 5)) == statuses_

    with_port(body)


class Client:
    """A WebSocket of wsproto's."""

    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer
        self.ws = WSConnection(ConnectionType.CLIENT)
        self._events = []

    async def send(self, *events):
        self._writer.write(b"".join(self.ws.send(event) for event in events))
        await self._writer.drain()

    async def next(self):
        while not self._events:
            data = await asyncio.wait_for(self._reader.read(65_536), 5)
            self.ws.receive_data(data or None)
            self._events = list(self.ws.events())
        return self._events.pop(0)

    async def bytes(self, count):
        got = b""
        while len(got) < count:
            got += (await self.next()).data
        return got

    def raw(self, data):
        self._writer.write(data)


def with_websocket(body, path="/$iothub/websocket", protocols=("mqtt",)):
    async def go(port, state):
        async with connected(port) as (reader, writer):
            client = Client(reader, writer)
            await client.send(Request(host="localhost", target=path, subprotocols=list(protocols)))
            await body(client, state)

    with_port(go)


@pytest.mark.parametrize(("path", "protocols", "chosen", "said"), [
    ("/$iothub/websocket", ["mqtt"], "mqtt", b"mqtt:"),
    ("/$iothub/websocket?iothub-no-client-cert=true", ["AMQPWSB10"], "AMQPWSB10", b"amqp:"),
    ("/$servicebus/websocket", ["AMQPWSB10"], "AMQPWSB10", b"amqp:"),
    ("/$servicebus/websocket/", ["AMQPWSB10"], "AMQPWSB10", b"amqp:"),
    ("/%24servicebus/websocket", ["mqtt", "amqp"], "amqp", b"amqp:"),
    ("/$iothub/websocket", ["MQTT"], "MQTT", b"mqtt:"),  # azure-iot-sdk-c
    ("/$iothub/websocket", ["mqtt", "mqttv3.1"], "mqtt", b"mqtt:"),
    ("/$iothub/websocket", ["mqttv3.1", "Mqtt"], "Mqtt", b"mqtt:"),
    ("/$iothub/websocket", ["amqpwsb10", "MQTT"], "amqpwsb10", b"amqp:"),
    ("/$servicebus/websocket", ["AMQP"], "AMQP", b"amqp:"),
])  # fmt: skip
def test_the_subprotocol_says_what_is_spoken(path, protocols, chosen, said):
    async def body(client, state):
        assert (await client.next()) == AcceptConnection(subprotocol=chosen)
        assert await client.bytes(5) == said
        await client.send(BytesMessage(data=b"bye"))
        assert (await client.next()).code == 1000
        (record,) = [record for record in state.audit.recent(9) if record.action == "websocket"]
        assert (record.outcome, record.details["protocol"]) == ("accepted", chosen)

    with_websocket(body, path, protocols)


@pytest.mark.parametrize(("path", "protocols"), [
    ("/$iothub/websocket", ["mqttv3.1"]), ("/$iothub/websocket", ["mqtt5"]), ("/$servicebus/websocket", ["MQTT"]),
    ("/$iothub/websocket", []),
])  # fmt: skip
def test_other_subprotocols_stay_refused(path, protocols):
    async def body(client, _state):
        answer = await client.next()
        assert isinstance(answer, RejectConnection) and answer.status_code == 400

    with_websocket(body, path, protocols)


def test_several_headers_of_subprotocols_are_one_list():
    more = b"Sec-WebSocket-Protocol: mqttv3.1\r\nSec-WebSocket-Protocol: MQTT\r\nSec-WebSocket-Protocol: x\r\n"

    async def body(port, _state):
        answers = await ask(port, UPGRADE.replace(b"Sec-WebSocket-Protocol: mqtt\r\n", more))
        assert statuses(answers) == [101] and b"Sec-WebSocket-Protocol: MQTT\r\n" in answers

    with_port(body)


def test_a_refused_websocket_gets_words():
    async def body(client, _state):
        answer = await client.next()
        assert isinstance(answer, RejectConnection) and answer.status_code == 404
        words = await client.next()
        assert isinstance(words, RejectData) and json.loads(words.data) == {"Message": "there is nothing at /else"}

    with_websocket(body, "/else")


def test_messages_pings_and_pieces():
    async def body(client, _state):
        await client.next()
        assert await client.bytes(5) == b"mqtt:"
        await client.send(
            BytesMessage(data=b"one ", message_finished=False), Ping(payload=b"?"), BytesMessage(data=b"two")
        )
        assert {type(await client.next()) for _ in range(2)} == {Pong, BytesMessage}
        much = bytes(range(256)) * 4000
        await client.send(BytesMessage(data=much))
        assert await client.bytes(len(much)) == much

    with_websocket(body)


@pytest.mark.parametrize(("act", "code"), [
    (lambda client: client.ws.send(TextMessage(data="hello")), 1003),
    (lambda client: client.ws.send(CloseConnection(code=1001)), 1001),
    (lambda client: b"\x82\x01x", 1002),
    (lambda client: b"\xff\x80abcd", 1002),
])  # fmt: skip
def test_what_ends_a_websocket(act, code):
    async def body(client, _state):
        await client.next()
        assert await client.bytes(5) == b"mqtt:"
        client.raw(act(client))
        assert (await client.next()).code == code

    with_websocket(body)


def test_a_message_sent_with_the_request_is_not_lost():
    frame = bytes((0x82, 0x83)) + bytes(4) + b"hey"

    async def body(port, _state):
        answers = await ask(port, UPGRADE + frame)
        assert statuses(answers) == [101] and answers.endswith(b"\x82\x05mqtt:\x82\x03hey")

    with_port(body)


def test_a_reset_is_a_reset():
    async def body(client, _state):
        await client.next()
        await client.bytes(5)
        await client.send(BytesMessage(data=b"reset"))
        with pytest.raises(ConnectionError):
            assert (await client.next()).code == 1006
            raise ConnectionError  # TLS without a farewell reads as an end with some versions of Python

    with_websocket(body)


def test_requests_reach_the_service_of_the_host_they_ask_for():
    seen = []

    async def service(request, state):
        seen.append((request.method, request.target, request.host, request.body, state))
        return Answer(418, {"a": "ü"}, {"X-Mark": "1"}, who="me", reason="a teapot")

    async def body(port, state):
        answers = await ask(
            port,
            get("/%20?q", "Content-Length: 2", method="PUT", body=b"hi").replace(b"Host: x", b"Host: Tea.example:8443"),
            get("/"),
        )
        assert statuses(answers) == [418, 404]
        assert b"X-Mark: 1\r\n" in answers and '{"a": "ü"}'.encode() in answers
        assert seen == [("PUT", "/%20?q", "tea.example", b"hi", state)]
        record = state.audit.recent(2)[0]
        assert (record.outcome, record.who, record.reason) == ("refused", "me", "418: a teapot")
        assert (record.details["host"], record.details["path"]) == ("tea.example", "/ ")

    def find(host, state):
        found = hosts.find(host, state)
        return found._replace(serve=service) if host == "tea.example" else found

    with_port(body, find)
