"""Real clients that sign in to the hub of a flow's lab as one of its devices."""

from __future__ import annotations

import queue
import ssl
import time

import paho.mqtt.client as paho

from azext_iotdiag.credential import sas
from tests.flows.conftest import Flow

SECONDS = 20


def client_of(flow: Flow, *, key: bytes | None = None) -> tuple[paho.Client, queue.SimpleQueue]:
    """A client that connects as device-1, with its key unless another is given, and a queue with each answer."""
    lab, device = flow.lab, flow.lab.state.hub.devices["device-1"]
    host = lab.state.hub.host
    client = paho.Client(
        paho.CallbackAPIVersion.VERSION2, "device-1", protocol=paho.MQTTv311, reconnect_on_failure=False
    )
    client.tls_set_context(ssl.create_default_context(cafile=lab.description["caFile"]))
    signed = key or sas.iothub_key(device.primary.reveal())
    token = sas.sign(f"{host}/devices/device-1", signed, int(time.time()) + 3600)
    client.username_pw_set(f"{host}/device-1/?api-version=2021-04-12", token)
    codes: queue.SimpleQueue = queue.SimpleQueue()
    client.on_connect = lambda _client, _data, _flags, code, _properties: codes.put(code)
    client.connect("localhost", lab.running.ports["mqtt"])
    client.loop_start()
    return client, codes


def connected(flow: Flow) -> paho.Client:
    """A device that is connected."""
    client, codes = client_of(flow)
    assert not codes.get(timeout=SECONDS).is_failure
    return client


def ended(client: paho.Client) -> None:
    """The client has gone, with a goodbye."""
    client.disconnect()
    client.loop_stop()
