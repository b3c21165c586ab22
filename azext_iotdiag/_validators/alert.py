"""What may be wrong with the arguments of `alert`."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import dataclass, field, replace

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import managed_hub
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.model.alert import AlertWanted
from azext_iotdiag.streams import since

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
LEAST_MINUTES, MOST_MINUTES = 15, 300  # rows of a log arrive up to 10 min late; the rule looks back 6 h
_EXAMPLE = "az iot diag alert create --hub-name HUB"


@dataclass(frozen=True)
class AlertOptions:
    """The options of a change: what `create` is asked for, or the names that `delete` deletes."""

    wanted: AlertWanted = field(default_factory=AlertWanted)
    names: tuple[str, ...] = ()
    with_group: bool = False
    dry_run: bool = False
    asks: bool = True


def create(cmd, namespace) -> None:
    """Judge the arguments of `alert create`, and find the hub."""
    wanted = _wanted(namespace)
    _change(cmd, namespace, _EXAMPLE, AlertOptions(wanted))


def delete(cmd, namespace) -> None:
    """The same of `alert delete`."""
    options = AlertOptions(names=tuple(namespace.names or ()), with_group=namespace.with_action_group)
    _change(cmd, namespace, "az iot diag alert delete --hub-name HUB", options)


def list_(cmd, namespace) -> None:
    """Find the hub of `alert list`."""
    hand_over(namespace, managed_hub.opened(cmd, namespace, "az iot diag alert list --hub-name HUB"), None)


def _change(cmd, namespace, example: str, options: AlertOptions) -> None:
    asks = not namespace.yes and not namespace.dry_run
    if asks and not sys.stdin.isatty():
        raise RequiredArgumentMissingError(
            "This changes alert rules, and there is no terminal on which to ask you.",
            recommendation="Add --dry-run to see the plan, or --yes to carry it out.",
        )
    target = managed_hub.opened(cmd, namespace, example)
    hand_over(namespace, target, replace(options, dry_run=namespace.dry_run, asks=asks))


def _wanted(typed) -> AlertWanted:
    on, threshold = tuple(dict.fromkeys(typed.on or ())), typed.threshold
    if typed.device_id and (on or threshold is not None or typed.dynamic):
        raise MutuallyExclusiveArgumentError(
            "--device-id makes an alert from the log. --on, --threshold and --dynamic are for metrics.",
            recommendation="Leave these out, or leave out --device-id. A metric does not know single devices.",
        )
    if typed.within and not typed.device_id:
        raise RequiredArgumentMissingError("--within is for an alert of a device.", recommendation="Add --device-id.")
    if threshold is not None and typed.dynamic:
        raise MutuallyExclusiveArgumentError(
            "--threshold and --dynamic are two kinds of thresholds.", recommendation="Choose one of them."
        )
    if threshold is not None and len(on) > 1:
        raise MutuallyExclusiveArgumentError(
            "--threshold is for one metric, and --on names several.", recommendation="Run the command for each."
        )
    if threshold is not None and not (math.isfinite(threshold) and threshold >= 0):
        raise InvalidArgumentValueError("--threshold: a number from 0 on is meant.")
    if typed.dynamic and "quota" in on:
        raise InvalidArgumentValueError(
            "--dynamic: the quota grows over each day, so that no usual value can be learned.",
            recommendation="Use --threshold, or leave it out: 80 % of the quota is proposed.",
        )
    emails = _emails(typed)
    return AlertWanted(
        on or (() if typed.device_id else ("connected-devices",)), threshold, typed.dynamic or "", emails,
        typed.action_group or "", typed.device_id or "", _minutes(typed.within or "30m"),
    )  # fmt: skip


def _emails(typed) -> tuple[str, ...]:
    if typed.email and typed.action_group:
        raise MutuallyExclusiveArgumentError(
            "--email and --action-group both say who is notified.", recommendation="Use one of them."
        )
    for each in typed.email or ():
        if not _ADDRESS.fullmatch(each):
            raise InvalidArgumentValueError(f"--email: {each!r} is no address, such as ops@example.com.")
    return tuple(dict.fromkeys(typed.email or ()))


def _minutes(text: str) -> int:
    try:
        minutes = since.duration(text) / 60
    except ValueError as fault:
        raise InvalidArgumentValueError(f"--within: {fault}.") from None
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise InvalidArgumentValueError(
            f"--within: {LEAST_MINUTES} min to {MOST_MINUTES} min are possible.",
            recommendation="Rows of the log arrive up to 10 min late, so that a shorter time would be a false alarm.",
        )
    return round(minutes)
