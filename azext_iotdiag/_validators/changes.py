"""What people typed for `changes show`."""

from __future__ import annotations

import time
from dataclasses import dataclass

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iotdiag._validators import hub_login, timestamps
from azext_iotdiag._validators.account import judge_name
from azext_iotdiag._validators.login_errors import as_az_errors
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.login.rights import READ_MESSAGES, REGISTRY_READ
from azext_iotdiag.model.changes import ChangesAsked, Source
from azext_iotdiag.probes.context import Context, Typed

LONGEST_DAYS = 90  # that an activity log holds
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Show:
    """The options of `changes show`: the lines that say for people how the hub was opened."""

    origins: tuple[str, ...] = ()


def show(cmd, namespace):
    """Judge the arguments of `changes show`: `target` becomes the Context, `options` a Show."""
    asked = ChangesAsked(_since(namespace.since), _sources(namespace))
    name = namespace.hub_name
    if name is None:
        raise RequiredArgumentMissingError(
            "Which hub? --hub-name is missing. Changes are shown to az's login alone, and to no connection string.",
            recommendation="Give the hub's name with --hub-name. Without a hub: az iot diag lab start",
        )
    judge_name(name)
    auth_type = str(namespace.auth_type) if namespace.auth_type else None
    found = hub_login.find_hub(cmd, name, namespace.resource_group_name, auth_type)
    with as_az_errors():
        registry = found.open(REGISTRY_READ | (READ_MESSAGES if namespace.device_id else frozenset()))  # also twins
    typed = Typed(device=namespace.device_id or "", changes=asked)
    context = Context(typed, hub=registry, resource=found.managed())
    hand_over(namespace, context, Show(registry.origins))


def _since(text):
    now = time.time()
    begin = timestamps.read(text, now)
    if begin < now * 1000 - LONGEST_DAYS * _DAY_MS:
        raise InvalidArgumentValueError(
            f"--since {text} is more than {LONGEST_DAYS} days ago. The activity log holds no more.",
            recommendation=f"Give {LONGEST_DAYS - 1}d or less.",
        )
    return begin


def _sources(namespace):
    chosen = [Source(str(each)) for each in namespace.only or ()] or list(Source)
    if namespace.only and Source.TWIN in chosen and not namespace.device_id:
        raise RequiredArgumentMissingError("--only twin shows the twin of a device, and --device-id is missing.")
    return tuple(each for each in Source if each in chosen and (each is not Source.TWIN or namespace.device_id))
