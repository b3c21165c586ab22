"""The workspaces of a lab: rows of resource logs, which arrive late, in any order, or not at all where faults say so.

A row comes into a workspace only where a diagnostic setting sent its category there when it happened.
"""

from __future__ import annotations

import json
import random
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any, NamedTuple

from azext_iotdiag.lab.audit.log import Record
from azext_iotdiag.lab.faults.active import ActiveFaults
from azext_iotdiag.lab.faults.table import LOGS_LATE, LOGS_LOST, LOGS_UNORDERED
from azext_iotdiag.lab.monitor import log_rows, provisioning_rows
from azext_iotdiag.lab.monitor.categories import enabled
from azext_iotdiag.lab.monitor.log_rows import LogRow
from azext_iotdiag.lab.monitor.provisioning_rows import ProvisioningRow
from azext_iotdiag.lab.tenant.tenant import DPS_TYPE, HUB_TYPE, LOCATIONS, Resource, Subscription, Tenant

MOST_ROWS = 50_000  # that are kept of all workspaces; the oldest are forgotten
_ROW_BYTES = 400  # that a row has beside its properties, about


class Stored(NamedTuple):
    """A row in a workspace, from the time on at which it has arrived. `workspace` and `resource` are ids, small."""

    workspace: str
    resource: str
    arrives: float
    columns: dict[str, Any]


class LogStore:
    """Hears the audit, and keeps the rows. `clock` is the lab's, in seconds since 1970, `chance` is for the faults."""

    def __init__(
        self,
        tenant: Tenant,
        faults: ActiveFaults,
        clock: Callable[[], float],
        chance: random.Random | None = None,
    ):
        self._tenant = tenant
        self._clock = clock
        self._faults = faults
        self._chance = chance or random.Random(7)
        self._rows: deque[Stored] = deque(maxlen=MOST_ROWS)

    def hear(self, record: Record) -> None:
        """Take in what happened."""
        self.keep(record, self._clock())  # that of the hub, which a fault may shift

    def keep(self, record: Record, now: float) -> None:
        """Take in what happened at a time in seconds since 1970."""
        tried = provisioning_rows.row_of(record)
        row = tried or log_rows.row_of(record)
        found = None if row is None else self._of_service(tried) if tried else self._of_hub(record)
        if row is None or found is None:
            return
        subscription, resource = found
        for workspace in _workspaces(resource, row.category):
            if not self._lost():
                common = _common(row.category, now, subscription, resource)
                columns = common | (provisioning_rows.columns(tried) if tried else _columns(row, resource))
                columns["_BilledSize"] = float(len(str(columns["properties_s"]).encode()) + _ROW_BYTES)
                arrives = now + self._delay()
                self._rows.append(Stored(workspace, columns["_ResourceId"], arrives, columns))

    def clear(self) -> None:
        """Forget all rows."""
        self._rows.clear()

    def rows(self, *, workspace: str = "", resource: str = "") -> list[dict[str, Any]]:
        """The rows that have arrived in a workspace, or of a resource in any, in the order of their arrival."""
        now = self._clock()
        found = [
            each
            for each in self._rows
            if each.arrives <= now
            and workspace.lower() in ("", each.workspace)
            and resource.lower() in ("", each.resource)
        ]
        return [each.columns for each in sorted(found, key=lambda each: each.arrives)]

    def _of_hub(self, record: Record) -> tuple[Subscription, Resource] | None:
        """The hub that a record is of, by its name or its host."""
        name = str(record.details.get("hub") or str(record.details.get("host") or "").partition(".")[0]).lower()
        for subscription in self._tenant.subscriptions:
            for resource in subscription.find(HUB_TYPE):
                if resource.name.lower() == name:
                    return subscription, resource
        return None

    def _of_service(self, row: ProvisioningRow) -> tuple[Subscription, Resource] | None:
        """The provisioning service of a row, by its id scope or its host."""
        for subscription in self._tenant.subscriptions:
            for resource in subscription.find(DPS_TYPE):
                if row.service in (resource.what.id_scope, resource.what.host):
                    return subscription, resource
        return None

    def _lost(self) -> bool:
        fault = self._faults.find(LOGS_LOST)
        return fault is not None and self._chance.random() * 100 < fault["percent"]

    def _delay(self) -> float:
        late, unordered = self._faults.find(LOGS_LATE) or {}, self._faults.find(LOGS_UNORDERED) or {}
        return late.get("seconds", 0) + self._chance.random() * unordered.get("seconds", 0)


def _workspaces(resource: Resource, category: str) -> Iterator[str]:
    """The workspaces that a category of a resource is sent to, each once."""
    found = (
        str(properties.get("workspaceId") or "").lower()
        for properties in resource.diagnostics.values()
        if category in enabled(resource.type, properties)
    )
    return (each for each in dict.fromkeys(found) if each)


def _common(category: str, happened: float, subscription: Subscription, resource: Resource) -> dict[str, Any]:
    """The columns of AzureDiagnostics that rows of every service have.

    https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics
    """
    id_ = subscription.id_of(resource)
    return {
        "TimeGenerated": moment(happened),
        "ResourceId": id_.upper(),
        "Category": category,
        "ResourceGroup": resource.group.upper(),
        "SubscriptionId": subscription.id,
        "ResourceProvider": "MICROSOFT.DEVICES",
        "Resource": resource.name.upper(),
        "ResourceType": resource.type.partition("/")[2].upper(),
        "DurationMs": "",
        "location_s": _region(resource),
        "Type": "AzureDiagnostics",
        "_ResourceId": id_.lower(),
    }


def _columns(row: LogRow | ProvisioningRow, resource: Resource) -> dict[str, Any]:
    """The other columns of a row of a hub."""
    assert isinstance(row, LogRow), f"{resource.name} is a hub"
    return {
        "OperationName": row.operation,
        "ResultType": str(row.code or ""),
        "ResultDescription": row.description or log_rows.name(row.code),
        "Level": log_rows.level(row),
        "properties_s": json.dumps(row.properties, separators=(",", ":"), ensure_ascii=False),
    }


def _region(resource: Resource) -> str:
    """The region that a hub works in: after a failover the other one of its pair."""
    if resource.type != HUB_TYPE:
        return resource.location
    others = [each for each in LOCATIONS if each != resource.location]
    return others[0] if resource.what.settings.failed_over else resource.location


def moment(seconds: float) -> str:
    """A time as Log Analytics writes it in UTC: with seven digits after the point, so that text sorts as time."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
