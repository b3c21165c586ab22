"""What people typed for `validate`."""

from __future__ import annotations

import os

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import login, monitor, numbers

_LIVE = {
    "--login": "login",
    "--app-id": "app_id",
    "--token": "token",
    "--central-dns-suffix": "central_dns_suffix",
    "--hub-name": "hub_name",
    "--resource-group": "resource_group_name",
    "--auth-type": "auth_type",
    "--device-query": "device_query",
    "--module-id": "module_id",
    "--component": "component",
    "--interface": "interface",
    "--max-messages": "max_messages",
    "--duration": "duration",
    "--since": "since",
    "--transport": "transport",
}  # what says which live messages are judged, and has no meaning for recorded ones


def messages(cmd, namespace):
    """Judge the arguments of `validate messages`; live ones as those of `monitor events`."""
    if namespace.model is not None and namespace.schema is not None:
        raise MutuallyExclusiveArgumentError(
            "--model and --schema are two ways to say what is right.", recommendation="Leave one of the two away."
        )
    judge_output(namespace)
    _judge_short_model(cmd, namespace.model)
    if namespace.file is not None:
        given = next((option for option, name in _LIVE.items() if typed(getattr(namespace, name))), None)
        if given is not None:
            raise MutuallyExclusiveArgumentError(
                f"{given} is for messages as they arrive, and --file for recorded ones.",
                recommendation="Leave one of the two away.",
            )
        return
    if namespace.processes is not None:
        raise InvalidArgumentValueError(
            "--processes is for recorded messages.", recommendation="Leave it away: one process keeps up with a hub."
        )
    if (
        namespace.hub_name is None
        and namespace.app_id is None
        and login.told(cmd, namespace.login, "login", "--login")[0] is None
    ):
        raise RequiredArgumentMissingError(
            "Which messages? None of --file, --hub-name, --login and --app-id is there.",
            recommendation=[
                "Give the files with --file, or - for standard input.",
                "Or judge what arrives at a hub: --hub-name finds it through az's login, or --login @FILE, with its "
                "service connection string in the file; or in an IoT Central application: --app-id.",
                "Without a hub: az iot diag lab start",
            ],
        )
    monitor.stream(cmd, namespace)


def _judge_short_model(cmd, model):
    """azure-iot's -m names a module: what is neither a file nor a DTMI was meant as one."""
    asked = cmd.cli_ctx.data.get("safe_params") or ()
    if model is not None and "-m" in asked and not os.path.exists(model) and not model.startswith("dtmi:"):
        raise InvalidArgumentValueError(
            "-m is --model here, and no file of that name is there.",
            recommendation="For a module of a device, write --module-id.",
        )


def typed(value):
    """Whether a value was given, and is not merely az's default (az config set defaults.iothub=...)."""
    return value is not None and not getattr(value, "is_default", False)


def judge_output(namespace):
    """Judge what says how results are told and made."""
    numbers.judge("--processes", namespace.processes, at_least=1)
    path = namespace.junit
    if path is not None and (not os.access(os.path.dirname(os.path.abspath(path)), os.W_OK) or os.path.isdir(path)):
        raise InvalidArgumentValueError(f"--junit {path} cannot be written.")
