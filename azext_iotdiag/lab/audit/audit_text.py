"""A lab's audit records and messages as sentences for the developer of a device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.audit.endings import BY_HUB, CLEAN, IDLE, KILLED
from azext_iotdiag.model.counts import counted

_PROTOCOLS = {"mqtt": "MQTT", "amqp": "AMQP", "https": "HTTPS", "proxy": "the proxy", "control": "the control port",
              "entra": "Entra ID", "arm": "Azure Resource Manager", "dps": "the provisioning service",
              "imds": "managed identities", "monitor": "Azure Monitor", "logs": "Log Analytics"}  # fmt: skip
# What a client did, by action and outcome; {details} by their names. Other actions get a general sentence.
_DID = {
    ("connect", "accepted"): "is connected over {protocol}",
    ("connect", "refused"): "is refused over {protocol}",
    ("authenticate", "accepted"): "has proven who it is",
    ("authenticate", "refused"): "could not prove who it is",
    ("attach", "accepted"): "opened a link to {address}",
    ("attach", "refused"): "may not open a link to {address}",
    ("detach", "ended"): "lost a link",
    ("publish", "accepted"): "sends: its first message has {bytes} bytes",
    ("publish", "refused"): "sent what the hub does not take",
    ("subscribe", "refused"): "subscribed to what the hub does not grant",
    ("twin", "refused"): "is refused what it asked of its twin",
    ("method", "refused"): "answered a method, and the answer was not used",
    ("will", "accepted"): "left a last will, which the hub publishes",
    ("will", "refused"): "left a last will, which the hub does not publish",
    ("route", "refused"): "sent what did not go everywhere it might",
    ("feedback", "accepted"): "reads the feedback on messages to devices",
    ("alert", "accepted"): "is an alert that changed",
    ("webhook", "accepted"): "was sent to a webhook",
    ("webhook", "refused"): "was not sent to a webhook",
}
_LEFT = {
    "": "has left {protocol}",
    CLEAN: "has left {protocol}",
    KILLED: "is gone from {protocol} without a goodbye",
    IDLE: "fell silent on {protocol}",
    BY_HUB: "was disconnected from {protocol} by the hub",
}
_TWIN = {"get": "reads its twin", "report": "reports properties, version {version}",
         "desired change": "gets its changed desired properties, version {version}"}  # fmt: skip
_SILENT = frozenset({
    "username", "host", "quality", "topic", "mechanism", "audience", "group", "epoch", "keep_alive", "operation",
    "address", "bytes", "version", "message_id", "method", "status", "delivery", "partition", "records", "ending",
    "hub", "log", "sdk", "tls", "auth", "websocket", "endpointName", "routeName",
})  # fmt: skip


def line(data: Mapping[str, Any]) -> str:
    """A record, or a message, as a line: its time in UTC, and a sentence."""
    return f"{data['time'][11:19]}  {_message(data) if data.get('kind') == 'message' else _record(data)}"


def _record(data: Mapping[str, Any]) -> str:
    details, action, outcome = data["details"], data["action"], data["outcome"]
    if action == "fault":
        named = ", ".join(f"{name}={value}" for name, value in details.items())
        return f"Fault: {data['reason']}" + (f" ({named})" if named else "") + "."
    who = data["who"] or (f"A client at {data['peer']}" if data["peer"] else "The hub")
    if action == "message":
        return (
            f"Message from the cloud for {who}"
            + (" (refused)" if outcome == "refused" else "")
            + f": {data['reason']}."
        )
    known = {"protocol": _PROTOCOLS.get(data["service"], data["service"]), **details}
    parts = [data["reason"], *_extra(action, outcome, details)]
    why = "; ".join(part for part in parts if part)
    return f"{who} {_did(data, action, outcome, details, known)}" + (f": {why}" if why else "") + "."


def _did(
    data: Mapping[str, Any], action: str, outcome: str, details: Mapping[str, Any], known: Mapping[str, Any]
) -> str:
    if action == "close":
        text = _LEFT.get(str(details.get("ending", "")), "")
    elif action == "twin" and outcome == "accepted":
        text = _TWIN.get(str(details.get("operation")), "uses its twin")
    elif action == "method" and outcome == "accepted":
        text = "gets a call of the method {method}" if "method" in details else "answers the method with {status}"
    else:
        text = _DID.get((action, outcome), "")
    if not text:
        return f"({known['protocol']}) {action} {outcome}"
    try:
        return text.format_map(known)
    except KeyError:  # a service that tells less of the same
        return f"({known['protocol']}) {action} {outcome}"


def _extra(action: str, outcome: str, details: Mapping[str, Any]) -> list[str]:
    """What a sentence says of the details, beside those that are in its words."""
    found: list[str] = []
    if "published" in details:
        found.append(f"{counted(details['published'], 'message')} sent")
    if action == "connect" and outcome == "refused" and "code" in details:
        found.append(f"it got return code {details['code']} without a reason")
    elif "code" in details:
        found.append(f"the hub logs it as {details['code']}")
    found += [
        f"{name} {value}"
        for name, value in details.items()
        if name not in _SILENT | {"published", "code"} and value not in ("", None)
    ]
    return found


def _message(data: Mapping[str, Any]) -> str:
    kind = data["contentType"] or "without a content type"
    if data["contentEncoding"] and data["contentEncoding"].lower() != "utf-8":
        kind += f", {data['contentEncoding']}"
    body = f": {data['body']}" if data["body"] else ""
    return f"{data['who']} sent {data['bytes']} bytes, {kind}{body}"
