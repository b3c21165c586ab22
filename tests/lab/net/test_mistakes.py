"""A mistake of the lab: each service says 500 in its own form, the audit has it, and the lab goes on."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest

from azext_iotdiag.lab.dps import device_api as dps_device
from azext_iotdiag.lab.dps import mqtt as dps_mqtt
from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.hub.amqp import event_hub
from azext_iotdiag.lab.hub.amqp import service_nodes as service_amqp
from azext_iotdiag.lab.hub.amqp.readers import PartitionReader
from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.lab.hub.mqtt import login as device_login
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net import hosts, https, mistakes
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant import identity
from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, frame
from azext_iotdiag.wire.amqp.message import encode_message
from azext_iotdiag.wire.amqp.performatives import Attach, Close, Detach, Open, Target, Transfer
from tests.lab.net.tls import connected, listening, run
from tests.plugins.amqp_raw import Raw, hub_token, raw, token_of
from tests.plugins.lab_fixture import open_lab
from tests.plugins.mqtt_wire import Wire, connect_packet
from tests.plugins.mqtt_wire import connected as signed_in
from tests.plugins.mqtt_wire import state as mqtt_state  # noqa: F401  # a fixture

SECRET = "the words of a mistake"


IMDS = hosts.HostedService("imds", identity.serve, identity.mistaken)


class Mistake(Exception):
    """What nobody expects."""


def broken(*_arguments, **_named):
    raise Mistake(SECRET)


@pytest.fixture(autouse=True)
def quiet(caplog):
    """Mistakes are logged with their traceback, and not shown here."""
    caplog.set_level(logging.CRITICAL, "azext_iotdiag.lab")


# --- HTTPS ------------------------------------------------------------------------------------------------------------


async def over_https(handler, host, *, service=None):
    """The status, headers and body of the second of two answers over one connection."""
    state = new_lab()
    name = {"hub": state.hub.host, "dps": state.provisioning[0].host, "central": state.apps[0].host}.get(host, host)

    async def serve(stream):
        played = service or hosts.find(name.lower(), state)
        await https.serve(stream, state, {}, lambda _host, _state: played._replace(serve=handler))

    async with listening(serve) as port, connected(port.port) as (reader, writer):
        for _ in range(2):  # the connection stays, and serves another request
            writer.write(f"GET / HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:-2])
            body = json.loads(await reader.readexactly(int(headers["Content-Length"])))
    records = [record for record in state.audit.recent(9) if record.action == "request"]
    assert [record.outcome for record in records] == ["refused"] * 2
    assert records[0].reason == f"500: a mistake of the lab: Mistake: {SECRET}"
    assert SECRET not in head + json.dumps(body)
    return int(head.split()[1]), headers, body


async def raising(_request, _state):
    raise Mistake(SECRET)


class _Unwritable:
    def __str__(self):
        raise Mistake(SECRET)


@pytest.mark.parametrize("host", ["hub", "localhost"])
def test_a_hub(host):
    status, headers, body = run(over_https(raising, host))
    assert (status, headers["iothub-errorcode"]) == (500, "ServerError")
    assert body["Message"].startswith("ErrorCode:ServerError;") and body["ExceptionMessage"].startswith("Tracking ID:")


@pytest.mark.parametrize("host", ["dps", "global.azure-devices-provisioning.net"])
def test_a_provisioning_service(host):
    status, headers, body = run(over_https(raising, host))
    assert (status, headers["x-ms-error-code"], body["errorCode"]) == (500, "500000", 500000)
    assert body["trackingId"] and body["timestampUtc"]


@pytest.mark.parametrize("host", ["central", "management.azure.com", "graph.microsoft.com"])
def test_services_with_an_error_object(host):
    status, _, body = run(over_https(raising, host))
    assert (status, body["error"]["code"]) == (500, "InternalServerError") and body["error"]["message"]


def test_entra():
    status, _, body = run(over_https(raising, "login.microsoftonline.com"))
    assert (status, body["error"], body["error_codes"]) == (500, "temporarily_unavailable", [90033])


def test_managed_identities():
    status, _, body = run(over_https(raising, "169.254.169.254", service=IMDS))
    assert (status, body["error"]) == (500, "unknown") and body["error_description"]


@pytest.mark.parametrize("answer", [Answer(200, {"a": _Unwritable()}), Answer(200, {}, {"X": "a\nb"}), Answer(999)])
def test_an_answer_that_cannot_be_written(monkeypatch, answer):
    async def handler(_request, _state):
        return answer

    """Its data is none, its header would begin another one, or its status is unknown."""
    monkeypatch.setattr(mistakes, "reason", lambda _mistake: f"a mistake of the lab: Mistake: {SECRET}")
    assert run(over_https(handler, "hub"))[0] == 500


# --- AMQP -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with open_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


def noted(lab):
    return [record for record in lab.call(lab.state.audit.recent, 20) if SECRET in record.reason]


def of_service(client: Raw):
    client.greet()
    assert client.put_token(hub_token(client.lab), client.host) == 200


def sender(client, handle):
    target = Target("/messages/devicebound")
    client.send(Attach(f"l{handle}", handle, False, target=target, initial_delivery_count=0))


def test_a_link_that_cannot_be_judged(lab, monkeypatch):
    with raw(lab, lab.state.hub.host) as client:
        of_service(client)
        with monkeypatch.context() as patched:
            patched.setattr(service_amqp.ServiceNodes, "attach", broken)
            sender(client, 30)
            assert client.until(Detach).error.condition == "amqp:internal-error"
        assert noted(lab)
        sender(client, 31)
        assert client.until(Attach).target is not None  # the connection goes on


def test_a_message_that_cannot_be_taken(lab, monkeypatch):
    with raw(lab, lab.state.hub.host) as client:
        of_service(client)
        sender(client, 30)
        assert client.until(Attach).target is not None
        with monkeypatch.context() as patched:
            patched.setattr(service_amqp.ServiceNodes, "_send", broken)
            message = encode_message(b"x", properties={"to": "/devices/device-1/messages/devicebound"})
            client.send(frame(Transfer(30, 1, b"t", settled=False), message))
            assert client.until(Detach).error.condition == "amqp:internal-error"
        sender(client, 31)
        assert client.until(Attach).target is not None


def test_a_reader_that_cannot_be_served(lab, monkeypatch):
    with raw(lab) as client:
        client.greet()
        assert client.put_token(token_of(lab)) == 202
        with monkeypatch.context() as patched:
            patched.setattr(PartitionReader, "pump", broken)
            client.reader("0")
            assert client.until(Close).error.condition == "amqp:internal-error"
            assert client.rest() is not None and client.over


def test_a_connection_that_cannot_be_opened(lab, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(event_hub.EventHubNodes, "__init__", broken)
        with raw(lab) as client:
            client.send(AMQP_HEADER, Open("raw", client.host))
            client.header()
            assert client.until(Close).error.condition == "amqp:internal-error"
            assert client.rest() is not None and client.over


# --- MQTT -------------------------------------------------------------------------------------------------------------


def test_a_sign_in_that_cannot_be_judged(mqtt_state, monkeypatch):  # noqa: F811
    async def steps():
        wire = Wire()
        task = asyncio.ensure_future(devices.serve(wire, mqtt_state))
        wire.send(connect_packet(mqtt_state))
        assert await wire.receive() == mqtt.ConnAck(3)
        await asyncio.wait_for(task, 5)

    monkeypatch.setattr(device_login, "judge", broken)
    asyncio.run(steps())
    assert SECRET in mqtt_state.audit.recent(1)[0].reason


@pytest.mark.parametrize(("topic", "function"), [
    ("$iothub/twin/GET/?$rid=7", (twins.TwinProperties, "for_device")),
    ("$iothub/twin/PATCH/properties/reported/?$rid=7", (twins, "report")),
])  # fmt: skip
def test_a_twin_that_cannot_be_answered(mqtt_state, monkeypatch, topic, function):  # noqa: F811
    async def steps():
        wire, task = await signed_in(mqtt_state)
        wire.send(mqtt.Subscribe(1, (("$iothub/twin/res/#", 0),)))
        await wire.receive()
        with monkeypatch.context() as patched:
            patched.setattr(*function, broken)
            wire.send(mqtt.Publish(topic, b"{}"))
            answer = await wire.receive()
        assert answer.topic == "$iothub/twin/res/500/?$rid=7" and json.loads(answer.payload)["errorCode"] == 500001
        wire.send(mqtt.PingReq())
        assert await wire.receive() == mqtt.PingResp()
        wire.hang_up()
        await asyncio.wait_for(task, 5)

    asyncio.run(steps())
    assert any(SECRET in record.reason for record in mqtt_state.audit.recent(9))


def test_a_message_that_cannot_be_stored(mqtt_state, monkeypatch):  # noqa: F811
    """The hub has no word for it but the end of the connection."""

    async def steps():
        wire, task = await signed_in(mqtt_state)
        monkeypatch.setattr(type(mqtt_state.hub), "telemetry", broken)
        wire.send(mqtt.Publish("devices/device-1/messages/events/", b"x", 1, 1))
        await asyncio.wait_for(task, 5)

    asyncio.run(steps())
    record = mqtt_state.audit.recent(1)[0]
    assert (record.action, record.details["code"]) == ("close", 500001) and SECRET in record.reason
    assert not mqtt_state.sessions


def test_a_registration_that_cannot_be_answered(monkeypatch):
    lab = new_lab()

    async def steps():
        monkeypatch.setattr(dps_mqtt, "_login", lambda *_: (0, ""))
        wire = Wire()
        task = asyncio.ensure_future(dps_mqtt.serve(wire, lab))
        user = f"{lab.provisioning[0].id_scope}/registrations/d/api-version=2019-03-31"
        wire.send(mqtt.Connect("d", user, b"x", 60))
        assert await wire.receive() == mqtt.ConnAck(0)
        monkeypatch.setattr(dps_device, "register", broken)
        wire.send(mqtt.Publish("$dps/registrations/PUT/iotdps-register/?$rid=3", b"{}"))
        answer = await wire.receive()
        assert (
            answer.topic == "$dps/registrations/res/500/?$rid=3" and json.loads(answer.payload)["errorCode"] == 500000
        )
        monkeypatch.setattr(dps_mqtt, "_login", broken)
        wire.hang_up()
        await asyncio.wait_for(task, 5)
        wire = Wire()
        task = asyncio.ensure_future(dps_mqtt.serve(wire, lab))
        wire.send(mqtt.Connect("d", user, b"x", 60))
        assert await wire.receive() == mqtt.ConnAck(3)
        await asyncio.wait_for(task, 5)

    asyncio.run(steps())


def test_every_service_has_a_form():
    """Each host that the lab plays is answered by the service that the host leads to."""
    state = new_lab()
    for host in hosts.names(state):
        assert hosts.find(host, state).mistaken(state).status == 500
