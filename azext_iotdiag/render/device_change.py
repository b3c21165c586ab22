"""A change of a device in its registry: the plan and what became of it, for people and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
}
_STRING = (
    "Write its connection string into a file: `az iot diag key show --login @hub.txt --device-id DEVICE --to-file "
    "device.txt`"
)


def planned(change: DeviceChange) -> Iterator[str]:
    """What is about to be changed, before the question."""
    if change.identity is not None:
        yield from (printable(line) for line in _identity(change.identity))


def question(change: DeviceChange) -> str:
    """What is asked before the change."""
    return printable(
        f"Delete the device {change.device} from {change.service}, with its keys, its twin and the messages that wait "
        "for it?"
    )


def lines(ended: DeviceChanged, known: Known) -> Iterator[str]:
    """The result for a person."""
    yield from text.answer(ended.found, _healthy(ended.change))
    if ended.change.done and ended.change.action is Action.CREATE:
        yield "  It has two new keys. No key is printed."
        yield printable(f"  → {known.filled(_STRING)}")
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
    }


def _healthy(change: DeviceChange) -> str:
    """The answer where nothing is wrong."""
    return printable(f"√ {_DONE[change.action].format(change)}")


def _identity(identity: Identity) -> Iterator[str]:
    state = "connected" if identity.connected else "not connected"
    last = f"last activity {written(identity.last_activity)}" if identity.last_activity else "never seen"
    yield f"{identity.device} in {identity.hub}: {identity.status or 'status not told'}, {state}, {last}."
    if identity.connected:
        yield "The hub ends the connection of the device, and refuses the device from then on."
    if identity.queued:
        yield f"{counted(identity.queued, 'cloud-to-device message')} for the device will be lost."
