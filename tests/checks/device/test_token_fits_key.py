"""The check `token-fits-key`."""

import pytest

from azext_iotdiag.checks import runner
from azext_iotdiag.checks.device.token_fits_key import token_fits_key
from azext_iotdiag.checks.device.token_fits_resource import token_fits_resource
from azext_iotdiag.checks.device.token_is_whole import token_is_whole
from azext_iotdiag.model.check import Status
from azext_iotdiag.model.token import NO_KEY, SasFacts
from tests.checks.judging import known


@pytest.mark.parametrize(
    ("signer", "made", "code"),
    [
        (NO_KEY, (), "sas-signed-by-another-key"),
        ("the key", ("text",), "sas-key-not-decoded"),
        ("the key", ("plain",), "sas-signed-unencoded"),
        ("the key", ("case",), "sas-case-differs"),
        ("the group's own key", ("group",), "sas-signed-by-group-key"),
    ],
)
def test_a_signature_that_no_service_takes(signer: str, made: tuple[str, ...], code: str) -> None:
    [found] = token_fits_key.run(SasFacts("token", signer=signer, made=made), ("the key",))
    assert found.entry.code == code and "the" in found.message


def test_all_that_is_wrong_with_a_signature_is_told() -> None:
    found = token_fits_key.run(SasFacts("token", signer="the key", made=("text", "plain")), ("the key",))
    assert [each.entry.code for each in found] == ["sas-key-not-decoded", "sas-signed-unencoded"]


def test_a_signature_that_fits() -> None:
    assert not list(token_fits_key.run(SasFacts("token", signer="the primary key"), ("the primary key",)))


def test_nothing_passes_that_was_not_compared() -> None:
    facts = known(token=SasFacts("token", resource="h"), signing_keys=None, expected_resource=None)
    results = list(runner.run([token_is_whole, token_fits_key, token_fits_resource], facts, lambda: 0.0))
    assert [result.status for result in results] == [Status.PASS, Status.SKIP, Status.SKIP]
    assert all(result.was_asked for result in results), "what was not compared is said"


@pytest.mark.parametrize(("made", "words"), [
    ("case", "for a resource in other capital letters"), ("text", "but not as services verify it"),
])  # fmt: skip
def test_how_it_was_signed_is_said(made: str, words: str) -> None:
    [found] = token_fits_key.run(SasFacts("token", signer="the primary key", made=(made,)), ())
    assert found.message == f"its signature was made with the primary key, {words}"
