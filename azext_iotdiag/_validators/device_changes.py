"""What people typed for the commands that change a device in its registry."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iotdiag._validators import central
from azext_iotdiag._validators.device import hub
from azext_iotdiag._validators.hub_of_device import judge_device
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.login.rights import CREATE_DEVICES, DELETE_DEVICES, REGISTRY_WRITE
from azext_iotdiag.model.device_change import Action
from azext_iotdiag.sessions.device_changes import DeviceChangeWanted

# https://learn.microsoft.com/azure/digital-twins/concepts-models#dtmi
_TEMPLATE = re.compile(r"dtmi:[A-Za-z0-9_:]+;[1-9][0-9]*")


@dataclass(frozen=True)
class DeviceChangeOptions:
    """The options of a change: what is wanted, and whether the user is asked before."""

    wanted: DeviceChangeWanted
    asks: bool = False


def create(cmd, namespace):
    """Judge the arguments of `device create`: `target` becomes the hub's Target, `options` a Change."""
    judge_device(namespace)
    target = hub(cmd, namespace, required=True, rights=REGISTRY_WRITE, actions=CREATE_DEVICES)
    hand_over(namespace, target, DeviceChangeOptions(DeviceChangeWanted(Action.CREATE, namespace.device_id)))


def delete(cmd, namespace):
    """The same of `device delete`."""
    judge_device(namespace)
    asks = _asks(namespace, "device delete removes the device from its hub")
    target = hub(cmd, namespace, required=True, rights=REGISTRY_WRITE, actions=DELETE_DEVICES)
    hand_over(namespace, target, DeviceChangeOptions(DeviceChangeWanted(Action.DELETE, namespace.device_id), asks))


def approve(cmd, namespace):
    """Judge the arguments of `device approve`: `target` becomes the application's Target, `options` a Change."""
    _of_app(cmd, namespace, Action.APPROVE, "device approve lets a device into the application")


def unblock(cmd, namespace):
    """The same of `device unblock`."""
    _of_app(cmd, namespace, Action.UNBLOCK, "device unblock lets a device into the application")


def assign_template(cmd, namespace):
    """The same of `device assign-template`."""
    template = namespace.template
    if not template:
        raise RequiredArgumentMissingError("Which template? --template is missing.")
    if not _TEMPLATE.fullmatch(template):
        raise InvalidArgumentValueError(
            f"--template {template!r} cannot be the id of a device template.",
            recommendation="The id reads like dtmi:contoso:thermostat;1. Put it into quotation marks, because a shell "
            "ends a command at the semicolon.",
        )
    effect = "device assign-template changes how the messages of the device are read"
    _of_app(cmd, namespace, Action.ASSIGN, effect, template)


def _of_app(cmd, namespace, action, effect, template=""):
    judge_device(namespace)
    if not namespace.app_id:
        raise RequiredArgumentMissingError(
            "Which IoT Central application? --app-id is missing.",
            recommendation="Give the first part of its address: NAME.azureiotcentral.com.",
        )
    asks = _asks(namespace, effect)
    hand_over(
        namespace,
        central.target(cmd, namespace),
        DeviceChangeOptions(DeviceChangeWanted(action, namespace.device_id, template), asks),
    )


def _asks(namespace, effect):
    """Whether the user is asked. Raises RequiredArgumentMissingError where there is no terminal to ask on."""
    if not namespace.yes and not sys.stdin.isatty():
        raise RequiredArgumentMissingError(
            f"{effect}, and this is no terminal on which to ask you.", recommendation="Add --yes if that does no harm."
        )
    return not namespace.yes
