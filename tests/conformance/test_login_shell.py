"""Which programs find the lab by what `lab login` sets in a shell, and which need an address besides.

The reference says so under "Log az in to it". The programs run in a network namespace: what ignores HTTPS_PROXY would
otherwise ask the real Azure.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.plugins.network_namespace import CHECKOUT, in_a_namespace

pytestmark = pytest.mark.slow
SECONDS = 180
HERE = Path(__file__).parent
REFERENCE = (CHECKOUT / "docs" / "lab-reference.md").read_text(encoding="utf-8")

# Beside a lab: runs each program of argv in the environment of a login, and prints what each said and the lab saw.
PRELUDE = """
import json, os, subprocess, sys, tempfile
from pathlib import Path
from azext_iotdiag.lab.process import login
from tests.plugins.lab_fixture import open_lab

def run(lab, command, task, environment):
    kept = {name: value for name, value in os.environ.items() if name not in login.UNSET}
    before = len(lab.call(lab.state.audit.recent, 10_000))
    try:
        done = subprocess.run(
            command, input=json.dumps(task), capture_output=True, text=True, timeout=30, env={**kept, **environment}
        )
        said = done.stdout.strip() or done.stderr[-500:]
    except subprocess.TimeoutExpired:
        said = "no end within 30 s"
    told = lab.call(lab.state.audit.recent, 10_000)[before:]
    return [said, sorted({f"{each.service} {each.action} {each.outcome}" for each in told})]

python, modules, *programs = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder, open_lab(Path(folder)) as lab:
    described = lab.description
    environment = {**login.environment(described, Path(folder), {}), "IOTDIAG_CLIENTS_NODE_MODULES": modules}
    task = {
        "connection_string": described["connectionStrings"]["devices"]["device-1"],
        "service": described["connectionStrings"]["iothubowner"], "host": described["hub"],
        "ca_pem": Path(described["caFile"]).read_text(), "messages": [],
        "proxy_port": int(described["endpoints"]["proxy"].rpartition(":")[2]),
    }
    print(json.dumps([run(lab, command, task, environment) for command in json.loads(programs[0])]))
"""
REQUESTS = """
import json, sys
import requests
host = json.load(sys.stdin)["host"]
print(requests.get(f"https://{host}/statistics/devices?api-version=2021-04-12").status_code)
"""
PAHO = """
import json, sys
from azure.iot.device import IoTHubDeviceClient
task = json.load(sys.stdin)
client = IoTHubDeviceClient.create_from_connection_string(
    task["connection_string"], server_verification_cert=task["ca_pem"], connection_retry=False
)
try:
    client.connect()
    print("connected")
except Exception as error:
    print(type(error).__name__)
client.shutdown()
"""
UAMQP = """
import json, sys
import uamqp
task = json.load(sys.stdin)
parts = dict(part.split("=", 1) for part in task["service"].split(";"))
address = f"amqps://{task['host']}/messages/devicebound"
signed = uamqp.authentication.SASLPlain(task["host"], f"{parts['SharedAccessKeyName']}@sas.root.lab-hub", "x")
try:
    uamqp.SendClient(address, auth=signed).send_message(uamqp.Message(b"x"))
    print("sent")
except Exception as error:
    print(type(error).__name__)
"""
NODE = """
const { createRequire } = require('module');
const from = createRequire(process.env.IOTDIAG_CLIENTS_NODE_MODULES + '/here.js');
const { Client } = from('azure-iot-device');
const { Mqtt } = from('azure-iot-device-mqtt');
const { NoRetry } = from('azure-iot-common');
const task = JSON.parse(require('fs').readFileSync(0));
const client = Client.fromConnectionString(task.connection_string, Mqtt);
client.setRetryPolicy(new NoRetry());
client.setOptions({ ca: task.ca_pem })
  .then(() => client.open())
  .then(() => console.log('connected'), (error) => console.log(error.name))
  .then(() => process.exit(0));
"""


def test_which_programs_find_the_lab_by_the_proxy(azure_iot_hub: str, node_modules: str) -> None:
    python = azure_iot_hub
    programs = {
        "requests": [python, "-c", REQUESTS],
        "paho": [python, "-c", PAHO],
        "uamqp": [python, "-c", UAMQP],
        "Node.js": ["node", "-e", NODE],
        "paho with the address of the proxy": [python, str(HERE / "clients" / "device.py")],
    }
    told = in_a_namespace(PRELUDE, python, node_modules, json.dumps(list(programs.values())), seconds=SECONDS)
    found = dict(zip(programs, told))
    assert found["requests"][0] == "401" and "https request refused" in found["requests"][1]
    for name in ("paho", "uamqp", "Node.js"):
        said, seen = found[name]
        assert seen == [] and said.endswith("Error"), (name, said)
    said, seen = found["paho with the address of the proxy"]
    assert "error" not in said and "mqtt connect accepted" in seen


def test_the_reference_names_them() -> None:
    said = "Programs that ignore `HTTPS_PROXY`, such as uamqp, paho and Node.js, do not find the lab by it."
    assert said in REFERENCE
