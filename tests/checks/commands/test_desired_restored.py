"""The desired property is as it was, or it is said why not."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks.commands.desired_restored import desired_restored
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.twin_test import Restoring, TwinTest
from tests.checks.facts import HUB
from tests.checks.judging import finding, verdict


def outcome(restoring: Restoring, not_restored: Failure | None = None) -> TwinTest:
    return TwinTest(HUB, "pump", "", "interval", "30", changed=3, restoring=restoring, not_restored=not_restored)


@pytest.mark.parametrize(("restoring", "status", "codes"), [
    (Restoring.UNNEEDED, "pass", []),
    (Restoring.DONE, "pass", []),
    (Restoring.OVERTAKEN, "warn", [("desired-overtaken", "warn")]),
    (Restoring.FAILED, "fail", [("desired-not-restored", "fail")]),
])  # fmt: skip
def test_what_became_of_the_property(restoring: Restoring, status: str, codes: list[Any]) -> None:
    assert verdict(desired_restored, twin_test=outcome(restoring)) == (status, codes)


def test_why_it_was_not_restored_is_said() -> None:
    silent = Failure(Kind.SILENT, "the change of the desired properties", HUB, 443, seconds=12.0)
    found = finding(desired_restored, twin_test=outcome(Restoring.FAILED, silent))
    assert found.message.startswith("interval of pump still is 30: ") and "after 12 s" in found.message
