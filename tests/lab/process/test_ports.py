"""Where a lab listens, and what is said where it cannot."""

from __future__ import annotations

import asyncio
import errno
import socket
from types import SimpleNamespace

import pytest

from azext_iotdiag.lab.process import ports
from azext_iotdiag.lab.process.errors import LabError
from azext_iotdiag.lab.process.settings import BadSetting, Settings


def refusing(number, real_port=443):
    """What starts a service anywhere but on one port, where the system says `number`."""

    async def start(host, port):
        if port == real_port:
            raise OSError(number, "no")
        return SimpleNamespace(host=host, port=port or 50_443)

    return start


async def free(host, port):
    """Starts a service anywhere."""
    return SimpleNamespace(host=host, port=port or 50_443)


def opened(wanted, service, start):
    return asyncio.run(wanted.open(service, start))


def test_new_labs_take_what_is_free():
    wanted = ports.wanted("", {})
    assert opened(wanted, "mqtt", free).port == 50_443 and wanted.host_of("mqtt") == "127.0.0.1"


def test_kept_labs_take_what_they_had():
    wanted = ports.wanted("", {"mqtt": 41_000, "proxy": 41_001})
    assert [opened(wanted, service, free).port for service in ("mqtt", "proxy", "amqp")] == [
        41_000, 41_001, 50_443,
    ]  # fmt: skip


def test_bound_labs_take_those_of_azure_and_keep_their_own_to_themselves():
    wanted = ports.wanted("127.0.0.9", {"mqtt": 41_000, "proxy": 41_001})
    found = {service: opened(wanted, service, free) for service in ("amqp", "mqtt", "https", "proxy", "control")}
    assert {service: (each.host, each.port) for service, each in found.items()} == {
        "amqp": ("127.0.0.9", 5671), "mqtt": ("127.0.0.9", 8883), "https": ("127.0.0.9", 443),
        "proxy": ("127.0.0.1", 41_001), "control": ("127.0.0.1", 50_443),
    }  # fmt: skip
    assert wanted.notes == []


def test_without_the_right_to_443_the_lab_runs_and_says_what_is_needed():
    wanted = ports.wanted("127.0.0.9", {})
    assert opened(wanted, "https", refusing(errno.EACCES)).port == 50_443
    (note,) = wanted.notes
    assert "443 of 127.0.0.9" in note and "50443" in note and "ip_unprivileged_port_start=443" in note


@pytest.mark.parametrize(("bind", "kept", "advice"), [
    ("127.0.0.9", {}, "another address with --bind"),
    ("", {"mqtt": 8883}, "address of its own with --bind"),
])  # fmt: skip
def test_a_port_in_use(bind, kept, advice):
    with pytest.raises(LabError, match=r"Port 8883 of 127.0.0.*, which this lab uses for MQTT, is in use") as caught:
        opened(ports.wanted(bind, kept), "mqtt", refusing(errno.EADDRINUSE, 8883))
    assert advice in caught.value.advice


def test_an_address_that_the_machine_has_not():
    with pytest.raises(LabError, match=r"no address 127.0.0.9") as caught:
        opened(ports.wanted("127.0.0.9", {}), "mqtt", refusing(errno.EADDRNOTAVAIL, 8883))
    assert "ifconfig lo0 alias 127.0.0.9" in caught.value.advice


def test_any_other_failure_is_passed_on():
    with pytest.raises(OSError, match="no"):
        opened(ports.wanted("127.0.0.9", {}), "mqtt", refusing(errno.EACCES, 8883))


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.5", "localhost", "::1", "127.0.0", "", "127.0.0.1/8"])
def test_only_addresses_of_this_machine_alone(address):
    if not address:
        return Settings(bind=address).check()
    with pytest.raises(BadSetting, match="cannot be bound"):
        Settings(bind=address).check()
    return None


@pytest.mark.parametrize("given", [{"flood": 5}, {"fleet": 5}, {"hubs": 5}, {"scenario": "healthy-site"}])
def test_what_is_made_up_is_not_kept(given):
    Settings(**given).check()
    with pytest.raises(BadSetting, match=f"--{next(iter(given))}"):
        Settings(**given, keep=True).check()


def test_the_line_of_the_file_of_hosts():
    assert ports.hosts_line("127.0.0.9", ["a", "b"]) == "127.0.0.9 a b"


def test_a_port_that_is_really_in_use():
    """asyncio reports it with the number that `open` looks at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        async def start(host, number):
            return await asyncio.start_server(lambda *_: None, host, number)

        with pytest.raises(LabError, match=f"Port {port} of 127.0.0.1"):
            opened(ports.wanted("", {"mqtt": port}), "mqtt", start)
