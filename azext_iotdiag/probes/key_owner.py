"""Whose key it is that a device holds, and that is none of its own: a policy's, or another device's of the same hub.

The keys go nowhere. Only the name of their owner is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from azext_iotdiag.clients import keys
from azext_iotdiag.clients.arm import HUB_VERSION, ArmError
from azext_iotdiag.clients.hub import PAGE, Hub
from azext_iotdiag.credential import key_match
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.keys import KeyMatch
from azext_iotdiag.model.target import Secret
from azext_iotdiag.probes.context import Access, Context

Owner = tuple[str, Iterable[Secret | None]]
POLICIES, DEVICES = "policies", "devices"


class KeyOwner(NamedTuple):
    """What kind of owner the key has, NONE without one, its name, and whose keys were all compared."""

    key_match: KeyMatch = KeyMatch.NONE
    owner: str = ""
    searched: tuple[str, ...] = ()


def find(context: Context, hub: Hub, given: str) -> KeyOwner:
    """The owner of the key. What cannot be read is not compared."""
    searched: list[str] = []
    for kind, what, owners in (
        (KeyMatch.POLICY, POLICIES, _policies(context)),
        (KeyMatch.OTHER_DEVICE, DEVICES, _devices(hub)),
    ):
        try:
            if name := key_match.owner(given, owners):
                return KeyOwner(kind, name, tuple(searched))
        except (StepFailed, ArmError, Incomplete):
            continue
        searched.append(what)
    return KeyOwner(searched=tuple(searched))


class Incomplete(Exception):
    """There are owners whose keys are not shown."""


def _policies(context: Context) -> Iterator[Owner]:
    """The policy that opened the hub, and then all that the resource manager shows."""
    target, resource = context.hub, context.managed(Access.RESOURCE)
    if target is not None and target.policy:
        yield target.policy, (target.credential,)
    if resource is not None:
        arm = context.ask_manager(resource)
        try:
            for each in arm.keys(resource.id, HUB_VERSION, "the keys of the hub"):
                yield each.name, (each.key, each.secondary)
        finally:
            arm.close()
    else:
        raise Incomplete


def _devices(hub: Hub) -> Iterator[Owner]:
    listed = hub.identities()
    for told in listed:
        name = told.get("deviceId")
        if isinstance(name, str):
            read = keys.of_identity("", name, "", told)
            yield name, (read.primary, read.secondary)
    if len(listed) >= PAGE:
        raise Incomplete
