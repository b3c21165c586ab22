"""How a given key compares with the keys of a device. Pure, and in constant time where keys are equal."""

from __future__ import annotations

import hmac

from azext_iotdiag.credential import sas
from azext_iotdiag.model.keys import KeyMatch, RegistryKeys
from azext_iotdiag.model.target import Secret

SHORTEST = 8  # characters that make a beginning of a key worth a word


def compare(given: str, known: RegistryKeys, group_key: Secret | None = None) -> KeyMatch:
    """Which of the device's keys the given text is, or what became of one of them."""
    given = given.strip()
    keys = [(known.primary, KeyMatch.PRIMARY), (known.secondary, KeyMatch.SECONDARY)]
    texts = [(key.reveal(), which) for key, which in keys if key is not None]
    for text, which in texts:
        if _equal(given, text):
            return which
    for text, _ in texts:
        if len(given) >= SHORTEST and text.rstrip("=").startswith(given.rstrip("=")):
            return KeyMatch.CUT
        if given.startswith(text):
            return KeyMatch.LONGER
        if given.lower() == text.lower():
            return KeyMatch.CASE
    if any(_equal(derived, text) for derived in _derived(given, known.device) for text, _ in texts):
        return KeyMatch.GROUP
    if group_key is not None and any(_equal(given, each) for each in _derived(group_key.reveal(), known.device)):
        return KeyMatch.DERIVED
    return KeyMatch.NONE


def is_derived(known: RegistryKeys, group_key: Secret) -> bool:
    """Whether a device has a key that is derived from that of an enrollment group."""
    texts = [key.reveal() for key in (known.primary, known.secondary) if key is not None]
    return any(_equal(derived, text) for derived in _derived(group_key.reveal(), known.device) for text in texts)


def _derived(text: str, device: str) -> list[str]:
    try:
        key = sas.iothub_key(text)
    except sas.MalformedKey:
        return []
    return [sas.derive(key, name) for name in dict.fromkeys((device, device.lower()))]


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
