"""The npm service client against the lab: it calls a method, sends to a device, and hears what became of it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from azext_iotdiag.lab.hub import cloud_messages, methods, sessions
from tests.plugins.lab_fixture import open_lab

HERE = Path(__file__).parent
SECONDS = 60


@pytest.mark.slow
def test_methods_messages_and_feedback(tmp_path, azure_iothub):
    with open_lab(tmp_path) as lab:
        state = lab.runtime
        device = state.hub.devices["device-1"]
        bodies = []

        def take():
            message = cloud_messages.receive(state, device)
            bodies.append((message.body, dict(message.properties), message.ack))
            cloud_messages.complete(state, device, message.lock)

        def answer(call):
            methods.answer(state, device, call.call_id, 207, call.payload)

        session = sessions.DeviceSession(device, "mqtt", "here", lambda *_: None, on_method=answer, on_message=take)
        lab.call(sessions.connect, state, session)
        told = lab.description
        task = {
            "connection_string": told["connectionStrings"]["service"],
            "amqp_port": lab.running.ports["amqp"],
            "proxy": f"http://{told['endpoints']['proxy']}",
            "methods": [["device-1", "ping"], ["device-2", "ping"], ["nobody", "ping"]],
            "messages": [["device-1", "hello"], ["nobody", "lost"]],
        }
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment |= {"NODE_EXTRA_CA_CERTS": told["caFile"], "IOTDIAG_CLIENTS_NODE_MODULES": azure_iothub}
        done = subprocess.run(
            ["node", str(HERE / "node" / "service_client.js")], input=json.dumps(task), capture_output=True, text=True,
            encoding="utf-8", timeout=SECONDS, check=False, env=environment,
        )  # fmt: skip
        assert done.returncode == 0 and done.stdout, done.stderr
        result = json.loads(done.stdout)
        assert result.get("methods") == [
            {"answered": {"status": 207, "payload": 1}}, {"error": "Error"},
            {"error": "DeviceNotFoundError"},
        ], result  # fmt: skip
        assert result["sent"] == [{}, {"error": "DeviceNotFoundError"}]
        assert [(record["originalMessageId"], record["statusCode"]) for record in result["feedback"]] == [
            ("hello", "Success")
        ]
        assert bodies == [(b"hello", {"from": "service"}, "full")]
        words = "\n".join(record.words() for record in lab.call(state.audit.recent, 100))
        assert "queued for the device" in words and "feedback" in words
