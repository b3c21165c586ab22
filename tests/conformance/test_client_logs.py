"""The logs of other people's clients that are well, with all their logging on: `explain` finds nothing in them.

With IOTDIAG_RECORD_LOGS=FOLDER the logs are written there, with the names and tokens of the lab replaced. The corpus of
healthy lines is made of those; the ones in `tests/insights/recorded/` were made in this way.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import time
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.insights import reading
from azext_iotdiag.lab.process.hosting import Hosted
from tests.conformance.conftest import HERE
from tests.conformance.connect_proxy import connect_proxy
from tests.conformance.test_c_clients import device_in_c  # noqa: F401  # a fixture
from tests.conformance.test_mosquitto import installed
from tests.plugins.lab_fixture import lab  # noqa: F401  # a fixture

pytestmark = pytest.mark.slow
DEVICE = "device-1"
SECONDS = 90
COUNT = 12  # messages, each of which leaves some lines
MOST_LINES = 400  # of a recording
MACHINE = re.compile(r"/proc/version|OpenSSL (?:flags|platform|directory)")  # lines about the machine
DEBUG = "import logging, runpy, sys; logging.basicConfig(level=10); runpy.run_path(sys.argv[1], None, '__main__')"


def string(lab: Hosted) -> str:  # noqa: F811
    found: str = lab.description["connectionStrings"]["devices"][DEVICE]
    return found


def token(lab: Hosted) -> str:  # noqa: F811
    key = base64.b64decode(string(lab).rpartition("SharedAccessKey=")[2])
    return sas.sign(f"{lab.state.hub.host}/devices/{DEVICE}", key, int(time.time()) + 600)


def port(lab: Hosted, service: str) -> str:  # noqa: F811
    return str(lab.description["endpoints"][service].rpartition(":")[2])


def user(lab: Hosted) -> str:  # noqa: F811
    return f"{lab.state.hub.host}/{DEVICE}/?api-version=2021-04-12"


def printed(command: list[str], given: str = "", **environment: str) -> str:
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr + done.stdout


def judged(name: str, text: str, lab: Hosted, least: int) -> None:  # noqa: F811
    """Nothing stands in a log, which is long enough; it is written down where that is asked for."""
    lines = text.splitlines()
    assert len(lines) >= least
    story = reading.read_text(text)
    assert (story.root, story.mentions) == (None, ())
    if folder := os.environ.get("IOTDIAG_RECORD_LOGS"):
        Path(folder).mkdir(exist_ok=True)
        kept = "\n".join([line for line in lines if not MACHINE.search(line)][:MOST_LINES]) + "\n"
        kept = kept.replace(lab.state.hub.host, "plant-hub.azure-devices.net").replace(DEVICE, "pump-7")
        kept = re.sub(r"(SharedAccess(?:Key|Signature)[ =])[^\s\"'\\,)]+", r"\1***", kept)
        kept = re.sub(r"/\S*/(?=site-packages|node_modules|azure-uamqp-c|tests/)", "/app/", kept)
        kept = re.sub(r"-----BEGIN CERTIFICATE.{0,9000}?END CERTIFICATE-----(?:\\+n)?", "PEM", kept, flags=re.S)
        (Path(folder) / f"{name}.log").write_text(kept, encoding="utf-8")


def task(lab: Hosted, **more: object) -> str:  # noqa: F811
    bodies = (base64.b64encode(b'{"temperature": %d.5}' % number).decode() for number in range(COUNT))
    messages = [{"body": body, "properties": {"n": "1"}, "content-type": "application/json"} for body in bodies]
    ca_pem = Path(lab.description["caFile"]).read_text(encoding="utf-8")
    return json.dumps({"ca_pem": ca_pem, "messages": messages, "connection_string": string(lab), **more})


def test_azure_iot_device(lab: Hosted, clients_python: str) -> None:  # noqa: F811
    with connect_proxy(int(port(lab, "mqtts"))) as (proxy, _):
        command = [clients_python, "-c", DEBUG, str(HERE / "clients" / "device.py")]
        judged("python", printed(command, task(lab, proxy_port=proxy)), lab, 100)


def test_the_sdk_for_node(lab: Hosted, node_modules: str) -> None:  # noqa: F811
    named = f"{string(lab)};GatewayHostName=localhost:{port(lab, 'mqtts')}"
    given = task(lab, connection_string=named)
    command = ["node", str(HERE / "node" / "device.js")]
    judged("node", printed(command, given, DEBUG="*", IOTDIAG_CLIENTS_NODE_MODULES=node_modules), lab, 100)


@pytest.mark.parametrize("way", ["tcp", "ws"])
def test_azure_uamqp_in_c(lab: Hosted, device_in_c: Path, way: str) -> None:  # noqa: F811
    where = port(lab, "https" if way == "ws" else "amqps")
    words = ["localhost", where, lab.state.hub.host, DEVICE, token(lab), lab.description["caFile"], str(COUNT), way]
    judged(f"c-{way}", printed([str(device_in_c), *words], IOTDIAG_TRACE="1"), lab, 10)


def test_mosquitto(lab: Hosted) -> None:  # noqa: F811
    command = [
        installed("mosquitto_pub"), "-d", "-V", "mqttv311", "-h", "localhost", "-p", port(lab, "mqtts"), "--cafile",
        lab.description["caFile"], "-i", DEVICE, "-u", user(lab), "-P", token(lab), "-q", "1", "-t",
        f"devices/{DEVICE}/messages/events/", "-m", '{"temperature": 21.5}', "--repeat", str(COUNT),
    ]  # fmt: skip
    judged("mosquitto", printed(command), lab, COUNT)


def test_paho_for_python(lab: Hosted) -> None:  # noqa: F811
    lines: list[str] = []
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=DEVICE)
    client.on_log = lambda _client, _data, _level, words: lines.append(words)
    client.on_connect = lambda _client, _data, _flags, reason, _more: lines.append(f"on_connect: reason code {reason}")
    client.on_disconnect = lambda _client, _data, _flags, reason, _more: lines.append(f"on_disconnect: {reason}")
    client.username_pw_set(user(lab), token(lab))
    client.tls_set(lab.description["caFile"])
    client.connect("localhost", int(port(lab, "mqtts")))
    client.loop_start()
    try:
        for number in range(COUNT):
            sent = client.publish(f"devices/{DEVICE}/messages/events/", f'{{"temperature": {number}}}', qos=1)
            sent.wait_for_publish(SECONDS)
    finally:
        client.disconnect()
        client.loop_stop()
    judged("paho-python", "\n".join(lines), lab, 2 * COUNT)


def test_paho_for_c(lab: Hosted) -> None:  # noqa: F811
    command = [
        installed("paho_c_pub"), "-c", f"ssl://localhost:{port(lab, 'mqtts')}", "-i", DEVICE, "-V", "311",
        "-u", user(lab), "-P", token(lab), "--cafile", lab.description["caFile"], "-q", "1",
        "-t", f"devices/{DEVICE}/messages/events/", "-m", '{"temperature": 21.5}', "--verbose", "--trace", "max",
    ]  # fmt: skip
    judged("paho-c", printed(command), lab, 10)
