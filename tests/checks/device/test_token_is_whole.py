"""The check `token-is-whole`."""

from azext_iotdiag.checks.device.token_is_whole import token_is_whole
from azext_iotdiag.model.token import SasFacts


def test_a_fault_is_told_with_its_part() -> None:
    [found] = token_is_whole.run(SasFacts("token", part="sig", fault="is missing"))
    assert found.entry.code == "sas-malformed" and "sig" in found.message and "is missing" in found.message


def test_a_whole_token() -> None:
    assert not list(token_is_whole.run(SasFacts("token", resource="h", expires=1)))
