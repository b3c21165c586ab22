"""The check `connection-steady`."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.connection.connection_steady import connection_steady
from azext_iotdiag.model.observed import Observed
from tests.checks.judging import verdict


@pytest.mark.parametrize(
    ("left", "seconds", "came", "broken"),
    [
        (0, 600.0, None, False),
        (2, 60.0, None, False),  # a restart, or a token that was renewed
        (3, 300.0, None, True),
        (3, 3600.0, None, False),  # hourly renewals, seen over hours
        (6, 3600.0, None, True),
        (9, 300.0, 1, False),  # it connects for each message
    ],
)
def test_how_often_a_device_left(left: int, seconds: float, came: int | None, broken: bool) -> None:
    found = verdict(connection_steady, observed=Observed("pump", seconds, 30, left=left, came=came))
    assert found == (("fail", [("connection-flaps", "fail")]) if broken else ("pass", []))
