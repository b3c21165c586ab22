"""`logs status`, `logs enable` and `logs disable`: what is collected, what is planned, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.clients import azure_monitor
from azext_iotdiag.clients.arm import Arm
from azext_iotdiag.insights import log_settings
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.log_setting import Action, LogSetting, LogStatus, Plan, Planned
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Context
from azext_iotdiag.sessions import log_volume

_CHANGE_STEP = "the change of the diagnostic setting"


def status(context: Context) -> LogStatus:
    """Which logs of the service are collected."""
    try:
        with manager.asked(context, azure_monitor.SETTINGS_STEP) as (arm, id_):
            settings, offered = _read(arm, id_)
    except StepFailed as failed:
        return LogStatus(_host(context), failure=finding_of(Service.MANAGER, failed.failure))
    found = log_settings.status(_host(context), settings, offered)
    if not found.connections or context.logs is None:
        return found
    return replace(found, arrivals=log_volume.arrivals(context, log_settings.first(offered)))


def to_enable(context: Context, workspace: str) -> Planned:
    """The plan to collect what a diagnosis needs in a workspace, by its name or id; "" for the obvious one."""

    def planned(arm: Arm, id_: str) -> Plan:
        settings, offered = _read(arm, id_)
        subscription = id_.split("/")[2]
        known = azure_monitor.workspaces(arm, subscription)
        return log_settings.to_enable(id_, settings, offered, known, workspace)

    found = _planned(context, planned)
    plan = found.plan
    if plan is None or plan.trouble is not None or context.logs is None:
        return found
    collected = log_settings.collected(plan.settings, plan.workspace)
    return replace(found, volume=log_volume.volume(context, collected))


def to_disable(context: Context) -> Planned:
    """The plan to remove the setting that `to_enable` made."""

    def planned(arm: Arm, id_: str) -> Plan:
        settings, _ = _read(arm, id_)
        return log_settings.to_disable(id_, settings)

    return _planned(context, planned)


def carry_out(context: Context, planned: Planned) -> Planned:
    """Do what was planned."""
    plan = planned.plan
    if plan is None or plan.action is Action.NOTHING:
        return planned
    try:
        with manager.asked(context, _CHANGE_STEP) as (arm, id_):
            if plan.body is not None:
                azure_monitor.put_log_setting(arm, id_, plan.name, plan.body)
            else:
                azure_monitor.delete_log_setting(arm, id_, plan.name)
    except StepFailed as failed:
        return replace(planned, failure=finding_of(Service.MANAGER, failed.failure))
    return replace(planned, carried_out=True)


def _planned(context: Context, made: Callable[[Arm, str], Plan]) -> Planned:
    try:
        with manager.asked(context, azure_monitor.SETTINGS_STEP) as (arm, id_):
            return Planned(_host(context), made(arm, id_))
    except StepFailed as failed:
        return Planned(_host(context), failure=finding_of(Service.MANAGER, failed.failure))


def _read(arm: Arm, id_: str) -> tuple[list[LogSetting], list[str]]:
    offered = azure_monitor.log_categories(arm, id_)
    told = azure_monitor.log_settings(arm, id_)
    return [log_settings.setting(name, properties, offered) for name, properties in told], offered


def _host(context: Context) -> str:
    return context.resource.host if context.resource is not None else ""
