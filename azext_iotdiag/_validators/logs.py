"""What may be wrong with the arguments of `logs`."""

from __future__ import annotations

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iotdiag._validators import recorded


def errors(_cmd, namespace) -> None:
    """Judge the arguments of `logs errors`."""
    if not namespace.file:
        raise RequiredArgumentMissingError(
            "Nothing to read: --file is missing.",
            recommendation="Export rows of AzureDiagnostics from Log Analytics as CSV or JSON, and name the file: "
            "az iot diag logs errors --file query_data.csv",
        )
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
    namespace.file = recorded.paths(namespace.file)
