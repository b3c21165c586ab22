"""The SDKs and address blocks of a group and of all other devices, where a workspace collects the connections."""

from __future__ import annotations

from azext_iotdiag.clients.greeting import PROBE
from azext_iotdiag.insights.queries.connections import DEVICE_TRAITS, MOST_DEVICES
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.group_log import GroupLog, Logged, log_shares
from azext_iotdiag.model.log_table import LogTable
from azext_iotdiag.probes import workspace_log
from azext_iotdiag.probes.context import Context


def measure(context: Context, end: float, facts: Facts) -> GroupLog | None:
    """One query for all devices; None where no workspace collects the connections. Raises StepFailed."""
    asked, until = context.typed.group_log, round(context.now() * 1000)
    assert asked is not None, "the catalogue asks for a group alone"
    try:
        with workspace_log.opened(context, end) as log:
            table = log.ask(DEVICE_TRAITS.name, asked.since / 1000, until / 1000)
    except StepFailed as failed:
        if failed.failure.condition == workspace_log.NO_WORKSPACE:
            return None
        raise
    seen, others, shares = log_shares(_by_device(table), asked.members)
    partial = table.partial
    if not partial and len(table.rows) >= MOST_DEVICES:
        partial = f"only {MOST_DEVICES:,} devices are read"
    host = context.resource.host if context.resource is not None else ""
    return GroupLog(host, asked.since, until, seen, others, shares, partial)


def _by_device(table: LogTable) -> dict[str, Logged]:
    """The rows by device. A device that connects only by its modules has the row of the first of them.

    The tests of `check` and `network test` are no devices.
    """
    found: dict[str, Logged] = {}
    for row in table.records():
        device, _, module = str(row["DeviceId"] or "").partition("/")
        if device.startswith(PROBE) or (module and device in found):
            continue
        found[device] = Logged(str(row["Sdk"] or ""), str(row["Address"] or ""))
    return found
