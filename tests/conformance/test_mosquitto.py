"""mosquitto, which is not ours: its broker and our MQTT client, its clients and the lab's hub."""

from __future__ import annotations

import asyncio
import base64
import getpass
import queue
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub import cloud_messages
from azext_iotdiag.lab.net.certificates import make_authority
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.lab.scenarios.client import ConnectRefused, LabPlace, connect
from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.amqp.message import decode_message
from tests.conformance.conftest import absent
from tests.plugins.lab_fixture import lab  # noqa: F401  # a fixture

HOST = "localhost"
SECONDS = 30.0
SIZES = [0, 1, 127, 128, 16_384, 200_000]


def installed(program: str) -> str:
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if not found:
        absent(f"no {program}")
    return found


# --- the broker -------------------------------------------------------------------------------------------------------


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LabPlace]:
    """A broker with TLS that knows one user, with the password "right"."""
    program, passwords = installed("mosquitto"), installed("mosquitto_passwd")
    subprocess.run([passwords, "-b", "-c", tmp_path / "users", "device", "right"], check=True, timeout=SECONDS)
    settings, trust = secured(tmp_path)
    with started(program, tmp_path, *settings, f"password_file {tmp_path / 'users'}", "allow_anonymous false") as port:
        yield LabPlace("127.0.0.1", port, HOST, trust)


def secured(folder: Path) -> tuple[tuple[str, ...], ssl.SSLContext]:
    """The settings of a broker that speaks TLS, and what trusts it."""
    authority = make_authority("mosquitto")
    certificate, key = authority.issue([HOST])
    for name, content in (("ca.pem", authority.pem), ("cert.pem", certificate), ("key.pem", key)):
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    trust = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    return (f"certfile {folder / 'cert.pem'}", f"keyfile {folder / 'key.pem'}"), trust


@contextmanager
def started(program: str, folder: Path, *more: str) -> Iterator[int]:
    """The broker with `more` settings, and its port.

    It cannot choose one itself, so one that was free is tried, and if need be another.
    """
    for _ in range(5):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        settings = (
            f"user {getpass.getuser()}", f"listener {port} 127.0.0.1", *more, "log_dest stderr", "log_type all",
        )  # fmt: skip
        (folder / "mosquitto.conf").write_text("\n".join(settings) + "\n")
        running = subprocess.Popen(
            [program, "-c", str(folder / "mosquitto.conf")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        lines: queue.Queue[str] = queue.Queue()
        reading = threading.Thread(target=pour, args=(running.stdout, lines), daemon=True)
        reading.start()
        try:
            said = list(until(lines, "running"))
            if said and "running" in said[-1]:
                yield port
                return
        finally:
            running.kill()
            running.wait(SECONDS)
            reading.join(SECONDS)
            assert running.stdout is not None
            running.stdout.close()
        assert any("in use" in line for line in said), said
    raise AssertionError("every port was taken")


def pour(stream: Any, lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def until(lines: queue.Queue[str], word: str) -> Iterator[str]:
    """What is said up to a line with the word, or to the end."""
    ends = time.monotonic() + SECONDS
    while line := lines.get(timeout=max(ends - time.monotonic(), 0.01)):
        yield line
        if word in line:
            return


def test_our_client_and_its_broker(broker: LabPlace) -> None:
    """Bodies of many sizes are published with both qualities, and come back to whoever subscribed."""

    async def talk() -> list[tuple[str, bytes]]:
        came: list[tuple[str, bytes]] = []
        all_there = asyncio.Event()

        def hear(topic: str, payload: bytes) -> None:
            came.append((topic, payload))
            if len(came) == 2 * len(SIZES):
                all_there.set()

        client = await connect(broker, mqtt.Connect("ours", "device", b"right", 60), hear)
        await client.subscribe("a/+/ü", "b/#")
        client.ping()
        for size in SIZES:
            await client.publish(f"a/{size}/ü", bytes(size))
            client.say(f"b/{size}", b"\xff" * size)
        await asyncio.wait_for(all_there.wait(), SECONDS)
        await client.close()
        return came

    came = asyncio.run(talk())
    assert sorted(came) == sorted(
        [(f"a/{size}/ü", bytes(size)) for size in SIZES] + [(f"b/{size}", b"\xff" * size) for size in SIZES]
    )


@pytest.mark.parametrize(("packet", "code"), [
    (mqtt.Connect("ours", "device", b"wrong", 60), 5),
    (mqtt.Connect("ours", None, None, 60), 5),
    (mqtt.Connect("ours", "device", b"right", 60, level=9), 1),
])  # fmt: skip
def test_what_its_broker_refuses(broker: LabPlace, packet: mqtt.Connect, code: int) -> None:
    with pytest.raises(ConnectRefused) as refused:
        asyncio.run(connect(broker, packet))
    assert refused.value.code == code


def signed_in(lab: Hosted, device: str = "device-1") -> tuple[str, str]:  # noqa: F811
    """The host of a device, and a token of its own."""
    parts = dict(part.split("=", 1) for part in lab.description["connectionStrings"]["devices"][device].split(";"))
    host = parts["HostName"]
    key = base64.b64decode(parts["SharedAccessKey"])
    return host, sas.sign(f"{host}/devices/{device}", key, int(time.time()) + 600)


# --- its bridge -------------------------------------------------------------------------------------------------------


def test_its_bridge_carries_both_ways(lab: Hosted, tmp_path: Path) -> None:  # noqa: F811
    """A broker on a site that is one device of the hub, as people connect a site to Azure."""
    host, token = signed_in(lab)
    port = lab.description["endpoints"]["mqtts"].split(":")[1]
    settings, trust = secured(tmp_path)
    bridge = (
        *settings, "allow_anonymous true", "connection azure", f"address {HOST}:{port}",
        "bridge_protocol_version mqttv311", "try_private false", "notifications false", "cleansession true",
        "start_type automatic",
        "remote_clientid device-1", f"remote_username {host}/device-1/?api-version=2021-04-12",
        f"remote_password {token}", f"bridge_cafile {lab.description['caFile']}",
        "topic devices/device-1/messages/events/# out 1",
        "topic devices/device-1/messages/devicebound/# in 1",
    )  # fmt: skip
    with started(installed("mosquitto"), tmp_path, *bridge) as local:
        asyncio.run(over_the_bridge(lab, LabPlace("127.0.0.1", local, HOST, trust)))
    partition = lab.state.hub.partition_of("device-1")
    came = [decode_message(event.message) for event in lab.call(lambda: list(partition.events))]
    assert [(message.body, message.properties["content-type"]) for message in came] == [(b"21.5", "text/plain")]


async def over_the_bridge(lab: Hosted, broker: LabPlace) -> None:  # noqa: F811
    """A message of the site for the hub, and one of the hub for the site."""
    heard: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
    site = await connect(
        broker, mqtt.Connect("site", None, None, 60),
        lambda topic, payload: heard.put_nowait((topic, payload)),
    )  # fmt: skip
    await site.subscribe("devices/device-1/messages/devicebound/#")
    state, ends = lab.runtime, time.monotonic() + SECONDS
    while not lab.call(lambda: (here := state.sessions.get("device-1")) is not None and here.on_message is not None):
        assert time.monotonic() < ends, "the bridge has not come"
        await asyncio.sleep(0.02)
    await site.publish("devices/device-1/messages/events/$.ct=text%2Fplain", b"21.5")
    lab.call(lambda: cloud_messages.send(state, state.hub.devices["device-1"], b"wake up", system={}))
    topic, payload = await asyncio.wait_for(heard.get(), SECONDS)
    assert topic.startswith("devices/device-1/messages/devicebound/") and payload == b"wake up"
    partition = lab.state.hub.partition_of("device-1")
    while not lab.call(lambda: len(partition.events)):
        assert time.monotonic() < ends, "the message has not come"
        await asyncio.sleep(0.02)
    await site.close()


# --- its clients ------------------------------------------------------------------------------------------------------


@contextmanager
def running(lab: Hosted, program: str, *words: str, device: str = "device-1") -> Iterator[subprocess.Popen[str]]:  # noqa: F811
    """A client of mosquitto's that has signed in to the lab as a device would."""
    host, token = signed_in(lab, device)
    command = [
        installed(program), "-V", "mqttv311", "-h", HOST, "-p", lab.description["endpoints"]["mqtts"].split(":")[1],
        "--cafile", lab.description["caFile"], "-i", device, "-u", f"{host}/{device}/?api-version=2021-04-12",
        "-P", token, *words,
    ]  # fmt: skip
    client = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield client
    finally:
        client.kill()
        client.communicate(timeout=SECONDS)


def said(client: subprocess.Popen[str]) -> str:
    out, wrong = client.communicate(timeout=SECONDS)
    assert client.returncode == 0, wrong
    return out


@pytest.mark.parametrize("device", ["device-1", "+"])
def test_its_client_hears_from_the_cloud(lab: Hosted, device: str) -> None:  # noqa: F811
    """The filter with `+` is that of azure-sdk-for-c."""
    state = lab.runtime
    system = {"message-id": "m-1"}
    lab.call(lambda: cloud_messages.send(state, state.hub.devices["device-1"], b"wake up", system=system))
    listen = ("-q", "1", "-t", f"devices/{device}/messages/devicebound/#", "-C", "1", "-W", "20", "-F", "%q %t %p")
    with running(lab, "mosquitto_sub", *listen) as client:
        quality, topic, payload = said(client).split(" ", 2)
    assert (quality, payload.strip()) == ("1", "wake up")
    assert topic.startswith("devices/device-1/messages/devicebound/") and "%24.mid=m-1" in topic


def test_its_client_publishes_many(lab: Hosted) -> None:  # noqa: F811
    with running(lab, "mosquitto_pub", "-q", "1", "-t", "devices/device-1/messages/events/", "-m", "x", "--repeat",
                 "20") as client:  # fmt: skip
        said(client)
    partition = lab.state.hub.partition_of("device-1")
    assert len(lab.call(lambda: list(partition.events))) == 20


def test_its_client_is_told_why_not(lab: Hosted) -> None:  # noqa: F811
    """A topic that a hub does not know ends the connection, as it does in Azure."""
    with running(lab, "mosquitto_pub", "-q", "1", "-t", "no/topic/of/a/hub", "-m", "x") as client:
        _, wrong = client.communicate(timeout=SECONDS)
    assert client.returncode != 0 and "lost" in wrong.lower()
