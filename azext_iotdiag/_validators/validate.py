"""What people typed for `validate`."""

from __future__ import annotations

import os
from dataclasses import replace

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import login, monitor, numbers, recorded, unusable, which_hub
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload import ModelError
from azext_iotdiag.sessions.asked import ValidateOptions
from azext_iotdiag.streams import validation

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
    "--share": "share",
    "--position": "position",
    "--save-position": "save_position",
    "--transport": "transport",
}  # what says which live messages are judged, and has no meaning for recorded ones


_LEVELS = {"info": Severity.NOTE, "warning": Severity.WARN, "error": Severity.FAIL}


def messages(cmd, namespace):
    """Judge the arguments of `validate messages`, live ones as those of `monitor events`.

    They become ValidateOptions and, for live messages, a Target.
    """
    if namespace.model is not None and namespace.schema is not None:
        raise MutuallyExclusiveArgumentError(
            "--model and --schema are two ways to say what is right.", recommendation="Leave out one of the two."
        )
    judge_output(namespace)
    _judge_short_model(cmd, namespace.model)
    if namespace.file is not None:
        given = next((option for option, name in _LIVE.items() if which_hub.is_typed(getattr(namespace, name))), None)
        if given is not None:
            raise MutuallyExclusiveArgumentError(
                f"{given} is for messages as they arrive, and --file for recorded ones.",
                recommendation="Leave out one of the two.",
            )
        options = options_of(namespace, schema=namespace.schema, device=namespace.device_id)
        paths = recorded.paths(namespace.file)
        hand_over(namespace, None, replace(options, files=paths, form_only=options.rules.nothing))
        return
    if namespace.processes is not None:
        raise InvalidArgumentValueError(
            "--processes is for recorded messages.", recommendation="Leave it out: one process keeps up with a hub."
        )
    if (
        namespace.hub_name is None
        and namespace.app_id is None
        and login.typed_or_configured(cmd, namespace.login, "login", "--login")[0] is None
    ):
        raise RequiredArgumentMissingError(
            "Which messages? None of --file, --hub-name, --login and --app-id is there.",
            recommendation=[
                "Give the files with --file, or - for standard input.",
                "Or judge what arrives at a hub: --hub-name finds the hub with az's login. --login @FILE reads the "
                "hub's service connection string from the file.",
                "Or judge what arrives in an IoT Central application: --app-id.",
                "Without a hub: az iot diag lab start",
            ],
        )
    options = options_of(namespace, schema=namespace.schema)
    target, asked = monitor.stream(cmd, namespace)
    form_only = options.rules.nothing and not target.app
    hand_over(namespace, target, replace(options, asked=asked, form_only=form_only))


def options_of(namespace, **rules):
    """What is judged by, and where the results go. Raises InvalidArgumentValueError for what cannot be used."""
    described = validation.Rules(
        namespace.model,
        namespace.model_repo,
        strict=namespace.strict,
        min_severity=_LEVELS[str(namespace.minimum_severity)],
        **rules,
    )
    try:
        judge = validation.judge_of(described)
    except ModelError as wrong:
        raise unusable.model(wrong, "--schema" if described.schema else "--model") from None
    processes = namespace.processes or validation.processors()
    return ValidateOptions(described, judge, namespace.junit, processes=processes)


def _judge_short_model(cmd, model):
    """azure-iot's -m names a module: what is neither a file nor a DTMI was meant as one."""
    asked = cmd.cli_ctx.data.get("safe_params") or ()
    if model is not None and "-m" in asked and not os.path.exists(model) and not model.startswith("dtmi:"):
        raise InvalidArgumentValueError(
            "-m is --model here, and no file of that name is there.",
            recommendation="For a module of a device, write --module-id.",
        )


def judge_output(namespace):
    """Judge what says how results are told and made."""
    numbers.judge("--processes", getattr(namespace, "processes", None), at_least=1)
    path = namespace.junit
    if path is not None and (not os.access(os.path.dirname(os.path.abspath(path)), os.W_OK) or os.path.isdir(path)):
        raise InvalidArgumentValueError(f"--junit {path} cannot be written.")
