"""The check `device-came`."""

from __future__ import annotations

from azext_iotdiag.checks.stream.device_came import device_came
from azext_iotdiag.model.observed import Observed
from tests.checks.judging import verdict


def test_a_device_that_was_waited_for() -> None:
    silent = Observed("pump", 60.0, 12, waited=True)
    assert verdict(device_came, observed=silent) == ("fail", [("no-sign-came", "fail")])
    for seen in (Observed("pump", 5.0, 1, came=1, waited=True), Observed("pump", 5.0, 1, heard=1, waited=True)):
        assert verdict(device_came, observed=seen) == ("pass", [])


def test_what_was_not_waited_for_or_not_seen() -> None:
    assert verdict(device_came, observed=Observed("pump", 60.0, 12))[0] == "skip"
    assert verdict(device_came, observed=Observed("pump", 60.0, 12, blind=12, waited=True))[0] == "skip"
