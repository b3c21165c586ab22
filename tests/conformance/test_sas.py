"""Fresh tokens of the Python and npm libraries beside ours: a random key, and every character of a device id."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import time
from pathlib import Path

import pytest

from azext_iotdiag.credential import sas

HUB = "lab.azure-devices.net"
DEVICE_RESOURCES = [HUB, f"{HUB}/devices/pump-1", f"{HUB}/devices/a:b.c+d%e_f#g*h?i!j(k)l,m=n@o$p'q/modules/m-1"]
STREAM_RESOURCES = [
    "sb://ihsuprod.servicebus.windows.net/iothub-ehub-lab-1-abc",
    "sb://ihsuprod.servicebus.windows.net/hub/ConsumerGroups/$Default/Partitions/31",
]

# Each reads {key, jobs: [[resource, policy]]} on stdin and writes a list of tokens; they end about an hour from now.
PYTHON_DEVICE = """
import json, sys
from azure.iot.device.common.auth.sastoken import RenewableSasToken
from azure.iot.device.common.auth.signing_mechanism import SymmetricKeySigningMechanism
task = json.load(sys.stdin)
mechanism = SymmetricKeySigningMechanism(task["key"])
print(json.dumps([str(RenewableSasToken(resource, mechanism, policy)) for resource, policy in task["jobs"]]))
"""
PYTHON_EVENTHUB = """
import datetime, json, sys
from azure.eventhub._client_base import _generate_sas_token
task = json.load(sys.stdin)
hour = datetime.timedelta(hours=1)
print(json.dumps([_generate_sas_token(resource, policy, task["key"], hour).token for resource, policy in task["jobs"]]))
"""
NODE_DEVICE = """
const { SharedAccessSignature, anHourFromNow, encodeUriComponentStrict } = require("azure-iot-common");
const task = JSON.parse(require("fs").readFileSync(0));
const token = ([resource, policy]) =>
  SharedAccessSignature.create(encodeUriComponentStrict(resource), policy, task.key, anHourFromNow()).toString();
console.log(JSON.stringify(task.jobs.map(token)));
"""
NODE_EVENTHUB = """
const { createSasTokenProvider } = require("@azure/core-amqp");
const task = JSON.parse(require("fs").readFileSync(0));
const token = async ([resource, policy]) =>
  (await createSasTokenProvider({ sharedAccessKeyName: policy, sharedAccessKey: task.key }).getToken(resource)).token;
Promise.all(task.jobs.map(token)).then((tokens) => console.log(JSON.stringify(tokens)));
"""


@pytest.fixture
def key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def made_by(command: list[str], key: str, jobs: list[list[str]], **environment: str) -> list[str]:
    done = subprocess.run(
        command,
        input=json.dumps({"key": key, "jobs": jobs}),
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
        cwd=Path(__file__).parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def verify(tokens: list[str], jobs: list[list[str]], key: bytes, *, same: bool) -> None:
    assert len(tokens) == len(jobs)
    for text, (resource, policy) in zip(tokens, jobs, strict=True):
        token = sas.read(text)
        assert (token.resource, token.policy) == (resource, policy or "")
        assert 3000 < token.expires - time.time() < 3700
        assert sas.matches(token, key)
        assert not sas.matches(token, key[:-1] + bytes([key[-1] ^ 1]))
        assert sas.covers(token.resource, f"{resource}/below")
        if same:
            assert sas.sign(resource, key, token.expires, token.policy) == text


def device_jobs() -> list[list[str]]:
    return [[resource, "service" if resource == HUB else ""] for resource in DEVICE_RESOURCES]


def stream_jobs() -> list[list[str]]:
    return [[resource, "iothubowner"] for resource in STREAM_RESOURCES]


def test_azure_iot_device(clients_python, key):
    tokens = made_by([clients_python, "-c", PYTHON_DEVICE], key, device_jobs())
    verify(tokens, device_jobs(), sas.iothub_key(key), same=True)


def test_azure_eventhub(clients_python, key):
    tokens = made_by([clients_python, "-c", PYTHON_EVENTHUB], key, stream_jobs())
    verify(tokens, stream_jobs(), sas.eventhub_key(key), same=True)


def test_npm_azure_iot_common(node_modules, key):
    """The order of parts and the case of %2a are others than ours, so these are only verified."""
    tokens = made_by(["node", "-e", NODE_DEVICE], key, device_jobs(), NODE_PATH=node_modules)
    verify(tokens, device_jobs(), sas.iothub_key(key), same=False)


def test_npm_core_amqp(node_modules, key):
    tokens = made_by(["node", "-e", NODE_EVENTHUB], key, stream_jobs(), NODE_PATH=node_modules)
    verify(tokens, stream_jobs(), sas.eventhub_key(key), same=True)


@pytest.mark.parametrize("resource", DEVICE_RESOURCES)
def test_azure_iot_device_reads_ours(clients_python, key, resource):
    program = (
        "import json, sys\nfrom azure.iot.device.common.auth.sastoken import NonRenewableSasToken\n"
        "token = NonRenewableSasToken(json.load(sys.stdin)['jobs'][0])\n"
        "print(json.dumps([token.resource_uri, token.expiry_time]))"
    )
    expires = int(time.time()) + 3600
    ours = sas.sign(resource, sas.iothub_key(key), expires)
    assert made_by([clients_python, "-c", program], key, [ours]) == [resource, expires]
