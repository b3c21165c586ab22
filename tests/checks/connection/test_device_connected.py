"""The check `device-connected`."""

import pytest

from azext_iotdiag.checks.connection.device_connected import device_connected
from azext_iotdiag.model.dps import Registration
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.simulated import Simulated
from tests.checks import judging
from tests.checks.facts import HUB, NOW, identity

BEFORE = int(NOW * 1000) - 60_000


@pytest.mark.parametrize(
    ("seen", "code", "severity"),
    [
        (identity(connected=True, last_activity=BEFORE), "device-connected", Severity.NOTE),
        (identity(last_activity=BEFORE), "device-disconnected", Severity.WARN),
        (identity(reported=BEFORE), "device-disconnected", Severity.WARN),
        (identity(), "device-never-seen", Severity.FAIL),
    ],
)
def test_each_state(seen: Identity, code: str, severity: Severity) -> None:
    [found] = device_connected.run(seen, NOW)
    assert (found.entry.code, found.severity) == (code, severity)
    assert "five minutes late" in found.message and "HTTPS" in found.message


@pytest.mark.parametrize(
    ("registration", "code"),
    [
        (Registration("r", "assigned", hub=HUB.upper(), device="pump"), "assigned-and-never-seen"),
        (Registration("r", "assigned", hub="other.azure-devices.net", device="pump"), "device-never-seen"),
        (Registration("r", "failed", hub=HUB), "device-never-seen"),
        (None, "device-never-seen"),
    ],
)
def test_a_device_that_registered_was_on_and_had_the_right_time(registration: Registration | None, code: str) -> None:
    [found] = device_connected.run(identity(), NOW, registration=registration)
    assert (found.entry.code, found.severity) == (code, Severity.FAIL)
    [found] = device_connected.run(identity(last_activity=BEFORE), NOW, registration=registration)
    assert found.entry.code == "device-disconnected"


def test_a_gateway_is_told_of() -> None:
    [found] = device_connected.run(identity(parents=True), NOW)
    assert "gateway" in found.message


def test_a_state_from_before_the_device_was_played_is_not_judged() -> None:
    assert not list(device_connected.run(identity(), NOW, simulated=Simulated("pump")))


HOUR_AGO, JUST_NOW = judging.NOW - 3_600_000, judging.NOW - 1000


@pytest.mark.parametrize(("connected", "last", "severity", "code", "words"), [
    (True, JUST_NOW, "fail", "device-connected-and-silent", "as connected and heard of it last at "),
    (True, HOUR_AGO, "warn", "device-connected-and-silent", "as connected and heard of it last at "),
    (False, HOUR_AGO, "warn", "device-disconnected", "as not connected and heard of it last at "),
    (False, None, "fail", "device-never-seen", "as not connected and has never heard of it"),
])  # fmt: skip
def test_a_device_whose_messages_were_waited_for(connected, last, severity, code, words) -> None:
    """A device that left, or that sends seldom, is none that fails: only what happened meanwhile tells."""
    seen = {"identity": identity(connected=connected, last_activity=last), "now": judging.NOW / 1000}
    silent, sent = judging.request(), judging.request(shown=1)
    assert judging.verdict(device_connected, **seen, request=silent) == (severity, [(code, severity)])
    assert f"'pump' {words}" in judging.finding(device_connected, **seen, request=silent).message
    assert judging.verdict(device_connected, **seen, request=sent) == ("pass", [])


def test_a_device_that_speaks_only_https_is_known_by_its_messages() -> None:
    came = NewestMessages("pump", came=BEFORE)
    assert not list(device_connected.run(identity(), NOW, newest_messages=came))
    assert list(device_connected.run(identity(), NOW, newest_messages=NewestMessages("pump")))
    assert list(device_connected.run(identity(last_activity=BEFORE), NOW, newest_messages=came))
