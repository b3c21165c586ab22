"""Bodies whose parts have shapes that nobody meant: refused or taken, but never the end of the connection."""

from __future__ import annotations

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant.tenant import GROUP
from tests.plugins.lab_requests import arm, ask

NOW = 1_900_000_000
ODD = (None, True, 1, -1.5, "x", "ü", [], [1], ["x"], [[]], [{}], {}, {"a": 1}, {"a": {"b": []}})
RULE = {"filterName": "f", "action": "Reject", "ipMask": "10.0.0.0/8", "target": "all"}
KEYS = {"primaryKey": "AAAA", "secondaryKey": "AAAA"}
ENROLLMENT = {
    "registrationId": "d1",
    "deviceId": "d",
    "attestation": {"type": "symmetricKey", "symmetricKey": KEYS, "x509": {"clientCertificates": {"primary": {}}}},
    "capabilities": {"iotEdge": True},
    "provisioningStatus": "enabled",
    "reprovisionPolicy": {"updateHubAssignment": True, "migrateDeviceData": True},
    "allocationPolicy": "custom",
    "customAllocationDefinition": {"webhookUrl": "http://127.0.0.1", "apiVersion": "x"},
    "iotHubs": ["h"],
    "iotHubHostName": "",
    "initialTwin": {"tags": {}, "properties": {"desired": {}}},
}
X509 = {
    "registrationId": "d1",
    "attestation": {"type": "x509", "x509": {"signingCertificates": {"primary": {"certificate": "x"}}}},
}
TPM = {"registrationId": "d1", "attestation": {"type": "tpm", "tpm": {"endorsementKey": "x"}}}
HUB = {
    "sku": {"name": "S1", "capacity": 1},
    "tags": {"a": "b"},
    "properties": {
        "authorizationPolicies": [{"keyName": "k", "rights": "ServiceConnect", **KEYS}],
        "ipFilterRules": [RULE],
        "networkRuleSets": {"defaultAction": "Deny", "applyToBuiltInEventHubEndpoint": True, "ipRules": [RULE]},
        "publicNetworkAccess": "Enabled",
        "disableLocalAuth": False,
    },
}
DPS = {
    "tags": {},
    "properties": {"ipFilterRules": [RULE], "iotHubs": [{"name": "lab-hub.azure-devices.net", "allocationWeight": 1}]},
}


def variants(value):
    """The value with each of its parts, and the whole of it, replaced by each of ODD."""
    yield from ODD
    if isinstance(value, dict):
        for key, part in value.items():
            yield {other: kept for other, kept in value.items() if other != key}
            yield from ({**value, key: odd} for odd in variants(part))
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from ([*value[:at], odd, *value[at + 1 :]] for odd in variants(part))


@pytest.fixture
def state():
    return new_lab(clock=lambda: NOW)


@pytest.mark.parametrize("kind", ["enrollments", "enrollmentGroups"])
@pytest.mark.parametrize("body", [ENROLLMENT, X509, TPM])
def test_enrollments(state, kind, body):
    dps = state.provisioning[0]
    dps.per_minute = 1_000_000
    key = sas.iothub_key(dps.policies["provisioningserviceowner"].primary.reveal())
    headers = {"authorization": sas.sign(dps.host, key, NOW + 60, "provisioningserviceowner")}
    if kind == "enrollmentGroups":
        body = {**body, "enrollmentGroupId": "d1"}
    url = f"https://{dps.host}/{kind}/d1?api-version=2021-10-01"
    for odd in variants(body):
        put = ask(state, url, method="PUT", body=odd, content_type="application/json", **headers)
        assert put.status in (200, 400), odd
        if put.status == 200:
            assert ask(state, url, **headers).status == 200, odd


def test_hubs(state):
    path = f"{state.tenant.subscriptions[0].path}/resourceGroups/{GROUP}/providers/Microsoft.Devices/IotHubs/lab-hub"
    for odd in variants(HUB):
        assert arm(state, path, method="PUT", body=odd).status in (200, 400), odd
        assert arm(state, path).status == 200, odd
        for built_in in (False, True):
            assert isinstance(state.hub.settings.shut_to("10.0.0.1:1", built_in=built_in), str), odd


def test_provisioning_services(state):
    path = f"{state.tenant.subscriptions[0].path}/resourceGroups/{GROUP}/providers/Microsoft.Devices/"
    path += "provisioningServices/lab-dps"
    for odd in variants(DPS):
        assert arm(state, path, version="2021-10-15", method="PUT", body=odd).status in (200, 400), odd
        assert isinstance(state.provisioning[0].shut_to("10.0.0.1:1", "deviceApi"), str), odd
