"""How many rows of a hub's log arrive in its workspace, and how many are to be expected."""

from __future__ import annotations

from collections.abc import Sequence

from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.clients import azure_monitor
from azext_iotdiag.insights import log_volume
from azext_iotdiag.insights.queries.rows import COLLECTED
from azext_iotdiag.knowledge.workspace import LOG_ROWS_MISSING
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.log_table import LogTable
from azext_iotdiag.model.log_volume import Arrivals, Arrived, Volume
from azext_iotdiag.model.metrics import Series, ShownMetric
from azext_iotdiag.probes import manager, workspace_log
from azext_iotdiag.probes.context import Context
from azext_iotdiag.streams import since as times

WINDOW_SECONDS = 86_400.0


def arrivals(context: Context, category: str) -> Arrivals:
    """What arrived in the workspace of a category in the last day, and how many devices were connected."""
    until = context.now()
    begin = until - WINDOW_SECONDS
    none = Arrivals(int(begin * 1000), int(until * 1000))
    try:
        with workspace_log.opened(context, category=category) as log:
            table = log.ask(COLLECTED.name, begin, until)
            found = _arrived(table, until, log.client.host)
    except StepFailed as failed:
        return Arrivals(none.since, none.until, failure=finding_of(Service.WORKSPACE, failed.failure))
    connected = _connected(context, begin, until)
    return Arrivals(none.since, none.until, found, connected, _silence(found, connected))


def _arrived(table: LogTable, until: float, host: str) -> tuple[Arrived, ...]:
    """What the table says. Raises StepFailed for one that is not that of the query."""
    try:
        return tuple(log_volume.arrived(table, lambda text: times.read(text, until)))
    except ValueError as wrong:
        raise StepFailed(Failure(Kind.NOT_HTTP, workspace_log.STEP, host, 443, description=str(wrong))) from None


def _silence(found: Sequence[Arrived], connected: int | None) -> Finding | None:
    if found or not connected:
        return None
    return fail(LOG_ROWS_MISSING, f"no row arrived in the last day, though up to {counted(connected, 'device')} were "
                "connected", connected=connected)  # fmt: skip


def volume(context: Context, collected: str = "") -> Volume:
    """The rows a day that are to be expected. Where `collected` names a category, those that arrive already."""
    until = context.now()
    try:
        series = _metrics(context, (log_volume.CONNECTED, *log_volume.OPERATIONS), until - WINDOW_SECONDS, until)
    except StepFailed as failed:
        return Volume(failure=finding_of(Service.MANAGER, failed.failure))
    found = log_volume.expected(series)
    measured = arrivals(context, collected) if collected else None
    return Volume(found.devices, found.renewals, found.operations, measured)


def _connected(context: Context, begin: float, until: float) -> int | None:
    """None where the metric cannot be read, or the service has none, as a provisioning service."""
    try:
        return log_volume.most_connected(_metrics(context, (log_volume.CONNECTED,), begin, until))
    except StepFailed:
        return None


def _metrics(context: Context, wanted: Sequence[ShownMetric], begin: float, until: float) -> list[Series]:
    with manager.asked(context, azure_monitor.METRICS_STEP) as (arm, id_):
        known = azure_monitor.names(arm, id_)
        some = [each for each in wanted if each.name in known]
        return azure_monitor.metrics(arm, id_, some, int(begin * 1000), int(until * 1000)) if some else []
