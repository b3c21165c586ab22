"""A service by its name, which is asked about at the resource manager alone: a hub, a provisioning service, an app."""

from __future__ import annotations

from azure.cli.core.azclierror import MutuallyExclusiveArgumentError, RequiredArgumentMissingError

from azext_iotdiag._validators import central, hub_login, log_access
from azext_iotdiag._validators.account import judge_name
from azext_iotdiag.login.opening import Named
from azext_iotdiag.probes.context import Context


def opened(cmd, namespace, example: str) -> Context:
    """What asks the resource manager about the service that was named. `example` is a command that names one.

    Raises az's errors.
    """
    dps, app = getattr(namespace, "dps_name", None), getattr(namespace, "app_id", None)
    usual = (dps or app) and getattr(namespace.hub_name, "is_default", False)
    hub = None if usual else namespace.hub_name
    named = [option for option, name in (("--hub-name", hub), ("--dps-name", dps), ("--app-id", app)) if name]
    if len(named) > 1:
        raise MutuallyExclusiveArgumentError(
            f"{' and '.join(named)} name {'two' if len(named) == 2 else 'three'} services.",
            recommendation="Name one of them.",
        )
    if app:
        suffix = central.host_of(app).partition(".")[2]
        return Context(resource=hub_login.find_app(cmd, app, suffix, namespace.resource_group_name))
    if dps:
        return _context(hub_login.find_dps(cmd, dps, namespace.resource_group_name, None))
    if not hub:
        raise RequiredArgumentMissingError(
            "No hub is named: --hub-name is missing.",
            recommendation=f"Name the hub, which is then found through az's login: {example}",
        )
    judge_name(hub)
    return _context(hub_login.find_hub(cmd, hub, namespace.resource_group_name, None))


def _context(named: Named) -> Context:
    return Context(resource=named.managed(), logs=log_access.logs_of(named))
