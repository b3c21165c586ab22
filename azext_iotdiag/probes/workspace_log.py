"""Rows of the log of a hub or provisioning service in a Log Analytics workspace, which a diagnostic setting names.

For probes, and for commands that read the log. Times are in seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from azext_iotdiag.clients import azure_monitor
from azext_iotdiag.clients.arm import DPS_TYPE, Arm, is_of
from azext_iotdiag.clients.log_analytics import LogAnalytics
from azext_iotdiag.insights.queries.catalogue import QUERIES
from azext_iotdiag.insights.queries.provisioning import DEVICES, PROVISIONING_ROWS
from azext_iotdiag.insights.queries.query import Values
from azext_iotdiag.insights.queries.rows import LOG_ROWS, PAGE
from azext_iotdiag.insights.queries.values import BadValue
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.log_table import LogTable
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Access, Context

NO_WORKSPACE = "NoWorkspace"  # the condition of the failure where no setting sends the category to a workspace
CONNECTIONS = "Connections"
STEP = "the rows of the resource log"
MOST_PAGES = 60  # of rows that are read: more than a million


@dataclass(frozen=True)
class OpenLog:
    """A workspace that is open for queries about one resource. Its methods raise StepFailed."""

    workspace: str
    resource: str
    client: LogAnalytics

    def ask(self, name: str, since: float, until: float, values: Values | None = None) -> LogTable:
        """What a saved query brings about the resource."""
        try:
            text = QUERIES[name].text({"resource": self.resource, **(values or {})})
        except BadValue as wrong:  # of an earlier answer, such as the time from which to read on
            raise self._odd(f"the service gave what cannot be asked for: {wrong}") from None
        table = self.client.query(self.workspace, text, iso(since), iso(until))
        if [column.name for column in table.columns] != [column.name for column in QUERIES[name].columns]:
            raise self._odd("the table has other columns than the query")
        return table

    def _odd(self, said: str) -> StepFailed:
        return StepFailed(Failure(Kind.NOT_HTTP, STEP, self.client.host, 443, description=said))

    def ask_text(self, text: str, since: float, until: float) -> LogTable:
        """What a query of the user's own brings."""
        return self.client.query(self.workspace, text, iso(since), iso(until))

    def pages(self, since: float, until: float, device: str = "") -> Iterator[LogTable]:
        """All rows of the resource, or of a device, oldest first, page by page. A row at the edge may come twice.

        Where not all can be read, the last page has no rows, and says why.
        """
        after, page = "", LogTable()
        query = PROVISIONING_ROWS if is_of(self.resource, DPS_TYPE) else LOG_ROWS
        for _ in range(MOST_PAGES):
            values = {"device": device} | ({"after": after} if after else {})
            page = self.ask(query.name, since, until, values)
            yield page
            last = str(page.rows[-1][0]) if page.rows else ""
            if len(page.rows) < PAGE and not page.partial:
                return
            if not last or last == after:
                break
            after = last
        yield LogTable(partial=page.partial or f"only {MOST_PAGES * PAGE:,} rows are read")


@contextmanager
def opened(context: Context, end: float | None = None, category: str = "") -> Iterator[OpenLog]:
    """The workspace that gets this category of the service. Raises StepFailed; NO_WORKSPACE where none does.

    Without a category, it is that of what devices do.
    """
    with manager.asked(context, azure_monitor.SETTINGS_STEP) as (arm, id_):
        workspace = workspace_of(arm, id_, category or (DEVICES if is_of(id_, DPS_TYPE) else CONNECTIONS))
    client = context.ask_logs(end)
    try:
        yield OpenLog(workspace, id_, client)
    finally:
        client.close()


def workspace_of(arm: Arm, id_: str, category: str) -> str:
    """The id of the workspace that gets a category of a resource. Raises StepFailed and ArmError."""
    for _, properties in azure_monitor.log_settings(arm, id_):
        if properties.get("workspaceId") and _sends(properties, category):
            return str(properties["workspaceId"])
    said = f"no diagnostic setting sends {category} to a workspace"
    raise StepFailed(Failure(Kind.MISSING, STEP, arm.host, 443, condition=NO_WORKSPACE, description=said))


def device_rows(context: Context, end: float, device: str, since: float) -> tuple[dict[str, Any], ...]:
    """All rows of a device since a time, as `insights.log.Log` takes them. Raises StepFailed.

    `end` is on the clock of the context. Rows of one device show nothing of what befell its site or the hub.
    """
    assert context.managed(Access.RESOURCE) is not None, "the caller has seen that the hub's resource is open"
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    with opened(context, end) as log:
        for page in log.pages(since, context.now(), device):
            found.update(zip(page.rows, page.records()))
    return tuple(found.values())


def iso(moment: float) -> str:
    """A time as the API takes it."""
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _sends(properties: Mapping[str, Any], category: str) -> bool:
    logs = properties.get("logs")
    found = logs if isinstance(logs, list) else []
    rows = [row for row in found if isinstance(row, dict) and row.get("enabled") is True]
    return any(row.get("category") == category or str(row.get("categoryGroup")).lower() == "alllogs" for row in rows)
