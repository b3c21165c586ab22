"""The lab's HTTPS port: the hub's REST API, and AMQP and MQTT over WebSocket."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import h11
from cryptography import x509
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Request
from wsproto.utilities import RemoteProtocolError

from azext_iotdiag.lab.services import rest
from azext_iotdiag.lab.websocket import WebSocketStream

HUB_PATH, EVENT_HUBS_PATH = "/$iothub/websocket", "/$servicebus/websocket"
AMQP_NAMES = ("AMQPWSB10", "amqp")  # of clients of Azure, and of the AMQP WebSocket binding
MQTT_NAME = "mqtt"
_CLOSE = {"Connection": "close"}
LARGEST_HEAD = 16_384
LARGEST_BODY = 1_048_576
IDLE_SECONDS = 60.0  # between two requests
REQUEST_SECONDS = 20.0  # for a request, from its first byte to its last

Service = Callable[[Any, Any], Awaitable[None]]


class _Asked(NamedTuple):
    """A request and its body."""

    head: h11.Request
    body: bytes = b""


class _Refused(Exception):
    """The request is answered with a status and a message, and then the connection is closed."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


async def serve(stream, state, services: Mapping[str, Service]) -> None:
    """Serve one connection: request after request, until one opens a WebSocket, which `services` then speak on.

    `services` holds "amqp" and "mqtt".
    """
    http = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
    try:
        while (asked := await _request(stream, http)) is not None:
            if _wants_websocket(asked.head):
                await _websocket(stream, state, http, asked.head, services)
                return
            await _answer(stream, state, http, asked)
            await stream.drain()
            if http.our_state is h11.MUST_CLOSE or http.their_state is h11.MUST_CLOSE:
                return
            http.start_next_cycle()
    except _Refused as wrong:
        _send(stream, http, wrong.status, {"Message": str(wrong)}, _CLOSE)
        _note(stream, state, "request", "refused", f"{wrong.status}: {wrong}")
    except h11.RemoteProtocolError as wrong:
        _send(stream, http, wrong.error_status_hint or 400, {"Message": f"not HTTP/1.1: {wrong}"}, _CLOSE)
        _note(stream, state, "request", "refused", f"not HTTP/1.1: {wrong}")


async def _request(stream, http: h11.Connection) -> _Asked | None:
    """The next request; None when the peer closed, or said nothing for too long."""
    request: h11.Request | None = None
    body = bytearray()
    ends = 0.0
    clock = asyncio.get_running_loop().time
    while True:
        event = http.next_event()
        if isinstance(event, h11.Request):
            request = event
            if _wants_websocket(request):
                return _Asked(request)
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > LARGEST_BODY:
                raise _Refused(413, f"the body is larger than {LARGEST_BODY} bytes")
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return _Asked(request, bytes(body))
        elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
            return None
        else:
            if http.they_are_waiting_for_100_continue:
                stream.write(http.send(h11.InformationalResponse(status_code=100, headers=[])))
            begun = request is not None or bool(http.trailing_data[0])
            if begun and not ends:
                ends = clock() + REQUEST_SECONDS
            try:
                data = await asyncio.wait_for(stream.read(65_536), ends - clock() if begun else IDLE_SECONDS)
            except asyncio.TimeoutError:
                if begun:
                    raise _Refused(408, f"the request took longer than {REQUEST_SECONDS:g} s") from None
                return None
            http.receive_data(data)


def _wants_websocket(request: h11.Request) -> bool:
    return request.method == b"GET" and any(
        name == b"upgrade" and value.lower() == b"websocket" for name, value in request.headers
    )


async def _websocket(
    stream, state, http: h11.Connection, request: h11.Request, services: Mapping[str, Service]
) -> None:
    path = _path(request)
    websocket = WSConnection(ConnectionType.SERVER)
    try:
        if path not in (HUB_PATH, EVENT_HUBS_PATH):
            raise _Refused(404, f"there is nothing at {path}")
        if state.faults.use("websocket-refused"):
            raise _Refused(403, "the fault websocket-refused")
        try:
            websocket.initiate_upgrade_connection(list(request.headers), request.target)
        except (RemoteProtocolError, h11.LocalProtocolError, UnicodeError) as wrong:  # the last: a Host that is no name
            raise _Refused(426 if "Version" in str(wrong) else 400, str(wrong)) from None
        asked = next((event for event in websocket.events() if isinstance(event, Request)), None)
        offered = asked.subprotocols if asked else []
        spoken = (*AMQP_NAMES, MQTT_NAME) if path == HUB_PATH else AMQP_NAMES
        chosen = next((name for name in offered if name in spoken), None)
        if chosen is None:
            raise _Refused(
                400,
                f"none of the subprotocols {', '.join(offered) or '(none)'} is spoken here; these are: "
                f"{', '.join(spoken)}",
            )
    except _Refused as wrong:
        version = {"Sec-WebSocket-Version": "13"} if wrong.status == 426 else {}
        _send(stream, http, wrong.status, {"Message": str(wrong)}, _CLOSE | version)
        _note(stream, state, "websocket", "refused", f"{wrong.status}: {wrong}", path=path)
        return
    stream.write(websocket.send(AcceptConnection(subprotocol=chosen)))
    if http.trailing_data[0]:  # a client that did not wait for the answer
        websocket.receive_data(http.trailing_data[0])
    _note(stream, state, "websocket", "accepted", path=path, protocol=chosen)
    opened = WebSocketStream(stream, websocket)
    await services["mqtt" if chosen == MQTT_NAME else "amqp"](opened, state)
    opened.close()


def _path(request: h11.Request) -> str:
    """The path without its query and last slash, which uamqp adds."""
    return unquote(request.target.decode("latin-1").partition("?")[0]).rstrip("/") or "/"


async def _answer(stream, state, http: h11.Connection, asked: _Asked) -> None:
    path, method = _path(asked.head), asked.head.method.decode("latin-1")
    answered = await rest.answer(_request_of(asked, stream.peer_chain), state)
    if answered is None:
        wrong = (400, f"{path} is for WebSocket") if path in (HUB_PATH, EVENT_HUBS_PATH) else (
            404, f"there is nothing at {path}")  # fmt: skip
        answered = rest.Answer(wrong[0], {"Message": wrong[1]}, {}, wrong[1])
    data = None if method == "HEAD" else answered.data
    headers = {**answered.headers, "x-ms-request-id": str(uuid.uuid4())}
    _send(stream, http, answered.status, data, headers, answered.body)
    outcome = "accepted" if answered.status < 400 else "refused"
    reason = f"{answered.status}: {answered.note}" if answered.note else ""
    _note(stream, state, "request", outcome, reason, method=method, path=path)


def _request_of(asked: _Asked, chain: tuple[x509.Certificate, ...]) -> rest.Request:
    path, _, query = asked.head.target.decode("latin-1").partition("?")
    segments = tuple(unquote(segment) for segment in path.strip("/").split("/"))
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in asked.head.headers}
    method = asked.head.method.decode("latin-1")
    names = [name.decode("latin-1") for name, _ in asked.head.headers.raw_items()]
    written = {name.lower(): name for name in names}
    return rest.Request(
        method, segments, dict(parse_qsl(query, keep_blank_values=True)), headers, asked.body, written, chain
    )


def _send(stream, http: h11.Connection, status: int, data: Any, headers: Mapping[str, str], body: bytes = b"") -> None:
    """Answer with a status and data as JSON, or with a body as it is where the data is None."""
    if http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
        return
    body = body if data is None else json.dumps(data).encode()
    told = {"Content-Length": str(len(body)), **headers}
    if data is not None:
        told["Content-Type"] = "application/json; charset=utf-8"
    if status == 204:
        del told["Content-Length"]
    stream.write(http.send(h11.Response(status_code=status, headers=list(told.items()))))
    if body:
        stream.write(http.send(h11.Data(data=body)))
    stream.write(http.send(h11.EndOfMessage()))


def _note(stream, state, action: str, outcome: str, reason: str = "", **details: str) -> None:
    state.audit.record("https", action, outcome, peer=stream.peer, reason=reason, host=stream.sni, **details)
