"""The check `identity-readable`."""

import pytest

from azext_iotdiag.checks.admission.identity_readable import identity_readable
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.keys import Admission, Asked, KeyComparison
from tests.checks.judging import finding, verdict

ASKED = Asked("h", "d")


def failed(kind: Kind) -> Failure:
    return Failure(kind, "the device's identity", "h", 443)


@pytest.mark.parametrize(
    ("asked", "words"),
    [(ASKED, "there is no device 'd'"), (Asked("h", "d", "m"), "there is no module 'm' of the device 'd'")],
)
def test_a_device_that_is_not_there(asked: Asked, words: str) -> None:
    found = finding(identity_readable, key_comparison=failed(Kind.MISSING), asked=asked)
    assert found.entry.code == "device-unknown" and words in found.message


@pytest.mark.parametrize("kind", [Kind.UNAUTHORIZED, Kind.SILENT, Kind.BUSY])
def test_a_registry_that_does_not_tell(kind: Kind) -> None:
    assert verdict(identity_readable, key_comparison=failed(kind), asked=ASKED)[0] == "error"


def test_a_registry_that_does() -> None:
    seen = KeyComparison("h", "d", authentication="sas")
    assert verdict(identity_readable, key_comparison=seen, asked=ASKED) == ("pass", [])


def test_a_credential_that_the_hub_let_in_needs_no_comparison() -> None:
    refused = Failure(Kind.UNAUTHORIZED, "the device's identity", "h", 443)
    values = {"key_comparison": refused, "asked": Asked("h", "d")}
    assert verdict(identity_readable, **values)[0] == "error"
    for let_in, status in ((True, "pass"), (False, "error"), (None, "error")):
        admission = Admission("h", "d", "HTTPS", let_in)
        assert verdict(identity_readable, **values, admission=admission)[0] == status
