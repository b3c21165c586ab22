"""What may be wrong with the arguments of `metrics`."""

from __future__ import annotations

import time
from dataclasses import dataclass

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag._validators import managed_hub
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.streams import since

KEPT_DAYS = 93  # https://learn.microsoft.com/azure/azure-monitor/essentials/data-platform-metrics
MOST_DAYS = 30  # of one request


@dataclass(frozen=True)
class Options:
    """The time that is shown, in milliseconds since 1970."""

    since: int
    until: int


def show(cmd, namespace) -> None:
    """Judge the arguments of `metrics show`, and find the hub."""
    options = _window(namespace.since, time.time())
    hand_over(namespace, managed_hub.opened(cmd, namespace, "az iot diag metrics show --hub-name HUB"), options)


def _window(text: str, now: float) -> Options:
    try:
        begin = since.read(text, now)
    except ValueError as fault:
        raise InvalidArgumentValueError(f"--since: {fault}.") from None
    days = (now - begin / 1000) / 86_400
    if days > MOST_DAYS:
        raise InvalidArgumentValueError(
            f"--since: {days:.0f} days are more than the {MOST_DAYS} that can be asked for at once.",
            recommendation=f"Use --since {MOST_DAYS}d. Azure Monitor keeps metrics for {KEPT_DAYS} days.",
        )
    return Options(begin, int(now * 1000))
