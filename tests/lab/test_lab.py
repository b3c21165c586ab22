"""What the lab's hub holds: names, keys, and the events of a partition."""

from __future__ import annotations

import base64
import re
from functools import partial

import pytest

from azext_iotdiag.lab.hub.event_log import DAY_MS, LogLimits, Partition
from azext_iotdiag.lab.lab import add_hubs, new_lab
from azext_iotdiag.lab.process.settings import BadSetting, Settings
from azext_iotdiag.wire.amqp.message import decode_message
from azext_iotdiag.wire.amqp.types import Symbol, Timestamp

NOW = 1_700_000_000_000


def state(**settings):
    return new_lab(clock=lambda: NOW / 1000, **settings)


def append(partition, body=b"x", now_ms=NOW):
    return partition.append(body=body, device="d", system={}, properties={}, annotations={}, now_ms=now_ms)


def test_names_are_those_of_a_hub():
    hub = state(name="lab").hub
    assert (hub.name, hub.host) == ("lab-hub", "lab-hub.azure-devices.net")
    assert re.fullmatch(r"iothub-ns-lab-hub-\d{8}-[0-9a-f]{10}\.servicebus\.windows\.net", hub.stream.host)
    assert re.fullmatch(r"iothub-ehub-lab-hub-\d{8}-[0-9a-f]{10}", hub.stream.entity)
    assert list(hub.devices) == ["device-1", "device-2", "device-3"]
    assert list(hub.stream.partitions) == ["0", "1", "2", "3"]
    assert hub.stream.consumer_groups == {"$Default"}
    assert hub.stream.created == NOW


@pytest.mark.parametrize("name", ["a", "a-b", "9", "x" * 46, "aaaaaaaaa-b"])
def test_good_names(name):
    hub = state(name=name).hub
    assert len(hub.name) <= 50
    assert len(hub.stream.host.split(".")[0]) <= 63
    assert "--" not in hub.stream.host


@pytest.mark.parametrize("name", ["", "A", "a_b", "-a", "a-", "a.b", "x" * 47, "../x", "a/b", "a\n", "ä"])
def test_bad_names(name):
    with pytest.raises(BadSetting, match="cannot be the name") as caught:
        state(name=name)
    assert "hyphens" in caught.value.advice


@pytest.mark.parametrize(
    "settings", [{"partition_count": 0}, {"partition_count": 33}, {"device_count": 0}, {"device_count": 1001}]
)
def test_bad_sizes(settings):
    with pytest.raises(BadSetting, match="A lab cannot have"):
        state(**settings)


def test_rights_are_those_of_azure():
    rights = {name: set(policy.rights) for name, policy in state().hub.policies.items()}
    assert rights == {
        "iothubowner": {"RegistryRead", "RegistryWrite", "ServiceConnect", "DeviceConnect"},
        "service": {"ServiceConnect"},
        "device": {"DeviceConnect"},
        "registryRead": {"RegistryRead"},
        "registryReadWrite": {"RegistryRead", "RegistryWrite"},
    }


def test_every_key_is_random_and_hidden():
    keys = set()
    for hub in (state().hub, state().hub):
        for owner in (*hub.policies.values(), *hub.devices.values()):
            keys |= {owner.primary.reveal(), owner.secondary.reveal()}
            assert owner.primary.reveal() not in repr(owner)
    assert len(keys) == 2 * 2 * (5 + 3)
    assert all(len(base64.b64decode(key, validate=True)) == 32 for key in keys)


def test_telemetry_carries_what_iot_hub_adds():
    lab = state()
    device = lab.hub.devices["device-1"]
    device.model_id = "dtmi:x;1"
    stored = lab.hub.telemetry(
        device,
        b"\x1f\x8b\x00",
        system={"content-type": "application/json", "message-id": "m", "user-id": "Zoë"},
        properties={"a": "1"},
        component="thermostat",
        now_ms=NOW,
    )
    message = decode_message(stored.message)
    assert message.body == b"\x1f\x8b\x00"
    assert message.annotations == {
        "iothub-connection-device-id": "device-1",
        "iothub-connection-auth-method":
            '{"scope":"device","type":"sas","issuer":"iothub","acceptingIpFilterRule":null}',
        "iothub-connection-auth-generation-id": device.generation_id,
        "iothub-enqueuedtime": NOW,
        "iothub-message-source": "Telemetry",
        "dt-dataschema": "dtmi:x;1",
        "dt-subject": "thermostat",
        "x-opt-sequence-number": 0,
        "x-opt-offset": "0",
        "x-opt-enqueued-time": NOW,
    }  # fmt: skip
    assert all(isinstance(key, Symbol) for key in message.annotations)
    assert isinstance(message.annotations["iothub-enqueuedtime"], Timestamp)
    assert isinstance(message.annotations["x-opt-enqueued-time"], Timestamp)
    assert message.properties == {
        "content-type": "application/json", "message-id": "m", "user-id": "Zoë".encode()
    }  # fmt: skip
    assert message.application == {"a": "1"}
    assert device.last_activity == NOW / 1000
    assert re.fullmatch(r"\d{18}", device.generation_id)


def test_model_and_component_are_left_out_where_there_are_none():
    lab = state()
    stored = lab.hub.telemetry(lab.hub.devices["device-1"], b"", system={}, properties={}, auth="x509", now_ms=NOW)
    message = decode_message(stored.message)
    assert not {"dt-dataschema", "dt-subject"} & set(message.annotations)
    assert '"type":"x509Certificate"' in message.annotations["iothub-connection-auth-method"]
    assert (message.body, message.properties, message.application) == (b"", {}, {})


def test_a_device_stays_in_its_partition_and_devices_spread():
    hub = state(device_count=50).hub
    assert all(hub.partition_of(device) is hub.partition_of(device) for device in hub.devices)
    assert {hub.partition_of(device).id for device in hub.devices} == {"0", "1", "2", "3"}


def test_sequence_offset_and_time_never_go_down():
    partition = Partition("0")
    for now in (5, 9, 3, 9):
        append(partition, b"x" * now, now_ms=now)
    assert [event.sequence for event in partition.events] == [0, 1, 2, 3]
    assert [event.enqueued for event in partition.events] == [5, 9, 9, 9]
    offsets = [int(event.offset) for event in partition.events]
    assert offsets == sorted(set(offsets))
    assert decode_message(partition.events[2].message).annotations["x-opt-enqueued-time"] == 9


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_the_oldest_are_dropped_and_the_numbers_go_on(limit):
    partition = Partition("0", LogLimits(limit))
    for _ in range(3 * limit):
        append(partition)
        assert len(partition.events) <= limit
    sequences = [event.sequence for event in partition.events]
    assert sequences == list(range(sequences[0], 3 * limit))
    assert len(sequences) >= limit * 0.9
    assert partition.next_sequence == 3 * limit


def test_bytes_are_bounded_too():
    partition = Partition("0", LogLimits(bytes=10_000))
    for _ in range(100):
        append(partition, b"x" * 1000)
    assert 0 < sum(len(event.message) for event in partition.events) <= 10_000
    append(partition, b"x" * 50_000)
    assert [event.sequence for event in partition.events] == [100]


def test_age_is_bounded_too_and_the_numbers_go_on():
    partition = Partition("0")
    for now in (NOW, NOW + 1, NOW + 2):
        append(partition, now_ms=now)
    partition.expire(NOW + 1)
    assert [event.sequence for event in partition.events] == [1, 2]
    assert [partition.index(number) for number in (0, 1, 2, 3)] == [0, 0, 1, 2]
    partition.expire(NOW + 99)
    newest = partition.newest
    assert (list(partition.events), newest.sequence, partition.next_sequence) == ([], 2, 3)
    after = append(partition, now_ms=NOW)
    assert (after.sequence, after.enqueued) == (3, NOW + 2) and int(after.offset) > int(newest.offset)
    assert partition.newest == after and Partition("1").newest is None


def test_a_hub_forgets_after_a_day():
    lab = state()
    hub, device = lab.hub, lab.hub.devices["device-1"]
    put = partial(hub.telemetry, device, b"x", system={}, properties={})
    partition = hub.partition_of("device-1")
    put(now_ms=NOW)
    put(now_ms=NOW + DAY_MS)
    assert [event.sequence for event in partition.events] == [0, 1]
    put(now_ms=NOW + DAY_MS + 1)
    assert [event.sequence for event in partition.events] == [1, 2]
    hub.expire(NOW + 3 * DAY_MS)
    assert (list(partition.events), partition.next_sequence) == ([], 3)


@pytest.mark.parametrize(("partitions", "events", "size"), [
    (1, 400_000, 268_435_456), (4, 100_000, 67_108_864), (32, 12_500, 8_388_608), (2000, 1000, 1_048_576),
])  # fmt: skip
def test_the_partitions_of_a_hub_share_its_room(partitions, events, size):
    assert LogLimits().share(partitions) == (events, size)


def test_index_finds_a_sequence_number():
    partition = Partition("0", LogLimits(3))
    assert partition.index(7) == 0
    for _ in range(5):
        append(partition)
    assert [partition.index(number) for number in (0, 2, 3, 4, 5, 99)] == [0, 0, 1, 2, 3, 3]


def test_subscribers_are_told_after_the_append_and_a_broken_one_harms_nobody(caplog):
    partition, seen = Partition("0"), []

    def watch():
        seen.append(len(partition.events))

    def broken():
        raise RuntimeError("broken")

    partition.subscribe(broken)
    partition.subscribe(watch)
    append(partition)
    append(partition)
    partition.unsubscribe(watch)
    partition.unsubscribe(watch)
    append(partition)
    assert seen == [1, 2]
    assert len([entry for entry in caplog.records if "subscriber" in entry.message]) == 1


def test_a_lab_with_several_hubs_knows_each_by_its_name() -> None:
    lab = new_lab()
    add_hubs(lab, 3)
    assert [each.hub.host for each in lab.further] == ["lab-2-hub.azure-devices.net", "lab-3-hub.azure-devices.net"]
    assert list(lab.at("LAB-3-hub.azure-devices.net").hub.devices) == ["lab-3-device"]
    assert lab.at("lab-hub.azure-devices.net") is lab.runtime
    named = [each.name for each in lab.tenant.subscriptions[0].find("Microsoft.Devices/IotHubs")]
    assert named == ["lab-hub", "lab-2-hub", "lab-3-hub"]
    with pytest.raises(BadSetting):
        Settings(hubs=0).check()
