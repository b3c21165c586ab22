"""Diagnostic settings and what is planned for them, as text for a person, as data, and as rows of a table."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.model.log_setting import Action, LogSetting, LogStatus, Plan, Planned, Trouble
from azext_iotdiag.model.log_volume import Arrivals, Volume
from azext_iotdiag.model.timestamps import ago, written
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

VERSION = 1
_ROLE = "Monitoring Contributor"  # allows Microsoft.Insights/DiagnosticSettings/*
_DONE = {Action.CREATE: "was made", Action.AMEND: "was amended", Action.DELETE: "was deleted"}
_WILL = {Action.CREATE: "will be made", Action.AMEND: "will be amended", Action.DELETE: "will be deleted"}


def planned(result: Planned) -> Iterator[str]:
    """The plan, before anything is changed. Nothing where there is nothing to decide."""
    plan = result.plan
    if plan is None or plan.action is Action.NOTHING:
        return
    yield f"The diagnostic setting {plan.name} of {result.host} {_WILL[plan.action]}:"
    yield from _contents(plan)
    yield from _volume(result.volume)


def question() -> str:
    """What is asked before the change."""
    return "Go on?"


def answer(result: Planned) -> str:
    """The result in one line."""
    plan = result.plan
    if result.failure is not None or plan is None:
        return printable(f"? {_failed(result.failure)}")
    if plan.trouble is not None:
        return printable(f"× {_TROUBLE[plan.trouble]}")
    if plan.action is Action.NOTHING:
        return printable(f"√ {_nothing(result.host, plan)}")
    if result.carried_out:
        return printable(f"√ The diagnostic setting {plan.name} of {result.host} {_DONE[plan.action]}.")
    return printable(
        f"! Nothing was changed. The diagnostic setting {plan.name} {_WILL[plan.action]} without --dry-run."
    )


def lines(result: Planned) -> Iterator[str]:
    """The result for a person."""
    yield answer(result)
    plan = result.plan
    if result.failure is not None or plan is None:
        yield f"  Changing diagnostic settings takes the role {_ROLE} at the resource."
        return
    if plan.trouble is not None:
        yield from (printable(f"  → {step}") for step in _advice(plan, result.host))
        return
    if plan.action is not Action.NOTHING:
        yield from _contents(plan)
    yield from _volume(result.volume)
    if plan.action in (Action.CREATE, Action.AMEND):
        yield "  The log holds nothing of the time before. The first rows arrive after 3 to 10 min."
        yield printable(f"  → Run {_filled('`az iot diag logs status --hub-name HUB`', result.host)} after 15 min.")


def _contents(plan: Plan) -> Iterator[str]:
    if plan.workspace is not None:
        yield printable(f"  Workspace: {plan.workspace.name} (resource group {plan.workspace.group or 'not known'})")
    word = "No longer collected" if plan.action is Action.DELETE else "Collected in addition"
    yield printable(f"  {word}: {', '.join(plan.adds) or 'nothing'}")
    if plan.kept:
        yield printable(f"  Other settings send there already: {', '.join(plan.kept)}")
    others = [each.name for each in plan.settings if each.name != plan.name]
    yield printable(f"  Settings that stay as they are: {', '.join(others) or 'none'}")


def _volume(volume: Volume | None) -> Iterator[str]:
    """How many rows a day are to be expected."""
    if volume is None:
        return
    if volume.failure is not None:
        yield printable(f"  Rows a day: not known, because {volume.failure.message}.")
        return
    measured = volume.measured
    if measured is not None and measured.failure is None and measured.rows:
        yield f"  Rows in the last day: {measured.rows:,}, {_size(measured.size)} as billed."
        return
    devices = counted(volume.devices, "connected device")
    yield f"  Rows a day: about {volume.least:,} to {volume.most:,}. Twins and methods make {volume.operations:,}."
    yield f"  Each of {devices} makes up to {volume.renewals}, if it renews a token each hour."
    yield "  Errors come on top. After a day, this command shows the rows that arrived."


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


_TROUBLE = {
    Trouble.NO_WORKSPACE: "This subscription has no Log Analytics workspace, or you have no permission to see it.",
    Trouble.SEVERAL_WORKSPACES: "There are several Log Analytics workspaces, and none was named.",
    Trouble.WORKSPACE_UNKNOWN: "There is no Log Analytics workspace of this name in the subscription.",
    Trouble.OTHER_WORKSPACE: "The setting of this tool sends to another workspace.",
    Trouble.TOO_MANY_SETTINGS: "The resource has five diagnostic settings, the most that Azure allows.",
}


def _advice(plan: Plan, host: str) -> Iterator[str]:
    if plan.trouble is Trouble.NO_WORKSPACE:
        yield "Make one: `az monitor log-analytics workspace create --resource-group GROUP --workspace-name NAME`"
    elif plan.trouble in (Trouble.SEVERAL_WORKSPACES, Trouble.WORKSPACE_UNKNOWN):
        for each in plan.choices:
            command = "`az iot diag logs enable --hub-name HUB --workspace WORKSPACE`"
            yield f"Use it: {_filled(command, host).replace('WORKSPACE', shlex.quote(each.name))}"
    elif plan.trouble is Trouble.OTHER_WORKSPACE:
        yield f"Remove it first: {_filled('`az iot diag logs disable --hub-name HUB`', host)}"
    else:
        yield f"Delete or extend one of these: {', '.join(each.name for each in plan.settings)}"


def _nothing(host: str, plan: Plan) -> str:
    if plan.workspace is None:
        return f"{host} has no diagnostic setting of this tool. Nothing was changed."
    return f"All logs that a diagnosis needs are sent to {plan.workspace.name} already. Nothing was changed."


def data(result: Planned, *, dry_run: bool) -> dict[str, Any]:
    """The result as data, of a schema that only grows."""
    plan = result.plan
    return {
        "version": VERSION,
        "answer": answer(result),
        "host": result.host,
        "dryRun": dry_run,
        "carriedOut": result.carried_out,
        "action": plan.action.value if plan else None,
        "setting": plan.name if plan else None,
        "workspace": plan.workspace.id if plan and plan.workspace else None,
        "adds": list(plan.adds) if plan else [],
        "kept": list(plan.kept) if plan else [],
        "body": plan.body if plan else None,
        "trouble": plan.trouble.value if plan and plan.trouble else None,
        "rowsADay": _volume_data(result.volume),
        "settings": [_setting(each) for each in plan.settings] if plan else [],
    }


def _volume_data(volume: Volume | None) -> dict[str, Any] | None:
    if volume is None or volume.failure is not None:
        return None
    measured = volume.measured
    return {
        "least": volume.least,
        "most": volume.most,
        "connectedDevices": volume.devices,
        "operations": volume.operations,
        "measuredRows": measured.rows if measured is not None else None,
        "measuredBytes": measured.size if measured is not None else None,
    }


def status_answer(status: LogStatus) -> str:
    """Which logs are collected, in one line."""
    if status.failure is not None:
        return printable(f"? {_failed(status.failure)}")
    if not status.connections:
        return f"× The {_first(status.host)} of {status.host} are not logged in any workspace."
    if status.arrivals is not None and status.arrivals.silence is not None:
        return printable(f"× {status.host} is logged, but {status.arrivals.silence.message}.")
    if status.missing:
        return f"√ The {_first(status.host)} of {status.host} are logged. Not collected: {', '.join(status.missing)}."
    return f"√ All logs of {status.host} that a diagnosis needs are collected."


def status_lines(status: LogStatus) -> Iterator[str]:
    """Which logs are collected, for a person."""
    yield status_answer(status)
    if status.failure is not None:
        return
    for each in status.settings:
        where = each.workspace.rpartition("/")[2] or "no workspace"
        yield printable(f"  {each.name}: {', '.join(sorted(each.categories)) or 'no category'} to {where}")
    yield from _arrivals(status)
    if status.missing:
        yield printable(f"  Not collected in any workspace: {', '.join(status.missing)}")
        yield printable(f"  → Collect them: {_filled('`az iot diag logs enable --hub-name HUB`', status.host)}")


def _arrivals(status: LogStatus) -> Iterator[str]:
    """Whether rows arrive, and how old the newest is."""
    found = status.arrivals
    if found is None:
        return
    if found.failure is not None:
        yield printable(f"  Whether rows arrive is not known: {found.failure.message}.")
        return
    for each in found.categories:
        newest = ago(each.newest, found.until)
        yield f"  {each.category}: {counted(each.rows, 'row')} in the last day, {_size(each.size)}. Newest: {newest}."
    if found.silence is not None:
        entry, known = found.silence.entry, Known(hub=status.host.partition(".")[0])
        yield f"  {entry.title} [{entry.code}]"
        for cause in entry.causes:
            yield f"  · {cause.why}"
            yield from (printable(f"    → {known.filled(step)}") for step in cause.mitigation)
    elif not found.rows:
        yield "  No row in the last day. " + (
            "No device was connected, so no row is expected."
            if found.connected == 0
            else "It is not known whether rows are expected."
        )


def status_data(status: LogStatus) -> dict[str, Any]:
    """The same as data."""
    return {
        "version": VERSION,
        "answer": status_answer(status),
        "host": status.host,
        "connections": status.connections,
        "missing": list(status.missing),
        "settings": [_setting(each) for each in status.settings],
        "arrivals": _arrivals_data(status.arrivals),
    }


def _arrivals_data(found: Arrivals | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "since": written(found.since),
        "until": written(found.until),
        "rows": found.rows,
        "bytes": found.size,
        "newest": written(found.newest) if found.newest else None,
        "mostConnected": found.connected,
        "finding": found.silence.entry.code if found.silence is not None else None,
        "failure": found.failure.entry.code if found.failure is not None else None,
        "categories": [
            {"category": each.category, "rows": each.rows, "bytes": each.size, "newest": written(each.newest)}
            for each in found.categories
        ],
    }


def _setting(each: LogSetting) -> dict[str, Any]:
    return {"name": each.name, "workspace": each.workspace or None, "categories": sorted(each.categories)}


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table`: the answer first, then each setting."""
    rows = [
        {"Setting": each["name"], "Workspace": each["workspace"], "Categories": ", ".join(each["categories"])}
        for each in result["settings"]
    ]
    return [{"Setting": result["answer"], "Workspace": None, "Categories": None}, *rows]


def _failed(failure: Finding | None) -> str:
    return (
        f"The diagnostic settings could not be read or changed: {failure.message}." if failure else "Nothing is known."
    )


def _is_dps(host: str) -> bool:
    return host.partition(".")[2].startswith("azure-devices-provisioning")


def _filled(command: str, host: str) -> str:
    """The command with the name of the service in place of HUB, and with its option."""
    named = command.replace("--hub-name", "--dps-name") if _is_dps(host) else command
    return named.replace("HUB", host.partition(".")[0])


def _first(host: str) -> str:
    """What of the service must be logged before all else."""
    return "operations" if _is_dps(host) else "connections"
