"""How much of the day's quota a hub has used, as the resource manager shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.hub_settings import Quota
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Context

_STEP = "the quota of the hub"
_MESSAGES, _DEVICES = "TotalMessages", "TotalDeviceCount"


def measure(context: Context, end: float, facts: Facts) -> Quota | None:
    """The messages that are counted in this UTC day; None where the hub tells no limit. Raises StepFailed."""
    with manager.asked(context, _STEP) as (arm, id_):
        return read(arm.rows(f"{manager.path_of(id_)}/quotaMetrics", manager.HUB_VERSION, _STEP))


def read(rows: Iterable[Mapping[str, Any]]) -> Quota | None:
    """The quota in the rows of the answer."""
    counts = {row.get("name"): (_count(row, "currentValue"), _count(row, "maxValue")) for row in rows}
    if _MESSAGES not in counts or not counts[_MESSAGES][1]:
        return None
    return Quota(*counts[_MESSAGES], *counts.get(_DEVICES, (0, 0)))


def _count(row: Mapping[str, Any], name: str) -> int:
    value = row.get(name)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0
