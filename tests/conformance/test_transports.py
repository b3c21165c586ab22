"""SDKs of others, unmodified, over WebSocket and through the lab's proxy, there with the hub's real names."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.plugins.lab_fixture import open_lab

HERE = Path(__file__).parent
SECONDS = 90
BODIES = [b'{"n":1}', b"", bytes(range(256)) * 300, os.urandom(200_000)]
WRONG = "Pa55word"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        hub = lab.state.hub
        for body in BODIES:
            now = int(time.time() * 1000)
            lab.call(hub.telemetry, hub.devices["device-1"], body, system={}, properties={}, now_ms=now)
        yield lab


@pytest.fixture(autouse=True)
def mended(lab):
    yield
    lab.mend()


def run(lab, program, clients, task):
    """What a client printed last, as JSON."""
    command = (
        ["node", str(HERE / "node" / program)]
        if program.endswith(".js")
        else [clients, str(HERE / "clients" / program)]
    )
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment |= {
        "PYTHONIOENCODING": "utf-8",
        "NODE_EXTRA_CA_CERTS": lab.description["caFile"],
        "IOTDIAG_CLIENTS_NODE_MODULES": clients,
    }
    done = subprocess.run(
        command,
        input=json.dumps(task),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        env=environment,
    )
    assert done.returncode == 0 and done.stdout, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def since(lab, number):
    """What was done since a record: the proxy's targets and the WebSockets' subprotocols."""
    records = [
        record
        for record in lab.call(lab.state.audit.recent, 10_000)
        if record.number > number and record.outcome == "accepted"
    ]
    targets = {(record.details["how"], record.details["target"]) for record in records if record.service == "proxy"}
    return targets, {record.details["protocol"] for record in records if record.action == "websocket"}


def newest(lab):
    (record,) = lab.call(lab.state.audit.recent, 1) or [None]
    return record.number if record else 0


def read(lab, clients, program, **task):
    task = {
        "connection_string": lab.description["connectionStrings"]["eventHub"],
        "websocket": True,
        "count": len(BODIES),
        **task,
    }
    return run(lab, program, clients, {"ca_file": lab.description["caFile"], **task})


def bodies(result):
    assert result["errors"] == [], result["errors"]
    return [base64.b64decode(event["body"]) for event in result["events"]]


def test_azure_eventhub_for_python_over_websocket(lab, clients_python):
    before = newest(lab)
    result = read(
        lab, clients_python, "event_hub.py", address=f"sb://localhost:{lab.running.ports['https']}", ask=["0"]
    )
    assert bodies(result) == BODIES
    assert since(lab, before) == (set(), {"AMQPWSB10"})


def test_azure_eventhub_for_python_through_the_proxy(lab, clients_python):
    before, host = newest(lab), lab.state.hub.stream.host
    proxy = {"proxy_hostname": "127.0.0.1", "proxy_port": lab.running.ports["proxy"]}
    assert bodies(read(lab, clients_python, "event_hub.py", proxy=proxy)) == BODIES
    assert since(lab, before) == ({("CONNECT", f"{host}:443")}, {"AMQPWSB10"})
    lab.break_("proxy-wants-password")
    login = {"username": "lab", "password": "lab"}
    assert bodies(read(lab, clients_python, "event_hub.py", proxy=proxy | login)) == BODIES
    refused = read(lab, clients_python, "event_hub.py", proxy=proxy | {**login, "password": WRONG})
    assert refused["events"] == [] and "407" in " ".join(refused["errors"])


def test_event_hubs_for_node_over_websocket(lab, node_modules):
    before = newest(lab)
    result = read(
        lab, node_modules, "event_hub.js", address=f"https://localhost:{lab.running.ports['https']}", ask=["0"]
    )
    assert bodies(result) == BODIES
    assert since(lab, before) == (set(), {"AMQPWSB10"})


def test_event_hubs_for_node_through_the_proxy(lab, node_modules):
    before, host = newest(lab), lab.state.hub.stream.host
    assert (
        bodies(read(lab, node_modules, "event_hub.js", proxy=f"http://{lab.description['endpoints']['proxy']}"))
        == BODIES
    )
    assert since(lab, before) == ({("CONNECT", f"{host}:443")}, {"AMQPWSB10"})


def send(lab, clients, program, device, **task):
    messages = [{"body": base64.b64encode(body).decode(), "properties": {}} for body in BODIES]
    task = {"ca_pem": lab.running.ca_pem.decode(), "messages": messages, **task}
    return run(
        lab, program, clients, {"connection_string": lab.description["connectionStrings"]["devices"][device], **task}
    )


def stored(lab, device):
    from azext_iotdiag.wire.amqp.message import decode_message

    events = lab.call(lambda: list(lab.state.hub.partition_of(device).events))
    messages = [decode_message(event.message) for event in events]
    return [message.body for message in messages if message.annotations["iothub-connection-device-id"] == device]


@pytest.mark.parametrize("websocket", [False, True], ids=["mqtt", "websocket"])
@pytest.mark.parametrize(("kind", "how"), [("HTTP", "CONNECT"), ("SOCKS5", "SOCKS5")])
@pytest.mark.parametrize("password", [False, True], ids=["open", "password"])
def test_azure_iot_device_for_python(lab, clients_python, websocket, kind, how, password):
    before, known = newest(lab), len(stored(lab, "device-2"))
    login = {"proxy_user": "lab", "proxy_password": "lab"} if password else {}
    if password:
        lab.break_("proxy-wants-password")
    result = send(
        lab,
        clients_python,
        "device.py",
        "device-2",
        proxy_type=kind,
        proxy_port=lab.running.ports["proxy"],
        websocket=websocket,
        **login,
    )
    assert "error" not in result, result
    assert stored(lab, "device-2")[known:] == BODIES
    port = 443 if websocket else 8883
    assert since(lab, before) == ({(how, f"{lab.state.hub.host}:{port}")}, {"mqtt"} if websocket else set())


def test_azure_iot_device_for_node_over_websocket(lab, node_modules):
    before, known = newest(lab), len(stored(lab, "device-3"))
    result = send(
        lab,
        node_modules,
        "device.js",
        "device-3",
        websocket=True,
        proxy=f"http://{lab.description['endpoints']['proxy']}",
    )
    assert "error" not in result, result
    assert stored(lab, "device-3")[known:] == BODIES
    assert since(lab, before) == ({("CONNECT", f"{lab.state.hub.host}:443")}, {"mqtt"})
