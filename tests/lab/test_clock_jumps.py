"""The machine's clock goes back an hour, or a day ahead, while a lab runs."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub import throttles
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.monitor.metrics import MINUTE, Metrics

NOON = 1_900_000_800.0  # the beginning of a minute
HOUR, DAY = 3600.0, 86_400.0


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lab(clock):
    return new_lab(device_count=1, partition_count=1, clock=clock)


@pytest.mark.parametrize("jump", [-HOUR, DAY])
def test_no_limit_on_requests_outlasts_it(lab, clock, jump):
    dps, hub = lab.provisioning[0], throttles.Throttles(units=1)
    while not dps.throttled("operations", clock()):
        pass
    while hub.allows(throttles.REGISTRY, clock()):
        pass
    clock.now += jump
    assert not dps.throttled("operations", clock()) and hub.allows(throttles.REGISTRY, clock())


def test_messages_stay_in_order_when_it_goes_back(lab, clock):
    device = lab.hub.devices["device-1"]
    for jump in (0.0, -HOUR, 1.0):
        clock.now += jump
        lab.hub.telemetry(device, b"x", system={}, properties={}, now_ms=int(clock() * 1000))
        lab.hub.expire(int(clock() * 1000))
    events = lab.hub.partition_of("device-1").events
    assert [each.sequence for each in events] == [0, 1, 2]
    assert [each.enqueued for each in events] == sorted(each.enqueued for each in events)


def test_a_metric_of_a_state_has_one_story(clock):
    """An average over time that runs backwards would be none, or a division by zero."""
    metrics, start = Metrics(), int(NOON)
    metrics.note("connectedDeviceCount", NOON + 30, 1)
    metrics.note("connectedDeviceCount", NOON, 0)
    metrics.note("connectedDeviceCount", NOON + 15, 2)
    found = metrics.bucket("connectedDeviceCount", start, start + MINUTE)
    assert (found.average, found.minimum, found.maximum) == (1.5, 0, 2)
