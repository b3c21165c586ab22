"""Who left and how: what the audit says of each transport, for each way in which a connection ends."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.audit.log import Record
from azext_iotdiag.lab.dps.service import GLOBAL_HOST, derived
from azext_iotdiag.lab.hub import sessions
from azext_iotdiag.lab.hub.amqp import port as amqp_port
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.amqp.performatives import Close, Detach
from tests.plugins import amqp_raw
from tests.plugins.amqp_talker import EVENTS, TWIN, Talker, token
from tests.plugins.lab_fixture import lab

__all__ = ["lab"]
DEVICE = "device-1"
Way = Callable[[Hosted, str], None]


def closes(lab: Hosted, service: str, *, who: str = DEVICE) -> list[Record]:
    """The records of how connections ended; waited for."""
    until = time.monotonic() + 10
    while True:
        records = lab.call(lab.state.audit.recent, 10_000)
        found = [each for each in records if (each.service, each.action, each.who) == (service, "close", who)]
        if found:
            return found
        assert time.monotonic() < until, f"no record of an end: {[each.words() for each in records]}"
        time.sleep(0.005)


class Mqtt:
    """An MQTT connection over TLS, packet by packet."""

    def __init__(self, lab: Hosted, host: str):
        trust = ssl.create_default_context(cadata=lab.running.ca_pem.decode())
        raw = socket.create_connection(("127.0.0.1", lab.running.ports["mqtt"]), timeout=10)
        self.sock = trust.wrap_socket(raw, server_hostname=host)
        self._packets = mqtt.PacketBuffer()

    def connect(self, client: str, user: str, password: str, keep_alive: int = 60) -> None:
        self.send(mqtt.Connect(client, keep_alive=keep_alive, username=user, password=password.encode()))
        answer = self.next()
        assert isinstance(answer, mqtt.ConnAck) and answer.code == 0

    def send(self, packet: Any) -> None:
        self.sock.sendall(mqtt.encode(packet))

    def next(self) -> Any:
        while (packet := self._packets.next()) is None:
            data = self.sock.recv(65_536)
            assert data, "the lab closed the connection"
            self._packets.feed(data)
        return packet


@contextlib.contextmanager
def mqtt_device(lab: Hosted, *, keep_alive: int = 60) -> Iterator[Mqtt]:
    host = lab.state.hub.host
    client = Mqtt(lab, host)
    with client.sock:
        client.connect(DEVICE, f"{host}/{DEVICE}/?api-version=2021-04-12", token(lab), keep_alive)
        yield client


def of_mqtt(lab: Hosted, how: str) -> None:
    with mqtt_device(lab, keep_alive=1 if how == "idle" else 60) as client:
        end_mqtt(lab, client, how)


def end_mqtt(lab: Hosted, client: Mqtt, how: str) -> None:
    if how == "clean":
        client.send(mqtt.Disconnect())
    if how == "idle":
        assert client.sock.recv(1) == b""
    if how == "hub":
        drop(lab)


def drop(lab: Hosted) -> None:
    lab.call(sessions.drop, lab.runtime, lab.state.hub.devices[DEVICE], 403012, "it was disabled")


def of_amqp(lab: Hosted, how: str) -> None:
    with amqp_raw.raw(lab, lab.state.hub.host) as client:
        client.greet()
        assert client.put_token(token(lab)) == 200
        Talker(client).link(EVENTS)
        if how == "clean":
            client.send(Close())
            assert client.rest() is not None
        if how == "idle":
            assert client.rest() is not None and client.over
        if how == "hub":
            drop(lab)
            assert client.until(Detach) is not None


def of_dps(lab: Hosted, how: str) -> None:
    dps = lab.state.provisioning[0]
    key = derived(dps.groups["devices"].attestation.primary, DEVICE).reveal()
    resource = f"{dps.id_scope}/registrations/{DEVICE}"
    password = sas.sign(resource, sas.iothub_key(key), int(time.time()) + 600, "registration")
    client = Mqtt(lab, GLOBAL_HOST)
    with client.sock:
        client.connect(DEVICE, f"{resource}/api-version=2021-06-01", password, 1 if how == "idle" else 60)
        end_mqtt(lab, client, how)


@pytest.mark.parametrize("how", ["clean", "killed", "idle", "hub"])
@pytest.mark.parametrize(("service", "leave"), [("mqtt", of_mqtt), ("amqp", of_amqp)])
def test_a_device_leaves(lab: Hosted, monkeypatch: pytest.MonkeyPatch, service: str, leave: Way, how: str) -> None:
    if how == "idle":
        monkeypatch.setattr(amqp_port, "SILENCE_SECONDS", 0.5)
    leave(lab, how)
    (closed,) = closes(lab, service)
    assert (closed.how, closed.outcome, closed.routine) == (how, "ended", False) and closed.reason
    assert closed.details["published"] == 0


@pytest.mark.parametrize("how", ["clean", "killed", "idle"])
def test_a_device_leaves_the_provisioning_service(lab: Hosted, how: str) -> None:
    of_dps(lab, how)
    (closed,) = closes(lab, "dps")
    assert (closed.how, closed.routine) == (how, False) and closed.reason


def test_a_killed_device_of_amqp_is_named_once(lab: Hosted) -> None:
    of_amqp(lab, "killed")
    (closed,) = closes(lab, "amqp")
    assert closed.words()[10:].startswith("device-1 is gone from AMQP without a goodbye: ")
    rest = [each for each in lab.call(lab.state.audit.recent, 100, routine=False) if each.service == "amqp"]
    assert {each.who for each in rest} == {DEVICE} and [each.action for each in rest].count("close") == 1
    assert ("connect", "accepted") in {(each.action, each.outcome) for each in rest}


def test_a_device_that_detaches_its_links_has_left(lab: Hosted) -> None:
    with amqp_raw.raw(lab, lab.state.hub.host) as client:
        client.greet()
        assert client.put_token(token(lab)) == 200
        talker = Talker(client)
        events, (twin, _) = talker.link(EVENTS)[0], talker.link(TWIN, receive=True)
        client.send(Detach(events, True), Detach(twin, True))
        (closed,) = closes(lab, "amqp")
        assert (closed.how, closed.reason) == ("clean", "the device detached its last link")


def test_a_refused_device_of_amqp_is_named(lab: Hosted) -> None:
    with amqp_raw.raw(lab, lab.state.hub.host) as client:
        client.greet()
        assert client.put_token(token(lab, key=lab.state.hub.devices["device-2"].primary)) == 401
        Talker(client).link(EVENTS)
    refused = [each for each in lab.call(lab.state.audit.recent, 100, routine=False) if each.outcome == "refused"]
    assert [(each.action, each.who) for each in refused] == [("authenticate", DEVICE), ("attach", DEVICE)]


def test_a_reader_that_is_well_is_routine(lab: Hosted) -> None:
    with amqp_raw.raw(lab) as client:
        client.greet()
        assert client.put_token(amqp_raw.token_of(lab)) == 202
        client.reader("0")
        client.send(Close())
        assert client.rest() is not None
    assert closes(lab, "amqp", who="service")[0].how == "clean"
    assert lab.call(lab.state.audit.recent, 100, routine=False) == []


def test_a_reader_that_is_killed_is_not(lab: Hosted) -> None:
    with amqp_raw.raw(lab) as client:
        client.greet()
        assert client.put_token(amqp_raw.token_of(lab)) == 202
    assert closes(lab, "amqp", who="service")[0].how == "killed"
    assert [each.who for each in lab.call(lab.state.audit.recent, 100, routine=False)] == ["service"]
