"""The check `key-fits-device`."""

import pytest

from azext_iotdiag.checks.admission.key_fits_device import ENTRIES, key_fits_device
from azext_iotdiag.model.keys import GivenKey, Likeness, RegistryKeys

KNOWN = RegistryKeys("h", "d", authentication="sas", status="enabled")


@pytest.mark.parametrize("likeness", ENTRIES)
def test_a_key_that_does_not_fit(likeness: Likeness) -> None:
    [found] = key_fits_device.run(KNOWN, GivenKey("--key", "key", likeness=likeness))
    assert found.entry is ENTRIES[likeness][0]


@pytest.mark.parametrize("likeness", [Likeness.PRIMARY, Likeness.SECONDARY, None])
def test_a_key_that_fits(likeness: Likeness | None) -> None:
    assert not list(key_fits_device.run(KNOWN, GivenKey("--key", "key", likeness=likeness)))


@pytest.mark.parametrize(
    ("registered", "given"),
    [
        ("selfSigned", GivenKey("--key", "key", likeness=Likeness.NONE)),
        ("sas", GivenKey("--cs", authentication="x509")),
    ],
)
def test_another_proof(registered: str, given: GivenKey) -> None:
    [found] = key_fits_device.run(RegistryKeys("h", "d", authentication=registered), given)
    assert found.entry.code == "proof-differs"


def test_a_disabled_device() -> None:
    disabled = RegistryKeys("h", "d", authentication="sas", status="disabled")
    [found] = key_fits_device.run(disabled, GivenKey("--key", "key", likeness=Likeness.PRIMARY))
    assert found.entry.code == "device-disabled"
