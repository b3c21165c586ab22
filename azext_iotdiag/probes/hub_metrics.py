"""What the hub counted in the last hour, as Azure Monitor shows it."""

from __future__ import annotations

from azext_iotdiag.clients import azure_monitor
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.hub_metrics import (
    ACCEPTED,
    ATTEMPTS,
    BUILT_IN,
    DROPPED,
    INVALID,
    ORPHANED,
    THROTTLED,
    HubMetrics,
)
from azext_iotdiag.model.metrics import ShownMetric
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Context

WINDOW_MS = 3_600_000
_FIELDS = {
    ATTEMPTS: "attempted", ACCEPTED: "accepted", THROTTLED: "throttled", ORPHANED: "orphaned", DROPPED: "dropped",
    INVALID: "incompatible", BUILT_IN: "built_in",
}  # fmt: skip


def measure(context: Context, end: float, facts: Facts) -> HubMetrics:
    """The sums of the last hour. Raises StepFailed."""
    until = round(context.now() * 1000)
    since = until - WINDOW_MS
    with manager.asked(context, azure_monitor.METRICS_STEP) as (arm, id_):
        wanted = [ShownMetric(name, field) for name, field in _FIELDS.items()]
        read = azure_monitor.metrics(arm, id_, wanted, since, until)
    values = {each.metric.shown: each.value for each in read}
    return HubMetrics(since, until, **{name: round(value) for name, value in values.items() if value is not None})
