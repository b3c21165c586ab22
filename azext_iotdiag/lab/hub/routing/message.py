"""What the condition of a route sees of a message, and of the twin of its device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from azext_iotdiag.lab.hub.dates import written
from azext_iotdiag.lab.hub.query.conditions import UNDEFINED
from azext_iotdiag.lab.net import incoming

JSON = "application/json"
ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}


class Sent(NamedTuple):
    """A message of a device. `system` goes by AMQP's names, and by those that the hub gives; `twin` is a document."""

    body: bytes
    system: Mapping[str, Any]
    properties: Mapping[str, Any]
    twin: Mapping[str, Any]


# The names of system properties in conditions, beside their own.
_NAMES = {
    "message-id": "messageid",
    "correlation-id": "correlationid",
    "user-id": "userid",
    "content-type": "contenttype",
    "content-encoding": "contentencoding",
    "creation-time": "creationtimeutc",
    "absolute-expiry-time": "expirytimeutc",
    "iothub-connection-device-id": "connectiondeviceid",
    "iothub-connection-module-id": "connectionmoduleid",
    "iothub-connection-auth-generation-id": "connectiondevicegenerationid",
    "iothub-connection-auth-method": "connectionauthmethod",
    "iothub-enqueuedtime": "enqueuedtime",
}


def seen(sent: Sent) -> dict[str, Any]:
    """The message as conditions look into it."""
    system: dict[str, Any] = {}
    for name, value in sent.system.items():
        told = written(value / 1000) if name == "iothub-enqueuedtime" else str(value)
        system[name] = system[_NAMES.get(name, name)] = told
    return {"system": system, "properties": sent.properties, "body": _body(sent), "twin": sent.twin}


def why_no_body(sent: Sent) -> str:
    """Why conditions cannot look into the body of a message; empty where they can."""
    kind, encoding = (str(sent.system.get(f"content-{name}", "")) for name in ("type", "encoding"))
    if kind.partition(";")[0].strip().lower() != JSON:
        return f"its contentType is {kind!r}, not {JSON}" if kind else f"it has no contentType; {JSON} is needed"
    if encoding.lower() not in ENCODINGS:
        known = ", ".join(name.upper() for name in ENCODINGS)
        return f"its contentEncoding is {encoding!r}; one of {known} is needed"
    return "" if _body(sent) is not UNDEFINED else "its body is no JSON"


def _body(sent: Sent) -> Any:
    kind = str(sent.system.get("content-type", "")).partition(";")[0].strip().lower()
    encoding = ENCODINGS.get(str(sent.system.get("content-encoding", "")).lower())
    if kind != JSON or encoding is None:
        return UNDEFINED
    try:
        return incoming.read(sent.body.decode(encoding).encode())
    except (UnicodeError, incoming.BadJson):
        return UNDEFINED
