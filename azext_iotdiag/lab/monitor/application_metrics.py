"""The metrics of an IoT Central application: its own, and what the hubs behind it counted."""

from __future__ import annotations

from collections.abc import Sequence

from azext_iotdiag.lab.monitor.definitions import (
    ACCEPTED,
    ATTEMPTS,
    CONNECTED,
    PROPERTY_READ,
    PROPERTY_UPDATE,
    TWIN_READ,
    TWIN_UPDATE,
)
from azext_iotdiag.lab.monitor.metrics import Bucket, Metrics

# What a hub calls what an application counts of devices that are connected to that hub.
_OF_HUBS = {
    ATTEMPTS: ATTEMPTS,
    ACCEPTED: ACCEPTED,
    CONNECTED: CONNECTED,
    **{
        f"{own}.{result}": f"{theirs}.{result}"
        for own, theirs in ((PROPERTY_READ, TWIN_READ), (PROPERTY_UPDATE, TWIN_UPDATE))
        for result in ("success", "failure")
    },
}


class SummedMetric:
    """Metrics that are the sum of those of an application and of its hubs. It is asked as `Metrics` is.

    The least and the greatest value are sums, too: what they were together at one time is not kept.
    """

    def __init__(self, own: Metrics, hubs: Sequence[Metrics]):
        self._own = own
        self._hubs = hubs

    def is_known(self, name: str) -> bool:
        """Whether anything was counted or noted under this name."""
        return bool(self._sources(name))

    def bucket(self, name: str, start: int, end: int) -> Bucket:
        """What a metric comes to from `start` to `end`, both the beginning of a minute."""
        found = [metrics.bucket(theirs, start, end) for metrics, theirs in self._sources(name)]
        each = [[value for value in values if value is not None] for values in zip(*found)]
        return Bucket(*(sum(values) if values else None for values in each)) if found else Bucket()

    def _sources(self, name: str) -> list[tuple[Metrics, str]]:
        theirs = _OF_HUBS.get(name, "")
        asked = [(self._own, name), *((metrics, theirs) for metrics in self._hubs)]
        return [(metrics, called) for metrics, called in asked if metrics.is_known(called)]
