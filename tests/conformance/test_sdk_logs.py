"""Debug logs of device SDKs of others against the lab: a healthy one holds no code, one of a fault holds that fault."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path

import certifi
import pytest

from azext_iotdiag.insights import reading
from tests.conformance.connect_proxy import connect_proxy
from tests.plugins.mqtt_lab import mqtt_lab

HERE = Path(__file__).parent
SECONDS = 90  # azure-iot-device waits 60 s for a CONNACK
LINES = 10_000
DEBUG = "import logging, runpy, sys; logging.basicConfig(level=10); runpy.run_path(sys.argv[1], None, '__main__')"
MESSAGES = {"python": 520, "node": 90}  # enough for so many lines
WRONG_KEY = base64.b64encode(b"x" * 32).decode()

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lab():
    with mqtt_lab() as running:
        yield running


@pytest.fixture(params=["python", "node"])
def log(request, lab):
    """A function that lets an SDK's device connect and send, with all its logging on; gives the lines of the log."""
    name = request.param
    place = request.getfixturevalue("clients_python" if name == "python" else "node_modules")

    def run(key, count, ca_pem):
        string = f"HostName={lab.host};DeviceId=device-1;SharedAccessKey={key}"
        bodies = (base64.b64encode(b'{"temperature": %d.5}' % number).decode() for number in range(count))
        messages = [{"body": body, "properties": {"n": "1"}, "content-type": "application/json"} for body in bodies]
        task = {"ca_pem": ca_pem, "messages": messages, "connection_string": string}
        if name == "node":
            task["connection_string"] += f";GatewayHostName=localhost:{lab.port}"
            command = ["node", str(HERE / "node" / "device.js")]
            return logged(command, task, DEBUG="*", IOTDIAG_CLIENTS_NODE_MODULES=place)
        with connect_proxy(lab.port) as (port, _):
            command = [place, "-c", DEBUG, str(HERE / "clients" / "device.py")]
            return logged(command, {**task, "proxy_port": port})

    run.count = MESSAGES[name]
    return run


def logged(command, task, **environment):
    done = subprocess.run(
        command, input=json.dumps(task), capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), (done.stderr + done.stdout).splitlines()


def told(lines):
    return reading.read_text("\n".join(lines))


def test_a_healthy_log_holds_no_code(lab, log) -> None:
    result, lines = log(lab.device("device-1").primary.reveal(), log.count, lab.ca_pem)
    assert "error" not in result
    assert len(lines) >= LINES
    story = told(lines)
    assert (story.root, story.mentions) == (None, ())


@pytest.mark.parametrize(("key", "authority", "code"), [
    (WRONG_KEY, None, "device-refused"),
    (None, certifi.where(), "certificate-untrusted"),
])  # fmt: skip
def test_a_log_tells_why_the_device_cannot_sign_in(lab, log, key, authority, code) -> None:
    ca_pem = Path(authority).read_text(encoding="utf-8") if authority else lab.ca_pem
    result, lines = log(key or lab.device("device-1").primary.reveal(), 1, ca_pem)
    assert "error" in result
    root = told(lines).root
    assert root is not None
    assert [entry.code for entry in root.entries] == [code]
    assert root.healed == 0
