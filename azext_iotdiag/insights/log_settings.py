"""Which categories of logs a diagnosis needs, and how a setting of our own gets them. Others stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from azext_iotdiag.model.log_setting import Action, LogSetting, LogStatus, Plan, Trouble, Workspace

OWN = "az-iot-diag"  # the name of the setting that this tool makes
MOST = 5  # settings of one resource. https://learn.microsoft.com/azure/azure-monitor/essentials/diagnostic-settings
CONNECTIONS = "Connections"
# What a diagnosis reads, of those that the service offers; of a provisioning service all.
# https://learn.microsoft.com/azure/iot-hub/monitor-iot-hub-reference#resource-logs
USEFUL = (
    CONNECTIONS, "DeviceTelemetry", "DeviceIdentityOperations", "D2CTwinOperations", "DirectMethods", "C2DCommands",
    "Routes", "FileUploadOperations",
)  # fmt: skip


def useful(offered: Sequence[str]) -> tuple[str, ...]:
    """The categories that a diagnosis needs, of those that the service offers."""
    of_hub = CONNECTIONS in offered
    return tuple(each for each in (USEFUL if of_hub else offered) if each in offered)


def setting(name: str, properties: Mapping[str, Any], offered: Iterable[str]) -> LogSetting:
    """A setting as the service shows it. A group of categories stands for all of them."""
    logs = properties.get("logs")
    rows = logs if isinstance(logs, list) else []
    on = [row for row in rows if isinstance(row, Mapping) and row.get("enabled") is True]
    groups = {str(row.get("categoryGroup")).lower() for row in on if row.get("categoryGroup")}
    named = {str(row["category"]) for row in on if row.get("category")}
    return LogSetting(
        name,
        str(properties.get("workspaceId") or ""),
        frozenset(offered if "alllogs" in groups else named),
        properties,
    )


def status(host: str, settings: Sequence[LogSetting], offered: Sequence[str]) -> LogStatus:
    """What is collected in workspaces, and what is missing there."""
    collected = {category for each in settings if each.workspace for category in each.categories}
    missing = tuple(each for each in useful(offered) if each not in collected)
    return LogStatus(host, tuple(settings), missing, first(offered) in collected)


def first(offered: Sequence[str]) -> str:
    """The category that is needed before all others."""
    return CONNECTIONS if CONNECTIONS in offered else next(iter(useful(offered)), "")


def collected(settings: Sequence[LogSetting], workspace: Workspace | None) -> str:
    """A category that a workspace gets already, so that its rows can be counted; empty where it gets none."""
    of_workspace = workspace.id.lower() if workspace is not None else ""
    found = sorted({name for each in settings if each.workspace.lower() == of_workspace for name in each.categories})
    return CONNECTIONS if CONNECTIONS in found else next(iter(found), "")


def to_enable(
    id_: str,
    settings: Sequence[LogSetting],
    offered: Sequence[str],
    workspaces: Sequence[Workspace],
    asked: str = "",
) -> Plan:
    """What collects the useful categories in a workspace: `asked` is its id or name, "" for the obvious one."""
    own = next((each for each in settings if each.name.lower() == OWN), None)
    chosen, trouble = _workspace(id_, settings, workspaces, asked)
    if chosen is None:
        return Plan(id_, Action.NOTHING, OWN, settings=tuple(settings), trouble=trouble, choices=tuple(workspaces))
    same = [each for each in settings if each.workspace.lower() == chosen.id.lower()]
    if own is not None and own not in same:
        return Plan(id_, Action.NOTHING, OWN, chosen, settings=tuple(settings), trouble=Trouble.OTHER_WORKSPACE)
    wanted = useful(offered)
    # The service refuses a category that another setting sends to the same workspace.
    kept = tuple(each for each in wanted if any(each in other.categories for other in same if other is not own))
    mine = tuple(each for each in wanted if each not in kept)
    adds = tuple(each for each in mine if own is None or each not in own.categories)
    plan = Plan(id_, Action.NOTHING, OWN, chosen, adds=adds, kept=kept, settings=tuple(settings))
    if not adds:
        return plan
    if own is None and len(settings) >= MOST:
        return Plan(id_, Action.NOTHING, OWN, chosen, settings=tuple(settings), trouble=Trouble.TOO_MANY_SETTINGS)
    before = own.categories if own is not None else frozenset()
    all_of_ours = [each for each in offered if each in before or each in mine]
    logs = [{"category": each, "enabled": True} for each in all_of_ours]
    body = {"properties": {**_others(own), "workspaceId": chosen.id, "logs": logs}}
    action = Action.CREATE if own is None else Action.AMEND
    return Plan(id_, action, OWN, chosen, body, adds, kept, tuple(settings))


def _others(own: LogSetting | None) -> dict[str, Any]:
    """What else a setting has, such as a storage account that was added by hand: a PUT replaces all of it."""
    properties = own.properties if own is not None else {}
    return {name: value for name, value in properties.items() if value not in (None, "", [])}


def to_disable(id_: str, settings: Sequence[LogSetting]) -> Plan:
    """The removal of our own setting, where there is one."""
    own = next((each for each in settings if each.name.lower() == OWN), None)
    action = Action.DELETE if own is not None else Action.NOTHING
    gone = tuple(sorted(own.categories)) if own is not None else ()
    return Plan(id_, action, own.name if own is not None else OWN, adds=gone, settings=tuple(settings))


def _workspace(
    id_: str, settings: Sequence[LogSetting], workspaces: Sequence[Workspace], asked: str
) -> tuple[Workspace | None, Trouble | None]:
    """The workspace that is meant. Without a name: that of the settings, that of the group, or the only one."""
    if asked:
        found = [each for each in workspaces if asked.lower() in (each.id.lower(), each.name.lower())]
        if not found and asked.startswith("/"):  # of another subscription, which cannot be listed here
            return Workspace(asked, asked.rpartition("/")[2], ""), None
        return _only(found, Trouble.WORKSPACE_UNKNOWN)
    used = {each.workspace.lower() for each in settings if each.workspace}
    group = id_.lower().partition("/resourcegroups/")[2].partition("/")[0]
    known = [each for each in workspaces if each.id.lower() in used]
    near = [each for each in workspaces if each.group.lower() == group]
    return _only(known or near or list(workspaces), Trouble.NO_WORKSPACE)


def _only(found: Sequence[Workspace], none: Trouble) -> tuple[Workspace | None, Trouble | None]:
    if len(found) == 1:
        return found[0], None
    return None, Trouble.SEVERAL_WORKSPACES if found else none
