"""The check `string-is-right`."""

import pytest

from azext_iotdiag.checks.device.string_is_right import string_is_right
from azext_iotdiag.model.keys import Asked, GivenKey, KeyComparison, KeyMatch

HUB = "hub.azure-devices.net"


@pytest.mark.parametrize(
    ("given", "asked", "code"),
    [
        (GivenKey("--key", fault="the key is not base64"), Asked(), "key-malformed"),
        (GivenKey("--cs", "hub", host=HUB), Asked(), "wrong-kind-of-string"),
        (GivenKey("--cs", "event hub"), Asked(), "wrong-kind-of-string"),
        (GivenKey("--cs", "device", host="other.azure-devices.net"), Asked(hub=HUB), "string-for-another-hub"),
        (GivenKey("--cs", "device", device="Pump"), Asked(device="pump"), "string-for-another-device"),
    ],
)
def test_what_is_wrong(given: GivenKey, asked: Asked, code: str) -> None:
    [found] = string_is_right.run(given, asked)
    assert found.entry.code == code and given.source in found.message


def test_what_is_right() -> None:
    given = GivenKey("--cs", "device", host=HUB, device="pump")
    assert not list(string_is_right.run(given, Asked(hub=HUB.upper(), device="pump")))
    assert not list(string_is_right.run(given, Asked()))


@pytest.mark.parametrize(("key_match", "codes"), [(KeyMatch.CUT, []), (KeyMatch.NONE, ["key-malformed"])])
def test_what_the_registry_says_of_a_key_is_more_exact(key_match: KeyMatch, codes: list[str]) -> None:
    given = GivenKey("--key", fault="the key is not base64", fault_of_key=True)
    compared = KeyComparison("h", "d", key_match=key_match)
    assert [found.entry.code for found in string_is_right.run(given, Asked(), compared)] == codes
