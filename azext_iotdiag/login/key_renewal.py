"""A new key for a device or a module in its hub, unless the hub is not the place where the key comes from."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from azext_iotdiag.clients import keys as registry
from azext_iotdiag.credential import key_match
from azext_iotdiag.login import key_origin
from azext_iotdiag.login.errors import (
    KeyChanged,
    KeyIsDerived,
    KeysGuarded,
    KeysNotReachable,
    LoginError,
    Maker,
    NoKeysInHub,
    NotFound,
    OriginUnknown,
    What,
)
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.keys import KeyOrigin, RegistryKeys
from azext_iotdiag.model.target import Secret, Target

_CENTRAL_HUB = "iotc-"  # with which the names of the hubs behind IoT Central begin
_KEY_BYTES = 32

Result = TypeVar("Result")


@dataclass(frozen=True)
class RenewalAsked:
    """Which key to renew: `key_type` is primary, secondary, or swap. `group_key` is that of its enrollment group.

    `dps` is the provisioning service that may have made the key, opened. `value` is the new key; None for a random one.
    """

    device: str
    key_type: str
    module: str = ""
    group_key: Secret | None = None
    dps: Target | None = None
    value: Secret | None = None

    @property
    def origin_is_open(self) -> bool:
        """Whether nothing was given that tells where the key comes from."""
        return self.dps is None and self.group_key is None


@dataclass(frozen=True)
class Renewed:
    """Both keys as they are now, and what was read before."""

    before: RegistryKeys
    primary: Secret
    secondary: Secret


def renew(target: Target, asked: RenewalAsked, now: Callable[[], float]) -> Renewed:
    """Renew one key, or swap both; the other stays as it is. `now` gives seconds since 1970.

    Raises KeyIsDerived, OriginUnknown, KeyChanged, NoKeys, NotFound, KeysGuarded and KeysNotReachable.
    """
    read = _from_registry(lambda: registry.read(target, asked.device, now, asked.module), asked)
    _refuse_derived(read, asked, now)
    primary, secondary = _new_pair(read, asked)
    try:
        _from_registry(lambda: registry.write(target, read, primary, secondary, now), asked)
    except registry.Changed:
        raise KeyChanged(
            f"{asked.device} was changed by another program or person in the same moment; nothing was written."
        ) from None
    return Renewed(read, primary, secondary)


def _from_registry(step: Callable[[], Result], asked: RenewalAsked) -> Result:
    try:
        return step()
    except StepFailed as failed:
        raise _refusal(failed.failure, asked.device) from None


def _refusal(failure: Failure, device: str) -> LoginError:
    if failure.kind is Kind.MISSING:
        return NotFound(f"{failure.host} knows no device {device!r}.", What.DEVICE, device)
    return KeysGuarded(failure) if failure.kind is Kind.UNAUTHORIZED else KeysNotReachable(failure)


def _new_pair(read: RegistryKeys, asked: RenewalAsked) -> tuple[Secret, Secret]:
    """Both keys as they shall be."""
    assert read.primary is not None and read.secondary is not None, "it was refused otherwise"
    if asked.key_type == "swap":
        return read.secondary, read.primary
    fresh = asked.value or Secret(base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii"))
    return (fresh, read.secondary) if asked.key_type == "primary" else (read.primary, fresh)


def _refuse_derived(read: RegistryKeys, asked: RenewalAsked, now: Callable[[], float]) -> None:
    """Raise a LoginError where the hub is not the place to renew the key, or where that cannot be learnt."""
    if read.authentication != "sas" or not (read.primary and read.secondary):
        raise NoKeysInHub(read)
    if read.hub.startswith(_CENTRAL_HUB):
        raise KeyIsDerived(Maker.CENTRAL)
    if asked.group_key is not None and key_match.is_derived(read, asked.group_key):
        raise KeyIsDerived(Maker.GROUP)
    if asked.dps is None:
        return
    origin = _origin(asked.dps, read, now)
    if origin.id:
        raise KeyIsDerived(Maker.GROUP if origin.group else Maker.ENROLLMENT, origin.id, asked.dps.dps)


def _origin(dps: Target, read: RegistryKeys, now: Callable[[], float]) -> KeyOrigin:
    try:
        return key_origin.find(dps, read, now)
    except StepFailed as failed:
        raise OriginUnknown(dps.dps, failed.failure) from None
