"""A hub of the basic tier has no twins, no modules, no methods and no messages to devices."""

from __future__ import annotations

import asyncio

import pytest

from azext_iotdiag.lab.hub import cloud_messages
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.wire import mqtt
from tests.plugins import mqtt_wire
from tests.plugins.mqtt_wire import connected, ended, last
from tests.plugins.rest_calls import call, refused

state = mqtt_wire.state
TELEMETRY = f"devices/{mqtt_wire.DEVICE}/messages/events/"


@pytest.fixture
def basic():
    made = new_lab(device_count=1).runtime
    made.hub.settings.sku = "B1"
    return made


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "twins/device-1"), ("PATCH", "twins/device-1"), ("POST", "twins/device-1/methods"),
    ("GET", "devices/device-1/modules"), ("PUT", "devices/device-1/modules/runner"),
])  # fmt: skip
def test_what_it_lacks_over_rest(basic, method: str, path: str) -> None:
    assert refused(call(basic, method, path, {})) == (403, "OperationNotAvailableInCurrentTier")


def test_what_it_has_over_rest(basic) -> None:
    assert call(basic, "GET", "devices/device-1").status == 200
    with pytest.raises(HubRefusal, match="tier"):
        cloud_messages.send(basic, basic.hub.devices["device-1"], b"1")


def test_a_device_that_asks_for_its_twin_is_disconnected(state) -> None:
    """https://github.com/eclipse-threadx/getting-started/issues/67"""
    state.hub.settings.sku = "B1"

    async def steps() -> None:
        wire, task = await connected(state)
        wire.send(mqtt.Publish(TELEMETRY, b"1", 1, 7))
        assert await wire.receive() == mqtt.PubAck(7)
        wire.send(mqtt.Publish("$iothub/twin/GET/?$rid=1", b""))
        await ended(task)

    asyncio.run(asyncio.wait_for(steps(), 10))
    assert last(state).reason == "the hub is of the tier B1"
