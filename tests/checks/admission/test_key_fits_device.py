"""The check `key-fits-device`."""

from dataclasses import replace

import pytest

from azext_iotdiag.checks.admission.key_fits_device import ENTRIES, key_fits_device
from azext_iotdiag.model.keys import GivenKey, KeyComparison, Likeness

KNOWN = KeyComparison("h", "d", authentication="sas", status="enabled")
KEY = GivenKey("--key", "key")


@pytest.mark.parametrize("likeness", ENTRIES)
def test_a_key_that_does_not_fit(likeness: Likeness) -> None:
    [found] = key_fits_device.run(replace(KNOWN, likeness=likeness), KEY)
    assert found.entry is ENTRIES[likeness][0]


@pytest.mark.parametrize("likeness", [Likeness.PRIMARY, Likeness.SECONDARY, None])
def test_a_key_that_fits(likeness: Likeness | None) -> None:
    assert not list(key_fits_device.run(replace(KNOWN, likeness=likeness), KEY))


@pytest.mark.parametrize(
    ("registered", "likeness", "given"),
    [("selfSigned", Likeness.NONE, KEY), ("sas", None, GivenKey("--cs", authentication="x509"))],
)
def test_another_proof(registered: str, likeness: Likeness | None, given: GivenKey) -> None:
    [found] = key_fits_device.run(KeyComparison("h", "d", authentication=registered, likeness=likeness), given)
    assert found.entry.code == "proof-differs"


def test_a_disabled_device() -> None:
    [found] = key_fits_device.run(replace(KNOWN, status="disabled", likeness=Likeness.PRIMARY), KEY)
    assert found.entry.code == "device-disabled"
