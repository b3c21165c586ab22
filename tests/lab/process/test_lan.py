"""`lab start --listen lan`: what the local network reaches, and what it does not.

The lab runs in a network namespace of its own, so that no real network is ever listened on. There the address of a
local network is one of the loopback device, and a client that comes from it is a stranger to the lab.
"""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.lab.net import listener, machine
from azext_iotdiag.lab.process.settings import BadSetting, Settings
from tests.plugins import network_namespace

LAN = "192.168.77.1"

# Each probe runs in the namespace, beside a lab, and prints JSON. `reach` connects from and to an address.
PRELUDE = """
import asyncio, json, socket, ssl, sys, tempfile, time
from pathlib import Path
from azext_iotdiag.lab.net import listener
from tests.plugins.lab_fixture import open_lab
LAN = "192.168.77.1"

def reach(port, address=LAN, source=LAN):
    raw = socket.create_connection((address, port), timeout=10, source_address=(source, 0))
    return raw

def opens(port, address=LAN, source=LAN):
    try:
        reach(port, address, source).close()
    except ConnectionRefusedError:
        return False
    return True

def shows(lab, port, name, source=LAN):
    trust = ssl.create_default_context(cadata=lab.running.ca_pem.decode())
    return trust.wrap_socket(reach(port, source=source), server_hostname=name)

def status(lab, host, path, source=LAN):
    with shows(lab, lab.running.ports["https"], LAN, source) as secure:
        secure.sendall(f"GET {path} HTTP/1.1\\r\\nHost: {host}\\r\\nConnection: close\\r\\n\\r\\n".encode())
        answer = b""
        while data := secure.recv(65536):
            answer += data
    return int(answer.split()[1])

with tempfile.TemporaryDirectory() as folder, open_lab(Path(folder), listen="lan") as lab:
    ports = lab.running.ports
"""


def in_a_namespace(body: str) -> Any:
    """What a program prints that runs beside a lab of the local network, in a network of its own."""
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return network_namespace.in_a_namespace(PRELUDE + lines, address=f"{LAN}/24")


def test_the_network_reaches_the_hub_and_nothing_else() -> None:
    told = in_a_namespace("print(json.dumps({name: opens(port) for name, port in ports.items()}))")
    assert told == {
        "amqp": True, "mqtt": True, "https": True, "control": False, "identity": False, "proxy": False
    }  # fmt: skip


def test_the_ports_are_azures_own() -> None:
    told = in_a_namespace("print(json.dumps([ports, lab.description['lan'], lab.description['endpoints']]))")
    ports, lan, endpoints = told
    assert (ports["amqp"], ports["mqtt"]) == (5671, 8883) and lan["ports"]["mqtt"] == 8883
    assert LAN in lan["addresses"] and "127.0.0.1" not in lan["addresses"]
    assert endpoints["mqtts"] == "127.0.0.1:8883" and endpoints["proxy"].startswith("127.0.0.1:")
    assert any(line.startswith(f"{LAN} lab-hub.azure-devices.net") for line in lan["hostsLines"])


def test_the_certificate_names_the_machine() -> None:
    told = in_a_namespace("""
from azext_iotdiag.lab.net import machine
names = [LAN, *machine.names(), "lab-hub.azure-devices.net"]
print(json.dumps([shows(lab, ports["mqtt"], name).version() for name in names]))
""")
    assert len(told) >= 3 and all(version.startswith("TLSv1") for version in told)


def test_what_signs_people_in_is_for_this_machine_alone() -> None:
    told = in_a_namespace("""
hosts = {"hub": "lab-hub.azure-devices.net", "dps": "global.azure-devices-provisioning.net",
         "entra": "login.microsoftonline.com", "arm": "management.azure.com", "graph": "graph.microsoft.com",
         "central": lab.state.apps[0].host}
there = {name: status(lab, host, "/nothing") for name, host in hosts.items()}
here = {name: status(lab, host, "/nothing", "127.0.0.1") for name, host in hosts.items()}
records = lab.call(lab.state.audit.recent, 100, routine=False)
print(json.dumps([there, here, [each.reason for each in records if "own machine" in each.reason]]))
""")
    there, here, reasons = told
    assert {name for name, code in there.items() if code == 403} == {"entra", "arm", "graph", "central"}
    assert 403 not in here.values() and len(reasons) == 4


def test_addresses_of_the_internet_are_refused() -> None:
    told = in_a_namespace("""
import unittest.mock
from azext_iotdiag.lab.net import machine
with unittest.mock.patch.object(machine, "is_local", lambda address: address != LAN):
    try:
        left = reach(ports["mqtt"]).recv(1) == b""
    except ConnectionResetError:
        left = True
records = lab.call(lab.state.audit.recent, 100, routine=False)
print(json.dumps([left, [each.reason for each in records]]))
""")
    assert told == [True, ["it comes from no address of a local network"]]


def test_thousands_of_connections_leave_room_for_this_machine() -> None:
    told = in_a_namespace(f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (8000, max(8000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
crowd = []
for number in range({listener.REMOTE_LIMIT} * 2):
    try:
        crowd.append(reach(ports["mqtt"]))
    except ConnectionResetError:  # the lab closed it before connect returned
        assert number >= {listener.REMOTE_LIMIT}
until = time.monotonic() + 20
while lab.call(lambda: lab.running.listeners["mqtt"].connections) > {listener.REMOTE_LIMIT}:
    assert time.monotonic() < until
    time.sleep(0.05)
trust = ssl.create_default_context(cadata=lab.running.ca_pem.decode())
raw = socket.create_connection(("127.0.0.1", ports["mqtt"]), timeout=10)
version = trust.wrap_socket(raw, server_hostname="localhost").version()
print(json.dumps([version, lab.call(lambda: lab.running.listeners["mqtt"].connections)]))
""")
    version, open_ = told
    assert version.startswith("TLSv1") and open_ <= listener.REMOTE_LIMIT + 1


@pytest.mark.parametrize(("address", "own", "local"), [
    ("127.0.0.1", True, True), ("127.8.9.1", True, True), ("::1", True, True), ("::ffff:127.0.0.1", True, True),
    ("192.168.1.5", False, True), ("10.0.0.1", False, True), ("172.16.3.4", False, True),
    ("169.254.1.1", False, True), ("fe80::1%eth0", False, True), ("fd00::1", False, True),
    ("8.8.8.8", False, False), ("2001:4860:4860::8888", False, False), ("0.0.0.0", False, False),
    ("::ffff:8.8.8.8", False, False),
])  # fmt: skip
def test_whose_an_address_is(address: str, own: bool, local: bool) -> None:
    assert (machine.is_own(address), machine.is_local(address)) == (own, local)


@pytest.mark.parametrize("given", [{"listen": "wan"}, {"listen": "lan", "bind": "127.0.0.2"}])
def test_what_cannot_be_listened_on(given: dict[str, str]) -> None:
    with pytest.raises(BadSetting):
        Settings(**given).check()
