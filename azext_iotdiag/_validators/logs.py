"""What may be wrong with the arguments of `logs errors`."""

from __future__ import annotations

import time

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import no_log, recorded, timestamps, which_hub
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.sessions.log_errors import LogErrorsAsked

LONGEST_DAYS = 90  # that are read at once; a workspace keeps rows for 30 days unless it is told otherwise
_ERRORS = "az iot diag logs errors --hub-name HUB"


def errors(cmd, namespace) -> None:
    """Judge the arguments of `logs errors`, and find the hub where no file is read."""
    no_log.refuse_app(namespace)
    _judge_timeline(namespace)
    begin = timestamps.beginning(namespace.since, time.time(), LONGEST_DAYS)
    files = tuple(recorded.paths(namespace.file)) if namespace.file else ()
    asked = LogErrorsAsked(files, begin, namespace.device_id, namespace.timeline)
    if not files:
        hand_over(namespace, _hub(cmd, namespace), asked)
        return
    named = which_hub.is_typed(namespace.hub_name)
    if named or namespace.dps_name:
        raise MutuallyExclusiveArgumentError(
            f"--file and {'--hub-name' if named else '--dps-name'} both say where the rows are.",
            recommendation="Leave out one of the two.",
        )
    hand_over(namespace, None, asked)


def _hub(cmd, namespace):
    if not namespace.hub_name and not namespace.dps_name:
        raise RequiredArgumentMissingError(
            "Nothing to read: --hub-name or --file is missing.",
            recommendation=f"Name the hub, whose workspace is then asked: {_ERRORS}. Or export rows of "
            "AzureDiagnostics as CSV or JSON, and name the file: az iot diag logs errors --file query_data.csv",
        )
    from azext_iotdiag._validators import managed_hub  # it loads what asks services, which files do not need

    return managed_hub.opened(cmd, namespace, _ERRORS)


def _judge_timeline(namespace) -> None:
    if namespace.timeline and not namespace.device_id:
        raise RequiredArgumentMissingError(
            "--timeline shows the rows of one device: --device-id is missing.",
            recommendation="Name the device: --device-id pump-7 --timeline",
        )
    if namespace.timeline and set(namespace.device_id) & set("*?"):
        raise InvalidArgumentValueError(
            f"--timeline shows the rows of one device, and --device-id {namespace.device_id} is a pattern.",
            recommendation="Name the device by its exact id.",
        )
