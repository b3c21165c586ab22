"""What to change in a device's program: each family says it where it differs from the others."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights.dialects import catalogue
from azext_iotdiag.insights.reading import read_text
from azext_iotdiag.knowledge.lookup import NAMES

BOARDS = {"c_sdk", "embedded", "freertos", "netxduo", "esp_idf", "arduino", "zephyr"}
# What a family has no setting for: edgeHub's keep-alive, and the memory and the root of programs on large machines.
NO_SETTING = {("mqtt-no-ping-response", "edge")}


@pytest.mark.parametrize("family", catalogue.FAMILIES)
def test_a_family_says_how_root_clock_and_keep_alive_are_set(family: str) -> None:
    steps = catalogue.load(family).steps
    wanted = {"certificate-untrusted", "clock-skew", "mqtt-no-ping-response"}
    if family in BOARDS:
        wanted |= {"device-root-unusable", "device-memory-short", "device-key-unreadable"}
    assert {code for code in wanted - set(steps) if (code, family) not in NO_SETTING} == set()
    assert set(steps) <= set(NAMES) and all(step.endswith((".", ")")) for step in steps.values())


def test_a_story_tells_the_step_of_the_family_that_wrote_the_log() -> None:
    story = read_text("E (4021) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700")
    assert story.on_device == catalogue.load("esp_idf").steps["certificate-untrusted"]
    assert read_text("Connection Not Accepted: 0x5: Not Authorized").on_device == ""
