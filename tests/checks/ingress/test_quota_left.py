"""The messages of a day."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.ingress.quota_left import quota_left
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import When
from azext_iotdiag.model.hub_settings import Quota
from tests.checks.judging import finding, verdict


@pytest.mark.parametrize(
    ("used", "most", "status", "codes"),
    [
        (0, 400_000, "pass", []),
        (359_999, 400_000, "pass", []),
        (360_000, 400_000, "fail", [("quota-ends-soon", "fail")]),
        (399_999, 400_000, "fail", [("quota-ends-soon", "fail")]),
        (400_000, 400_000, "fail", [("hub-403002", "fail")]),
        (400_100, 400_000, "fail", [("hub-403002", "fail")]),
        (5, 0, "pass", []),  # no limit was told
    ],
)
def test_verdict(used, most, status, codes) -> None:
    assert verdict(quota_left, quota=Quota(used, most)) == (status, codes)


def test_a_quota_that_is_nearly_used_up_is_still_to_come() -> None:
    assert finding(quota_left, quota=Quota(95, 100)).weight.when is When.COMING
    assert finding(quota_left, quota=Quota(100, 100)).weight.when is When.NOW


def test_message() -> None:
    found = finding(quota_left, quota=Quota(400_000, 400_000))
    assert found.message == "400,000 of 400,000 messages of this UTC day are used"
    assert found.evidence == {"messages": 400_000, "most": 400_000}


def test_a_quota_that_is_not_shown() -> None:
    refused = Failure(Kind.UNAUTHORIZED, "the quota", "m", 443, condition="AuthorizationFailed")
    assert verdict(quota_left, quota=refused) == ("error", [("manager-refuses", "warn")])
