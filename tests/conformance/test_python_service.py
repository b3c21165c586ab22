"""azure-iot-hub for Python over REST and uamqp, and uamqp alone, against the lab, with a deadline that uamqp lacks."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from azext_iotdiag.lab.hub import cloud_messages, methods, service_access, sessions
from tests.plugins.conversation import HERE
from tests.plugins.lab_fixture import open_lab

SECONDS = 90
EXPECTED = {
    "create": "made",
    "get": True,
    "update twin": 5,
    "twin": {"site": "north"},
    "query": ["device-1"],
    "module": "m",
    "modules": ["m"],
    "devices": 3,
    "statistics": 3,
    "method": {"status": 207, "payload": {"n": 1}},
    "bulk": True,
    "changed": "disabled",
    "delete": None,
    "send": None,
    "receive": ["reading"],
}


def _token(state):
    owner = state.tenant.signs_in("servicePrincipal", "owner")
    claims = {"aud": service_access.AUDIENCE, "oid": owner.object_id, "appid": owner.client_id}
    return state.tenant.issuer.sign(claims, state.clock())


@pytest.mark.slow
@pytest.mark.parametrize("by", ["key", "role"])
def test_registry_twins_methods_messages_and_events(tmp_path, azure_iot_hub, by):
    with open_lab(tmp_path, device_count=2) as lab:
        state, received = lab.runtime, []
        hub, device = state.hub, state.hub.devices["device-1"]

        def answer(call):
            methods.answer(state, device, call.call_id, 207, call.payload)

        def take():
            message = cloud_messages.receive(state, device)
            received.append((message.body, dict(message.system), dict(message.properties)))
            cloud_messages.complete(state, device, message.lock)

        def prepare():
            sessions.connect(
                state,
                sessions.DeviceSession(device, "mqtt", "here", lambda *_: None, on_method=answer, on_message=take),
            )
            now = int(state.clock() * 1000)
            hub.telemetry(device, b"reading", system={}, properties={}, now_ms=now)

        lab.call(prepare)
        told = lab.description
        host, port = told["endpoints"]["proxy"].split(":")
        task = {
            "connection_string": told["connectionStrings"]["iothubowner"],
            "host": hub.host,
            "token": lab.call(_token, lab.state) if by == "role" else "",
            "device": "device-1",
            "proxy": {"proxy_hostname": host, "proxy_port": int(port)},
            "ca_file": told["caFile"],
            "event_hub": {
                "host": hub.stream.host,
                "name": hub.stream.entity,
                "partition": hub.partition_of("device-1").id,
                "policy": "service",
                "key": hub.policies["service"].primary.reveal(),
            },
        }
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment |= {"HTTPS_PROXY": f"http://{host}:{port}", "REQUESTS_CA_BUNDLE": told["caFile"]}
        done = subprocess.run(
            [azure_iot_hub, str(HERE / "clients" / "hub.py")], input=json.dumps(task), capture_output=True, text=True,
            encoding="utf-8", timeout=SECONDS, check=False, env={**environment, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        results = {told.pop("step"): told for told in map(json.loads, done.stdout.splitlines())}
        assert done.returncode == 0, done.stderr
        assert {step: result["answered"] for step, result in results.items() if "answered" in result} == EXPECTED
        failed = {step: (result["error"], result["message"]) for step, result in results.items() if "error" in result}
        assert failed == {
            "gone": ("HttpOperationError", "Operation returned an invalid status code 'Not Found'"),
            "send to nobody": ("Exception", "C2D message send failure"),
        }
        assert received == [(b"hello", {"message-id": "c-1"}, {"from": "cloud"})]
