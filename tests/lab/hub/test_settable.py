"""Each property of a hub is played, or refused with a sentence; none is taken and then ignored."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from azext_iotdiag.lab.hub import cloud_messages, settable
from azext_iotdiag.lab.hub.event_log import DAY_MS
from azext_iotdiag.lab.lab import new_lab
from tests.plugins.lab_requests import arm

NOW = 1_700_000_000.0
# Another value of each property than a new hub has.
OTHER = {
    "allowedFqdnList": ["a.example"],
    "restrictOutboundNetworkAccess": True,
    "deviceStreams": {"streamingEndpoints": ["x"]},
    "enableDataResidency": True,
    "enableFileUploadNotifications": True,
    "encryption": {"keySource": "Microsoft.KeyVault"},
    "features": "DeviceManagement",
    "ipVersion": "ipv6",
    "messagingEndpoints": {"fileNotifications": {"maxDeliveryCount": 5}},
    "minTlsVersion": "1.3",
    "privateEndpointConnections": [{"id": "x"}],
    "rootCertificate": {"enableRootCertificateV2": True},
    "storageEndpoints": {"$default": {"connectionString": "x", "containerName": "c"}},
}


@pytest.fixture
def state():
    made = new_lab(device_count=1, partition_count=2, clock=lambda: NOW)
    made.runtime.later = lambda _seconds, _then: None
    return made


@pytest.fixture
def path(state):
    return state.tenant.path_of(state.hub)


def put(state, path, sku=None, **properties):
    shown = copy.deepcopy(arm(state, path).body)
    shown["properties"] |= properties
    shown["sku"] |= sku or {}
    return arm(state, path, method="PUT", body=shown)


def test_the_table_holds_every_property_of_the_schema():
    """The schema is that of the library with which az itself changes hubs."""
    models = pytest.importorskip("azure.mgmt.iothub").models
    names = {each["key"] for each in models.IotHubProperties._attribute_map.values()}
    tables = (settable.PLAYED, settable.NOT_PLAYED.keys(), settable.READ_ONLY)
    assert sum(map(len, tables)) == len(set().union(*tables)), "a property stands twice"
    assert names == set().union(*tables)


def test_what_is_shown_can_be_sent_back(state, path):
    before = arm(state, path).body
    after = put(state, path)
    assert after.status == 200 and {**after.body, "etag": ""} == {**before, "etag": ""}


@pytest.mark.parametrize("name", settable.NOT_PLAYED)
def test_what_is_not_played_is_refused(state, path, name):
    refused = put(state, path, **{name: OTHER[name]})
    assert refused.status == 400
    assert f"'{name}' cannot be changed in a lab: {settable.NOT_PLAYED[name]}" in refused.body["error"]["message"]
    assert name not in arm(state, path).body["properties"] or arm(state, path).body["properties"][name] != OTHER[name]
    assert put(state, path, **{name: None}).status == 200


@pytest.mark.parametrize("name", sorted(settable.PLAYED))
def test_what_is_played_is_tested(name):
    """Some test of the lab sets it."""
    tests = [path for path in Path(__file__).parents[1].rglob("test_*.py") if path.name != Path(__file__).name]
    here = Path(__file__).read_text(encoding="utf-8").partition("def send(")[2]
    assert any(name in text for text in (here, *(path.read_text(encoding="utf-8") for path in tests)))


def send(state, **system):
    return cloud_messages.send(state.runtime, state.hub.devices["device-1"], b"x", system=system)


def test_messages_to_devices_live_and_come_as_set(state, path):
    change = {"maxDeliveryCount": 2, "defaultTtlAsIso8601": "PT10M"}
    assert put(state, path, cloudToDevice=change).status == 200
    shown = arm(state, path).body["properties"]["cloudToDevice"]
    assert (shown["maxDeliveryCount"], shown["defaultTtlAsIso8601"]) == (2, "PT10M") and shown["feedback"]
    device, message = state.hub.devices["device-1"], send(state)
    assert message.expires == NOW + 600
    for _ in range(2):
        cloud_messages.abandon(state.runtime, device, cloud_messages.receive(state.runtime, device).lock)
    assert cloud_messages.receive(state.runtime, device) is None
    assert "in as many deliveries" in state.audit.recent(1)[0].reason


@pytest.mark.parametrize(("change", "why"), [
    ({"maxDeliveryCount": 0}, "not from 1 to 100"),
    ({"maxDeliveryCount": 101}, "not from 1 to 100"),
    ({"maxDeliveryCount": "many"}, "is not a number"),
    ({"defaultTtlAsIso8601": "PT59S"}, "not from PT1M to P2D"),
    ({"defaultTtlAsIso8601": "P3D"}, "not from PT1M to P2D"),
    ({"defaultTtlAsIso8601": "1 h"}, "is no duration"),
    ({"defaultTtlAsIso8601": "P"}, "is no duration"),
    ({"defaultTtlAsIso8601": 60}, "is no duration"),
    ({"feedback": {"ttlAsIso8601": "P3D"}}, "not from PT1M to P2D"),
    ({"feedback": {"lockDurationAsIso8601": "PT4S"}}, "not from PT5S to PT5M"),
    ({"feedback": {"maxDeliveryCount": 0}}, "not from 1 to 100"),
    ({"feedback": "no"}, "is no object"),
    ("no", "is no object"),
])  # fmt: skip
def test_messages_to_devices_are_judged(state, path, change, why):
    before = arm(state, path).body
    refused = put(state, path, cloudToDevice=change)
    assert refused.status == 400 and why in refused.body["error"]["message"] and arm(state, path).body == before


@pytest.mark.parametrize(("text", "seconds"), [
    ("PT1H", 3600), ("P1D", 86_400), ("P1DT1H1M1S", 90_061), ("PT1.5S", 1), ("PT90M", 5400),
])  # fmt: skip
def test_durations(text, seconds):
    assert settable.seconds_of(text) == seconds


def test_messages_are_kept_as_long_as_set(state, path):
    change = {"events": {"retentionTimeInDays": 2, "partitionCount": 2}}
    assert put(state, path, eventHubEndpoints=change).status == 200
    assert arm(state, path).body["properties"]["eventHubEndpoints"]["events"]["retentionTimeInDays"] == 2
    device, now_ms = state.hub.devices["device-1"], int(NOW * 1000)
    for age in (3, 1.5):
        state.hub.telemetry(device, b"x", system={}, properties={}, now_ms=now_ms - int(age * DAY_MS))
    state.hub.expire(now_ms)
    assert len(state.hub.partition_of("device-1").events) == 1


@pytest.mark.parametrize(("sku", "events", "why"), [
    ({}, {"partitionCount": 3}, "'partitionCount' cannot be changed"),
    ({}, {"retentionTimeInDays": 8}, "not from 1 to 7"),
    ({}, {"retentionTimeInDays": "x"}, "is not a number"),
    ({}, [], "is no object"),
    ({"name": "S3"}, {}, "stays of the tier S1"),
    ({"capacity": 0}, {}, "'sku.capacity' is not from 1 to 200"),
    ({"capacity": 201}, {}, "'sku.capacity' is not from 1 to 200"),
])  # fmt: skip
def test_the_stream_and_the_units_are_judged(state, path, sku, events, why):
    before = arm(state, path).body
    refused = put(state, path, sku, eventHubEndpoints={"events": events})
    assert refused.status == 400 and why in refused.body["error"]["message"] and arm(state, path).body == before
