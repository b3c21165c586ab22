"""What people typed for `monitor properties` and `validate properties`."""

from __future__ import annotations

from dataclasses import replace

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import environment, hub_login, login, monitor, numbers, recorded, validate, which_hub
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.sessions.asked import WatchOptions

_RIGHTS = frozenset({"ServiceConnect"})  # what reading a twin takes
_LIVE = {
    "--device-id": "device_id",
    "--login": "login",
    "--hub-name": "hub_name",
    "--resource-group": "resource_group_name",
    "--auth-type": "auth_type",
    "--app-id": "app_id",
    "--token": "token",
    "--central-dns-suffix": "central_dns_suffix",
    "--max-changes": "max_changes",
    "--duration": "duration",
    "--timeout": "timeout",
}


def watch(cmd, namespace):
    """Judge the arguments of `monitor properties`: they become a Target and WatchOptions."""
    hand_over(namespace, *_watched(cmd, namespace))


def _watched(cmd, namespace):
    numbers.judge("--max-changes", namespace.max_changes, at_least=1)
    numbers.judge("--duration", namespace.duration, above=0)
    numbers.judge("--timeout", namespace.timeout, at_least=0)
    device = namespace.device_id
    if device is None:
        raise RequiredArgumentMissingError(
            "Which device? --device-id is missing.", recommendation="Give the id as the hub shows it."
        )
    monitor.judge_pattern("--device-id", device, "device")
    if set(device) & set("*?"):
        raise InvalidArgumentValueError(
            "--device-id holds a wildcard, and the properties of one device are looked at.",
            recommendation="Give the exact id of one device.",
        )
    source = monitor.where(cmd, namespace)
    auth_type = str(namespace.auth_type) if namespace.auth_type else None
    if namespace.login is None:
        namespace.login = hub_login.hub(cmd, namespace.hub_name, namespace.resource_group_name, _RIGHTS, auth_type)
    elif auth_type == "login":
        login.refuse_login(source)
    if namespace.login.event_hub:
        raise InvalidArgumentValueError(
            "An Event Hub-compatible string opens the messages of a hub alone, and not its twins.",
            recommendation="Give the hub's service connection string.",
        )
    environment.way(namespace.login.hub or namespace.login.app, "wire", None)
    return namespace.login, WatchOptions(device, monitor.limits(namespace.max_changes, namespace))


def judge(cmd, namespace):
    """Judge the arguments of `validate properties`, live ones as those of `monitor properties`.

    They become ValidateOptions and, for a device's properties as they are, a Target.
    """
    validate.judge_output(namespace)
    if namespace.file is None:
        target, watched = _watched(cmd, namespace)
        if namespace.model is None and namespace.model_repo is None and not target.app:
            raise RequiredArgumentMissingError(
                "What is right? --model is missing.",
                recommendation="Give the device's model, or with --model-repo the folder that holds what it announces.",
            )
        waits = not (namespace.max_changes is None and namespace.duration is None and namespace.timeout is None)
        options = validate.options_of(namespace, properties=True)
        hand_over(namespace, target, replace(options, watched=watched, waits=waits))
        return
    given = next((option for option, name in _LIVE.items() if which_hub.is_typed(getattr(namespace, name))), None)
    if given is not None:
        raise MutuallyExclusiveArgumentError(
            f"{given} is for a device's properties as they are, and --file for recorded ones.",
            recommendation="Leave out one of the two.",
        )
    if namespace.model is None and namespace.model_repo is None:
        raise RequiredArgumentMissingError("What is right? --model is missing.")
    options = validate.options_of(namespace, properties=True)
    hand_over(namespace, None, replace(options, files=recorded.paths(namespace.file)))
