"""Device SDKs of others, unmodified except for authority and address, against the lab: it stores what they send."""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.conformance.connect_proxy import connect_proxy
from tests.plugins.mqtt_lab import mqtt_lab

HERE = Path(__file__).parent
SECONDS = 90  # azure-iot-device waits 60 s for a CONNACK
READING = {"temperature": 21.5, "text": "grüß €"}
SENT_ELSEWHERE = ("body", "properties")  # than in the system properties
WRONG_KEY = base64.b64encode(b"x" * 32).decode()


def sent(body, properties=None, **system):
    named = {name.replace("_", "-"): value for name, value in system.items()}
    return {"body": base64.b64encode(body).decode(), "properties": properties or {}, **named}


MESSAGES = [
    sent(
        json.dumps(READING).encode(),
        {"alert": "yes no", "größe & co=1/2+#?": "€ %20 +&="},
        content_type="application/json",
        content_encoding="utf-8",
        message_id="m-1",
        correlation_id="c 1",
        user_id="ü",
    ),
    sent(
        gzip.compress(json.dumps(READING).encode(), mtime=0), content_type="application/json", content_encoding="gzip"
    ),
    sent(b"just text", {"empty": ""}),
    sent(bytes(range(256)) * 400, {"n": "1"}, content_type="application/octet-stream"),
]


@pytest.fixture(scope="module")
def lab():
    with mqtt_lab() as running:
        yield running


@pytest.fixture(params=["python", "node"])
def act(request, lab):
    """A function that lets an SDK's device connect with a key, send messages and end; its result is what it printed."""
    name = request.param
    fixture = request.getfixturevalue("clients_python" if name == "python" else "node_modules")

    def run(device, key, messages):
        string = f"HostName={lab.host};DeviceId={device};SharedAccessKey={key}"
        task = {"ca_pem": lab.ca_pem, "messages": messages, "connection_string": string}
        if name == "node":  # it takes a port behind the gateway's name, and none behind the hub's
            task["connection_string"] += f";GatewayHostName=localhost:{lab.port}"
            return json_of(["node", str(HERE / "node" / "device.js")], task, IOTDIAG_CLIENTS_NODE_MODULES=fixture)
        with connect_proxy(lab.port) as (port, asked):  # its ports are fixed; a proxy keeps the real name in TLS
            result = json_of([fixture, str(HERE / "clients" / "device.py")], {**task, "proxy_port": port})
            assert set(asked) == {f"{lab.host}:8883"}
            return result

    run.device = f"device-{['python', 'node'].index(name) + 1}"
    return run


def json_of(command, task, **environment):
    done = subprocess.run(
        command, input=json.dumps(task), capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_what_is_sent_is_what_is_stored(lab, act):
    before = len(lab.messages(act.device))
    result = act(act.device, lab.device(act.device).primary.reveal(), MESSAGES)
    assert "error" not in result, result
    assert result["twin"] == {"desired": {"$version": 1}, "reported": {"$version": 1}}
    stored = lab.messages(act.device)[before:]
    assert [message.body for message in stored] == [base64.b64decode(message["body"]) for message in MESSAGES]
    assert [message.application for message in stored] == [message["properties"] for message in MESSAGES]
    system = [{name: text for name, text in message.items() if name not in SENT_ELSEWHERE} for message in MESSAGES]
    system[0]["user-id"] = "ü".encode()
    assert [message.properties for message in stored] == system
    assert {message.annotations["iothub-connection-device-id"] for message in stored} == {act.device}
    accepted = [record for record in lab.records("connect") if record.who == act.device]
    assert accepted and {record.outcome for record in accepted} == {"accepted"}
    ends = lab.wait_for(lambda: [r for r in lab.records("close") if r.who == act.device], "the end of the session")
    assert ends[-1].reason == "the device disconnected"


def test_wrong_key(lab, act):
    result = act("device-3", WRONG_KEY, MESSAGES[:1])
    assert "nauthor" in result["error"] or "not authorized" in result["error"].lower(), result
    refused = [record for record in lab.records("connect") if record.who == "device-3"]
    assert refused and {record.outcome for record in refused} == {"refused"}
    assert "another key" in refused[-1].reason
    assert lab.messages("device-3") == []
