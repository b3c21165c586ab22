"""What may be wrong with the arguments of `logs status`, `logs enable` and `logs disable`."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from azure.cli.core.azclierror import RequiredArgumentMissingError

from azext_iotdiag._validators import managed_hub, no_log
from azext_iotdiag._validators.target import hand_over


@dataclass(frozen=True)
class LogChangeOptions:
    """The options of a change: `workspace` is a name or an id, empty where none was given."""

    workspace: str = ""
    dry_run: bool = False
    asks: bool = True


def status(cmd, namespace) -> None:
    """Find the hub of `logs status`."""
    no_log.refuse_app(namespace)
    hand_over(namespace, managed_hub.opened(cmd, namespace, "az iot diag logs status --hub-name HUB"), None)


def enable(cmd, namespace) -> None:
    """Judge the arguments of `logs enable`, and find the hub."""
    _change(cmd, namespace, "az iot diag logs enable --hub-name HUB", namespace.workspace or "")


def disable(cmd, namespace) -> None:
    """The same of `logs disable`."""
    _change(cmd, namespace, "az iot diag logs disable --hub-name HUB")


def _change(cmd, namespace, example: str, workspace: str = "") -> None:
    no_log.refuse_app(namespace)
    asks = not namespace.yes and not namespace.dry_run
    if asks and not sys.stdin.isatty():
        raise RequiredArgumentMissingError(
            "This changes a diagnostic setting, and there is no terminal on which to ask you.",
            recommendation="Add --dry-run to see the plan, or --yes to carry it out.",
        )
    options = LogChangeOptions(workspace, namespace.dry_run, asks)
    hand_over(namespace, managed_hub.opened(cmd, namespace, example), options)
