"""The provisioning service as its owner sees it: enrollments and registrations, who may read them, and refusals."""

from __future__ import annotations

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps import service_api as dps_service
from azext_iotdiag.lab.dps.service import Enrollment, Registration, derived
from azext_iotdiag.lab.hub.identities import Policy, new_key
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant import roles
from tests.plugins.dps_device import Device, certificate, pem
from tests.plugins.lab_requests import ask, token

NOW = 1_900_000_000


class Clock:
    now = float(NOW)

    def __call__(self):
        return self.now


@pytest.fixture
def state():
    clock = Clock()
    made = new_lab(clock=clock)
    made.test_clock = clock
    return made


@pytest.fixture
def dps(state):
    return state.provisioning[0]


@pytest.fixture
def owner(state, dps):
    """Ask with a policy's token: path, method, body; a body is sent as JSON."""

    def asked(
        path, method="GET", body=b"", *, policy="provisioningserviceowner", key=None, version="2021-10-01", **headers
    ):
        known = dps.policies[policy]
        signed = sas.sign(dps.host, sas.iothub_key((key or known.primary).reveal()), NOW + 60, policy)
        headers = {"content_type": "application/json", "authorization": signed, **headers}
        url = f"https://{dps.host}/{path}?api-version={version}"
        return ask(state, url, method=method, body=body, **headers)

    return asked


def code(answer):
    assert answer.headers["x-ms-error-code"] == str(answer.body["errorCode"])
    return answer.status, answer.body["errorCode"]


KEYS = {"registrationId": "d1", "attestation": {"type": "symmetricKey"}}


def test_an_enrollment_is_made_read_changed_and_removed(state, dps, owner):
    made = owner("enrollments/d1", "PUT", {**KEYS, "deviceId": "pump", "initialTwin": {"tags": {"a": 1}}})
    keys = made.body["attestation"]["symmetricKey"]
    assert made.status == 200 and len(keys["primaryKey"]) == 44
    read = owner("enrollments/D1").body
    assert read["attestation"] == {"type": "symmetricKey"} and read["deviceId"] == "pump"
    assert (read["provisioningStatus"], read["allocationPolicy"]) == ("enabled", "hashed")
    assert owner("enrollments/d1/attestationmechanism", "POST").body["symmetricKey"] == keys
    etag = read["etag"]
    changed = owner("enrollments/d1", "PUT", {**KEYS, "provisioningStatus": "disabled"}, if_match=etag)
    assert changed.body["attestation"]["symmetricKey"] == keys and not dps.enrollments["d1"].enabled
    assert code(owner("enrollments/d1", "PUT", KEYS, if_match=etag)) == (412, 412000)
    assert code(owner("enrollments/d1", "PUT", KEYS, if_none_match="*")) == (409, 409000)
    assert owner("enrollments/d1", "DELETE").status == 204
    assert code(owner("enrollments/d1")) == code(owner("enrollments/d1", "DELETE")) == (404, 404201)


def test_groups_and_their_registrations(state, dps, owner):
    body = {"enrollmentGroupId": "g", "attestation": {"type": "symmetricKey"}}
    key = owner("enrollmentGroups/g", "PUT", body).body["attestation"]["symmetricKey"]["primaryKey"]
    assert [each["enrollmentGroupId"] for each in owner("enrollmentGroups/query", "POST", {"query": "*"}).body] == [
        "devices",
        "g",
    ]
    del dps.groups["devices"]
    device = Device(state, state.test_clock, key=derived(dps.groups["g"].attestation.primary, "d1"))
    assert dps.groups["g"].attestation.primary.reveal() == key
    state.hub.devices.clear()
    told = device.registered()
    assert owner("registrations/g/query", "POST", {"query": "*"}).body == [told]
    assert owner("registrations/d1").body == told
    assert owner("registrations/d1", "DELETE").status == 204
    assert code(owner("registrations/d1")) == code(owner("registrations/d1", "DELETE")) == (404, 404202)
    assert code(owner("enrollmentGroups/none")) == code(owner("registrations/none/query", "POST")) == (404, 404204)


@pytest.mark.parametrize("body", [
    {},
    {"registrationId": "d2", "attestation": {"type": "symmetricKey"}},
    {"registrationId": "d1"},
    {"registrationId": "d1", "attestation": {"type": "magic"}},
    {"registrationId": "d1", "attestation": {"type": "tpm"}},
    {"registrationId": "d1", "attestation": {"type": "x509"}},
    {"registrationId": "d1",
     "attestation": {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": "x"}}}}},
    {"registrationId": "d1", "attestation": {"type": "symmetricKey", "symmetricKey": {"primaryKey": "!"}}},
    {**KEYS, "allocationPolicy": "magic"},
    {**KEYS, "allocationPolicy": "custom"},
    {**KEYS, "provisioningStatus": "maybe"},
    {**KEYS, "iotHubs": "x"},
    b"[]",
    b"{",
])  # fmt: skip
def test_what_is_no_enrollment(owner, body):
    assert code(owner("enrollments/d1", "PUT", body)) == (400, 400004)


def test_other_bad_requests(owner):
    assert code(owner("enrollments/a b", "PUT", {**KEYS, "registrationId": "a b"})) == (400, 400004)
    assert code(owner("enrollments/d1", "PUT", KEYS, version="1999-01-01")) == (400, 400004)
    assert code(owner("enrollments/d1", "PUT", KEYS, content_type="text/plain")) == (415, 415000)
    assert code(owner("enrollments", "PUT", KEYS)) == (405, 405000)
    assert code(owner("enrollmentGroups/g", "PUT", {"enrollmentGroupId": "g", "attestation": {"type": "tpm"}})) == (
        400,
        400004,
    )
    assert code(owner("nothing")) == (404, 404000)
    assert code(owner("enrollments/query", "POST", {"query": "*"}, x_ms_max_item_count="many")) == (400, 400004)


def test_certificates_and_tpm_are_shown(owner):
    text = pem(certificate("d1", NOW)[0])
    given = {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": text}}}}
    owner("enrollments/d1", "PUT", {"registrationId": "d1", "attestation": given})
    shown = owner("enrollments/d1").body["attestation"]["x509"]["clientCertificates"]["primary"]["info"]
    assert shown["subjectName"] == "CN=d1" and len(shown["sha256Thumbprint"]) == 64
    tpm = {"type": "tpm", "tpm": {"endorsementKey": "AA=="}}
    owner("enrollments/d2", "PUT", {"registrationId": "d2", "attestation": tpm})
    assert owner("enrollments/d2").body["attestation"] == tpm


def test_a_lab_stays_small(dps, owner, monkeypatch):
    monkeypatch.setattr(dps_service, "LARGEST", 1)
    assert owner("enrollments/d1", "PUT", KEYS).status == owner("enrollments/d1", "PUT", KEYS).status == 200
    assert code(owner("enrollments/d2", "PUT", {**KEYS, "registrationId": "d2"})) == (400, 400004)


def test_pages(dps, owner):
    for number in range(5):
        dps.enrollments[f"d{number}"] = Enrollment(f"d{number}")
    found, begin = [], {}
    for size in (2, 2, 1):
        page = owner("enrollments/query", "POST", {"query": "*"}, x_ms_max_item_count="2", **begin)
        assert len(page.body) == size and page.headers["x-ms-item-type"] == "Enrollment"
        found += [each["registrationId"] for each in page.body]
        begin = {"x_ms_continuation": page.headers.get("x-ms-continuation", "")}
    assert found == [f"d{number}" for number in range(5)] and begin == {"x_ms_continuation": ""}


def test_who_may_ask(state, dps, owner):
    dps.policies["reader"] = Policy("reader", frozenset({"EnrollmentRead"}), new_key(), new_key())
    assert owner("enrollmentGroups/devices", policy="reader").status == 200
    refused = [
        owner("enrollments/d1", "PUT", KEYS, policy="reader"),
        owner("registrations/d1", policy="reader"),
        owner("enrollmentGroups/devices", key=new_key()),
        owner("enrollmentGroups/devices", authorization=sas.sign("other", b"x", NOW + 60, "reader")),
        owner("enrollmentGroups/devices", authorization=sas.sign(dps.host, b"x", NOW + 60, "nobody")),
    ]
    state.test_clock.now += 61
    refused.append(owner("enrollmentGroups/devices"))
    assert {code(answer) for answer in refused} == {(401, 401002)}
    assert code(owner("enrollmentGroups/devices", authorization="")) == (401, 401000)


def test_a_person_needs_a_role_of_the_data_plane(state, dps, owner):
    """An owner of the subscription has none by that alone."""
    person = state.tenant.named("user", "Owner")

    def asked(path, method="GET", body=b"", audience="https://azure-devices-provisioning.net"):
        return owner(path, method, body, authorization=f"Bearer {token(state, person, audience)}")

    assert code(asked("enrollmentGroups/devices")) == (401, 401002)
    state.tenant.assign(person, roles.DPS_READER, state.tenant.path_of(dps))
    assert asked("enrollmentGroups/devices").status == 200
    assert code(asked("enrollments/d1", "PUT", KEYS)) == (401, 401002)
    assert code(asked("enrollmentGroups/devices", audience="https://graph.microsoft.com")) == (401, 401002)
    assert code(asked("enrollmentGroups/devices/attestationmechanism", "POST")) == (401, 401002)  # which has an action
    state.tenant.assign(person, roles.DPS_CONTRIBUTOR, state.tenant.path_of(dps))
    assert asked("enrollmentGroups/devices/attestationmechanism", "POST").status == 200


def test_rules_and_limits(dps, owner):
    dps.per_minute = 1
    assert owner("enrollmentGroups/devices").status == 200
    throttled = owner("enrollmentGroups/devices")
    assert code(throttled) == (429, 429001) and throttled.headers["Retry-After"] == "3"


def test_a_registration_of_an_individual_enrollment(dps, owner):
    dps.registrations["d1"] = Registration("d1", Enrollment("d1"), "failed", error_code=400207, error_message="no")
    assert owner("registrations/d1").body["errorCode"] == 400207
    assert owner("registrations/devices/query", "POST", {"query": "*"}).body == []


def test_truth_values_may_be_texts(owner):
    policy = {"updateHubAssignment": "false", "migrateDeviceData": "True"}
    made = owner("enrollments/d1", "PUT", {**KEYS, "reprovisionPolicy": policy, "capabilities": {"iotEdge": "true"}})
    assert made.body["reprovisionPolicy"] == {"updateHubAssignment": False, "migrateDeviceData": True}
    assert made.body["capabilities"] == {"iotEdge": True}
    assert code(owner("enrollments/d1", "PUT", {**KEYS, "capabilities": {"iotEdge": "yes"}})) == (400, 400004)
