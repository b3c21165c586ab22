"""The check `key-fits-device`."""

from dataclasses import replace

import pytest

from azext_iotdiag.checks.admission.key_fits_device import ENTRIES, key_fits_device
from azext_iotdiag.model.keys import GivenKey, KeyComparison, KeyMatch

KNOWN = KeyComparison("h", "d", authentication="sas", status="enabled")
KEY = GivenKey("--key", "key")


@pytest.mark.parametrize("key_match", ENTRIES)
def test_a_key_that_does_not_fit(key_match: KeyMatch) -> None:
    [found] = key_fits_device.run(replace(KNOWN, key_match=key_match), KEY)
    assert found.entry is ENTRIES[key_match][0]


@pytest.mark.parametrize("key_match", [KeyMatch.PRIMARY, KeyMatch.SECONDARY, None])
def test_a_key_that_fits(key_match: KeyMatch | None) -> None:
    assert not list(key_fits_device.run(replace(KNOWN, key_match=key_match), KEY))


@pytest.mark.parametrize(
    ("registered", "key_match", "given"),
    [("selfSigned", KeyMatch.NONE, KEY), ("sas", None, GivenKey("--cs", authentication="x509"))],
)
def test_another_proof(registered: str, key_match: KeyMatch | None, given: GivenKey) -> None:
    [found] = key_fits_device.run(KeyComparison("h", "d", authentication=registered, key_match=key_match), given)
    assert found.entry.code == "proof-differs"


def test_a_disabled_device() -> None:
    [found] = key_fits_device.run(replace(KNOWN, status="disabled", key_match=KeyMatch.PRIMARY), KEY)
    assert found.entry.code == "device-disabled"
