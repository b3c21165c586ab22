"""Devices that register over HTTPS: who is let in, where they are led, and every way in which that fails."""

from __future__ import annotations

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from azext_iotdiag.lab.dps import device_api as dps_device
from azext_iotdiag.lab.dps.service import X509, Attestation, Enrollment, LinkedHub, derived
from azext_iotdiag.lab.hub.identities import new_key
from azext_iotdiag.lab.lab import new_lab
from tests.plugins.dps_device import Device, certificate, pem


class Clock:
    now = 1_900_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def state(clock):
    return new_lab(clock=clock)


@pytest.fixture
def dps(state):
    return state.provisioning[0]


@pytest.fixture
def device(state, dps, clock):
    """A device of the group `devices`."""
    return Device(state, clock, key=derived(dps.groups["devices"].attestation.primary, "d1"))


def individual(dps, **fields):
    made = dps.enrollments["d1"] = Enrollment("d1", **fields)
    return made


def code(answer):
    return answer.status, answer.body["errorCode"]


def test_a_device_of_a_group_is_assigned_and_may_connect(state, device):
    begun = device.register()
    assert begun.status == 202 and begun.headers["Retry-After"] == "3" and begun.body["status"] == "assigning"
    early = device.ask("GET", f"/operations/{begun.body['operationId']}")
    assert (early.status, early.body["status"]) == (202, "assigning")
    told = device.registered()
    assert (told["status"], told["assignedHub"], told["deviceId"]) == ("assigned", state.hub.host, "d1")
    assert told["substatus"] == "initialAssignment"
    assert state.hub.devices["d1"].primary == device.key
    assert device.ask("POST", "").body == {**told}


def test_a_lookup_assigns_nothing(state, device):
    assert device.ask("POST", "").body["status"] == "unassigned" and "d1" not in state.hub.devices


def test_both_keys_and_an_id_of_its_own(state, dps, clock):
    enrollment = individual(dps, device_id="pump", initial_twin={"tags": {"a": 1}, "properties": {"desired": {"b": 2}}})
    for key in (enrollment.attestation.primary, enrollment.attestation.secondary):
        assert Device(state, clock, key=key).registered()["deviceId"] == "pump"
    twin = state.hub.devices["pump"].twin
    assert twin.tags == {"a": 1} and twin.desired.values == {"b": 2}
    assert Device(state, clock, "D1", key=enrollment.attestation.primary).registered()["status"] == "assigned"


def test_who_is_not_let_in_is_not_told_why(state, dps, device, clock):
    individual(dps)
    good = dps.enrollments["d1"].attestation.primary
    wrong_scope = Device(state, clock, key=good)
    wrong_scope.scope = "0ne00000000"
    expired = Device(state, clock, key=good)
    expired.expires = int(clock.now)
    other_resource = Device(state, clock, key=good)
    other_resource.resource = f"{state.hub.host}/devices/d1"
    refused = [
        device.register(),  # the group's key, where the device has an enrollment of its own
        Device(state, clock, key=new_key()).register(),
        Device(state, clock, "d2", key=good).register(),
        wrong_scope.register(),
        expired.register(),
        other_resource.register(),
    ]
    assert {code(answer) for answer in refused} == {(401, 401002)}
    assert {answer.body["message"] for answer in refused} == {"Unauthorized"}
    assert len({answer.reason for answer in refused}) == 4  # the audit log tells apart all but the three wrong keys
    assert code(Device(state, clock).register()) == (401, 401000)


def test_network_rules_look_like_a_wrong_key(dps, device):
    dps.network["ipFilterRules"] = [
        {"filterName": "no", "action": "Reject", "ipMask": "127.0.0.1", "target": "deviceApi"}
    ]
    answer = device.register()
    assert code(answer) == (401, 401002) and "'no'" in answer.reason and "'no'" not in str(answer.body)
    dps.network["ipFilterRules"][0]["target"] = "serviceApi"
    assert device.register().status == 202


def test_requests_that_cannot_be_right(device):
    assert code(device.ask("PUT", "/register", b"[]")) == (400, 400004)
    assert code(device.ask("PUT", "/register", b"{")) == (400, 400004)
    assert code(device.ask("PUT", "/register", b'"' + b"x" * 100_000)) == (400, 400004)
    assert code(device.ask("PUT", "/register", b'{"registrationId": "d2"}')) == (400, 400004)
    assert code(device.ask("PUT", "/register", b"{}", version="1999-01-01")) == (400, 400004)
    assert code(device.ask("PUT", "/register", b"{}", kind="text/plain")) == (415, 415000)
    assert code(device.ask("DELETE", "")) == (405, 405000)
    assert code(device.ask("GET", "/operations/none")) == (404, 404201)
    device.id = ""
    assert code(device.ask("PUT", "")) == (405, 405000)


def test_tpm(state, dps, clock):
    body = b'{"tpm": {"endorsementKey": "AA==", "storageRootKey": "AA=="}}'
    assert code(Device(state, clock).register(body)) == (404, 404201)
    individual(dps, attestation=Attestation("tpm", endorsement_key="AA=="))
    answer = Device(state, clock).register(body)
    assert code(answer) == (501, 501000) and answer.body["message"] == "The lab does not play TPM attestation."
    assert "does not play TPM" in answer.reason


def test_a_disabled_enrollment(state, dps, device):
    dps.groups["devices"].enabled = False
    told = device.registered()
    assert told["status"] == "disabled" and "assignedHub" not in told and "d1" not in state.hub.devices


def test_a_device_that_the_allocation_turns_away(dps, device):
    dps.refused.add("d1")
    told = device.registered()
    assert (told["status"], told["errorCode"]) == ("failed", 400209)
    dps.refused.clear()
    assert device.registered()["status"] == "assigned"


@pytest.mark.parametrize("why", ["key", "rights", "local auth", "another hub"])
def test_a_link_that_the_hub_does_not_accept_any_more(state, dps, device, why):
    if why == "key":
        dps.linked[0].key = new_key()
    elif why == "rights":
        state.hub.policies["iothubowner"].rights = frozenset({"RegistryRead"})
    elif why == "local auth":
        state.hub.settings.update({"disableLocalAuth": True})
    else:
        dps.linked[0].host = "gone.azure-devices.net"
    told = device.registered()
    assert (told["status"], told["errorCode"]) == ("failed", 401002)
    assert json.loads(told["errorMessage"])["Message"] == "ErrorCode:IotHubUnauthorizedAccess;Unauthorized"


def test_no_hub_takes_part(dps, device):
    dps.linked[0].takes_part = False
    assert device.registered()["errorCode"] == 400004


def test_a_static_hub_and_weights(state, dps, device):
    dps.linked.append(LinkedHub("other.azure-devices.net", "x", new_key(), weight=0))
    assert device.registered()["assignedHub"] == state.hub.host
    dps.groups["devices"].allocation, dps.groups["devices"].hubs = "static", ["other.azure-devices.net"]
    assert device.registered()["errorCode"] == 401002
    dps.groups["devices"].update_hub = False
    dps.registrations["d1"].hub = state.hub.host
    assert device.registered()["assignedHub"] == state.hub.host


def test_data_is_kept_or_reset(state, dps, device):
    device.registered()
    state.hub.devices["d1"].twin.tags["kept"] = True
    assert device.registered()["substatus"] == "initialAssignment"
    assert state.hub.devices["d1"].twin.tags == {"kept": True}
    dps.groups["devices"].migrate_data = False
    assert device.registered()["substatus"] == "deviceDataReset"
    assert state.hub.devices["d1"].twin.tags == {}


def test_an_initial_twin_that_no_hub_takes(dps, device):
    dps.groups["devices"].initial_twin = {"tags": {"a.b": 1}}
    assert device.registered()["errorCode"] == 400004


def test_too_many(dps, device):
    dps.per_minute = 2
    first = device.register()
    assert first.status == 202 and device.ask("POST", "").status == 200
    throttled = device.register()
    assert code(throttled) == (429, 429001) and throttled.headers["Retry-After"] == "3"
    assert code(device.ask("POST", "")) == (429, 429001)
    device.clock.now += 61
    device.expires += 600
    assert device.register().status == 202


def test_certificates(state, dps, clock):
    own, _ = certificate("d1", clock.now)
    individual(dps, attestation=Attestation(X509, certificates=[pem(own)]))
    assert Device(state, clock, chain=[own]).registered()["status"] == "assigned"
    known = state.hub.devices["d1"]
    assert known.authentication == "selfSigned" and len(known.thumbprints[0]) == 40
    assert code(Device(state, clock, chain=certificate("d1", clock.now)[:1]).register()) == (401, 401002)
    assert code(Device(state, clock, "d2", chain=[own]).register()) == (401, 401002)
    clock.now += 31 * 86400
    assert "expired" in Device(state, clock, chain=[own]).register().reason


def test_certificates_of_a_group(state, dps, clock):
    authority = certificate("ca", clock.now, authority=True)
    stranger = certificate("ca", clock.now, authority=True)
    group = Attestation(X509, certificates=[pem(authority[0])])
    dps.groups["certified"] = Enrollment("certified", group=True, attestation=group)
    leaf, _ = certificate("d1", clock.now, issuer=authority)
    assert Device(state, clock, chain=[leaf]).registered()["status"] == "assigned"
    between = certificate("between", clock.now, issuer=authority, authority=True)
    below, _ = certificate("d2", clock.now, issuer=between)
    assert Device(state, clock, "d2", chain=[below, between[0]]).registered()["status"] == "assigned"
    assert code(Device(state, clock, "d2", chain=[below]).register()) == (401, 401002)
    forged, _ = certificate("d1", clock.now, issuer=stranger)
    assert code(Device(state, clock, chain=[forged]).register()) == (401, 401002)


class Function(BaseHTTPRequestHandler):
    """A custom allocation: answers what `server.answer` says, and keeps what it was asked."""

    def do_POST(self):
        self.server.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, body = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def function():
    server = HTTPServer(("127.0.0.1", 0), Function)
    server.url = f"http://127.0.0.1:{server.server_port}/api/allocate"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join(5)
    server.server_close()


def test_a_custom_allocation_decides(state, dps, device, function):
    answer = {"iotHubHostName": state.hub.host, "initialTwin": {"tags": {"by": "function"}}, "payload": {"x": 1}}
    function.answer = 200, json.dumps(answer).encode()
    dps.groups["devices"].allocation, dps.groups["devices"].webhook = "custom", function.url
    told = device.registered(b'{"payload": {"model": "m"}}')
    assert (told["status"], told["payload"]) == ("assigned", {"x": 1})
    assert function.asked["deviceRuntimeContext"] == {"registrationId": "d1", "payload": {"model": "m"}}
    assert function.asked["linkedHubs"] == [state.hub.host]
    assert state.hub.devices["d1"].twin.tags == {"by": "function"}


@pytest.mark.parametrize(
    "answer", [(500, b""), (200, b"not json"), (200, b'{"iotHubHostName": "other"}'), (200, b"[]")]
)
def test_a_custom_allocation_that_fails(dps, device, function, answer):
    function.answer = answer
    dps.groups["devices"].allocation, dps.groups["devices"].webhook = "custom", function.url
    told = device.registered()
    assert told["errorCode"] == 400207 and "Custom allocation failed" in told["errorMessage"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "https://f.example/api", "http://10.0.0.1/x", "nonsense"])
def test_a_custom_allocation_that_cannot_be_reached(url):
    assert asyncio.run(dps_device.call_webhook(url, {})) == (0, None)
