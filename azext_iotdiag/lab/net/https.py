"""The lab's HTTPS port: requests go to the service whose host name they ask for, WebSockets to AMQP or MQTT."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

import h11
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Request
from wsproto.utilities import RemoteProtocolError

from azext_iotdiag.lab.faults.table import WEBSOCKET_REFUSED
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net import hosts, machine, mistakes
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.net.http_types import Request as Asked
from azext_iotdiag.lab.net.websocket import WebSocketStream

HUB_PATH, EVENT_HUBS_PATH = "/$iothub/websocket", "/$servicebus/websocket"
# Subprotocols, which Azure compares without case (Azure/azure-iot-sdk-c#2577: its clients ask for "MQTT").
AMQP_NAMES = ("AMQPWSB10", "amqp")  # of clients of Azure, and of the AMQP WebSocket binding
MQTT_NAME = "mqtt"
_SUBPROTOCOLS = b"sec-websocket-protocol"
# What az, this extension and azure-iot call themselves, the last one in azext_iot/constants.py.
_OWN_AGENTS = ("AZURECLI/", "azext-iotdiag/", "IoTPlatformCliExtension/")
_OF_THIS_MACHINE = ("entra", "arm", "central")  # who signs in there gets keys, and the lab lets some sign in unasked
LARGEST_HEAD = 16_384
IDLE_SECONDS = 60.0  # between two requests
REQUEST_SECONDS = 20.0  # for a request, from its first byte to its last

Speaker = Callable[[Any, Any], Awaitable[None]]
Find = Callable[[str, Lab], hosts.HostedService]

log = logging.getLogger(__name__)


class _Refused(Exception):
    """The request is answered with a status and a message, and then the connection is closed."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


async def serve(stream, lab: Lab, speakers: Mapping[str, Speaker], find: Find = hosts.find) -> None:
    """Serve one connection: request after request, until one opens a WebSocket, which `speakers` then speak on.

    `speakers` holds "amqp" and "mqtt", or nothing where there are no WebSockets. `find` knows what answers for a host.
    """
    http = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
    try:
        while (came := await _request(stream, http, lambda host: find(host, lab).largest_body)) is not None:
            request, body = came
            if speakers and _wants_websocket(request):
                await _websocket(stream, lab, http, request, speakers)
                return
            await _answer(stream, lab, http, _asked(stream, request, body), find)
            await stream.drain()
            if http.our_state is h11.MUST_CLOSE or http.their_state is h11.MUST_CLOSE:
                return
            http.start_next_cycle()
    except _Refused as wrong:
        _send(stream, http, wrong.status, str(wrong), close=True)
        _note(stream, lab, "request", "refused", f"{wrong.status}: {wrong}")
    except h11.RemoteProtocolError as wrong:
        _send(stream, http, wrong.error_status_hint or 400, f"not HTTP/1.1: {wrong}", close=True)
        _note(stream, lab, "request", "refused", f"not HTTP/1.1: {wrong}")


async def _request(stream, http: h11.Connection, largest: Callable[[str], int]) -> tuple[h11.Request, bytes] | None:
    """The next request and its body; None when the peer closed, or said nothing for too long.

    `largest` says how many bytes a body for a host may have.
    """
    request: h11.Request | None = None
    body = bytearray()
    ends, most = 0.0, 0
    clock = asyncio.get_running_loop().time
    while True:
        event = http.next_event()
        if isinstance(event, h11.Request):
            request = event
            if _wants_websocket(request):
                return request, b""
            most = largest(_host(request, stream))
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > most:
                raise _Refused(413, f"the body is larger than {most} bytes")
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return request, bytes(body)
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
    stream, lab: Lab, http: h11.Connection, request: h11.Request, speakers: Mapping[str, Speaker]
) -> None:
    asked_for = _asked(stream, request, b"")
    path = asked_for.path  # without its last slash, which uamqp adds
    websocket = WSConnection(ConnectionType.SERVER)
    try:
        if path not in (HUB_PATH, EVENT_HUBS_PATH):
            raise _Refused(404, f"there is nothing at {path}")
        if lab.faults.use(WEBSOCKET_REFUSED):
            raise _Refused(403, "the fault websocket-refused")
        try:
            websocket.initiate_upgrade_connection(_one_list(request.headers), request.target)
        except (RemoteProtocolError, h11.LocalProtocolError, UnicodeError) as wrong:  # the last: a Host that is no name
            raise _Refused(426 if "Version" in str(wrong) else 400, str(wrong)) from None
        asked = next((event for event in websocket.events() if isinstance(event, Request)), None)
        offered = asked.subprotocols if asked else []
        spoken = (*AMQP_NAMES, MQTT_NAME) if path == HUB_PATH else AMQP_NAMES
        known = {name.lower() for name in spoken}
        chosen = next((name for name in offered if name.lower() in known), None)
        if chosen is None:
            raise _Refused(
                400,
                f"none of the subprotocols {', '.join(offered) or '(none)'} is spoken here; these are: "
                f"{', '.join(spoken)}",
            )
    except _Refused as wrong:
        _send(stream, http, wrong.status, str(wrong), close=True, version=wrong.status == 426)
        _note(stream, lab, "websocket", "refused", f"{wrong.status}: {wrong}", path=path)
        return
    stream.write(websocket.send(AcceptConnection(subprotocol=chosen)))
    if http.trailing_data[0]:  # a client that did not wait for the answer
        websocket.receive_data(http.trailing_data[0])
    _note(stream, lab, "websocket", "accepted", routine=True, path=path, protocol=chosen)
    opened = WebSocketStream(stream, websocket, asked_for.host)
    await speakers["mqtt" if chosen.lower() == MQTT_NAME else "amqp"](opened, lab)
    opened.close()


def _one_list(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers with one list of subprotocols. A client may send several (RFC 6455, 11.3.4); wsproto reads one."""
    lists = [value for name, value in headers if name == _SUBPROTOCOLS]
    others = [(name, value) for name, value in headers if name != _SUBPROTOCOLS]
    return [*others, (_SUBPROTOCOLS, b", ".join(lists))] if lists else others


def _host(request: h11.Request, stream) -> str:
    """The name that a request is for, without its port, in lower case."""
    named = next((value.decode("latin-1") for name, value in request.headers if name == b"host"), "")
    return (named.partition(":")[0] or stream.sni).lower()


def _asked(stream, request: h11.Request, body: bytes) -> Asked:
    """The request as services see it. Who sends no Host is served by the name in TLS."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
    return Asked(
        request.method.decode("latin-1"),
        request.target.decode("latin-1"),
        _host(request, stream),
        headers,
        body,
        stream.peer,
        stream.peer_chain,
        {name.lower(): name for name in (raw.decode("latin-1") for raw, _ in request.headers.raw_items())},
    )


async def _answer(stream, lab: Lab, http: h11.Connection, request: Asked, find: Find) -> None:
    service = find(request.host, lab)
    try:
        if service.name in _OF_THIS_MACHINE and not machine.is_own(stream.peer.rpartition(":")[0]):
            answer = _words(403, f"{request.host} is for programs of the lab's own machine alone")
        elif request.path in (HUB_PATH, EVENT_HUBS_PATH):
            answer = _words(400, f"{request.path} is for WebSocket")
        else:
            answer = await service.serve(request, lab)
        answer, written = _written(answer, lab)
    except Exception as mistake:
        log.exception("%s %s of %s: a mistake of the lab", request.method, request.path, stream.peer)
        answer, written = _written(service.mistaken(lab), lab)
        answer = replace(answer, reason=mistakes.reason(mistake))
    _send_written(stream, http, written, without_body=request.method == "HEAD")
    note(lab, service.name, request, answer)


def note(lab: Lab, service: str, request: Asked, answer: Answer) -> None:
    """Note a request and its answer in the audit."""
    outcome = "refused" if answer.status >= 400 else "accepted"
    routine = not answer.by_device and (outcome == "accepted" or _is_own(request))
    reason = f"{answer.status}: {answer.reason}" if answer.reason else ""
    lab.audit.record(
        service, "request", outcome, peer=request.peer, who=answer.who, reason=reason, routine=routine,
        host=request.host, method=request.method, path=request.path, log=answer.code,
    )  # fmt: skip


def _is_own(request: Asked) -> bool:
    """Whether az or this extension asks: it says itself what was refused, to the person who typed the command."""
    agent = request.headers.get("user-agent", "")
    return any(each in agent for each in _OWN_AGENTS)


def _words(status: int, message: str) -> Answer:
    """A status and a message as JSON, as the hub words its errors."""
    return Answer(status, {"Message": message}, reason=message)


def _send(
    stream, http: h11.Connection, status: int, message: str, *, close: bool = False, version: bool = False
) -> None:
    headers = {"Connection": "close"} if close else {}
    headers |= {"Sec-WebSocket-Version": "13"} if version else {}
    _send_written(stream, http, _response(replace(_words(status, message), headers=headers)))


def _written(answer: Answer, lab) -> tuple[Answer, tuple[h11.Response, bytes]]:
    """The answer with what every answer tells, and its head and body as they go out."""
    told = {"Date": formatdate(lab.clock(), usegmt=True), "x-ms-request-id": str(uuid.uuid4())}
    answer = replace(answer, headers={**answer.headers, **told})
    return answer, _response(answer)


def _response(answer: Answer) -> tuple[h11.Response, bytes]:
    body, kind = answer.content()
    headers = [("Content-Type", kind)] if kind else []
    headers += [("Content-Length", str(len(body)))] if answer.status != 204 else []
    phrase = HTTPStatus(answer.status).phrase.encode("ascii")  # clients show it to people
    headers += answer.headers.items()
    return h11.Response(status_code=answer.status, headers=headers, reason=phrase), body


def _send_written(
    stream, http: h11.Connection, written: tuple[h11.Response, bytes], *, without_body: bool = False
) -> None:
    if http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
        return
    response, body = written
    stream.write(http.send(response))
    if not without_body and body:
        stream.write(http.send(h11.Data(data=body)))
    stream.write(http.send(h11.EndOfMessage()))


def _note(stream, lab, action: str, outcome: str, reason: str = "", **details: Any) -> None:
    lab.audit.record("https", action, outcome, peer=stream.peer, reason=reason, host=stream.sni, **details)
