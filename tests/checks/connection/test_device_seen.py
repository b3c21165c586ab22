"""What the hub has seen of a silent device."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.connection.device_seen import device_seen
from azext_iotdiag.model.identity import Identity
from tests.checks.judging import NOW, finding, request, verdict

HOUR_AGO = NOW - 3_600_000


@pytest.mark.parametrize(("connected", "last", "severity", "code", "words"), [
    (True, NOW - 1000, "fail", "device-connected-and-silent",
     "as connected and heard of it last at 2023-11-14T22:13:19Z, 1 s ago"),
    (True, HOUR_AGO, "warn", "device-connected-and-silent",
     "as connected and heard of it last at 2023-11-14T21:13:20Z, 1 h ago"),
    (False, HOUR_AGO, "warn", "device-disconnected",
     "as not connected and heard of it last at 2023-11-14T21:13:20Z, 1 h ago"),
    (False, None, "fail", "device-never-seen", "as not connected and has never heard of it"),
])  # fmt: skip
def test_verdict(connected, last, severity, code, words) -> None:
    """A device that left, or that sends seldom, is none that fails: only what happened meanwhile tells."""
    seen = Identity("h", "d", known=True, status="enabled", connected=connected, last_activity=last)
    assert verdict(device_seen, identity=seen, request=request()) == (severity, [(code, severity)])
    assert finding(device_seen, identity=seen, request=request()).message == f"h shows 'd' {words}"
    assert verdict(device_seen, identity=seen, request=request(shown=1)) == ("pass", [])
