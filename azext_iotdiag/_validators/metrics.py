"""What may be wrong with the arguments of `metrics`."""

from __future__ import annotations

import time
from dataclasses import dataclass

from azext_iotdiag._validators import managed_hub, timestamps
from azext_iotdiag._validators.target import hand_over

KEPT_DAYS = 93  # https://learn.microsoft.com/azure/azure-monitor/essentials/data-platform-metrics
MOST_DAYS = 30  # of one request


@dataclass(frozen=True)
class MetricsOptions:
    """The time that is shown, in milliseconds since 1970."""

    since: int
    until: int


def show(cmd, namespace) -> None:
    """Judge the arguments of `metrics show`, and find the hub."""
    options = _window(namespace.since, time.time())
    hand_over(namespace, managed_hub.opened(cmd, namespace, "az iot diag metrics show --hub-name HUB"), options)


def _window(text: str, now: float) -> MetricsOptions:
    begin = timestamps.beginning(text, now, MOST_DAYS, f"Azure Monitor keeps metrics for {KEPT_DAYS} days.")
    return MetricsOptions(begin, int(now * 1000))
