"""The check `device-let-in`."""

import pytest

from azext_iotdiag.checks.admission.device_let_in import device_let_in
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.keys import Admission
from tests.checks.judging import finding, verdict


def test_a_refusal_names_all_that_it_may_mean() -> None:
    refused = Admission("h", "d", "HTTPS", False, 401, "IotHubUnauthorizedAccess", "Unauthorized")
    found = finding(device_let_in, admission=refused)
    assert found.entry.code == "device-not-let-in" and "401" in found.message
    assert len(found.entry.causes) == 7 and all(cause.check or cause.confirm for cause in found.entry.causes)


@pytest.mark.parametrize(
    ("admission", "code"),
    [
        (Admission("h", "d", "HTTPS", None, 403, "IotHubQuotaExceeded"), "admission-undecided"),
        (Failure(Kind.SILENT, "the answer", "h", 443), "server-silent"),
    ],
)
def test_what_does_not_tell(admission: Admission | Failure, code: str) -> None:
    assert verdict(device_let_in, admission=admission) == ("error", [(code, "warn")])


def test_let_in() -> None:
    assert verdict(device_let_in, admission=Admission("h", "d", "HTTPS", True, 412)) == ("pass", [])
