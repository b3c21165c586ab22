"""What people typed for `device show`, `device list` and `device summary`."""

from __future__ import annotations

import difflib
import re
import time
from dataclasses import dataclass

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
    ResourceNotFoundError,
)

from azext_iotdiag._validators import account, central, hub_login, login, numbers, timestamps, which_hub
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.credential import connection_string as strings
from azext_iotdiag.login.rights import QUERY, REGISTRY_READ
from azext_iotdiag.model.dps import STATUSES, ProvisioningAsked
from azext_iotdiag.model.fleet import Filters
from azext_iotdiag.model.target import Services, Target

_STATUSES = {
    "an IoT hub": ("connected", "disconnected", "never-connected", "disabled"),
    "an IoT Central application": ("provisioned", "registered", "blocked", "blocked-or-waiting"),
    "a provisioning service": STATUSES,
}
RIGHTS = frozenset({"RegistryRead", "ServiceConnect"})  # of a device's identity and its twin
_QUERY = re.compile(r"\s*SELECT\s+\*\s+FROM\s+devices(?:\s+WHERE\s+(?P<condition>.+?))?\s*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Ids:
    """The device that `device show` looks for. `registration` and `enrollment` are empty without a provisioning
    service; `provisioning` is what that is asked for, None without one."""

    device: str = ""
    registration: str = ""
    enrollment: str = ""
    provisioning: ProvisioningAsked | None = None


def show(cmd, namespace):
    """Judge the arguments of `device show`: `target` becomes the Services, `options` the Ids."""
    _open(cmd, namespace)
    login_, dps_ = namespace.login, namespace.dps_login
    of_app = login_ is not None and bool(login_.app)
    services = Services(None if of_app else login_, dps_, login_ if of_app else None)
    hand_over(namespace, services, _ids(namespace, dps_, login_ is None))


def _ids(namespace, opened, alone):
    """The ids that were typed. `alone` tells whether nothing but a provisioning service is asked."""
    device, enrollment = namespace.device_id or "", namespace.enrollment_id or ""
    if opened is None:
        return Ids(device)
    named = namespace.registration_id or ("" if enrollment else device)
    expected = bool(namespace.registration_id or enrollment or alone)
    return Ids(device, named, enrollment, ProvisioningAsked(opened.dps, named or enrollment, expected))


def _open(cmd, namespace):
    """Judge the arguments, and open what they name: `login` and `dps_login` become Targets, or None."""
    if namespace.app_id is not None:
        if not namespace.device_id or namespace.dps_login is not None or namespace.dps_name is not None:
            raise RequiredArgumentMissingError(
                "With --app-id, --device-id names the device. The application's own provisioning service cannot be "
                "read, so leave out --dps-name and --dps-login."
            )
        namespace.login = central.target(cmd, namespace)
        return
    central.refuse_strays(namespace)
    _judge_dps(namespace)
    by_name = namespace.dps_name is not None
    namespace.dps_login = _dps(namespace.dps_login)
    by_registration = bool(namespace.registration_id or namespace.enrollment_id)
    if by_registration and namespace.dps_login is None and not by_name:
        raise RequiredArgumentMissingError(
            "--registration-id and --enrollment-id are looked up in a provisioning service: --dps-name is missing, "
            "or --dps-login.",
            recommendation=[
                "Name the service with --dps-name, which is found through az's login.",
                f"{strings.DPS_STRING}.",
            ],
        )
    if not namespace.device_id and not by_registration:
        raise RequiredArgumentMissingError(
            "Which device? Give --device-id, or --registration-id with --dps-name or --dps-login of its "
            "provisioning service."
        )
    alone = namespace.dps_login is None and not by_name
    namespace.login = hub(cmd, namespace, required=bool(namespace.device_id) and alone)
    if by_name:
        auth_type = str(namespace.auth_type) if namespace.auth_type else None
        group = namespace.resource_group_name if namespace.login is None else None  # else it is the hub's
        namespace.dps_login = hub_login.dps(cmd, namespace.dps_name, group, auth_type)


def fleet(cmd, namespace):
    """Judge the arguments of `device list` and `device summary`: `target` is the service, `options` what is Asked."""
    from azext_iotdiag.sessions.devices import DevicesAsked  # what other commands do not need

    _open_fleet(cmd, namespace)
    asked = DevicesAsked(namespace.filters, namespace.enrollment_id or "", namespace.query_rate)
    hand_over(namespace, namespace.login, asked)


def _open_fleet(cmd, namespace):
    """Judge the arguments: `login` becomes the Target, and `filters` is made of several of them."""
    quiet, status = getattr(namespace, "quiet_since", None), str(getattr(namespace, "status", None) or "")
    of_dps = namespace.dps_name is not None or namespace.dps_login is not None
    whose = "a provisioning service" if of_dps else "an IoT hub"
    whose = "an IoT Central application" if namespace.app_id is not None else whose
    if status and status not in _STATUSES[whose]:
        other = next(service for service, known in _STATUSES.items() if status in known)
        raise InvalidArgumentValueError(
            f"--status {status} is no status of devices of {whose}, but of devices of {other}.",
            recommendation=f"Here they are {', '.join(_STATUSES[whose])}.",
        )
    if of_dps:
        _fleet_of_dps(cmd, namespace, status)
        return
    if namespace.enrollment_id is not None:
        raise RequiredArgumentMissingError(
            "--enrollment-id is looked up in a provisioning service: --dps-name is missing, or --dps-login."
        )
    if namespace.app_id is not None:
        if quiet is not None:
            raise MutuallyExclusiveArgumentError(
                "--quiet-since needs a hub: IoT Central does not report when it heard of a device."
            )
        namespace.filters = Filters(status=status, model=getattr(namespace, "template", None) or "")
        namespace.login = central.target(cmd, namespace)
        return
    central.refuse_strays(namespace)
    namespace.filters = Filters(
        condition(namespace.device_query),
        status,
        getattr(namespace, "template", None) or "",
        moment(quiet) if quiet is not None else None,
    )
    if namespace.filters.quiet_since is not None and namespace.filters.status in ("connected", "disabled"):
        raise MutuallyExclusiveArgumentError(
            f"--quiet-since is about devices that are not connected; --status {namespace.filters.status} is not."
        )
    numbers.judge("--query-rate", namespace.query_rate, at_least=1)
    namespace.login = hub(cmd, namespace, required=True, rights=REGISTRY_READ, actions=QUERY)


def _fleet_of_dps(cmd, namespace, status):
    """The same where a provisioning service is named: `login` becomes its Target."""
    strays = {
        "--app-id": namespace.app_id,
        "--login": namespace.login,
        "--hub-name": None if getattr(namespace.hub_name, "is_default", False) else namespace.hub_name,
        "--device-query": namespace.device_query,
        "--template": getattr(namespace, "template", None),
        "--quiet-since": getattr(namespace, "quiet_since", None),
    }
    for option, value in strays.items():
        if value is not None:
            raise MutuallyExclusiveArgumentError(
                f"{option} has no meaning for a provisioning service.",
                recommendation="Leave it out, or --dps-name and --dps-login.",
            )
    namespace.filters = Filters(status=status)
    namespace.login = provisioning(cmd, namespace, namespace.resource_group_name)


def provisioning(cmd, namespace, group):
    """The Target of the provisioning service that --dps-login or --dps-name say; None without them.

    `group` is the resource group in which a name is looked for, all of them with None.
    """
    _judge_dps(namespace)
    if namespace.dps_name is None:
        return _dps(namespace.dps_login)
    auth_type = str(namespace.auth_type) if namespace.auth_type else None
    return hub_login.dps(cmd, namespace.dps_name, group, auth_type)


def _judge_dps(namespace):
    if namespace.dps_name is not None and namespace.dps_login is not None:
        raise MutuallyExclusiveArgumentError(
            "--dps-name and --dps-login both say which provisioning service.", recommendation="Leave out one of them."
        )


def hub(cmd, namespace, required, rights=RIGHTS, actions=()):
    """The Target of the hub that --login, az's configuration or --hub-name say, with a key that has `rights`, or with
    az's login.

    None where none of them is there, and `required` is not set.
    """
    name = namespace.hub_name
    text, source = which_hub.string(cmd, namespace)
    auth_type = str(namespace.auth_type) if namespace.auth_type else None
    if text is not None:
        given = login.read(text, source)
        if not isinstance(given, strings.HubConnectionString):
            raise InvalidArgumentValueError(
                f"{source}: this is no string of a policy of a hub, which alone shows devices.",
                recommendation=[
                    "Name the hub with --hub-name, which is found through az's login.",
                    f"{strings.OWNER_STRING}.",
                ],
            )
        return Target(hub=given.host, policy=given.policy, credential=given.key)
    if name is not None and (which_hub.is_typed(name) or required):
        account.judge_name(name)
        return hub_login.hub(cmd, name, namespace.resource_group_name, rights, auth_type, actions)
    if required:
        right = "RegistryWrite" if "RegistryWrite" in rights else "RegistryRead"
        raise RequiredArgumentMissingError(
            "Which hub? Neither --hub-name nor --login is there.",
            recommendation=[
                "Give the hub's name with --hub-name, to find it through az's login.",
                f"Or put a string with {right} into a file and write --login @FILE.",
                f"{strings.OWNER_STRING}.",
            ],
        )
    return None


def _dps(text):
    if text is None:
        return None
    given = login.read(text, "--dps-login")
    if not isinstance(given, strings.DpsConnectionString):
        raise InvalidArgumentValueError(
            "--dps-login: this is no string of a policy of a Device Provisioning Service.",
            recommendation=[
                "Name the service with --dps-name, which is found through az's login.",
                f"{strings.DPS_STRING}.",
            ],
        )
    return Target(dps=given.host, policy=given.policy, credential=given.key)


def az_error(unknown):
    """What az says of an UnknownEnrollment."""
    near = difflib.get_close_matches(unknown.name, unknown.known, n=3)
    listed = f"There are: {', '.join(unknown.known[:10])}." if unknown.known else "There are none at all."
    advice = f"Did you mean {' or '.join(near)}?" if near else listed
    return ResourceNotFoundError(str(unknown), recommendation=advice)


def condition(query):
    """What stands behind WHERE in a query for devices, so that more can be asked of the same ones."""
    if query is None:
        return ""
    found = _QUERY.fullmatch(query)
    if not found:
        raise InvalidArgumentValueError(
            "--device-query must read SELECT * FROM devices, with WHERE and a condition where only some are meant.",
            recommendation="For example: SELECT * FROM devices WHERE tags.site = 'north'",
        )
    return found["condition"] or ""


def moment(text):
    """The time that --quiet-since names, in milliseconds since 1970. Raises InvalidArgumentValueError."""
    return timestamps.read(text, time.time(), "--quiet-since", "Write 12h or 2d, for example.")
