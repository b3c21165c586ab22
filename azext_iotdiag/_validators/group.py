"""What people typed for `check` to name a group of a hub's devices."""

from __future__ import annotations

from azure.cli.core.azclierror import MutuallyExclusiveArgumentError, RequiredArgumentMissingError

from azext_iotdiag._validators import device, numbers
from azext_iotdiag._validators.which_hub import is_typed
from azext_iotdiag.model.fleet import Filters
from azext_iotdiag.sessions.group import MembersAsked

# What names one device, or another service than a hub.
_OF_ONE = {
    "--device-id": "device_id",
    "--host": "host",
    "--device-log": "device_log",
    "--error": "error",
    "--connection-string": "connection_string",
    "--registration-id": "registration_id",
    "--enrollment-id": "enrollment_id",
    "--app-id": "app_id",
    "--dps-name": "dps_name",
    "--dps-login": "dps_login",
}
_OPTIONS = {"--quiet-since": "quiet_since", "--device-query": "device_query"}


def asked(namespace):
    """The group that was named, None where none was. Raises errors of az for what contradicts itself."""
    named = [option for option, name in _OPTIONS.items() if getattr(namespace, name) is not None]
    rate = namespace.query_rate
    if not named:
        if rate is not None:
            raise RequiredArgumentMissingError(
                "--query-rate belongs to a group, and neither --quiet-since nor --device-query names one."
            )
        return None
    for option, name in _OF_ONE.items():
        if is_typed(getattr(namespace, name)):
            raise MutuallyExclusiveArgumentError(
                f"{' and '.join(named)} names a group of a hub's devices, and {option} something else.",
                recommendation="Leave out one of the two.",
            )
    query, since = namespace.device_query, namespace.quiet_since
    condition = device.condition(query)
    quiet = device.moment(since) if since is not None else None
    numbers.judge("--query-rate", rate, at_least=1)
    return MembersAsked(Filters(condition, quiet_since=quiet), query or "", rate or MembersAsked.query_rate)
