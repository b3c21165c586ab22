"""A change of a device in its registry: the plan and what became of it, for people and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.device_change import Action, DeviceChange
from azext_iotdiag.model.device_changing import DeviceChanged
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

_DONE = {
    Action.CREATE: "The device {0.device} was created in {0.service}.",
    Action.DELETE: "The device {0.device} was deleted from {0.service}.",
    Action.APPROVE: "The device {0.device} is approved in {0.service}.",
    Action.UNBLOCK: "The device {0.device} is no longer blocked in {0.service}.",
    Action.ASSIGN: "The device {0.device} has the template {0.template} in {0.service}.",
}
_UNNEEDED = {
    Action.APPROVE: "The device {0.device} is enabled in {0.service} already. Nothing was changed.",
    Action.UNBLOCK: "The device {0.device} is not blocked in {0.service}. Nothing was changed.",
    Action.ASSIGN: "The device {0.device} has the template {0.template} already. Nothing was changed.",
}
_QUESTIONS = {
    Action.DELETE: "Delete the device {0.device} from {0.service}, with its keys, its twin and the messages that wait "
    "for it?",
    Action.APPROVE: "Let the device {0.device} connect to {0.service}?",
    Action.UNBLOCK: "Let the device {0.device} connect to {0.service} again?",
    Action.ASSIGN: "Assign the template {0.template} to the device {0.device}?",
}
_AFTERWARDS = {
    Action.APPROVE: "Restart the device, or wait for its next attempt to register.",
    Action.UNBLOCK: "Restart the device, or wait for its next attempt to connect.",
    Action.ASSIGN: "New messages are read with this template. Data that came before stays as it is.",
}
_STRING = (
    "Write its connection string into a file: `az iot diag key show --login @hub.txt --device-id DEVICE --to-file "
    "device.txt`"
)


def planned(change: DeviceChange) -> Iterator[str]:
    """What is about to be changed, before the question."""
    if change.identity is not None:
        yield from (printable(line) for line in _identity(change.identity))
    if change.member is not None:
        yield from (printable(line) for line in _member(change.member))


def question(change: DeviceChange) -> str:
    """What is asked before the change."""
    return printable(_QUESTIONS[change.action].format(change))


def lines(ended: DeviceChanged, known: Known) -> Iterator[str]:
    """The result for a person."""
    yield from text.answer(ended.found, _healthy(ended.change))
    if ended.change.done and ended.change.action is Action.CREATE:
        yield "  It has two new keys. No key is printed."
        yield printable(f"  → {known.filled(_STRING)}")
    if ended.change.done and ended.change.action in _AFTERWARDS:
        yield f"  → {_AFTERWARDS[ended.change.action]}"
    yield from text.rest(ended.found, known)


def data(ended: DeviceChanged, known: Known) -> dict[str, Any]:
    """The result as data, of a schema that only grows."""
    change = ended.change
    return {
        **results.diagnosis(ended.found, known, _healthy(change)),
        "service": change.service,
        "device": change.device,
        "action": change.action.value,
        "done": change.done,
        "unneeded": change.unneeded,
        "template": change.template or None,
    }


def _healthy(change: DeviceChange) -> str:
    """The answer where nothing is wrong."""
    words = _UNNEEDED if change.unneeded else _DONE
    return printable(f"√ {words[change.action].format(change)}")


def _member(member: CentralDevice) -> Iterator[str]:
    provisioned = "provisioned" if member.provisioned else "not provisioned"
    enabled = "enabled" if member.enabled else "not enabled"
    template = f"template {member.template}" if member.template else "no template"
    yield f"{member.device} in {member.app}: {provisioned}, {enabled}, {template}."
    if not member.provisioned and not member.enabled:
        yield "The device waits for approval, or an operator blocked it. IoT Central shows the same for both."


def _identity(identity: Identity) -> Iterator[str]:
    state = "connected" if identity.connected else "not connected"
    last = f"last activity {written(identity.last_activity)}" if identity.last_activity else "never seen"
    yield f"{identity.device} in {identity.hub}: {identity.status or 'status not known'}, {state}, {last}."
    if identity.connected:
        yield "The hub ends the connection of the device, and refuses the device from then on."
    if identity.queued:
        yield f"{counted(identity.queued, 'cloud-to-device message')} for the device will be lost."
