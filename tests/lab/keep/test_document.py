"""A lab as a document, and back: what it held before is there again, and is one thing where it was one."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps import provisioning
from azext_iotdiag.lab.dps.provisioning import Proof
from azext_iotdiag.lab.dps.service import Attestation, Enrollment, derived
from azext_iotdiag.lab.hub import failover, sessions, twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.keep import document
from azext_iotdiag.lab.keep.codec import Unreadable
from azext_iotdiag.lab.lab import Lab, new_lab
from azext_iotdiag.lab.tenant.roles import HUB_READER, Lock
from tests.plugins.lab_requests import arm, ask, token

NOW = 1_700_000_000.0
HUB_AUDIENCE = "https://iothubs.azure.net"


@pytest.fixture(scope="module")
def lived() -> Lab:
    """A lab in which something of every kind has happened."""
    lab = new_lab("kept", partition_count=2, device_count=2, clock=lambda: NOW)
    device = lab.hub.devices["device-1"]
    twins.update(device.twin, {"tags": {"site": "ä"}, "properties": {"desired": {"every": 5}}}, NOW)
    twins.report(device.twin, {"every": 4.5, "big": 2**52 - 1}, NOW)
    device.modules["m"] = Device("device-1", new_key(), new_key(), module_id="m", generation_id="g")
    lab.hub.devices["x509"] = Device("x509", new_key(), new_key(), authentication="selfSigned", thumbprints=("A", "B"))
    lab.hub.authorities["factory"] = b"-----BEGIN"
    lab.hub.stream.consumer_groups.add("tool")
    lab.hub.settings.update({"disableDeviceSAS": True})
    for number in range(3):
        lab.hub.telemetry(device, b"x", system={}, properties={"n": number}, now_ms=int(NOW * 1000) + number)
    lab.runtime.kept["device-1"] = {"topic": 1}
    sessions.connect(lab.runtime, SimpleNamespace(device=device, protocol="mqtt", peer="", end=None))
    _provision(lab)
    central = lab.apps[0]
    central.enable(central.members["thermostat-good"], False)
    central.add("added", "Added", template="t")
    tenant, person = lab.tenant, lab.tenant.named("user", "Owner")
    tenant.assign(person, HUB_READER, tenant.path_of(lab.hub))
    tenant.locks.append(Lock("keep", "CanNotDelete", tenant.path_of(lab.hub)))
    tenant.sign_ins.refresh["token"] = tenant.sign_ins.visitor = person
    tenant.subscriptions[0].find("Microsoft.Devices/IotHubs")[0].tags["who"] = "me"
    token(lab, person)  # which makes the key that signs
    return lab


def _provision(lab: Lab) -> None:
    dps = lab.provisioning[0]
    dps.enrollments["own"] = Enrollment("own", attestation=Attestation(certificates=["PEM"]), initial_twin={"tags": {}})
    key = derived(dps.groups["devices"].attestation.primary, "pump")
    shown = sas.sign(f"{dps.id_scope}/registrations/pump", sas.iothub_key(key.reveal()), int(NOW) + 60, "registration")
    enrollment = provisioning.attest(dps, dps.id_scope, "pump", Proof(shown), NOW)
    provisioning.begin(dps, enrollment, "pump", {"payload": {"a": 1}}, Proof(shown), NOW)


def again(lab: Lab, **options) -> Lab:
    """The lab, written and read."""
    return document.to_lab(json.loads(json.dumps(document.of_lab(lab))), clock=lambda: NOW, **options)


def test_all_that_was_is_there_again(lived: Lab) -> None:
    assert document.of_lab(again(lived)) == document.of_lab(lived)


def test_what_ends_with_a_lab_is_not_there(lived: Lab) -> None:
    device = again(lived).hub.devices["device-1"]
    assert lived.hub.devices["device-1"].connected and not device.connected
    assert not again(lived).runtime.sessions and not again(lived).provisioning[0].operations


def test_what_was_one_thing_is_one_thing(lived: Lab) -> None:
    lab = again(lived)
    dps, app = lab.provisioning[0], lab.apps[0]
    assert dps.registrations["pump"].enrollment is dps.groups["devices"]
    assert all(each.hub.hub.devices[name] is each.identity for name, each in app.members.items())
    assert [each.what for each in lab.tenant.subscriptions[0].resources] == [lab.hub, dps, app.app, None]
    assert app.hubs[0].tenant is lab.tenant and app.hubs[0].audit is lab.audit and app.hubs[0].faults is lab.faults
    assert dps.linked[0].key == lab.hub.policies["iothubowner"].primary


def test_credentials_go_on_opening_the_same(lived: Lab) -> None:
    lab = again(lived)
    person = lived.tenant.named("user", "Owner")
    shown = token(lived, person, HUB_AUDIENCE)
    url = f"https://{lab.hub.host}/twins/device-1?api-version=2021-04-12"
    answer = ask(lab, url, authorization=f"Bearer {shown}")
    assert answer.status == 200 and answer.body["tags"] == {"site": "ä"}
    assert lab.apps[0].tokens["lab"].key == lived.apps[0].tokens["lab"].key


def test_numbers_of_messages_go_on(lived: Lab) -> None:
    before = lived.hub.partition_of("device-1")
    for in_order, skipped in ((True, 0), (False, document.SKIPPED)):
        lab = again(lived, in_order=in_order)
        partition = lab.hub.partition_of("device-1")
        assert (partition.next_sequence, len(partition.events)) == (before.next_sequence + skipped, 0)
        assert partition.newest is not None and partition.newest.enqueued == before.newest.enqueued
        stored = lab.hub.telemetry(lab.hub.devices["device-1"], b"y", system={}, properties={}, now_ms=1)
        assert stored.sequence == before.next_sequence + skipped and int(stored.offset) > int(before.newest.offset)
        assert stored.enqueued == before.newest.enqueued  # a clock that went back


def test_a_hub_stays_in_the_region_where_it_was(lived: Lab) -> None:
    lab = again(lived)
    failover.fail_over(lab.runtime)
    kept = again(lab).hub
    assert kept.settings.failed_over and kept.stream.host == lived.hub.standby.host
    assert (kept.standby.host, kept.standby.entity) == (lived.hub.stream.host, lived.hub.stream.entity)


def test_a_hub_that_was_kept_can_be_changed(lived: Lab) -> None:
    lab = again(lived)
    path = lab.tenant.path_of(lab.hub)
    shown = arm(lab, path)
    assert shown.status == 200 and shown.body["tags"] == {"who": "me"}
    assert arm(lab, path, method="PUT", body={**shown.body, "tags": {"a": "b"}}).body["tags"] == {"a": "b"}


@pytest.mark.parametrize("damage", [
    lambda kept: kept.pop("tenant"),
    lambda kept: kept["hub"]["hub"].pop("policies"),
    lambda kept: kept["hub"]["hub"]["devices"][0].pop("device_id"),
    lambda kept: kept["hub"]["hub"]["devices"][0].update(device_id=7),
    lambda kept: kept["hub"]["hub"]["devices"][0].update(colour="red"),
    lambda kept: kept["hub"]["hub"]["devices"][0].update(thumbprints=["A"]),
    lambda kept: kept["hub"]["hub"]["authorities"].update(factory="%"),
    lambda kept: kept["hub"]["hub"]["stream"]["partitions"].update({"0": []}),
    lambda kept: kept["apps"][0]["members"]["added"].update(hub=9),
    lambda kept: kept["apps"][0]["hubs"][0]["hub"].update(devices=[]),
    lambda kept: kept["tenant"]["issuer"].update(key="no key"),
    lambda kept: kept["tenant"]["refresh"].update(token="nobody"),
    lambda kept: kept["provisioning"][0].update(registrations={"a": 1}),
    lambda kept: kept.update(hub=[]),
])  # fmt: skip
def test_a_document_that_is_none_is_refused(lived: Lab, damage) -> None:
    kept = json.loads(json.dumps(document.of_lab(lived)))
    damage(kept)
    with pytest.raises(Unreadable):
        document.to_lab(kept, clock=lambda: NOW)
