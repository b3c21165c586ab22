"""The check `token-fits-resource`."""

import pytest

from azext_iotdiag.checks.device.token_fits_resource import ENTRIES, token_fits_resource
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.token import Gap, SasFacts


@pytest.mark.parametrize("gap", [gap for gap in Gap if gap is not Gap.NONE])
def test_each_gap_has_an_entry(gap: Gap) -> None:
    [found] = token_fits_resource.run(SasFacts("token", resource="h/devices/a", gap=gap), "h/devices/b")
    assert found.entry is ENTRIES[gap] and "h/devices/a" in found.message and "h/devices/b" in found.message
    assert found.severity is (Severity.WARN if gap is Gap.SCHEME else Severity.FAIL)


@pytest.mark.parametrize(("has", "wanted", "words"), [("", "service", "no policy"), ("service", "", "device's own")])
def test_another_policy(has: str, wanted: str, words: str) -> None:
    [found] = token_fits_resource.run(SasFacts("token", policy=has, wanted_policy=wanted), "h")
    assert found.entry.code == "sas-policy-differs" and words in found.message


@pytest.mark.parametrize(
    ("has", "wanted"),
    [
        ("service", None),
        ("service", "service"),
        ("", ""),
        ("registration", "registration"),
        ("", "registration"),  # the provisioning service takes a device's token without it
    ],
)
def test_a_policy_that_fits(has: str, wanted: str | None) -> None:
    token = SasFacts("token", resource="h", policy=has, wanted_policy=wanted)
    assert not list(token_fits_resource.run(token, "h"))


def test_a_token_for_the_provisioning_service_names_no_other_policy() -> None:
    [found] = token_fits_resource.run(SasFacts("token", policy="service", wanted_policy="registration"), "")
    assert found.entry.code == "sas-policy-differs"
