"""A hub or a provisioning service by its name, which is asked about at the resource manager alone."""

from __future__ import annotations

from azure.cli.core.azclierror import MutuallyExclusiveArgumentError, RequiredArgumentMissingError

from azext_iotdiag._validators import hub_login, log_access
from azext_iotdiag._validators.account import judge_name
from azext_iotdiag.login.opening import Named
from azext_iotdiag.probes.context import Context


def opened(cmd, namespace, example: str) -> Context:
    """What asks the resource manager about the service that was named. `example` is a command that names one.

    Raises az's errors.
    """
    dps = getattr(namespace, "dps_name", None)
    hub = None if dps and getattr(namespace.hub_name, "is_default", False) else namespace.hub_name
    if hub and dps:
        raise MutuallyExclusiveArgumentError(
            "--hub-name and --dps-name name two services.", recommendation="Name one of them."
        )
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
