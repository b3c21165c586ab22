"""What was given as a device's string or key: which kind it is, and what is wrong with it."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from azext_iotdiag.credential import exactness, user_credential
from azext_iotdiag.model.keys import GivenKey
from azext_iotdiag.model.target import Secret

KEY = base64.b64encode(b"k" * 32).decode()
HUB = "hub.azure-devices.net"
DEVICE = f"HostName={HUB};DeviceId=pump;SharedAccessKey={KEY}"
MODULE = f"HostName={HUB};DeviceId=pump;ModuleId=m;SharedAccessKey={KEY}"
X509 = f"HostName={HUB};DeviceId=pump;x509=true"
OF_HUB = f"HostName={HUB};SharedAccessKeyName=owner;SharedAccessKey={KEY}"
OF_DPS = f"HostName=d.azure-devices-provisioning.net;SharedAccessKeyName=owner;SharedAccessKey={KEY}"
EVENT_HUB = f"Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=p;SharedAccessKey={KEY};EntityPath=e"
TOKEN = f"SharedAccessSignature sr={HUB}%2Fdevices%2Fpump&sig=x%3D&se=1"


def string(kind: str, **more: Any) -> GivenKey:
    return GivenKey("--x", kind, host=HUB, device="pump", **more)


@pytest.mark.parametrize("read", [user_credential.read_string, user_credential.read_key])
@pytest.mark.parametrize(("text", "facts", "key"), [
    (DEVICE, string("device"), KEY), (MODULE, string("module", module="m"), KEY),
    (X509, string("device", authentication="x509"), ""),
    (f"{DEVICE} ", string("device", repairs=exactness.of_string(f"{DEVICE} ")), KEY),
    # What opens a service is no device's, and its key is not handed on.
    (OF_HUB, GivenKey("--x", "hub", host=HUB), ""),
    (OF_DPS, GivenKey("--x", "dps", host="d.azure-devices-provisioning.net"), ""),
    (EVENT_HUB, GivenKey("--x", "event hub", host="ns.servicebus.windows.net"), ""),
])  # fmt: skip
def test_a_string(read: Any, text: str, facts: GivenKey, key: str) -> None:
    """Whether a string or a key was asked for."""
    found = read(text, "--x")
    assert (found.facts, found.key) == (facts, key)
    assert (found.string is None) is (facts.kind not in ("device", "module"))
    assert found.string is None or found.string.device == "pump"


@pytest.mark.parametrize(("text", "of_key", "key"), [
    (f"HostName={HUB};DeviceId=pump;SharedAccessKey= {KEY[:20]} ;x=y", False, KEY[:20]),
    (f"HostName={HUB};DeviceId=pump;SharedAccessKey={KEY[:21]}", True, KEY[:21]),  # cut off within four characters
    (f"HostName={HUB};DeviceId=pump", True, ""), (f"HostName={HUB}", False, ""), ("nonsense", False, ""),
])  # fmt: skip
def test_a_string_that_cannot_be_read(text: str, of_key: bool, key: str) -> None:
    found = user_credential.read_string(text, "--x")
    assert found.facts.kind == "" and found.facts.fault and found.facts.advice and found.string is None
    assert (found.facts.fault_of_key, found.key) == (of_key, key)


def test_a_key() -> None:
    assert user_credential.read_key(KEY, "--x") == user_credential.Given(GivenKey("--x", "key"), key=KEY)
    blank = user_credential.read_key(f" {KEY}\n", "--x")
    assert blank == user_credential.Given(GivenKey("--x", "key", repairs=exactness.of_key(f" {KEY}\n")), key=KEY)
    assert [each.how for each in blank.facts.repairs] == ["begins with a blank", "ends with a line break"]


@pytest.mark.parametrize(("text", "kind", "fault", "of_key", "key"), [
    (TOKEN, "token", "this is a SAS token, not a key", False, ""),
    ('{"a": 1}', "", "this is JSON, not a key", False, ""),
    ("-----BEGIN CERTIFICATE-----", "", "this is a certificate or a key in PEM, not a key", False, ""),
    ("not base64!", "", "", True, "not base64!"),
])  # fmt: skip
def test_what_is_no_key(text: str, kind: str, fault: str, of_key: bool, key: str) -> None:
    found = user_credential.read_key(text, "--x")
    assert (found.facts.kind, found.facts.fault_of_key, found.key) == (kind, of_key, key)
    assert found.facts.fault == fault if fault else found.facts.fault
    assert found.facts.advice


@pytest.mark.parametrize(("key", "secret"), [(KEY, Secret(KEY)), ("", None), ("not base64!", None)])
def test_only_a_key_that_can_sign_is_a_secret(key: str, secret: Secret | None) -> None:
    assert user_credential.secret(user_credential.Given(GivenKey("--x"), key=key)) == secret
