"""The check `desired-taken-up`."""

from __future__ import annotations

from azext_iotdiag.checks.commands.desired_taken_up import desired_taken_up
from azext_iotdiag.model.twin_state import Pending, RefusedProperty, TwinState
from tests.checks.facts import NOW, identity
from tests.checks.judging import finding, verdict

MOMENT = int(NOW * 1000)
SET = MOMENT - 3_600_000
BEHIND = TwinState(4, 3, SET, (Pending("interval", 4, SET, SET - 60_000, 2),))


def test_a_twin_that_the_device_follows() -> None:
    assert verdict(desired_taken_up, identity=identity(twin=TwinState(4, 3, SET)), now=NOW) == ("pass", [])
    assert verdict(desired_taken_up, identity=identity(), now=NOW) == ("pass", [])


def test_a_device_that_was_there_after_the_change_should_have_taken_it() -> None:
    there = identity(last_activity=MOMENT - 60_000, twin=BEHIND)
    found = finding(desired_taken_up, identity=there, now=NOW)
    assert (found.entry.code, found.severity.value) == ("desired-behind", "fail")
    assert "interval was set in version 4" in found.message and "it acknowledged version 2" in found.message


def test_a_device_that_may_be_offline_is_no_fault() -> None:
    for last in (None, SET - 1000, SET + 60_000):  # the hub may show activity five minutes late
        away = identity(last_activity=last, twin=BEHIND)
        assert verdict(desired_taken_up, identity=away, now=NOW) == ("warn", [("desired-behind", "warn")])


def test_a_change_of_just_now_is_given_time() -> None:
    fresh = TwinState(4, 3, SET, (Pending("interval", 4, MOMENT - 299_000),))
    assert verdict(desired_taken_up, identity=identity(last_activity=MOMENT, twin=fresh), now=NOW) == ("pass", [])


def test_what_the_device_refused() -> None:
    refused = TwinState(4, 3, SET, refused=(RefusedProperty("interval", 400, "too short"),))
    found = finding(desired_taken_up, identity=identity(twin=refused), now=NOW)
    assert found.entry.code == "desired-refused" and found.message.endswith("interval with 400: too short")
