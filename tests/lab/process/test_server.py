"""The lab's ports with services that stand in for the real ones: faults before a service, mistakes of one, commands."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time

import pytest

from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.process import control, server
from azext_iotdiag.lab.process.errors import LabRefused
from tests.lab.net.tls import client_context, connected, run, until


async def echo(stream, _state):
    while data := await stream.read():
        if data == b"fail":
            raise RuntimeError("oh no")
        stream.write(data)
        await stream.drain()


class Trusted:
    """What `client_context` wants of an authority."""

    def __init__(self, running):
        self.pem = running.ca_pem


def with_lab(body):
    """Run `body(running)` against a lab whose two ports echo."""

    async def go():
        running = await server.serve(new_lab(device_count=1), services={"amqp": echo, "mqtt": echo})
        try:
            await body(running)
        finally:
            begun = time.monotonic()
            await running.close()
            assert time.monotonic() - begun < 2

    run(go())


async def say(running, service, data, *, name="localhost"):
    context = client_context(Trusted(running))
    async with connected(running.ports[service], name=name, context=context) as (reader, writer):
        writer.write(data)
        return await reader.read(100)


async def said(running, service, data):
    """As `say`, with a reset taken for an end."""
    try:
        return await say(running, service, data)
    except ConnectionError:
        return b""


def ask(running, command, **arguments):
    there = {"port": running.ports["control"], "token": running.token, "ca": running.ca_pem.decode()}
    return asyncio.to_thread(control.ask, there, command, **arguments)


@pytest.mark.parametrize("name", ["lab-hub.azure-devices.net", "localhost", "127.0.0.1", "STREAM"])
def test_every_name_of_the_lab_is_in_its_certificate(name):
    async def body(running):
        host = running.lab.hub.stream.host if name == "STREAM" else name
        for service in ("amqp", "mqtt"):
            assert await say(running, service, b"hello", name=host) == b"hello"

    with_lab(body)


def test_unknown_ca_is_shown_to_services_and_not_to_the_commands():
    async def body(running):
        running.break_("unknown-ca")
        for service in ("amqp", "mqtt"):
            with pytest.raises(ssl.SSLCertVerificationError, match=r"unable to get local issuer|self-signed"):
                await say(running, service, b"hello")
        await ask(running, "mend")
        assert await say(running, "amqp", b"hello") == b"hello"

    with_lab(body)


def test_server_silent_says_nothing_until_it_is_mended():
    async def body(running):
        await ask(running, "break", fault="server-silent")
        port = running.ports["amqp"]
        leaver = socket.create_connection(("127.0.0.1", port), timeout=10)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x16\x03\x01" + b"x" * 200_000)
        await until(lambda: running.listeners["amqp"].connections == 2)
        leaver.close()
        await until(lambda: running.listeners["amqp"].connections == 1)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.2)
        assert await ask(running, "mend", fault="server-silent") == {"mended": ["server-silent"]}
        assert await reader.read(1) == b""
        writer.close()
        await until(lambda: running.listeners["amqp"].connections == 0)
        assert await say(running, "amqp", b"hello") == b"hello"

    with_lab(body)


def test_a_mistake_of_a_service_is_noted_and_costs_one_connection(caplog):
    async def body(running):
        assert await said(running, "amqp", b"fail") == b""
        assert await say(running, "amqp", b"hello") == b"hello"
        records = (await ask(running, "status", audit=10))["audit"]
        assert records[0]["reason"] == "a mistake of the lab: RuntimeError: oh no"

    with_lab(body)
    assert "oh no" in caplog.text


def test_status_tells_and_holds_no_key():
    async def body(running):
        hub = running.lab.hub
        hub.devices["device-1"].connected, hub.devices["device-1"].last_activity = True, 1_700_000_000
        hub.telemetry(hub.devices["device-1"], b"x", system={}, properties={}, now_ms=1_700_000_000_000)
        await ask(running, "break", fault="connection-dropped", parameters={"after": 7})
        status = await ask(running, "status", audit=5)
        assert status["state"] == "running"
        assert status["hub"] == "lab-hub.azure-devices.net"
        assert status["faults"] == [{"name": "connection-dropped", "parameters": {"after": 7, "times": 1}}]
        assert status["devices"] == [{"id": "device-1", "connected": True, "lastActivity": "2023-11-14T22:13:20.000Z"}]
        assert status["counts"] == {"connections": 0, "events": 1, "accepted": 1, "refused": 0, "ended": 0}
        assert [record["action"] for record in status["audit"]] == ["fault"]
        keys = [owner.primary.reveal() for owner in (*hub.policies.values(), *hub.devices.values())]
        assert not [key for key in (*keys, running.token) if key in json.dumps(status) + repr(running)]
        assert "audit" not in await ask(running, "status")

    with_lab(body)


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ("break", {}, "no fault ''"),
        ("break", {"fault": "unknwn-ca"}, "no fault 'unknwn-ca'"),
        ("break", {"fault": {}}, "no fault '{}'"),
        ("break", {"fault": "unknown-ca", "parameters": 5}, "no object"),
        ("break", {"fault": "connection-dropped", "parameters": {"after": "x"}}, "after is 'x'"),
        ("mend", {"fault": "nonsense"}, "no fault 'nonsense'"),
        ("status", {"audit": -1}, "no -1 audit records"),
        ("status", {"audit": "all"}, "no 'all' audit records"),
        ("status", {"audit": 10**9}, "audit records"),
    ],
)
def test_bad_arguments_are_refused_with_advice(command, arguments, message):
    async def body(running):
        with pytest.raises(LabRefused, match=message):
            await ask(running, command, **arguments)
        assert running.lab.faults.active() == {}

    with_lab(body)


def test_stop_answers_first():
    async def body(running):
        assert await ask(running, "stop") == {"stopping": True}
        await asyncio.wait_for(running.stopped.wait(), 5)

    with_lab(body)


def test_close_ends_what_a_fault_holds_back():
    async def body(running):
        running.break_("server-silent")
        raw = socket.create_connection(("127.0.0.1", running.ports["mqtt"]), timeout=10)
        await until(lambda: running.listeners["mqtt"].connections == 1)
        await running.close()
        with raw, pytest.raises(ConnectionResetError):
            await asyncio.to_thread(raw.recv, 1)

    with_lab(body)


def test_a_port_that_cannot_be_had_leaves_none_open(monkeypatch):
    opened = []

    async def listen(*args, **kwargs):
        if opened:
            raise OSError("no more ports")
        opened.append(await real(*args, **kwargs))
        return opened[0]

    real = server.listener.listen
    monkeypatch.setattr(server.listener, "listen", listen)

    async def go():
        with pytest.raises(OSError, match="no more ports"):
            await server.serve(new_lab(), services={"amqp": echo, "mqtt": echo})
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", opened[0].port)

    run(go())
