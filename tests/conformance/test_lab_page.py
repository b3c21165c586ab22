"""The programs of docs/lab.md, taken from the page, run against a lab as a reader would run them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from azext_iotdiag.lab.scenarios.client import LabPlace, connect
from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.amqp.message import decode_message
from tests.conformance.conftest import absent
from tests.plugins.lab_fixture import lab  # noqa: F401  # a fixture

PAGE = Path(__file__).parents[2] / "docs" / "lab.md"
SECONDS = 90
BLOCK = re.compile(r"^```(\w+)\n((?:#|//) (\S+)\n.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {name: text for _, text, name in BLOCK.findall(PAGE.read_text(encoding="utf-8"))}

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path, lab):  # noqa: F811
    """A reader's folder, with the files that the page has made before."""
    here = tmp_path / "reader"
    here.mkdir()
    (here / "lab.json").write_text(json.dumps(lab.description))
    (here / "device.txt").write_text(lab.description["connectionStrings"]["devices"]["device-1"] + "\n")
    for name, text in PROGRAMS.items():
        (here / name).write_text(text, encoding="utf-8")
    return here


def run(folder, *command, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False, env={**clean, **environment}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def came(lab):  # noqa: F811
    partition = lab.state.hub.partition_of("device-1")
    return [decode_message(event.message) for event in lab.call(lambda: list(partition.events))]


def judge(lab, firmware=True):  # noqa: F811
    messages = came(lab)
    assert [json.loads(message.body)["number"] for message in messages] == [0, 1, 2]
    assert {message.properties["content-type"] for message in messages} == {"application/json"}
    assert lab.state.hub.devices["device-1"].twin.reported.values == {"firmware": "1.0"}


def test_the_page_holds_the_programs():
    assert set(PROGRAMS) == {"device.py", "device.js", "sas_token.py", "publish.sh"}


def test_python(lab, folder, clients_python):  # noqa: F811
    assert "reported: 1.0" in run(folder, clients_python, "device.py")
    judge(lab)


def test_node(lab, folder, node_modules):  # noqa: F811
    assert run(folder, "node", "device.js", NODE_PATH=node_modules).endswith("done\n")
    judge(lab)


def test_a_token_for_any_client(lab, folder):  # noqa: F811
    token = run(folder, sys.executable, "sas_token.py").strip()
    port = int(lab.description["endpoints"]["mqtts"].split(":")[1])
    trust = ssl.create_default_context(cafile=lab.description["caFile"])
    packet = mqtt.Connect("device-1", f"{lab.state.hub.host}/device-1/?api-version=2021-04-12", token.encode(), 60)

    async def publish():
        client = await connect(LabPlace("127.0.0.1", port, "localhost", trust), packet)
        await client.publish("devices/device-1/messages/events/$.ct=application%2Fjson&$.ce=utf-8", b"{}")
        await client.close()

    asyncio.run(publish())
    assert [message.body for message in came(lab)] == [b"{}"]


def test_mosquitto(lab, folder):  # noqa: F811
    if not (shutil.which("mosquitto_pub") and shutil.which("jq")):
        absent("no mosquitto_pub, or no jq")
    run(folder, "sh", "publish.sh")
    (message,) = came(lab)
    assert json.loads(message.body) == {"temperature": 21.5}
    assert message.properties == {"content-type": "application/json", "content-encoding": "utf-8"}
