"""How the resource manager tries routes out, and how it shows the health of a hub's endpoints.

https://learn.microsoft.com/rest/api/iothub/iot-hub-resource/test-all-routes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.hub.hub import Hub
from azext_iotdiag.lab.hub.query.conditions import UNDEFINED
from azext_iotdiag.lab.hub.query.tokens import ParseError
from azext_iotdiag.lab.hub.routing.conditions import compiled
from azext_iotdiag.lab.hub.routing.message import Sent, seen
from azext_iotdiag.lab.hub.routing.rules import BUILT_IN, PLAYED_SOURCE
from azext_iotdiag.lab.net import bindings
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, values

_SYSTEM = {  # the names that messages to try have for system properties, and those of AMQP
    "contentType": "content-type",
    "contentEncoding": "content-encoding",
    "messageId": "message-id",
    "correlationId": "correlation-id",
    "userId": "user-id",
    "connectionDeviceId": "iothub-connection-device-id",
    "connectionModuleId": "iothub-connection-module-id",
}


def try_all(call: Call, hub: Hub) -> Answer:
    """Which of the hub's routes would take a message."""
    body = call.body()
    source, sent = body.get("routingSource") or PLAYED_SOURCE, _sent(body)
    rows = hub.settings.properties["routing"].get("routes") or []
    taken = [
        row
        for row in rows
        if str(row["source"]).lower() == str(source).lower()
        and bindings.truth(row.get("isEnabled"), "'isEnabled'")
        and compiled(row.get("condition") or "true")(seen(sent)) is True
    ]
    return Answer(200, {"routes": [{"properties": row} for row in taken]})


def try_new(call: Call) -> Answer:
    """Whether a route that the hub need not have would take a message, and what is wrong with its condition."""
    body = call.body()
    route = body.get("route")
    if not isinstance(route, Mapping):
        raise Refusal(400, "InvalidRequestContent", "'route' is missing or no object.")
    try:
        value = compiled(str(route.get("condition") or "true"))(seen(_sent(body)))
    except ParseError as wrong:
        place = {"line": wrong.line, "column": wrong.column}
        error = {"message": wrong.what, "severity": "error", "location": {"start": place, "end": place}}
        return Answer(200, {"result": "false", "details": {"compilationErrors": [error]}})
    result = "undefined" if value is UNDEFINED else "true" if value is True else "false"
    return Answer(200, {"result": result, "details": {"compilationErrors": []}})


def health(call: Call, hub: Hub) -> Answer:
    """How the built-in endpoint and the custom ones are."""
    custom = call.lab.at(hub.host).routing.endpoints(hub.settings)
    return values([{"endpointId": BUILT_IN, "healthStatus": "healthy"}, *(endpoint.document() for endpoint in custom)])


def _sent(body: Mapping[str, Any]) -> Sent:
    """The message of a request to try routes out; what it leaves out is empty."""
    message, twin = _object(body.get("message"), "message"), _object(body.get("twin"), "twin")
    text = message.get("body")
    if text is not None and not isinstance(text, str):
        raise Refusal(400, "InvalidRequestContent", "'message.body' is a text.")
    system = _object(message.get("systemProperties"), "message.systemProperties")
    own = _object(message.get("appProperties"), "message.appProperties")
    return Sent(
        (text or "").encode(),
        {_SYSTEM.get(name, name): str(value) for name, value in system.items()},
        {name: str(value) for name, value in own.items()},
        {"tags": {}, "properties": {}, **twin},
    )


def _object(given: Any, what: str) -> Mapping[str, Any]:
    if given is not None and not isinstance(given, Mapping):
        raise Refusal(400, "InvalidRequestContent", f"'{what}' is no object.")
    return given or {}
