"""Eclipse Paho for Go against the lab: Debian's golang-go and golang-github-eclipse-paho.mqtt.golang-dev."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from azext_iotdiag.lab.hub import methods
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.process.hosting import Hosted
from tests.conformance.conftest import HERE, absent
from tests.conformance.test_c_clients import DEVICE, OTHER, came, port, records, token
from tests.plugins.lab_fixture import lab  # noqa: F401  # a fixture

pytestmark = pytest.mark.slow
SECONDS = 60
COUNT = 20
LIBRARIES = Path("/usr/share/gocode")


@pytest.fixture(scope="session")
def device_in_go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of go/device.go, built with Debian's Go and Paho; nothing is fetched."""
    go = shutil.which("go")
    if go is None or not (LIBRARIES / "src/github.com/eclipse/paho.mqtt.golang").is_dir():
        absent("no Go, or no Eclipse Paho for it")
    folder = tmp_path_factory.mktemp("go")
    here = {"GO111MODULE": "off", "GOPATH": str(LIBRARIES), "GOFLAGS": "", "GOCACHE": str(folder / "cache")}
    command = [go, "build", "-o", str(folder / "device"), str(HERE / "go" / "device.go")]
    subprocess.run(command, check=True, timeout=4 * SECONDS, env={**os.environ, **here})
    return folder / "device"


def started(lab: Hosted, program: Path, scheme: str, shown: str) -> subprocess.Popen[str]:  # noqa: F811
    service, path = ("https", "/$iothub/websocket") if scheme == "wss" else ("mqtts", "")
    broker = f"{scheme}://localhost:{port(lab, service)}{path}"
    words = [broker, "localhost", DEVICE, lab.state.hub.host, shown, lab.description["caFile"], str(COUNT)]
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.Popen([program, *words], stdout=subprocess.PIPE, text=True, env=environment)


@pytest.mark.parametrize("scheme", ["ssl", "wss"])
def test_a_device(lab: Hosted, device_in_go: Path, scheme: str) -> None:  # noqa: F811
    device = lab.state.hub.devices[DEVICE]
    with started(lab, device_in_go, scheme, token(lab)) as client:
        ends = time.monotonic() + SECONDS
        while True:
            try:
                answer = lab.call(methods.invoke, lab.runtime, device, "reboot", {"n": 1}, connect_seconds=5.0)
                break
            except HubRefusal:
                assert time.monotonic() < ends and client.poll() is None, client.communicate()
        out, _ = client.communicate(timeout=SECONDS)
    assert client.returncode == 0, out
    assert tuple(answer)[:2] == (200, {"done": True})
    said = dict(line.split(" ", 1) for line in out.splitlines() if " " in line)
    assert said["twin"].startswith("$iothub/twin/res/200/?$rid=1 {")
    assert said["reported"].startswith("$iothub/twin/res/204/?$rid=2&$version=")
    assert said["called"].startswith("$iothub/methods/POST/reboot/?$rid=")
    assert [json.loads(message.body) for message in came(lab)] == [{"number": number} for number in range(COUNT)]


def test_a_wrong_key(lab: Hosted, device_in_go: Path) -> None:  # noqa: F811
    with started(lab, device_in_go, "ssl", token(lab, key_of=OTHER)) as client:
        out, _ = client.communicate(timeout=SECONDS)
    assert client.returncode == 1 and "Not Authorized" in out, out
    (refused,) = records(lab, "connect", "refused")
    assert refused.who == DEVICE and "another key" in refused.reason
