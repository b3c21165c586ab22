"""The check `token-fits-key`."""

import pytest

from azext_iotdiag.checks.sas.token_fits_key import token_fits_key
from azext_iotdiag.model.token import NOBODY, SasFacts


@pytest.mark.parametrize(
    ("signer", "made", "code"),
    [
        (NOBODY, "", "sas-signed-by-another-key"),
        ("the key", "text", "sas-key-not-decoded"),
        ("the key", "plain", "sas-signed-unencoded"),
        ("the group's own key", "group", "sas-signed-by-group-key"),
    ],
)
def test_a_signature_that_no_service_takes(signer: str, made: str, code: str) -> None:
    [found] = token_fits_key.run(SasFacts("token", keys=("the key",), signer=signer, made=made))
    assert found.entry.code == code and "the" in found.message


@pytest.mark.parametrize("signer", ["", "the primary key"])
def test_a_signature_that_fits_or_that_nobody_compared(signer: str) -> None:
    assert not list(token_fits_key.run(SasFacts("token", signer=signer)))
