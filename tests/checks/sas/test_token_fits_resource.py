"""The check `token-fits-resource`."""

import pytest

from azext_iotdiag.checks.sas.token_fits_resource import ENTRIES, token_fits_resource
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.token import Gap, SasFacts


@pytest.mark.parametrize("gap", [gap for gap in Gap if gap is not Gap.NONE])
def test_each_gap_has_an_entry(gap: Gap) -> None:
    [found] = token_fits_resource.run(SasFacts("token", resource="h/devices/a", wanted="h/devices/b", gap=gap))
    assert found.entry is ENTRIES[gap] and "h/devices/a" in found.message and "h/devices/b" in found.message
    assert found.severity is (Severity.WARN if gap is Gap.SCHEME else Severity.FAIL)


@pytest.mark.parametrize(("has", "wanted", "words"), [("", "service", "no policy"), ("service", "", "device's own")])
def test_another_policy(has: str, wanted: str, words: str) -> None:
    [found] = token_fits_resource.run(SasFacts("token", policy=has, wanted_policy=wanted))
    assert found.entry.code == "sas-policy-differs" and words in found.message


def test_nothing_to_compare_with() -> None:
    assert not list(token_fits_resource.run(SasFacts("token", resource="h", policy="service")))
