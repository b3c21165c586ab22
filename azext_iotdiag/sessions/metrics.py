"""`metrics show`: the metrics of a service of some time, and what they mean."""

from __future__ import annotations

from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.clients import azure_monitor
from azext_iotdiag.clients.arm import CENTRAL_TYPE, DPS_TYPE, is_of
from azext_iotdiag.insights import metrics
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.hub_settings import Quota
from azext_iotdiag.model.metrics import MetricsRead
from azext_iotdiag.probes import manager, quota
from azext_iotdiag.probes.context import Context

WHOLE_SECONDS = 14.0  # every command answers within 15 s where a service stays silent


def read(context: Context, since: int, until: int) -> MetricsRead:
    """What the service's metrics say between two times in milliseconds since 1970."""
    host = context.resource.host if context.resource is not None else ""
    empty = MetricsRead(host, since, until)
    try:
        with manager.asked(context, azure_monitor.METRICS_STEP) as (arm, id_):
            of_dps, of_app = is_of(id_, DPS_TYPE), is_of(id_, CENTRAL_TYPE)
            every = metrics.WANTED_OF_DPS if of_dps else metrics.WANTED_OF_APP if of_app else metrics.WANTED
            known = azure_monitor.names(arm, id_)
            wanted = [each for each in every if each.name in known]
            finest = metrics.FINEST_OF_APP if of_app else azure_monitor.FINEST
            series = azure_monitor.metrics(arm, id_, wanted, since, until, azure_monitor.grain(since, until, finest))
    except StepFailed as failed:
        return empty._replace(findings=(finding_of(Service.MANAGER, failed.failure),))
    lacking = tuple(each.name for each in every if each.name not in known)
    found = empty._replace(series=tuple(series), lacking=lacking, of_dps=of_dps, of_app=of_app)
    if of_dps or of_app:
        return found
    found = found._replace(quota=_quota(context))
    return found._replace(findings=tuple(metrics.judged(found)))


def _quota(context: Context) -> Quota | None:
    """The quota of the day, None where it cannot be read: the metrics say the same without the limit."""
    try:
        return quota.measure(context, context.clock() + WHOLE_SECONDS, {})
    except StepFailed:
        return None
