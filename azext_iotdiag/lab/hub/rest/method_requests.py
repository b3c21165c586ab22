"""Direct methods over REST, and throwing away what waits for a device.

https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-direct-methods
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from azext_iotdiag.lab.hub import cloud_messages, methods
from azext_iotdiag.lab.hub.dates import written
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.rest.reading import data_of
from azext_iotdiag.lab.hub.rest.registry import find
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.hub.session import MethodAnswer
from azext_iotdiag.lab.net import bindings
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.router import ANY, HttpRoute

_LONGEST_NAME = 128


async def _invoke(runtime: Runtime, request: Request, device_id: str, module_id: str = "") -> Answer:
    device = find(runtime, device_id, module_id)
    asked = data_of(request)
    name = asked.get("methodName") if isinstance(asked, dict) else None
    if not isinstance(name, str) or not 1 <= len(name) <= _LONGEST_NAME or set(name) & set("/+#\0"):
        raise HubRefusal(400004, f"methodName is not a text of 1 to {_LONGEST_NAME} characters that a topic may hold")
    try:
        response = _seconds(asked, "responseTimeoutInSeconds", methods.SHORTEST_RESPONSE_SECONDS)
        connect = _seconds(asked, "connectTimeoutInSeconds", 0.0)
        answer = await methods.invoke(
            runtime, device, name, asked.get("payload"),
            response_seconds=methods.DEFAULT_RESPONSE_SECONDS if response is None else response,
            connect_seconds=connect or 0.0,
        )  # fmt: skip
    except HubRefusal as wrong:
        return _refusal(wrong, runtime)
    return _answered(answer)


def _answered(answer: MethodAnswer) -> Answer:
    """The device's answer within JSON. A hub puts in what the device wrote, zeros behind it included."""
    told = Answer(200, {"status": answer.status, "payload": answer.payload})
    if not answer.tail:
        return told
    text, kind = told.content()
    return Answer(200, text[:-1] + answer.tail + text[-1:], kind=kind)


def _seconds(asked: dict[str, Any], name: str, shortest: float) -> float | None:
    try:
        given = bindings.number(asked.get(name), name)  # az writes its default as "30"
    except ValueError as wrong:
        raise HubRefusal(400004, str(wrong)) from None
    if given is None:
        return None
    if not shortest <= given <= methods.LONGEST_SECONDS:
        # Azure/azure-iot-sdk-csharp issue 724
        raise HubRefusal(400004, f"{name} must be within [{shortest:g}; {methods.LONGEST_SECONDS:g}].")
    return float(given)


def _refusal(wrong: HubRefusal, runtime: Runtime) -> Answer:
    """A refusal in the form of the newer operations: JSON as text within JSON."""
    told = {
        "errorCode": wrong.code,
        "trackingId": f"{uuid.uuid4().hex}-G:0",
        "message": str(wrong),
        "info": dict(wrong.info),
        "timestampUtc": written(runtime.clock()),
    }
    data = {"Message": json.dumps(told), "ExceptionMessage": ""}
    return Answer(
        wrong.status, data, {"iothub-errorcode": wrong.name}, reason=wrong.reason or str(wrong), code=wrong.code
    )


def _purge(runtime: Runtime, _request: Request, device_id: str) -> Answer:
    purged = cloud_messages.purge(runtime, find(runtime, device_id))
    return Answer(200, {"deviceId": device_id, "moduleId": None, "totalMessagesPurged": purged})


ROUTES = (
    HttpRoute("POST", ("twins", ANY, "methods"), _invoke, ("ServiceConnect",)),
    HttpRoute("POST", ("twins", ANY, "modules", ANY, "methods"), _invoke, ("ServiceConnect",)),
    HttpRoute("DELETE", ("devices", ANY, "commands"), _purge, ("ServiceConnect",)),
)
