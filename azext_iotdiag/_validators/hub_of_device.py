"""The hub of a device that is called or changed: its API and, to tell causes apart, its messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from azure.cli.core.azclierror import RequiredArgumentMissingError

from azext_iotdiag._validators import hub_login, login, which_hub
from azext_iotdiag._validators.account import judge_name
from azext_iotdiag._validators.login_errors import as_az_errors
from azext_iotdiag.credential import connection_string as strings
from azext_iotdiag.login.rights import READ_MESSAGES
from azext_iotdiag.login.steps import stepping
from azext_iotdiag.model.target import Target

_KEY_STEP = "the keys of the hub"


class OpenedHub(NamedTuple):
    """A hub that was opened, and what opens its messages. The second may raise StepFailed."""

    hub: Target
    messages: Callable[[], Target]


def judge_device(namespace):
    """Raise RequiredArgumentMissingError where no device is named."""
    if not namespace.device_id:
        raise RequiredArgumentMissingError(
            "Which device? --device-id is missing.", recommendation="Give the id as the hub shows it."
        )


def opened(cmd, namespace, actions):
    """The hub that --hub-name, --login or a setting names, for what takes these data actions or ServiceConnect."""
    name = namespace.hub_name
    text, source = which_hub.string(cmd, namespace)
    auth_type = str(namespace.auth_type) if namespace.auth_type else None
    if text is not None:
        target = login.hub_target(text, source)
        return OpenedHub(target, lambda: target)
    if name is None:
        raise RequiredArgumentMissingError(
            "Which hub? Neither --hub-name nor --login is there.",
            recommendation=[
                "Give the hub's name with --hub-name, to find it through az's login.",
                "Or put a string with ServiceConnect into a file and write --login @FILE.",
                f"{strings.HUB_STRING}.",
                "Without a hub: az iot diag lab start",
            ],
        )
    judge_name(name)
    found = hub_login.find_hub(cmd, name, namespace.resource_group_name, auth_type)
    with as_az_errors():
        target = found.open(READ_MESSAGES, actions)
    return OpenedHub(target, stepping(partial(found.for_messages), _KEY_STEP, found.service.host))
