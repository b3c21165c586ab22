"""Direct methods: a call goes to a connected device and waits for its answer, each with a deadline.

https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-direct-methods
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

from azext_iotdiag.lab.faults.table import METHOD_HANDLER_MISSING
from azext_iotdiag.lab.hub.identities import Device
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.hub.session import MethodAnswer, MethodCall
from azext_iotdiag.lab.monitor.definitions import METHOD
from azext_iotdiag.lab.net import incoming

# What a hub says with 404103, by when the device is missed.
# https://github.com/Azure/azure-iot-sdk-csharp/issues/317
NOT_CONNECTED, LEFT_MEANWHILE = "Timed out waiting for device to connect.", "Device unavailable"
UNANSWERED = "Timed out waiting for the response from device."  # with 504101: Azure/azure-iot-sdk-java issue 640
LARGEST = 128 * 1024  # bytes of a request or an answer
DEFAULT_RESPONSE_SECONDS, SHORTEST_RESPONSE_SECONDS, LONGEST_SECONDS = 30.0, 5.0, 300.0


async def invoke(
    runtime: Runtime,
    device: Device,
    name: str,
    payload: Any = None,
    *,
    response_seconds: float = DEFAULT_RESPONSE_SECONDS,
    connect_seconds: float = 0.0,
) -> MethodAnswer:
    """Call a method and wait for its answer. Raises HubRefusal.

    `connect_seconds` is how long to wait for a device that is not there or takes no methods, `response_seconds` how
    long for its answer.
    """
    body = json.dumps(payload).encode()
    if len(body) > LARGEST:
        raise HubRefusal(413001, f"the payload has {len(body)} bytes; the limit is {LARGEST}")
    send = await _receiver(runtime, device, connect_seconds)
    call = MethodCall(str(uuid.uuid4()), name, body)
    answered = runtime.calls[device.name, call.call_id] = asyncio.get_running_loop().create_future()
    try:
        send(call)
        received = await asyncio.wait_for(answered, response_seconds)
        runtime.count(f"{METHOD}.success")
        return received
    except asyncio.TimeoutError:
        runtime.count(f"{METHOD}.failure")
        why = f"the device {device.name} did not answer within {response_seconds:g} s"
        raise HubRefusal(504101, UNANSWERED, why) from None
    finally:
        del runtime.calls[device.name, call.call_id]


def answer(runtime: Runtime, device: Device, call_id: str, status: int, payload: bytes) -> str:
    """Take a device's answer. Returns why it is of no use, empty when a caller waited for it.

    Bytes of zero behind the JSON go on to the caller, as at a hub: Azure/azure-iot-sdk-c#1641.
    """
    waiting = runtime.calls.get((device.name, call_id))
    if waiting is None or waiting.done():
        return "no caller waits for this answer (any more)"
    if len(payload) > LARGEST:
        return f"the answer has {len(payload)} bytes; the limit is {LARGEST}"
    text = payload.rstrip(b"\0")
    try:
        data = incoming.read(text) if text else None
    except incoming.BadJson as wrong:
        return f"the answer is not JSON: {wrong}"
    waiting.set_result(MethodAnswer(status, data, payload[len(text) :]))
    return ""


def left(runtime: Runtime, device: Device) -> None:
    """Tell callers that wait for an answer of a device that its connection has ended."""
    why = f"the connection of {device.name} ended before it answered"
    for (name, _), waiting in runtime.calls.items():
        if name == device.name and not waiting.done():
            waiting.set_exception(HubRefusal(404103, LEFT_MEANWHILE, why))


def _span(seconds: float) -> str:
    """A span of time as .NET writes it: 00:00:30."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"


async def _receiver(runtime: Runtime, device: Device, seconds: float) -> Callable[[MethodCall], None]:
    """What takes calls to the device, once there is something."""
    news = asyncio.Event()
    runtime.waiters.append(news.set)
    until = asyncio.get_running_loop().time() + seconds
    try:
        while (found := _now(runtime, device)) is None:
            news.clear()
            await asyncio.wait_for(news.wait(), until - asyncio.get_running_loop().time())
        return found
    except asyncio.TimeoutError:
        why = f"the device {device.name} is not online, or takes no direct methods"
        raise HubRefusal(404103, NOT_CONNECTED, why, {"timeout": _span(seconds)}) from None
    finally:
        runtime.waiters.remove(news.set)


def _now(runtime: Runtime, device: Device) -> Callable[[MethodCall], None] | None:
    session = runtime.sessions.get(device.name)
    if session is None or runtime.faults.find(METHOD_HANDLER_MISSING) is not None:
        return None
    return session.on_method
