"""The check `clock-in-sync`."""

import pytest

from azext_iotdiag.checks.declare import CouldNotLook
from azext_iotdiag.checks.machine.clock_in_sync import clock_in_sync
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.token import ClockFacts


@pytest.mark.parametrize(
    ("ahead", "uncertain", "severity"),
    [
        (0.4, 1, None),
        (-30, 1, None),
        (60, 1, Severity.WARN),
        (-301, 5, Severity.WARN),
        (-400, 5, Severity.FAIL),
        (400, 5, Severity.FAIL),
    ],
)
def test_how_far_apart(ahead: float, uncertain: float, severity: Severity | None) -> None:
    found = list(clock_in_sync.run(ClockFacts("h", ahead, uncertain)))
    assert [each.severity for each in found] == ([severity] if severity else [])
    assert all(("ahead of" in each.message) is (ahead > 0) for each in found)


def test_no_answer() -> None:
    with pytest.raises(CouldNotLook):
        list(clock_in_sync.run(Failure(Kind.SILENT, "the answer", "h", 443)))
