"""What happens in a lab, in sentences."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.audit import audit_text

PEER = "127.0.0.1:9"


def said(service="mqtt", action="connect", outcome="accepted", who="pump-1", reason="", **details):
    data = {"time": "2026-01-31T12:00:00.000Z", "service": service, "action": action, "outcome": outcome,
            "who": who, "peer": PEER, "reason": reason, "details": details}  # fmt: skip
    line = audit_text.line(data)
    assert line.startswith("12:00:00  ") and line.endswith(".")
    return line[10:-1]


@pytest.mark.parametrize(("given", "expected"), [
    ({"keep_alive": 60, "username": "h/pump-1"}, "pump-1 is connected over MQTT"),
    ({"outcome": "refused", "reason": "no device of this id", "code": 5, "username": "x"},
     "pump-1 is refused over MQTT: no device of this id; it got return code 5 without a reason"),
    ({"service": "amqp", "who": "", "outcome": "refused", "reason": "not TLS"},
     f"A client at {PEER} is refused over AMQP: not TLS"),
    ({"action": "close", "outcome": "ended", "ending": "clean", "reason": "the device disconnected", "published": 1},
     "pump-1 has left MQTT: the device disconnected; 1 message sent"),
    ({"action": "close", "outcome": "ended", "ending": "idle", "reason": "no ping", "published": 0, "code": 404104},
     "pump-1 fell silent on MQTT: no ping; 0 messages sent; the hub logs it as 404104"),
    ({"service": "amqp", "action": "close", "outcome": "ended", "ending": "killed", "reason": "no close"},
     "pump-1 is gone from AMQP without a goodbye: no close"),
    ({"action": "close", "outcome": "ended", "ending": "hub", "reason": "the SAS token expired"},
     "pump-1 was disconnected from MQTT by the hub: the SAS token expired"),
    ({"action": "close", "outcome": "ended"}, "pump-1 has left MQTT"),
    ({"action": "publish", "topic": "t", "bytes": 12, "quality": 1}, "pump-1 sends: its first message has 12 bytes"),
    ({"action": "twin", "operation": "get"}, "pump-1 reads its twin"),
    ({"action": "twin", "operation": "report", "version": 3}, "pump-1 reports properties, version 3"),
    ({"action": "twin", "operation": "desired change", "version": 3},
     "pump-1 gets its changed desired properties, version 3"),
    ({"action": "method", "method": "reboot"}, "pump-1 gets a call of the method reboot"),
    ({"action": "method", "status": 200}, "pump-1 answers the method with 200"),
    ({"action": "message", "reason": "the device has the message"},
     "Message from the cloud for pump-1: the device has the message"),
    ({"service": "control", "action": "fault", "who": "", "reason": "latency starts", "milliseconds": 50},
     "Fault: latency starts (milliseconds=50)"),
    ({"service": "arm", "action": "request", "reason": "GET /x", "size": 7},
     "pump-1 (Azure Resource Manager) request accepted: GET /x; size 7"),
    ({"action": "attach"}, "pump-1 (MQTT) attach accepted"),
])  # fmt: skip
def test_each_kind_of_record(given, expected):
    assert said(**given) == expected


def test_what_others_chose_is_no_format():
    assert "{0.__class__}" in said(who="{0.__class__}", action="publish", bytes="{x}")


def test_messages():
    data = {"kind": "message", "time": "2026-01-31T12:00:00.000Z", "who": "pump-1", "bytes": 7, "contentType": "",
            "contentEncoding": "gzip", "body": ""}  # fmt: skip
    assert audit_text.line(data) == "12:00:00  pump-1 sent 7 bytes, without a content type, gzip"
    plain = {**data, "contentType": "application/json", "contentEncoding": "utf-8", "body": '{"a": 1}'}
    assert audit_text.line(plain) == '12:00:00  pump-1 sent 7 bytes, application/json: {"a": 1}'
