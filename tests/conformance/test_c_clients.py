"""Clients in C against the lab: azure-iot-sdk-c's AMQP and WebSocket stack, and Eclipse Paho."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.wire.amqp.message import Message, decode_message
from tests.conformance.conftest import CHECKOUT, HERE, absent
from tests.plugins.lab_fixture import lab  # noqa: F401  # a fixture

pytestmark = pytest.mark.slow
DEVICE, OTHER = "device-1", "device-2"
SECONDS = 60
COUNT = 50
PARTS = ("", "deps/azure-c-shared-utility/", "deps/umock-c/", "deps/azure-macro-utils-c/")


def token(lab: Hosted, device: str = DEVICE, key_of: str = DEVICE) -> str:  # noqa: F811
    """A token for a device, signed with the key of one."""
    string = lab.description["connectionStrings"]["devices"][key_of]
    key = base64.b64decode(string.rpartition("SharedAccessKey=")[2])
    return sas.sign(f"{lab.state.hub.host}/devices/{device}", key, int(time.time()) + 600)


def came(lab: Hosted, device: str = DEVICE) -> list[Message]:  # noqa: F811
    partition = lab.state.hub.partition_of(device)
    return [decode_message(event.message) for event in lab.call(lambda: list(partition.events))]


def port(lab: Hosted, service: str) -> str:  # noqa: F811
    return str(lab.description["endpoints"][service].rpartition(":")[2])


def records(lab: Hosted, action: str, outcome: str) -> list[Any]:  # noqa: F811
    found = lab.call(lab.state.audit.recent, 1000, routine=False)
    return [each for each in found if (each.action, each.outcome) == (action, outcome)]


# --- azure-uamqp-c ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def device_in_c(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of c/device.c, built with what `.ci/uamqp-c` has built: IOTDIAG_UAMQP_C, or what `make test` made."""
    built = Path(os.environ.get("IOTDIAG_UAMQP_C") or CHECKOUT / ".uamqp-c")
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not (built / ".ready").exists() or compiler is None:
        absent(f"no compiler, or no azure-uamqp-c in {built}")
    made = tmp_path_factory.mktemp("c") / "device"
    shared = built / "build" / "deps" / "azure-c-shared-utility"
    command = [
        compiler, "-o", str(made), str(HERE / "c" / "device.c"),
        *(f"-I{built / 'source' / part / 'inc'}" for part in PARTS),
        str(built / "build" / "libuamqp.a"), str(shared / "libaziotsharedutil.a"), "-lssl", "-lcrypto", "-luuid",
        "-lpthread", "-lm",
    ]  # fmt: skip
    subprocess.run(command, check=True, timeout=SECONDS)
    return made


def run(lab: Hosted, program: Path, way: str, shown: str) -> subprocess.CompletedProcess[str]:  # noqa: F811
    where = port(lab, "https" if way == "ws" else "amqps")
    words = ["localhost", where, lab.state.hub.host, DEVICE, shown, lab.description["caFile"], str(COUNT), way]
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=SECONDS, check=False)


@pytest.mark.parametrize("way", ["tcp", "ws"])
def test_the_c_sdks_stack_sends(lab: Hosted, device_in_c: Path, way: str) -> None:  # noqa: F811
    done = run(lab, device_in_c, way, token(lab))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"accepted {COUNT} refused 0" in done.stdout
    assert [json.loads(message.body) for message in came(lab)] == [{"number": number} for number in range(COUNT)]
    ends = time.monotonic() + 10
    while not (closed := records(lab, "close", "ended")):
        assert time.monotonic() < ends, "the end is not in the audit"
        time.sleep(0.02)
    assert (closed[0].who, closed[0].how, closed[0].details["published"]) == (DEVICE, "clean", COUNT)


def test_the_c_sdks_stack_is_told_of_a_wrong_key(lab: Hosted, device_in_c: Path) -> None:  # noqa: F811
    done = run(lab, device_in_c, "tcp", token(lab, key_of=OTHER))
    assert done.returncode == 3 and done.stdout.startswith("token 401 "), done.stdout + done.stderr
    (refused,) = records(lab, "authenticate", "refused")
    assert refused.who == DEVICE and "another key" in refused.reason


# --- Eclipse Paho -----------------------------------------------------------------------------------------------------


def paho(lab: Hosted, password: str, *words: str) -> subprocess.CompletedProcess[str]:  # noqa: F811
    """What its own publisher says, which Debian has in paho.mqtt.c-examples."""
    program = os.environ.get("IOTDIAG_PAHO_C") or shutil.which("paho_c_pub")
    if not program:
        absent("no paho_c_pub")
    host = lab.state.hub.host
    command = [
        program, "-c", f"ssl://localhost:{port(lab, 'mqtts')}", "-i", DEVICE, "-V", "311",
        "-u", f"{host}/{DEVICE}/?api-version=2021-04-12", "-P", password, "--cafile", lab.description["caFile"],
        "-q", "1", "-t", f"devices/{DEVICE}/messages/events/$.ct=application%2Fjson", *words,
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


def test_paho_in_c_publishes(lab: Hosted) -> None:  # noqa: F811
    done = paho(lab, token(lab), "-m", '{"temperature": 21.5}')
    assert done.returncode == 0, done.stdout + done.stderr
    assert [(message.body, message.properties["content-type"]) for message in came(lab)] == [
        (b'{"temperature": 21.5}', "application/json")
    ]
