"""The check `device-connected`."""

import pytest

from azext_iotdiag.checks.connection.device_connected import device_connected
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.identity import Identity
from tests.checks.facts import NOW, identity

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


def test_a_gateway_is_told_of() -> None:
    [found] = device_connected.run(identity(parents=True), NOW)
    assert "gateway" in found.message
