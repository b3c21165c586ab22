"""Rows of the log that real connections of devices leave, over MQTT and over AMQP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azext_iotdiag.lab.hub.identities import new_key
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, WORKSPACE_TYPE
from tests.plugins.amqp_raw import lab, raw, shared
from tests.plugins.amqp_talker import DEVICE, EVENTS, TWIN, Talker, token, until
from tests.plugins.lab_devices import NODE, LabPlay, played

__all__ = ["lab", "shared"]

Row = tuple[str, str, str, str]


def told(rows: list[dict[str, Any]]) -> list[Row]:
    """Category, operation, code and protocol of each row of the device."""
    found = []
    for row in rows:
        properties = json.loads(row["properties_s"])
        if properties.get("deviceId") == DEVICE:
            what = (row["Category"], row["OperationName"], row["ResultType"], properties.get("protocol", ""))
            found.append(what)
    return found


@pytest.fixture
def collected(lab):
    """What tells, in the lab's own thread, the rows that came into its workspace since."""
    subscription = lab.state.tenant.subscriptions[0]
    (hub,), (workspace,) = subscription.find(HUB_TYPE), subscription.find(WORKSPACE_TYPE)
    before = len(lab.call(lab.state.logs.rows))
    logs = [{"categoryGroup": "allLogs", "enabled": True}]
    hub.diagnostics["mine"] = {"workspaceId": subscription.id_of(workspace), "logs": logs}
    yield lambda: told(lab.state.logs.rows()[before:])
    hub.diagnostics.pop("mine")


def test_a_device_over_amqp(lab, collected) -> None:
    with raw(lab, lab.state.hub.host) as refused:
        refused.greet()
        assert refused.put_token(token(lab, key=new_key())) == 401
    with raw(lab, lab.state.hub.host) as connection:
        connection.greet()
        assert connection.put_token(token(lab)) == 200
        talker = Talker(connection)
        handle, _ = talker.link(EVENTS)
        talker.send(handle, bytes(262_145))
        talker.link(TWIN, receive=True)
        with raw(lab, lab.state.hub.host) as newer:
            newer.greet()
            assert newer.put_token(token(lab)) == 200
            Talker(newer).link(EVENTS)
            until(lab, lambda: len(collected()) == 5)
    until(lab, lambda: len(collected()) == 6)
    assert lab.call(collected) == [
        ("Connections", "deviceConnect", "401003", "Amqp"),
        ("Connections", "deviceConnect", "", "Amqp"),
        ("DeviceTelemetry", "ingress", "413001", ""),
        ("Connections", "deviceDisconnect", "409002", "Amqp"),
        ("Connections", "deviceConnect", "", "Amqp"),
        ("Connections", "deviceDisconnect", "404104", "Amqp"),
    ]


def test_a_device_over_mqtt() -> None:
    async def steps(play: LabPlay) -> None:
        device = play.device(DEVICE, sdk=NODE, tls="TLSv1.2")
        await device.connects()
        for step in (device.reads_twin(), device.reports(b'{"readings":[1,null]}'), device.leaves()):
            play.wait(1)
            await step
        play.wait(1)
        play.hub.devices[DEVICE].status = "disabled"
        assert await device.connects() == 5
        play.wait(1)
        del play.hub.devices[DEVICE]
        assert await device.connects() == 5

    rows = played(steps)
    assert told(rows) == [
        ("Connections", "deviceConnect", "", "Mqtt"),
        ("D2CTwinOperations", "read", "", "Mqtt"),
        ("D2CTwinOperations", "update", "400004", "Mqtt"),
        ("Connections", "deviceDisconnect", "", "Mqtt"),
        ("Connections", "deviceConnect", "403012", "Mqtt"),
        ("Connections", "deviceConnect", "404001", "Mqtt"),
    ]
    first = json.loads(rows[0]["properties_s"])
    assert (first["sdkVersion"], first["tlsVersion"], first["maskedIpAddress"]) == (NODE, "TLS1_2", "203.0.113.XXX")
