"""A lab of which only the MQTT port matters, for tests that drive MQTT clients against it."""

from __future__ import annotations

import contextlib
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from azext_iotdiag.lab.audit.log import Record
from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.wire.amqp.message import Message, decode_message
from tests.plugins.lab_fixture import open_lab

DEADLINE = 10.0


class MqttLab:
    """A running lab as a device and its owner see it."""

    def __init__(self, hosted: Hosted):
        self.hosted = hosted
        self.host = hosted.state.hub.host
        self.port = hosted.running.ports["mqtt"]
        self.ca_pem = hosted.running.ca_pem.decode()

    @property
    def trust(self) -> ssl.SSLContext:
        """TLS settings that trust this lab and nobody else."""
        return ssl.create_default_context(cadata=self.ca_pem)

    def address_for(self, _host: str, _port: int) -> tuple[str, int]:
        """Where every name leads."""
        return "127.0.0.1", self.port

    def device(self, device: str = "device-1") -> Any:
        """A device as the lab's hub knows it."""
        return self.hosted.state.hub.devices[device]

    def messages(self, device: str = "device-1") -> list[Message]:
        """What the hub stored of a device."""
        partition = self.hosted.state.hub.partition_of(device)
        found = [decode_message(event.message) for event in self.hosted.call(lambda: list(partition.events))]
        return [message for message in found if message.annotations["iothub-connection-device-id"] == device]

    def records(self, action: str) -> list[Record]:
        """The audit's records of MQTT with that action."""
        records = self.hosted.call(self.hosted.state.audit.recent, 10_000)
        return [record for record in records if (record.service, record.action) == ("mqtt", action)]

    def wait_for(self, found: Callable[[], Any], what: str) -> Any:
        """The first true value of `found()`."""
        until = time.monotonic() + DEADLINE
        while not (value := found()):
            assert time.monotonic() < until, f"waited {DEADLINE:g} s for {what}"
            time.sleep(0.01)
        return value


async def _nobody(_stream, _state):
    """Hang up at once."""


async def _hub(stream, state):
    await devices.serve(stream, state.runtime)


@contextlib.contextmanager
def mqtt_lab(service=_hub) -> Iterator[MqttLab]:
    """A lab whose MQTT port speaks `service(stream, state)`; it ends with the context."""
    services = {"amqp": _nobody, "mqtt": service}
    with tempfile.TemporaryDirectory() as folder, open_lab(Path(folder), services=services) as hosted:
        yield MqttLab(hosted)
