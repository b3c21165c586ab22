"""The check `clock-in-sync`."""

import pytest

from azext_iotdiag.checks.machine.clock_in_sync import clock_in_sync
from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.facts import Fact, Vantage
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.token import ClockFacts, OtherClock
from tests.checks.judging import MEASURED, finding, known, verdict


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
    (result,) = run([clock_in_sync], known(clock=ClockFacts("h", ahead, uncertain)), lambda: 0.0)
    assert [each.severity for each in result.findings] == ([severity] if severity else [])
    assert all(("ahead of" in each.message) is (ahead > 0) for each in result.findings)


def test_no_answer() -> None:
    silent = Failure(Kind.SILENT, "the answer", "h", 443)
    assert verdict(clock_in_sync, clock=silent) == ("error", [("server-silent", "warn")])


def test_a_script_tells_of_the_device() -> None:
    clock = Fact(ClockFacts("h", 400, 2), MEASURED, "the Date header of the service", Vantage.DEVICE)
    assert finding(clock_in_sync, clock=clock).message.startswith("the device's clock is 400 s ahead")


def test_a_second_service_with_the_same_time_confirms_it() -> None:
    found = finding(clock_in_sync, clock=ClockFacts("h", 400, 2, (OtherClock("arm", 401.5),)))
    assert found.severity is Severity.FAIL and found.message.endswith("as it is to that of arm")


def test_where_all_others_tell_another_time_the_service_may_be_wrong() -> None:
    found = finding(clock_in_sync, clock=ClockFacts("h", 400, 2, (OtherClock("arm", 0.2), OtherClock("dps", 0.4))))
    assert found.severity is Severity.WARN and "the clock of arm shows another time" in found.message
