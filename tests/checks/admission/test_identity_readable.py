"""The check `identity-readable`."""

import pytest

from azext_iotdiag.checks.admission.identity_readable import identity_readable
from azext_iotdiag.checks.declare import CouldNotLook
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.keys import RegistryKeys


def failed(kind: Kind) -> RegistryKeys:
    return RegistryKeys("h", "d", failure=Failure(kind, "the device's identity", "h", 443))


def test_a_device_that_is_not_there() -> None:
    [found] = identity_readable.run(failed(Kind.MISSING))
    assert found.entry.code == "device-unknown" and "'d'" in found.message


@pytest.mark.parametrize("kind", [Kind.UNAUTHORIZED, Kind.SILENT, Kind.BUSY])
def test_a_registry_that_does_not_tell(kind: Kind) -> None:
    with pytest.raises(CouldNotLook):
        list(identity_readable.run(failed(kind)))


def test_a_registry_that_does() -> None:
    assert not list(identity_readable.run(RegistryKeys("h", "d", authentication="sas")))
