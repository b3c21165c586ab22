"""The version of TLS that a device speaks, and the one that its hub takes."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.verdict import State
from tests.checks.logged import codes, connects, judged, log
from tests.checks.test_doctor import HOUR, hub


@pytest.mark.parametrize(
    ("tls", "minimum", "expected"),
    [
        ("TLS1_2", "", []),
        ("TLS1_2", "1.2", []),
        ("TLSv1.3", "1.2", []),
        ("TLS1_0", "", ["device-tls-too-old"]),
        ("TLS1_1", "1.2", ["device-tls-too-old"]),
        ("TLS1_2", "1.3", ["device-tls-too-old"]),
        ("", "1.2", []),
        ("unknown", "1.2", []),
    ],
)
def test_what_a_silent_device_spoke_last(tls: str, minimum: str, expected: list[str]) -> None:
    found = judged(log(connects(5 * HOUR, tls=tls)), heard=5 * HOUR, hub_settings=hub(tls_minimum=minimum))
    assert codes(found.reasons) == expected
    assert not expected or (found.link is not None and found.link.value == "admission")


def test_a_device_that_sends_is_well() -> None:
    found = judged(log(connects(HOUR, tls="TLS1_0")), heard=30, came=20, hub_settings=hub(tls_minimum="1.2"))
    assert found.state is State.HEALTHY
