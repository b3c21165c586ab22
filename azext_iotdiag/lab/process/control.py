"""The lab's control port, both ends: one JSON object a line over TLS, each with the token from the lab's own file.

A request is {"token", "command", "arguments"}; an answer {"ok": true, "result"} or {"ok": false, "error", "advice"}.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.audit.log import Audit
from azext_iotdiag.lab.net.trust import trusting
from azext_iotdiag.lab.process.errors import LabError, LabRefused, LabUnanswered

if TYPE_CHECKING:  # only the lab's own end needs it, and pyOpenSSL with it
    from azext_iotdiag.lab.net.stream import TlsStream

PATIENCE_SECONDS = 10.0  # how long the lab waits for a request, or for its answer to be taken
ASK_SECONDS = 5.0
LONGEST_REQUEST = 65_536
LONGEST_ANSWER = 64 * 1024 * 1024
_NAME = "localhost"  # stands in every lab's certificate
_WRONG_TOKEN = "wrong token"

Command = Callable[[Mapping[str, Any]], Any]

log = logging.getLogger(__name__)


async def serve(
    stream: TlsStream, *, token: str, commands: Mapping[str, Command], audit: Audit, seconds: float = PATIENCE_SECONDS
) -> None:
    """Answer one client's requests until it leaves, falls silent or shows a wrong token.

    A command that is no good, or fails, gets an error for an answer.
    """
    received = bytearray()
    while True:
        try:
            line = await asyncio.wait_for(_read_line(stream, received), seconds)
        except asyncio.TimeoutError:
            audit.record("control", "request", "refused", peer=stream.peer, reason=f"no request within {seconds:g} s")
            return
        if line is None:
            return
        answer = _answer(line, token, commands)
        if not answer["ok"]:
            audit.record("control", "request", "refused", peer=stream.peer, reason=answer["error"])
        stream.write(json.dumps(answer).encode() + b"\n")
        try:
            await asyncio.wait_for(stream.drain(), seconds)
        except asyncio.TimeoutError:
            audit.record("control", "request", "refused", peer=stream.peer, reason="the answer was not taken")
            stream.abort()
            return
        if answer.get("error") == _WRONG_TOKEN:
            return


async def _read_line(stream: TlsStream, received: bytearray) -> bytes | None:
    """The next line, or None at the end. What is too long to be a request is handed on, to be refused as no JSON."""
    while (end := received.find(b"\n")) < 0 and len(received) <= LONGEST_REQUEST:
        data = await stream.read()
        if not data:
            return None
        received += data
    end = len(received) if end < 0 else end
    line = bytes(received[:end])
    del received[: end + 1]
    return line


def _answer(line: bytes, token: str, commands: Mapping[str, Command]) -> dict[str, Any]:
    try:
        if len(line) > LONGEST_REQUEST:
            raise LabRefused(f"the request is longer than {LONGEST_REQUEST} bytes")
        request = _read(line)
        if not hmac.compare_digest(str(request.get("token", "")).encode("utf-8", "replace"), token.encode()):
            raise LabRefused(_WRONG_TOKEN)
        command, arguments = request.get("command"), request.get("arguments") or {}
        if not isinstance(command, str) or command not in commands:
            raise LabRefused(f"there is no command {command!r}", f"Commands: {', '.join(commands)}.")
        if not isinstance(arguments, dict):
            raise LabRefused("the arguments are no object")
        return {"ok": True, "result": commands[command](arguments)}
    except (LabError, ValueError) as error:
        return {"ok": False, "error": str(error), "advice": getattr(error, "advice", "")}
    except Exception as error:  # a mistake in a command must not end the lab
        log.exception("a control command failed")
        return {"ok": False, "error": f"the lab made a mistake: {type(error).__name__}", "advice": "Look into lab.log."}


def _read(line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LabRefused("the request is no JSON") from error
    if not isinstance(request, dict):
        raise LabRefused("the request is no object")
    return request


def ask(control: Mapping[str, Any], command: str, *, seconds: float = ASK_SECONDS, **arguments: Any) -> Any:
    """Send a command to a running lab and return its result.

    `control` holds "port", "token" and "ca" (PEM text). Raises LabRefused with the lab's own words, and LabUnanswered
    when nothing that holds this lab's certificate and token answers within `seconds`.
    """
    deadline = time.monotonic() + seconds
    request = {"token": control["token"], "command": command, "arguments": arguments}
    try:
        context = trusting(control["ca"])
        with (
            socket.create_connection(("127.0.0.1", control["port"]), timeout=seconds) as raw,
            context.wrap_socket(raw, server_hostname=_NAME) as connection,
        ):
            connection.settimeout(_left(deadline))
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(_receive_line(connection, deadline))
        if not isinstance(answer, dict) or not answer.get("ok"):
            error, advice = str(answer.get("error", "")), str(answer.get("advice", ""))
            raise LabUnanswered(error) if error == _WRONG_TOKEN else LabRefused(error, advice)
        return answer["result"]
    except (OSError, ValueError, KeyError, AttributeError, OverflowError) as error:  # of which ssl.SSLError is one
        raise LabUnanswered(f"the control port does not answer: {error}") from error


def _receive_line(connection: ssl.SSLSocket, deadline: float) -> bytes:
    received = bytearray()
    while not received.endswith(b"\n"):
        connection.settimeout(_left(deadline))
        data = connection.recv(65_536)
        if not data or len(received) > LONGEST_ANSWER:
            raise ConnectionError("the answer broke off")
        received += data
    return bytes(received)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left
