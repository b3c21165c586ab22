"""What people typed for the commands that change a device in its registry."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from azure.cli.core.azclierror import RequiredArgumentMissingError

from azext_iotdiag._validators.device import hub
from azext_iotdiag._validators.hub_of_device import judge_device
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.login.rights import CREATE_DEVICES, DELETE_DEVICES, REGISTRY_WRITE
from azext_iotdiag.model.device_change import Action
from azext_iotdiag.sessions.device_changes import Wanted


@dataclass(frozen=True)
class Change:
    """The options of a change: what is wanted, and whether the user is asked before."""

    wanted: Wanted
    asks: bool = False


def create(cmd, namespace):
    """Judge the arguments of `device create`: `target` becomes the hub's Target, `options` a Change."""
    judge_device(namespace)
    target = hub(cmd, namespace, required=True, rights=REGISTRY_WRITE, actions=CREATE_DEVICES)
    hand_over(namespace, target, Change(Wanted(Action.CREATE, namespace.device_id)))


def delete(cmd, namespace):
    """The same of `device delete`."""
    judge_device(namespace)
    asks = _asks(namespace, "device delete removes the device from its hub")
    target = hub(cmd, namespace, required=True, rights=REGISTRY_WRITE, actions=DELETE_DEVICES)
    hand_over(namespace, target, Change(Wanted(Action.DELETE, namespace.device_id), asks))


def _asks(namespace, effect):
    """Whether the user is asked. Raises RequiredArgumentMissingError where there is no terminal to ask on."""
    if not namespace.yes and not sys.stdin.isatty():
        raise RequiredArgumentMissingError(
            f"{effect}, and this is no terminal on which to ask you.", recommendation="Add --yes if that does no harm."
        )
    return not namespace.yes
