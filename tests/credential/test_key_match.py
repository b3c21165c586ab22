"""How a key that somebody has compares with a device's."""

import base64

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.credential.key_match import compare, is_derived
from azext_iotdiag.model.keys import Likeness, RegistryKeys
from azext_iotdiag.model.target import Secret

PRIMARY, SECONDARY, GROUP, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (171, 205, 3, 4))
KNOWN = RegistryKeys("h", "Pump-7", primary=Secret(PRIMARY), secondary=Secret(SECONDARY))
DERIVED = sas.derive(sas.iothub_key(GROUP), "pump-7")


@pytest.mark.parametrize(
    ("given", "likeness"),
    [
        (PRIMARY, Likeness.PRIMARY),
        (f" {SECONDARY}\n", Likeness.SECONDARY),
        (PRIMARY[:-1], Likeness.CUT),
        (PRIMARY[:20], Likeness.CUT),
        (PRIMARY[:8], Likeness.CUT),
        (PRIMARY[:7], Likeness.NONE),
        (f"{PRIMARY};x", Likeness.LONGER),
        (PRIMARY.swapcase(), Likeness.CASE),
        (OTHER, Likeness.NONE),
        ("", Likeness.NONE),
        ("ü", Likeness.NONE),
    ],
)
def test_likeness(given: str, likeness: Likeness) -> None:
    assert compare(given, KNOWN) is likeness


def test_a_groups_key() -> None:
    derived = RegistryKeys("h", "Pump-7", primary=Secret(DERIVED), secondary=Secret(SECONDARY))
    assert compare(GROUP, derived) is Likeness.GROUP
    assert compare(DERIVED, KNOWN, Secret(GROUP)) is Likeness.DERIVED
    assert is_derived(derived, Secret(GROUP)) and not is_derived(KNOWN, Secret(GROUP))


def test_a_device_without_keys() -> None:
    assert compare(PRIMARY, RegistryKeys("h", "d")) is Likeness.NONE
