"""`logs query`: a query is run in the workspace of a hub, or the saved ones are listed."""

from __future__ import annotations

from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.clients.arm import DPS_TYPE, is_of
from azext_iotdiag.insights.queries.catalogue import QUERIES
from azext_iotdiag.insights.queries.provisioning import PROVISIONING_ROWS
from azext_iotdiag.insights.queries.query import RESOURCE, QueryText
from azext_iotdiag.insights.queries.rows import LOG_ROWS
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.log_query import QueryAnswer, QueryAsked, SavedQuery
from azext_iotdiag.model.log_table import Cell, LogTable
from azext_iotdiag.probes import workspace_log
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.workspace_log import OpenLog


def run(context: Context | None, asked: QueryAsked) -> QueryAnswer:
    """What the query brings. Without a context, the saved queries."""
    if context is None:
        return QueryAnswer(listed=tuple(saved()))
    until = int(context.now() * 1000)
    host = context.resource.host if context.resource is not None else ""
    answer, failure = LogTable(), None
    try:
        with workspace_log.opened(context) as log:
            answer = _table(log, asked, until)
    except StepFailed as failed:
        failure = finding_of(Service.WORKSPACE, failed.failure)
    of_dps = context.resource is not None and is_of(context.resource.id, DPS_TYPE)
    return QueryAnswer(host, asked.saved, asked.since, until, answer, failure, of_dps=of_dps)


def saved() -> list[SavedQuery]:
    """All saved queries by name."""
    return [SavedQuery(name, query.title, _given(query)) for name, query in sorted(QUERIES.items())]


def _given(query: QueryText) -> dict[str, str]:
    """The parameters that the user gives; the hub is known."""
    return {each.name: each.type for each in query.parameters.values() if each.name != RESOURCE}


def _table(log: OpenLog, asked: QueryAsked, until: int) -> LogTable:
    since, end = asked.since / 1000, until / 1000
    if asked.kql:
        return log.ask_text(asked.kql, since, end)
    if asked.saved in (LOG_ROWS.name, PROVISIONING_ROWS.name) and "after" not in asked.values:
        return _all(log, since, end, str(asked.values.get("device", "")))
    return log.ask(asked.saved, since, end, asked.values)


def _all(log: OpenLog, since: float, end: float, device: str) -> LogTable:
    """All pages of rows in one table."""
    rows: dict[tuple[Cell, ...], None] = {}
    found = LogTable()
    for page in log.pages(since, end, device):
        rows.update(dict.fromkeys(page.rows))
        found = found._replace(columns=page.columns or found.columns, partial="" if page.rows else page.partial)
    return found._replace(rows=tuple(rows))
