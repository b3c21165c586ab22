"""Which row of a hub's resource log a record of the audit becomes. Many become none: a hub logs less than the lab.

https://learn.microsoft.com/azure/iot-hub/monitor-iot-hub-reference#resource-logs
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from azext_iotdiag.lab.audit.endings import IDLE, KILLED
from azext_iotdiag.lab.audit.log import Record
from azext_iotdiag.lab.hub.refusal import NAMES

CLOSED_REMOTELY = 404104  # what a hub logs where a device is gone without a word
_PROTOCOLS = {"mqtt": "Mqtt", "amqp": "Amqp", "https": "Https"}
_TWIN = {"get": "read", "GET": "read", "report": "update", "PATCH": "update"}
_AUTH = {"sas": ("sas", "iothub"), "x509": ("x509Certificate", "external")}
_METHODS = re.compile(r"/twins/([^/]+)(/modules/[^/]+)?/methods")
_IDENTITY = re.compile(r"/devices/([^/]+)(/modules/[^/]+)?")
_TWIN_PATH = re.compile(r"/twins/([^/]+)(/modules/[^/]+)?")
_EVENTS = re.compile(r"/devices/([^/]+)(/modules/[^/]+)?/messages/events")
_VERBS = {"GET": "get", "PUT": "create", "PATCH": "update", "DELETE": "delete"}
_IPV4 = re.compile(r"(\d+\.\d+\.\d+)\.\d+")


class LogRow(NamedTuple):
    """A row, without what is the same for all rows of a hub. `code` is 0 where nothing went wrong."""

    category: str
    operation: str
    code: int
    properties: Mapping[str, Any]
    description: str = ""


def row_of(record: Record) -> LogRow | None:
    """The row for a record; None where a hub logs nothing."""
    if record.service in ("mqtt", "amqp"):
        return _of_device(record)
    if record.service == "https" and record.action == "request":
        return _of_request(record)
    if record.service == "hub" and record.action in _OF_HUB:
        return _OF_HUB[record.action](record)
    return None


def masked(peer: str) -> str:
    """An address as the log shows it: without its last part."""
    address = peer.rpartition(":")[0]
    found = _IPV4.fullmatch(address)
    return f"{found[1]}.XXX" if found else address.rpartition(":")[0] + ":XXXX" if address else ""


def level(row: LogRow) -> str:
    """How serious a row is."""
    return "Error" if row.code else "Information"


def name(code: int) -> str:
    """The name of a code."""
    return NAMES.get(code, "")


def _of_device(record: Record) -> LogRow | None:
    details, code = record.details, _code(record)
    match record.action, record.outcome:
        case "connect", "accepted" if record.who:
            return LogRow("Connections", "deviceConnect", 0, _connection(record))
        case (("connect" | "authenticate" | "attach"), "refused") if code and record.who:
            return LogRow("Connections", "deviceConnect", code, _connection(record))
        case "close", "ended" if "published" in details:
            return LogRow("Connections", "deviceDisconnect", code, _connection(record))
        case "publish", "refused" if code:
            told = {"deviceId": record.who, "batching": "0", "statusCode": _status(code)}
            return LogRow("DeviceTelemetry", "ingress", code, told)
        case "twin", ("accepted" | "refused") if details.get("operation") in _TWIN or code:
            return _of_twin(record, code)
    return None


def _of_twin(record: Record, code: int) -> LogRow:
    operation = _TWIN.get(str(record.details.get("operation")), "update")
    told = {
        "deviceId": record.who,
        "protocol": _PROTOCOLS[record.service],
        "authenticationType": _auth(record),
        "statusCode": _status(code),
    }
    return LogRow("D2CTwinOperations", operation, code, _without_blanks(told))


def _of_request(record: Record) -> LogRow | None:
    """The row for a request over HTTPS. Of a device's messages, the log holds those that the hub refused."""
    path, method = str(record.details.get("path", "")), str(record.details.get("method", ""))
    code = _code(record)
    if found := _METHODS.fullmatch(path):
        return LogRow("DirectMethods", "send", code, {"deviceId": _device(found), "statusCode": _status(code)})
    if code and (found := _EVENTS.fullmatch(path)):
        told = {"deviceId": _device(found), "batching": "0", "statusCode": _status(code)}
        return LogRow("DeviceTelemetry", "ingress", code, told)
    told = {"maskedIpAddress": masked(record.peer), "statusCode": _status(code)}
    if (found := _IDENTITY.fullmatch(path)) and method in _VERBS and path != "/devices/query":
        properties = _without_blanks({**told, "deviceId": _device(found)})
        return LogRow("DeviceIdentityOperations", _VERBS[method], code, properties)
    if (found := _TWIN_PATH.fullmatch(path)) and method in _VERBS:
        operation = "read" if method == "GET" else "update"
        return LogRow("C2DTwinOperations", operation, code, _without_blanks({**told, "deviceId": _device(found)}))
    return None


def _of_route(record: Record) -> LogRow:
    """A message that did not go everywhere. The details say where to and by which route."""
    details = {each: str(record.details[each]) for each in ("endpointName", "routeName") if record.details.get(each)}
    told = {"deviceId": record.who, "details": record.reason, **details}
    operation = str(record.details.get("log") or "undefinedRouteEvaluation")
    return LogRow("Routes", operation, 0, told, record.reason)


def _of_upload(record: Record) -> LogRow:
    code = _code(record)
    return LogRow("FileUploadOperations", "ingress", code, {"deviceId": record.who, "statusCode": _status(code)})


def _of_message(record: Record) -> LogRow:
    told = {"deviceId": record.who, "messageId": str(record.details.get("message_id", "")), "details": record.reason}
    return LogRow("C2DCommands", "messageExpired" if "expired" in record.reason else "messageRejected", 0, told)


_OF_HUB = {"route": _of_route, "upload": _of_upload, "message": _of_message}


def _connection(record: Record) -> dict[str, Any]:
    details, code = record.details, _code(record)
    suffix = "_WS" if details.get("websocket") else ""
    kind, issuer = _AUTH.get(str(details.get("auth", "sas")), _AUTH["sas"])
    scope, ends = "module" if "/" in record.who else "device", record.action == "close"
    told = {"scope": scope, "type": kind, "issuer": issuer, "acceptingIpFilterRule": None}
    return _without_blanks({
        "deviceId": record.who,
        "sdkVersion": details.get("sdk", ""),
        "protocol": _PROTOCOLS[record.service] + suffix,
        "authType": json.dumps(told, separators=(",", ":")),
        "maskedIpAddress": masked(record.peer),
        "statusCode": _status(code),
        "tlsVersion": str(details.get("tls", "")).replace("v", "").replace(".", "_") if not ends else "",
    })  # fmt: skip


def _code(record: Record) -> int:
    """The code for the log. For a refused CONNECT the audit's `code` is what the device was told."""
    told = record.details.get("log")
    if record.action == "close" and record.how in (KILLED, IDLE):
        return int(record.details.get("code") or CLOSED_REMOTELY)
    if told is None and not (record.action == "connect" and record.outcome == "refused"):
        told = record.details.get("code")
    return told if isinstance(told, int) and told >= 100_000 else 0


def _auth(record: Record) -> str:
    scope = "module" if "/" in record.who else "device"
    told = {"scope": scope, "type": _AUTH.get(str(record.details.get("auth", "sas")), _AUTH["sas"])[0]}
    return json.dumps(told, separators=(",", ":"))


def _status(code: int) -> str:
    return f"{code // 100_000}XX" if code else ""


def _device(found: re.Match[str]) -> str:
    module = (found[2] or "").removeprefix("/modules/")
    return f"{found[1]}/{module}" if module else found[1]


def _without_blanks(told: Mapping[str, Any]) -> dict[str, Any]:
    return {each: value for each, value in told.items() if value != ""}
