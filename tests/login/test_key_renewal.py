"""A new key for a device: which one it is, and when the hub is not the place for it."""

from __future__ import annotations

import base64

import pytest

from azext_iotdiag.clients import keys as stored
from azext_iotdiag.credential import sas
from azext_iotdiag.login import key_renewal
from azext_iotdiag.login.errors import (
    KeyChanged,
    KeyIsDerived,
    KeysGuarded,
    KeysNotReachable,
    Maker,
    NoKeysInHub,
    NotFound,
    OriginUnknown,
)
from azext_iotdiag.login.key_renewal import RenewalAsked
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.keys import KeyOrigin, RegistryKeys
from azext_iotdiag.model.target import Secret, Target

PRIMARY, SECONDARY, GROUP = (Secret(base64.b64encode(bytes([n]) * 32).decode()) for n in (1, 2, 3))
HUB = "hub.azure-devices.net"
TARGET, DPS = Target(hub=HUB), Target(dps="d.azure-devices-provisioning.net")


class Registry:
    """What the registry holds, and what was written to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **fields):
        self.keys = RegistryKeys(
            HUB, "d", **{"authentication": "sas", "primary": PRIMARY, "secondary": SECONDARY} | fields
        )
        self.written: list[tuple[Secret, Secret]] = []
        self.fails: dict[str, Exception] = {}
        monkeypatch.setattr(stored, "read", self.read)
        monkeypatch.setattr(stored, "write", self.write)

    def read(self, _target, _device, _now, _module="") -> RegistryKeys:
        if "read" in self.fails:
            raise self.fails["read"]
        return self.keys

    def write(self, _target, _read, primary: Secret, secondary: Secret, _now) -> None:
        if "write" in self.fails:
            raise self.fails["write"]
        self.written.append((primary, secondary))


def renew(key_type: str = "primary", **asked) -> key_renewal.Renewed:
    return key_renewal.renew(TARGET, RenewalAsked("d", key_type, **asked), lambda: 0.0)


def failed(kind: Kind) -> StepFailed:
    return StepFailed(Failure(kind, "the device", HUB, 443, description="said"))


@pytest.mark.parametrize(("key_type", "kept"), [("primary", 1), ("secondary", 0)])
def test_one_key_is_new_and_the_other_stays(monkeypatch: pytest.MonkeyPatch, key_type: str, kept: int) -> None:
    registry = Registry(monkeypatch)
    first, second = renew(key_type), renew(key_type)
    (pair, other), before = registry.written, (PRIMARY, SECONDARY)
    assert pair[kept] == before[kept] and pair[1 - kept] not in before and pair != other
    assert len(base64.b64decode(pair[1 - kept].reveal())) == 32
    assert (first.primary, first.secondary) == pair and second.before == registry.keys


def test_a_key_that_was_given_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(monkeypatch)
    renew("secondary", value=GROUP)
    assert registry.written == [(PRIMARY, GROUP)]


def test_both_change_places(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(monkeypatch)
    renew("swap")
    assert registry.written == [(SECONDARY, PRIMARY)]


@pytest.mark.parametrize("fields", [
    {"authentication": "selfSigned"}, {"primary": None}, {"secondary": None}, {"authentication": "none"},
])  # fmt: skip
def test_a_device_without_keys(monkeypatch: pytest.MonkeyPatch, fields: dict) -> None:
    registry = Registry(monkeypatch, **fields)
    with pytest.raises(NoKeysInHub, match=r"d has no keys in hub\.azure-devices\.net: its authentication is"):
        renew()
    assert registry.written == []


def test_a_hub_of_an_application(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(monkeypatch)
    registry.keys = RegistryKeys("iotc-1.azure-devices.net", "d", "", "sas", PRIMARY, SECONDARY)
    with pytest.raises(KeyIsDerived) as error:
        renew()
    assert error.value.maker is Maker.CENTRAL and registry.written == []


def test_a_key_that_is_derived_from_the_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    derived = Secret(sas.derive(sas.iothub_key(GROUP.reveal()), "d"))
    registry = Registry(monkeypatch, secondary=derived)
    with pytest.raises(KeyIsDerived) as error:
        renew(group_key=GROUP)
    assert error.value.maker is Maker.GROUP and registry.written == []
    renew(group_key=PRIMARY)
    assert len(registry.written) == 1


@pytest.mark.parametrize(("origin", "maker"), [
    (KeyOrigin("e", group=True), Maker.GROUP), (KeyOrigin("e"), Maker.ENROLLMENT), (KeyOrigin(), None),
])  # fmt: skip
def test_a_key_that_a_provisioning_service_made(monkeypatch: pytest.MonkeyPatch, origin: KeyOrigin, maker) -> None:
    registry = Registry(monkeypatch)
    monkeypatch.setattr(key_renewal.key_origin, "find", lambda *_: origin)
    if maker is None:
        renew(dps=DPS)
        assert len(registry.written) == 1
        return
    with pytest.raises(KeyIsDerived) as error:
        renew(dps=DPS)
    assert (error.value.maker, error.value.id, error.value.dps) == (maker, "e", DPS.dps) and registry.written == []


def test_an_origin_that_cannot_be_learnt_renews_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(monkeypatch)

    def refused(*_):
        raise failed(Kind.UNAUTHORIZED)

    monkeypatch.setattr(key_renewal.key_origin, "find", refused)
    with pytest.raises(OriginUnknown, match="so nothing was renewed"):
        renew(dps=DPS)
    assert registry.written == []


@pytest.mark.parametrize("step", ["read", "write"])
@pytest.mark.parametrize(("kind", "error"), [
    (Kind.MISSING, NotFound), (Kind.UNAUTHORIZED, KeysGuarded), (Kind.SILENT, KeysNotReachable),
])  # fmt: skip
def test_steps_that_fail(monkeypatch: pytest.MonkeyPatch, step: str, kind: Kind, error: type[Exception]) -> None:
    Registry(monkeypatch).fails[step] = failed(kind)
    with pytest.raises(error):
        renew()


def test_a_change_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    Registry(monkeypatch).fails["write"] = stored.Changed()
    with pytest.raises(KeyChanged, match="nothing was written"):
        renew()


def test_whether_anything_tells_the_origin() -> None:
    assert RenewalAsked("d", "swap").origin_is_open
    assert (
        not RenewalAsked("d", "swap", dps=DPS).origin_is_open
        and not RenewalAsked("d", "swap", group_key=GROUP).origin_is_open
    )
