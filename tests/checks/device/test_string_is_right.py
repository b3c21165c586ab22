"""The check `string-is-right`."""

import pytest

from azext_iotdiag.checks.device.string_is_right import string_is_right
from azext_iotdiag.model.keys import GivenKey
from azext_iotdiag.model.target import Target

HUB = "hub.azure-devices.net"


@pytest.mark.parametrize(
    ("given", "asked", "code"),
    [
        (GivenKey("--key", fault="the key is not base64"), Target(), "key-malformed"),
        (GivenKey("--cs", "hub", host=HUB), Target(), "wrong-kind-of-string"),
        (GivenKey("--cs", "event hub"), Target(), "wrong-kind-of-string"),
        (GivenKey("--cs", "device", host="other.azure-devices.net"), Target(hub=HUB), "string-for-another-hub"),
        (GivenKey("--cs", "device", device="Pump"), Target(device="pump"), "string-for-another-device"),
    ],
)
def test_what_is_wrong(given: GivenKey, asked: Target, code: str) -> None:
    [found] = string_is_right.run(given, asked)
    assert found.entry.code == code and given.source in found.message


def test_what_is_right() -> None:
    given = GivenKey("--cs", "device", host=HUB, device="pump")
    assert not list(string_is_right.run(given, Target(hub=HUB.upper(), device="pump")))
    assert not list(string_is_right.run(given, Target()))
