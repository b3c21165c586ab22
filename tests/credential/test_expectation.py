"""What a token is held against, by what was said of it."""

from __future__ import annotations

import base64

import pytest

from azext_iotdiag.credential.connection_string import (
    DeviceConnectionString,
    DpsConnectionString,
    HubConnectionString,
)
from azext_iotdiag.credential.expectation import (
    NamedRegistration,
    Said,
    clock_host,
    device_to_ask,
    expected,
)
from azext_iotdiag.credential.inspection import Expected
from azext_iotdiag.model.target import Secret
from azext_iotdiag.model.token import REGISTRATION, SasFacts

KEY, OTHER = (Secret(base64.b64encode(bytes([n]) * 32).decode()) for n in (1, 2))
HOST, FRONT = "h.azure-devices.net", "f.azure-devices-provisioning.net"
DEVICE = DeviceConnectionString(HOST, "d", module="m", key=KEY)
HUB, DPS = HubConnectionString(HOST, "service", KEY), DpsConnectionString(FRONT, "owner", KEY)
OF_DEVICE = SasFacts("token", resource=f"{HOST}/devices/d/modules/m")
OF_POLICY = SasFacts("token", resource=HOST, policy="service")
OF_REGISTRATION = SasFacts("token", resource="0ne1/registrations/r")


@pytest.mark.parametrize(("token", "said", "wanted"), [
    (OF_DEVICE, Said(), Expected()),
    (OF_DEVICE, Said(hub=HOST), Expected(HOST)),
    (OF_DEVICE, Said(device="x"), Expected(f"{HOST}/devices/x")),
    (OF_DEVICE, Said(device="x", registration=NamedRegistration(key=OTHER)),
     Expected(f"{HOST}/devices/x", "", {"the key": OTHER})),
    (OF_DEVICE, Said(string=DEVICE), Expected(f"{HOST}/devices/d/modules/m", "", {"the string's key": KEY})),
    (OF_DEVICE, Said(hub="o.x", device="x", module="y", string=DEVICE),
     Expected("o.x/devices/x/modules/y", "", {"the string's key": KEY})),
    (OF_POLICY, Said(service=HUB), Expected(HOST, "service", {"the key of service": KEY})),
    (OF_POLICY, Said(hub="o.x", service=HUB), Expected("o.x", "service", {"the key of service": KEY})),
    (OF_POLICY, Said(service=DPS), Expected(FRONT, "owner", {"the key of owner": KEY})),
    (OF_REGISTRATION, Said(), Expected("", REGISTRATION)),
    (OF_REGISTRATION, Said(registration=NamedRegistration("0ne1", "r", key=KEY, group_key=OTHER)),
     Expected("0ne1/registrations/r", REGISTRATION, {"the key": KEY}, OTHER, "r")),
])  # fmt: skip
def test_what_is_expected(token: SasFacts, said: Said, wanted: Expected) -> None:
    assert expected(token, said) == wanted


def test_the_string_of_a_hub_takes_the_keys_of_the_device() -> None:
    keys = {"the primary key": KEY, "the secondary key": OTHER}
    assert device_to_ask(OF_DEVICE, Said(service=HUB)) == ("d", "m")
    assert device_to_ask(OF_DEVICE, Said(device="x", service=HUB)) == ("x", "m")
    assert expected(OF_DEVICE, Said(service=HUB), keys) == Expected(f"{HOST}/devices/d", "", keys)
    for token, said in (
        (OF_POLICY, Said(device="d", service=HUB)), (OF_DEVICE, Said(service=DPS)), (OF_DEVICE, Said()),
        (OF_DEVICE, Said(string=DEVICE, service=HUB)), (OF_REGISTRATION, Said(service=HUB)),
    ):  # fmt: skip
        assert device_to_ask(token, said) == ("", "")


def test_what_is_left_without_keys() -> None:
    said = Said(registration=NamedRegistration("", "r", key=KEY), service=HUB, string=DEVICE)
    left = said.without_keys(OF_DEVICE, "o.x", "0ne2")
    assert left == Said("d", "m", "o.x", NamedRegistration("0ne2", "r", key=KEY))


@pytest.mark.parametrize(("token", "wanted", "host"), [
    (OF_DEVICE, "", HOST), (OF_DEVICE, FRONT, FRONT),
    (OF_REGISTRATION, "", "global.azure-devices-provisioning.net"),
    (SasFacts("token", resource="example.com/devices/d"), "", ""),
    (OF_DEVICE, "H2.Azure-Devices.net/x", "h2.azure-devices.net"),
])  # fmt: skip
def test_whose_clock_counts(token: SasFacts, wanted: str, host: str) -> None:
    assert clock_host(token, Expected(wanted)) == host


@pytest.mark.parametrize(("resource", "device"), [
    (f"{HOST}/devices/d/modules/m", ("d", "m")), (f"{HOST}/devices/d", ("d", "")), (f"{HOST}/devices", ("", "")),
    (HOST, ("", "")), (f"{HOST}/messages/d", ("", "")),
])  # fmt: skip
def test_the_device_that_a_token_is_for(resource: str, device: tuple[str, str]) -> None:
    token = SasFacts("token", resource=resource)
    assert Said().device_of(token) == device
    assert device_to_ask(token, Said(service=HUB)) == device
