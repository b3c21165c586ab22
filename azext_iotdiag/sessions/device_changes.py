"""Changes of devices in their registry: what is planned, and what became of it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

from azext_iotdiag.checks import verdict
from azext_iotdiag.checks.admission.device_changed import device_changed
from azext_iotdiag.clients.central import Central
from azext_iotdiag.clients.deadlines import usual
from azext_iotdiag.clients.hub import Hub
from azext_iotdiag.model.access import central_opened_by, opened_by
from azext_iotdiag.model.device_change import Action, DeviceChange
from azext_iotdiag.model.device_changing import DeviceChanged
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.probes import readings

_KEY_BYTES = 32  # as the keys that a hub makes


@dataclass(frozen=True)
class DeviceChangeWanted:
    """What is to be done with which device; `template` is the one that it is to have."""

    action: Action
    device: str
    template: str = ""


def planned(target: Target, wanted: DeviceChangeWanted, now: Callable[[], float]) -> DeviceChange:
    """What is about to be done. A device that is there is read first. `now` gives seconds since 1970."""
    change = DeviceChange(wanted.action, target.app or target.hub, wanted.device, template=wanted.template)
    if change.of_app:
        return _in_app(target, change)
    if wanted.action is Action.CREATE:
        return change
    try:
        with closing(Hub(target, now, patience=usual().patience)) as hub:
            told = hub.device(wanted.device)
    except StepFailed as failed:
        return replace(change, failure=failed.failure)
    identity = readings.identity(target.hub, wanted.device, told)
    return replace(change, identity=identity, etag=str(told.get("etag") or ""))


def _in_app(target: Target, change: DeviceChange) -> DeviceChange:
    """The device as its application shows it. A template that is to be assigned must be there, too."""
    try:
        with closing(Central(target, patience=usual().patience)) as app:
            member = readings.central_device(target.app, app.device(change.device))
            if change.action is Action.ASSIGN:
                app.template(change.template)
    except StepFailed as failed:
        return replace(change, failure=failed.failure)
    return replace(change, member=member)


def carried_out(target: Target, change: DeviceChange, now: Callable[[], float]) -> DeviceChanged:
    """Do what is planned and still open, and judge what became of it."""
    if change.open:
        try:
            _make(target, change, now)
            change = replace(change, done=True)
        except StepFailed as failed:
            change = replace(change, failure=failed.failure)
    opened = {"central_access": central_opened_by(target)} if change.of_app else {"access": opened_by(target)}
    facts = given(now(), device_change=change, **opened)
    return DeviceChanged(change, verdict.judge((device_changed,), facts, _no_clock))


def _make(target: Target, change: DeviceChange, now: Callable[[], float]) -> None:
    """Send the request. A device that is gone meanwhile is as good as deleted."""
    if change.of_app:
        fields = {"template": change.template} if change.action is Action.ASSIGN else {"enabled": True}
        with closing(Central(target, patience=usual().patience)) as app:
            app.change_device(change.device, fields)
        return
    with closing(Hub(target, now, patience=usual().patience)) as hub:
        if change.action is Action.CREATE:
            hub.create_device(change.device, _fresh(), secondary=_fresh())
        else:
            hub.delete_device(change.device, change.etag)


def _fresh() -> Secret:
    return Secret(base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii"))


def _no_clock() -> float:
    """Checks are pure; how long one takes is of no interest here."""
    return 0.0
