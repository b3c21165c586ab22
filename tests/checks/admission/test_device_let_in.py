"""The check `device-let-in`."""

import pytest

from azext_iotdiag.checks.admission.device_let_in import device_let_in
from azext_iotdiag.checks.declare import CouldNotLook
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.keys import Admission


def test_a_refusal_names_all_that_it_may_mean() -> None:
    [found] = device_let_in.run(Admission("h", "d", "HTTPS", False, 401, "IotHubUnauthorizedAccess", "Unauthorized"))
    assert found.entry.code == "device-not-let-in" and "401" in found.message
    assert len(found.entry.causes) == 6 and all(cause.check or cause.confirm for cause in found.entry.causes)


@pytest.mark.parametrize(
    "admission",
    [
        Admission("h", "d", "HTTPS", None, 403, "IotHubQuotaExceeded"),
        Admission("h", "d", "HTTPS", failure=Failure(Kind.SILENT, "the answer", "h", 443)),
    ],
)
def test_what_does_not_tell(admission: Admission) -> None:
    with pytest.raises(CouldNotLook):
        list(device_let_in.run(admission))


def test_let_in() -> None:
    assert not list(device_let_in.run(Admission("h", "d", "HTTPS", True, 412)))
