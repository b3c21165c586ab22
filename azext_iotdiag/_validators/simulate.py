"""What people typed for `simulate`."""

from __future__ import annotations

import json

from azure.cli.core.azclierror import ArgumentUsageError, RequiredArgumentMissingError
from knack.log import get_logger

from azext_iotdiag._validators import login, numbers
from azext_iotdiag.credential import connection_string as strings

logger = get_logger(__package__)
_TEXT_KINDS = ("json", "text")


def simulate(cmd, namespace):
    """Judge the arguments of `simulate`; `connection_string` becomes a DeviceConnectionString."""
    text, source = login.told(cmd, namespace.connection_string, "connection_string", "--connection-string")
    if text is None:
        raise RequiredArgumentMissingError(
            "Which device? --connection-string is missing: the device's own connection string.",
            recommendation=[
                "Put the string into a file and write --connection-string @FILE, or into the variable "
                "AZURE_IOTDIAG_CONNECTION_STRING.",
                f"{strings.DEVICE_STRING}.",
                "Without a hub: az iot diag lab start",
            ],
        )
    namespace.connection_string = login.device(text, source)
    numbers.judge("--message-interval", namespace.message_interval, at_least=0)
    numbers.judge("--message-count", namespace.message_count, at_least=0)
    if namespace.data is not None:
        namespace.body_kind = _kind_of_data(namespace.data, namespace.body_kind)


def _kind_of_data(data, kind):
    """The kind of body that `--data` makes: text that is no JSON is not passed off as JSON, unless that was asked."""
    if kind not in _TEXT_KINDS:
        raise ArgumentUsageError(
            f"--data and --body-kind {kind} contradict each other: what is typed is sent as text or as JSON.",
            recommendation="Leave one of the two away, or use --body-kind text.",
        )
    if kind != "json":
        return kind
    try:
        json.loads(data)
        return kind
    except ValueError as fault:
        wrong = fault
    chosen = not getattr(kind, "is_default", False)
    if chosen or data.lstrip().startswith(("{", "[")):
        logger.warning("--data is not JSON (%s); it is sent as it stands, as %s.", wrong, "JSON" if chosen else "text")
    return kind if chosen else "text"
