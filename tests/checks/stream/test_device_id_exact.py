"""Slips in an id are told from other devices."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.stream.device_id_exact import device_id_exact, difference
from tests.checks.judging import finding, hidden, request, verdict


@pytest.mark.parametrize(("asked", "seen", "words"), [
    ("device-1", "Device-1", "only its case differs"),
    ("DEVICE-1", "device-1", "only its case differs"),
    ("device-1", "device_1", "only punctuation differs"),
    ("device1", "device-1", "only punctuation differs"),
    ("device-1", "divice-1", "1 character differs"),
    ("device-1", "decive-1", "2 characters differ"),
    ("device-1", "devices-1", "1 character differs"),
    ("device-1", "device-01", "1 character differs"),
    ("device-1", "device-2", ""),  # they are numbered
    ("device-1", "device-11", ""),
    ("pump", "lamp", ""),
    ("a", "b", ""),
    ("thermostat", "barometer", ""),
    ("Truck-*", "truck-7", "only its case differs"),
    ("truck-?", "TRUCK-7", "only its case differs"),
    ("truck-?", "TRUCK-77", ""),
    ("truck.*", "TRUCKX7", ""),
    ("sensor-" + "9" * 121, "sensor_" + "9" * 121, "only punctuation differs"),
    ("x" * 128, "y" * 128, ""),
])  # fmt: skip
def test_difference(asked: str, seen: str, words: str) -> None:
    assert difference(asked, seen) == words


@pytest.mark.parametrize(("asked", "seen", "expected"), [
    (request(device="device-1"), hidden("device-2", "Device-1"), ("fail", [("device-id-differs", "fail")])),
    (request(device="device-1"), hidden("device-2"), ("pass", [])),
    (request(), hidden("device-2"), ("pass", [])),
    (request(device="device-1", shown=1), hidden("Device-1"), ("pass", [])),
])  # fmt: skip
def test_verdict(asked, seen, expected) -> None:
    assert verdict(device_id_exact, request=asked, hidden_messages=seen) == expected


def test_words() -> None:
    seen = hidden("Device-1", "divice-1", "DEVICE-1", "dEvice-1", "x")
    found = finding(device_id_exact, request=request(device="device-1"), hidden_messages=seen)
    assert found.message == (
        "you asked for 'device-1', and messages came from 'Device-1': only its case differs; 'divice-1': 1 character "
        "differs; 'DEVICE-1': only its case differs and 1 more"
    )
    assert found.evidence == {"asked": "device-1", "seen": "Device-1, divice-1, DEVICE-1"}
