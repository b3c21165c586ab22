"""Whose key it is that a device holds, and that is none of its own."""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import Any

import pytest

from azext_iotdiag.clients.arm import ArmError, Policy
from azext_iotdiag.clients.hub import PAGE
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.keys import KeyMatch
from azext_iotdiag.model.target import Resource, Secret, Target
from azext_iotdiag.probes.context import Access
from azext_iotdiag.probes.key_owner import KeyOwner, find

OWN, OF_POLICY, SECOND, OF_DEVICE, STRANGE = (base64.b64encode(bytes([n]) * 32).decode() for n in range(5))


class Registry:
    """A hub that lists these identities, or refuses."""

    def __init__(self, *devices: dict[str, Any], refuses: bool = False):
        self._devices, self._refuses = list(devices), refuses

    def identities(self) -> list[dict[str, Any]]:
        if self._refuses:
            raise StepFailed(Failure(Kind.UNAUTHORIZED, "the identities", "h", 443))
        return self._devices


def device(name: Any, key: str) -> dict[str, Any]:
    return {"deviceId": name, "authentication": {"symmetricKey": {"primaryKey": key, "secondaryKey": None}}}


def context(*, managed: bool = True, refuses: bool = False) -> Any:
    def policies(*_: Any) -> list[Policy]:
        if refuses:
            raise ArmError(403, "AuthorizationFailed", "no")
        return [Policy("owner", frozenset(), Secret(OWN), Secret(SECOND))]

    resource = Resource("/id", "h", "https://arm", lambda: "") if managed else None
    return SimpleNamespace(
        hub=Target("h", policy="service", credential=Secret(OF_POLICY)),
        managed=lambda access: resource if access is Access.RESOURCE else None,
        ask_manager=lambda _: SimpleNamespace(keys=policies, close=lambda: None),
    )


BOTH = ("policies", "devices")


@pytest.mark.parametrize(("given", "asked", "hub", "found"), [
    (OF_POLICY, context(managed=False), Registry(), KeyOwner(KeyMatch.POLICY, "service")),
    (SECOND, context(), Registry(), KeyOwner(KeyMatch.POLICY, "owner")),
    (OF_DEVICE, context(), Registry(device(None, OF_DEVICE), device("valve", OF_DEVICE)),
     KeyOwner(KeyMatch.OTHER_DEVICE, "valve", ("policies",))),
    (STRANGE, context(), Registry(device("valve", OF_DEVICE)), KeyOwner(searched=BOTH)),
    # What is not shown is not compared.
    (STRANGE, context(managed=False), Registry(), KeyOwner(searched=("devices",))),
    (STRANGE, context(refuses=True), Registry(), KeyOwner(searched=("devices",))),
    (STRANGE, context(), Registry(refuses=True), KeyOwner(searched=("policies",))),
    (STRANGE, context(), Registry(*(device(f"d-{number}", OF_DEVICE) for number in range(PAGE))),
     KeyOwner(searched=("policies",))),
])  # fmt: skip
def test_owners(given: str, asked: Any, hub: Any, found: KeyOwner) -> None:
    assert find(asked, hub, given) == found
