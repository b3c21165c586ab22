"""The check `authorities-usable`."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.provisioning.authorities_usable import authorities_usable
from azext_iotdiag.model.authorities import Authority
from azext_iotdiag.model.dps import ProvisioningAsked
from tests.checks.judging import finding, verdict

NOW = 1_700_000_000.0
GOOD, LASTING = Authority("good", verified=True), Authority("lasting", verified=True, expires=int(NOW * 1000) + 1)
NEW, OLD = Authority("new"), Authority("old", verified=True, expires=int(NOW * 1000))


@pytest.mark.parametrize(("held", "judged"), [
    ((), "pass"), ((GOOD, LASTING), "pass"), ((NEW,), "warn"), ((OLD,), "warn"), ((GOOD, NEW), "warn"),
])  # fmt: skip
def test_certificates(held: tuple[Authority, ...], judged: str) -> None:
    facts = {"dps_authorities": held, "provisioning": ProvisioningAsked("dps", "reg"), "now": NOW}
    assert verdict(authorities_usable, **facts)[0] == judged


def test_it_names_them() -> None:
    facts = {"dps_authorities": (NEW, OLD), "provisioning": ProvisioningAsked("dps", "reg"), "now": NOW}
    assert finding(authorities_usable, **facts).message.endswith(": new (not verified), old (ended)")
