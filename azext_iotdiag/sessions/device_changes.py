"""Changes of devices in their registry: what is planned, and what became of it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

from azext_iotdiag.checks import verdict
from azext_iotdiag.checks.admission.device_changed import device_changed
from azext_iotdiag.clients.deadlines import usual
from azext_iotdiag.clients.hub import Hub
from azext_iotdiag.model.access import opened_by
from azext_iotdiag.model.device_change import Action, DeviceChange
from azext_iotdiag.model.device_changing import DeviceChanged
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.probes import readings

_KEY_BYTES = 32  # as the keys that a hub makes


@dataclass(frozen=True)
class Wanted:
    """What is to be done with which device."""

    action: Action
    device: str


def planned(target: Target, wanted: Wanted, now: Callable[[], float]) -> DeviceChange:
    """What is about to be done. A device that is to be deleted is read first. `now` gives seconds since 1970."""
    change = DeviceChange(wanted.action, target.hub, wanted.device)
    if wanted.action is Action.CREATE:
        return change
    try:
        with closing(Hub(target, now, patience=usual().patience)) as hub:
            told = hub.device(wanted.device)
    except StepFailed as failed:
        return replace(change, failure=failed.failure)
    identity = readings.identity(target.hub, wanted.device, told)
    return replace(change, identity=identity, etag=str(told.get("etag") or ""))


def carried_out(target: Target, change: DeviceChange, now: Callable[[], float]) -> DeviceChanged:
    """Do what is planned and still open, and judge what became of it."""
    if change.open:
        try:
            with closing(Hub(target, now, patience=usual().patience)) as hub:
                _make(hub, change)
            change = replace(change, done=True)
        except StepFailed as failed:
            change = replace(change, failure=failed.failure)
    facts = given(now(), access=opened_by(target), device_change=change)
    return DeviceChanged(change, verdict.judge((device_changed,), facts, _no_clock))


def _make(hub: Hub, change: DeviceChange) -> None:
    """Send the request. A device that is gone meanwhile is as good as deleted."""
    if change.action is Action.CREATE:
        hub.create_device(change.device, _fresh(), secondary=_fresh())
    else:
        hub.delete_device(change.device, change.etag)


def _fresh() -> Secret:
    return Secret(base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii"))


def _no_clock() -> float:
    """Checks are pure; how long one takes is of no interest here."""
    return 0.0
