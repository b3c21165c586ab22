"""A status follows from the facts, and from no fewer than the service gives."""

import pytest

from azext_iotdiag.checks import statuses
from tests.checks.facts import identity


@pytest.mark.parametrize(
    ("provisioned", "enabled", "code"),
    [
        (True, True, "central-provisioned"),
        (False, True, "central-registered"),
        (True, False, "central-blocked"),
        (False, False, "central-blocked-or-waiting"),  # the interface does not tell which
    ],
)
def test_central(provisioned: bool, enabled: bool, code: str) -> None:
    assert statuses.of_central(provisioned, enabled).code == code


def test_a_hub() -> None:
    assert statuses.of_identity(identity(known=False)).code == "device-unknown"
    assert statuses.of_identity(identity(status="disabled", connected=True)).code == "device-disabled"
