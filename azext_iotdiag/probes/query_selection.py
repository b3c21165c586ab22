"""Which devices or modules a hub's query picks, asked once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.query_selection import QuerySelection
from azext_iotdiag.probes.context import Access, Context

BUSY_SECONDS = 60.0  # queries are the first that a busy hub refuses
# Whole twins are some kilobytes each, and only their ids are wanted. For modules, projections are not documented.
_WHOLE_DEVICES = re.compile(r"(\s*SELECT\s+(?:TOP\s+\d+\s+)?)\*(\s+FROM\s+devices(?![\w.]))", re.IGNORECASE)


def measure(context: Context, end: float, facts: Facts) -> QuerySelection:
    """The devices that the query picks at this moment. Raises StepFailed."""
    host, query = context.host(Access.HUB), context.typed.query
    rows = without_id = 0
    devices: set[str] = set()
    modules: set[tuple[str, str]] = set()
    hub = context.ask_hub(end, patience=BUSY_SECONDS)
    try:
        for page in hub.query(_WHOLE_DEVICES.sub(r"\1deviceId\2", query, count=1)):
            for row in page:
                rows += 1
                device, module = _named(row, "deviceid"), _named(row, "moduleid")
                if not device:
                    without_id += 1
                elif module:
                    modules.add((device, module))
                else:
                    devices.add(device)
    finally:
        hub.close()
    return QuerySelection(host, query, rows, without_id, frozenset(devices), frozenset(modules))


def _named(row: Mapping[str, Any], name: str) -> str:
    """The text under a name in any case: hubs were seen to answer deviceId and DeviceId."""
    value = next((value for key, value in row.items() if key.lower() == name), "")
    return value if isinstance(value, str) else ""
