"""WebSocket clients of others that ask for Azure's subprotocols in their own spelling, and what the lab answers."""

from __future__ import annotations

import ssl
import time

import pytest
import websocket
from paho.mqtt import client as paho

from azext_iotdiag.credential import sas
from azext_iotdiag.wire import mqtt
from tests.plugins.lab_fixture import open_lab

SECONDS = 20.0
DEVICE = "device-1"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with open_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


def sign_in(lab):
    host = lab.state.hub.host
    key = sas.iothub_key(lab.state.hub.devices[DEVICE].primary.reveal())
    return f"{host}/{DEVICE}/?api-version=2021-04-12", sas.sign(f"{host}/devices/{DEVICE}", key, int(time.time()) + 600)


@pytest.mark.parametrize(("offered", "chosen"), [
    (["MQTT"], "MQTT"), (["mqtt", "mqttv3.1"], "mqtt"), (["mqttv3.1", "Mqtt"], "Mqtt"), (["amqpwsb10"], "amqpwsb10"),
])  # fmt: skip
def test_websocket_client(lab, offered, chosen):
    """It fails unless the server chooses one of the names that it offered."""
    port = lab.running.ports["https"]
    opened = websocket.create_connection(
        f"wss://localhost:{port}/$iothub/websocket", subprotocols=offered, timeout=SECONDS,
        sslopt={"ca_certs": lab.description["caFile"]},
    )  # fmt: skip
    try:
        assert opened.getsubprotocol() == chosen.lower()  # it lowers both
        assert [value for name, value in opened.getheaders().items() if name.lower() == "sec-websocket-protocol"] == [
            chosen
        ]
        if chosen.lower() == "mqtt":
            username, token = sign_in(lab)
            opened.send_binary(mqtt.encode(mqtt.Connect(DEVICE, username, token.encode(), 60)))
            assert opened.recv() == mqtt.encode(mqtt.ConnAck(0))
    finally:
        opened.close()


@pytest.mark.parametrize("name", ["mqtt", "MQTT"])
def test_paho_sends_and_hears(lab, name):
    """As azure-iot-sdk-c names it, and with the subscription of azure-sdk-for-c."""
    client = paho.Client(
        paho.CallbackAPIVersion.VERSION2, client_id=DEVICE, protocol=paho.MQTTv311, transport="websockets"
    )
    client.ws_set_options("/$iothub/websocket", {"Sec-Websocket-Protocol": name})
    client.username_pw_set(*sign_in(lab))
    client.tls_set_context(ssl.create_default_context(cafile=lab.description["caFile"]))
    granted = []
    client.on_subscribe = lambda _client, _data, _number, codes, _properties: granted.extend(codes)
    client.connect("localhost", lab.running.ports["https"], keepalive=60)
    client.loop_start()
    try:
        ends = time.monotonic() + SECONDS
        while not client.is_connected():
            assert time.monotonic() < ends
            time.sleep(0.01)
        client.subscribe("devices/+/messages/devicebound/#", 1)
        client.publish(f"devices/{DEVICE}/messages/events/", b"x", 1).wait_for_publish(SECONDS)
        while not granted:
            assert time.monotonic() < ends
            time.sleep(0.01)
        assert [code.value for code in granted] == [1]
    finally:
        client.disconnect()
        client.loop_stop()
