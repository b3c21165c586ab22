"""Which device a token or a certificate opens, and the real reason where it opens none."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub import client_certificates, device_access
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net import certificates
from azext_iotdiag.lab.net.certificates import load

ROOT = certificates.make_authority("the devices' authority", path_length=1)
BETWEEN = ROOT.issue_authority("between")
STRANGER = certificates.make_authority("the devices' authority")
NOW = datetime.now(timezone.utc).timestamp()


@pytest.fixture
def state():
    made = new_lab(clock=lambda: NOW).runtime
    made.hub.authorities["factory"] = ROOT.pem
    device = made.hub.devices["device-1"]
    device.modules["m"] = Device("device-1", new_key(), new_key(), module_id="m")
    return made


def judge(state, *, device="device-1", module="", token=None, chain=(), host=None):
    return device_access.judge(state, host or state.hub.host, device, module, token, chain)


def chain_of(*pems):
    return [certificate for pem in pems for certificate in load(pem)]


SELF_SIGNED = certificates.self_signed("any name")[0]
SHA1, SHA256 = client_certificates.thumbprints(load(SELF_SIGNED)[0])
THUMBPRINTS = {
    "SHA-1": ((SHA1, ""), ""),
    "SHA-256": ((SHA256, ""), ""),
    "secondary": (("0" * 40, SHA1), ""),
    "capitals": ((SHA1.upper(), ""), ""),
    "another": (("0" * 40, ""), f"thumbprint {SHA1} is not one of"),
    "none": (("", ""), "is not one of"),
}


@pytest.mark.parametrize("name", THUMBPRINTS)
def test_thumbprint(state, name):
    thumbprints, reason = THUMBPRINTS[name]
    device = state.hub.devices["device-1"]
    device.authentication, device.thumbprints = "selfSigned", thumbprints
    access = judge(state, chain=chain_of(SELF_SIGNED))
    assert reason in access.reason and bool(access.device) is not bool(reason)
    assert access.auth == "x509"


def issued(authority, name="device-1", **valid):
    return authority.issue_device(name, **valid)[0]


LONG_AGO = datetime.now(timezone.utc) - timedelta(days=9)
CHAINS = {
    "issued by the authority": ((issued(ROOT),), ""),
    "with the authority itself": ((issued(ROOT), ROOT.pem), ""),
    "through another authority": ((issued(BETWEEN), BETWEEN.pem), ""),
    "without the one between": ((issued(BETWEEN),), "no authority"),
    "by a stranger of the same name": ((issued(STRANGER), STRANGER.pem), "no authority"),
    "for another device": ((issued(ROOT, "device-2"),), "common name is 'device-2'"),
    "expired": ((issued(ROOT, start=LONG_AGO, days=1),), "expired"),
    "self-signed": ((certificates.self_signed("device-1")[0],), "no authority"),
    "none": ((), "showed none"),
}


@pytest.mark.parametrize("name", CHAINS)
def test_authority(state, name):
    pems, reason = CHAINS[name]
    state.hub.devices["device-1"].authentication = "certificateAuthority"
    access = judge(state, chain=chain_of(*pems))
    assert reason in access.reason and bool(access.device) is not bool(reason)


def token(state, path="devices/device-1", key=None):
    key = key or state.hub.devices["device-1"].primary
    return sas.sign(f"{state.hub.host}/{path}", sas.iothub_key(key.reveal()), int(NOW) + 60)


def test_a_module_has_keys_of_its_own(state):
    module = state.hub.devices["device-1"].modules["m"]
    own = token(state, "devices/device-1/modules/m", module.primary)
    assert judge(state, module="m", token=own).device is module
    assert "another key" in judge(state, module="m", token=token(state, "devices/device-1/modules/m")).reason
    assert (
        "not for" in judge(state, module="m", token=token(state, "devices/device-1/modules/n", module.primary)).reason
    )
    assert "there is 'm'" in judge(state, module="M", token=own).reason
    assert "another key" in judge(state, token=own).reason


def test_a_device_with_a_certificate_takes_no_token(state):
    state.hub.devices["device-1"].authentication = "selfSigned"
    assert "came with a SAS token" in judge(state, token=token(state)).reason


def test_a_device_with_a_key_takes_no_certificate(state):
    assert "has no certificate" in judge(state, chain=chain_of(SELF_SIGNED)).reason
