"""Every command that asks a service ends in time, in words of its own, whatever sits at the other end."""

from __future__ import annotations

import base64
import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from azext_iotdiag import commands
from azext_iotdiag.credential import sas
from azext_iotdiag.lab.net.certificates import make_authority
from tests.plugins import az, hostile

pytestmark = pytest.mark.slow
KEY = base64.b64encode(b"a key that nobody may see, never").decode()
HUB, DPS, APP = "hub.azure-devices.net", "dps.azure-devices-provisioning.net", "app.azureiotcentral.com"
PORTS = ((HUB, 443), (HUB, 5671), (HUB, 8883), (DPS, 443), (APP, 443))
RAW = ("Traceback", "urllib3", "HTTPSConnectionPool", "Max retries", "object at 0x")
# A call of a method waits as long as the hub was asked to wait, and 10 s more for its answer.
WAITS = {"method ping": 15.0}
SLACK = 8.0  # seconds; each step has less than half a second

PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 38\r\n\r\n<html>Log in to the hotel's WLAN</html>"
)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n["

L, D = "-l @{owner}", "-d device-1"
CENTRAL, PROVISIONING = f"--app-id {APP} --token @{{token}}", "--dps-login @{dps}"
ROWS = (
    f"monitor events {L}",
    f"monitor events {L} --reader sdk",
    f"monitor events {L} --transport amqp_ws",
    f"monitor events {L} --device-query *",
    f"monitor events {CENTRAL}",
    f"monitor properties {L} {D}",
    f"monitor properties {CENTRAL} {D}",
    f"validate messages {L}",
    f"validate messages {CENTRAL}",
    f"validate properties {L} {D}",
    f"validate properties {CENTRAL} {D}",
    f"simulate {L} {D} --mc 1",
    f"simulate {L} --new-device --mc 1",
    "simulate --cs @{device} --mc 1",
    "simulate --cs @{device} --mc 1 --transport mqtt_ws",
    f"sas create {L} {D}",
    f"sas inspect --sas @{{sas}} {L} {D}",
    f"sas inspect --sas @{{sas}} -n {HUB} --key @{{key}} --check-clock",
    f"device show {L} {D}",
    f"device show {L} {D} {PROVISIONING}",
    f"device show --eid devices {PROVISIONING}",
    f"device show {CENTRAL} {D}",
    f"device list {L}",
    f"device list {CENTRAL}",
    f"device list {PROVISIONING}",
    f"device summary {L}",
    f"device summary {CENTRAL}",
    f"device summary {PROVISIONING}",
    f"device approve {CENTRAL} {D} --yes",
    f"device unblock {CENTRAL} {D} --yes",
    f"device assign-template {CENTRAL} {D} --template dtmi:a:b;1 --yes",
    f"message send {L} {D} --data on --wait --timeout 1",
    f"device create {L} {D}",
    f"device delete {L} {D} --yes",
    f"key test {L} {D} --key @{{key}}",
    "key test --cs @{device}",
    "key test --cs @{device} --protocol mqtt --yes",
    f"key show {L} {D} --to-file {{written}}",
    f"key renew {L} {D} --key-type swap --yes",
    f"key renew {L} {D} --key-type swap --yes {PROVISIONING}",
    f"method ping {L} {D} --timeout 5",
    f"twin test {L} {D} --yes --timeout 1",
    f"check {L} {D}",
    f"check {CENTRAL} {D}",
    f"check {L} --quiet-since 12h",
    f"report create {L} {D} --to-file {{report}} --overwrite",
    f"report create {CENTRAL} {D} --to-file {{report}} --overwrite",
    f"route trace -n {HUB} {D}",
    f"changes show -n {HUB} {D}",
    f"network test --host {HUB}",
    f"metrics show -n {HUB}",
    f"logs status -n {HUB}",
    f"alert create -n {HUB} --email a@example.com --yes",
    f"alert list -n {HUB}",
    f"health show -n {HUB}",
    f"alert delete -n {HUB} --yes",
    "metrics show --app-id app",
    "health show --app-id app",
    f"logs errors -n {HUB}",
    "logs errors --dps-name dps",
    f"logs query -n {HUB} --saved collected",
    f"logs enable -n {HUB} --yes",
    f"logs disable -n {HUB} --yes",
)
FEW = (ROWS[0], ROWS[1], ROWS[2], ROWS[4], ROWS[13], ROWS[14], ROWS[19], ROWS[22], ROWS[25])
# These ask no service of Azure's: what is on this machine alone, or a lab.
OF_THIS_MACHINE = {
    "explain",
    "tally merge",
    *(f"template {verb}" for verb in ("show", "lint", "infer", "to-kql", "to-spark")),
}


class World(NamedTuple):
    """Files with what the rows name, and a certificate that is trusted for every host."""

    files: dict[str, str]
    certificate: Path
    environment: dict[str, str]

    def run(self, row: str, **environment: str) -> az.Run:
        """Run a command, which must end in time, in words of its own, with no key in them."""
        words = [word.format(**self.files) for word in row.split()]
        words = ["SELECT * FROM devices" if word == "*" else word for word in words]
        started = time.monotonic()
        done = az.az("iot", "diag", *words, "-o", "json", environment=self.environment | environment)
        took = time.monotonic() - started
        said = done.out.decode() + done.err
        assert took < SLACK + WAITS.get(row.partition(" -")[0], 0.0), f"{took:.1f} s: {said[-2000:]}"
        assert done.code in (1, 3, 4, 5), said[-2000:]
        assert not [each for each in (*RAW, KEY) if each in said], said[-3000:]
        return done


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder, authority = tmp_path_factory.mktemp("hostile"), make_authority("the authority of a test")
    policy = f"SharedAccessKeyName=iothubowner;SharedAccessKey={KEY}"
    resource = f"{HUB}/devices/device-1"
    texts = {
        "owner": f"HostName={HUB};{policy}",
        "dps": f"HostName={DPS};{policy}",
        "device": f"HostName={HUB};DeviceId=device-1;SharedAccessKey={KEY}",
        "key": KEY,
        "token": sas.sign("app", b"key", 4_000_000_000, "token"),
        "sas": sas.sign(resource, sas.iothub_key(KEY), 4_000_000_000),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "ca.pem").write_bytes(authority.pem)
    files = {name: str(folder / name) for name in (*texts, "report", "written")}
    environment = {"REQUESTS_CA_BUNDLE": str(folder / "ca.pem"), "NO_PROXY": "", "AZURE_IOTDIAG_CONNECT_TO": ""}
    names = {name: "" for each in ("HTTPS_PROXY", "ALL_PROXY") for name in (each, each.lower())}
    yield World(files, hostile.certificate(authority, (HUB, DPS, APP), folder), environment | names)


@pytest.fixture(autouse=True)
def hurry() -> Iterator[None]:
    with hostile.hurried():
        yield


def leading_to(port: int) -> dict[str, str]:
    pairs = (f"{host}:{number}=127.0.0.1:{port}" for host, number in PORTS)
    return {"AZURE_IOTDIAG_CONNECT_TO": ",".join(pairs)}


@contextlib.contextmanager
def peer(attend: hostile.Attend) -> Iterator[dict[str, str]]:
    with hostile.listening(attend) as port:
        yield leading_to(port)


@contextlib.contextmanager
def _no_names(_world: World) -> Iterator[dict[str, str]]:
    with hostile.no_name_service():
        yield {}


@contextlib.contextmanager
def _swallowed(_world: World) -> Iterator[dict[str, str]]:
    with hostile.swallowing() as port:
        yield leading_to(port)


@contextlib.contextmanager
def _proxied(kind: str) -> Iterator[dict[str, str]]:
    with hostile.listening(hostile.silent) as port:
        yield {"HTTPS_PROXY": f"{kind}://127.0.0.1:{port}"}


PEERS: dict[str, Callable[[World], contextlib.AbstractContextManager[dict[str, str]]]] = {
    "accepts and is silent": lambda world: peer(hostile.silent),
    "TLS and then silence": lambda world: peer(hostile.over_tls(hostile.silent, world.certificate)),
    "a captive portal": lambda world: peer(hostile.over_tls(hostile.saying(PORTAL), world.certificate)),
    "an answer that trickles": lambda world: peer(
        hostile.over_tls(hostile.saying(HEAD, again=b" "), world.certificate)
    ),
    "a silent proxy": lambda world: _proxied("http"),
    "a silent SOCKS proxy": lambda world: _proxied("socks5h"),
    "no name service": _no_names,
    "a host that swallows packets": _swallowed,
}


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("name", ["TLS and then silence", "a captive portal"])
def test_every_command_ends(world: World, name: str, row: str) -> None:
    with PEERS[name](world) as environment:
        world.run(row, **environment)


@pytest.mark.parametrize("row", FEW)
@pytest.mark.parametrize("name", [name for name in PEERS if name not in ("TLS and then silence", "a captive portal")])
def test_every_peer_is_left(world: World, name: str, row: str) -> None:
    with PEERS[name](world) as environment:
        world.run(row, **environment)


def test_no_command_is_left_out() -> None:
    az.install()
    from azure.cli.core import get_default_cli

    loader = commands.IotDiagCommandsLoader(get_default_cli())
    there = {name.removeprefix("iot diag ") for name in loader.load_command_table([])}
    asking = {name for name in there if not name.startswith("lab ")} - OF_THIS_MACHINE
    assert asking == {name for name in there for row in ROWS if f"{row} ".startswith(f"{name} ")}
