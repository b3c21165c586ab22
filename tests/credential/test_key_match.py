"""How a key that somebody has compares with a device's."""

import base64

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.credential.key_match import compare, is_derived, owner
from azext_iotdiag.model.keys import KeyMatch, RegistryKeys
from azext_iotdiag.model.target import Secret

PRIMARY, SECONDARY, GROUP, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (171, 205, 3, 4))
KNOWN = RegistryKeys("h", "Pump-7", primary=Secret(PRIMARY), secondary=Secret(SECONDARY))
DERIVED = sas.derive(sas.iothub_key(GROUP), "pump-7")


@pytest.mark.parametrize(
    ("given", "key_match"),
    [
        (PRIMARY, KeyMatch.PRIMARY),
        (f" {SECONDARY}\n", KeyMatch.SECONDARY),
        (PRIMARY[:-1], KeyMatch.CUT),
        (PRIMARY[:20], KeyMatch.CUT),
        (PRIMARY[:8], KeyMatch.CUT),
        (PRIMARY[:7], KeyMatch.NONE),
        (f"{PRIMARY};x", KeyMatch.LONGER),
        (PRIMARY.swapcase(), KeyMatch.CASE),
        (OTHER, KeyMatch.NONE),
        (base64.b64encode(PRIMARY.encode()).decode(), KeyMatch.RECODED),  # learn.microsoft.com/answers 5829905
        (base64.b64decode(SECONDARY).hex(), KeyMatch.RECODED),
        (base64.b64decode(SECONDARY).hex().upper(), KeyMatch.RECODED),
        (PRIMARY.replace("=", "%3D"), KeyMatch.RECODED),
        (base64.b64encode(OTHER.encode()).decode(), KeyMatch.NONE),
        ("", KeyMatch.NONE),
        ("ü", KeyMatch.NONE),
    ],
)
def test_key_match(given: str, key_match: KeyMatch) -> None:
    assert compare(given, KNOWN) is key_match


def test_a_groups_key() -> None:
    derived = RegistryKeys("h", "Pump-7", primary=Secret(DERIVED), secondary=Secret(SECONDARY))
    assert compare(GROUP, derived) is KeyMatch.GROUP
    assert compare(DERIVED, KNOWN, Secret(GROUP)) is KeyMatch.DERIVED
    assert is_derived(derived, Secret(GROUP)) and not is_derived(KNOWN, Secret(GROUP))


def test_whose_key_it_is() -> None:
    owners = [("empty", (None, None)), ("one", (Secret(PRIMARY),)), ("two", (Secret(OTHER), Secret(GROUP)))]
    assert owner(f" {GROUP}\n", owners) == "two" and owner(PRIMARY, owners) == "one"
    assert owner(SECONDARY, owners) == "" and owner("", owners) == ""


def test_a_device_without_keys() -> None:
    assert compare(PRIMARY, RegistryKeys("h", "d")) is KeyMatch.NONE
