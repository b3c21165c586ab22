"""A device over MQTT, by paho-mqtt, that sends what a test gives it: `with device(lab, "device-1") as send: ...`."""

from __future__ import annotations

import contextlib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from urllib.parse import quote

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.process.hosting import Hosted

SECONDS = 10.0
JSON: Mapping[str, str] = MappingProxyType({"$.ct": "application/json", "$.ce": "utf-8"})


class _RealName(ssl.SSLContext):
    """Verifies the hub's own name, wherever the connection leads."""

    host = ""

    def wrap_socket(self, *arguments, **options):
        return super().wrap_socket(*arguments, **{**options, "server_hostname": self.host})


@contextlib.contextmanager
def device(lab: Hosted, host: str, device_id: str, key: str, *, model: str = "") -> Iterator[Callable[..., None]]:
    """A connected device that announces `model`; `send(body, properties)` returns once the hub has the message."""
    trust = _RealName(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_verify_locations(cadata=lab.running.ca_pem.decode())
    trust.host = host
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=device_id, protocol=paho.MQTTv311)
    announced = f"&model-id={quote(model)}" if model else ""
    token = sas.sign(f"{host}/devices/{device_id}", sas.iothub_key(key), int(time.time()) + 3600)
    client.username_pw_set(f"{host}/{device_id}/?api-version=2021-04-12{announced}", token)
    client.tls_set_context(trust)
    client.connect("127.0.0.1", lab.running.ports["mqtt"])
    client.loop_start()

    def send(body: bytes, properties: Mapping[str, str] = JSON) -> None:
        bag = "&".join(f"{name}={quote(value, safe='')}" for name, value in properties.items())
        sent = client.publish(f"devices/{device_id}/messages/events/{bag}", body, qos=1)
        sent.wait_for_publish(SECONDS)
        assert sent.is_published(), "the hub did not take the message"

    try:
        yield send
    finally:
        client.disconnect()
        client.loop_stop()
