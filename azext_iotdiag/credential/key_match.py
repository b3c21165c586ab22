"""How a given key compares with the keys of a device. Pure, and in constant time where keys are equal."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import unquote

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
    if any(_equal(each, text) for each in _recoded(given) for text, _ in texts):
        return KeyMatch.RECODED
    if any(_equal(derived, text) for derived in _derived(given, known.device) for text, _ in texts):
        return KeyMatch.GROUP
    if group_key is not None and any(_equal(given, each) for each in _derived(group_key.reveal(), known.device)):
        return KeyMatch.DERIVED
    return KeyMatch.NONE


def owner(given: str, owners: Iterable[tuple[str, Iterable[Secret | None]]]) -> str:
    """The first of the owners who has the given text as a key; empty where none has."""
    given = given.strip()
    return next((name for name, keys in owners if any(key and _equal(given, key.reveal()) for key in keys)), "")


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


def _recoded(text: str) -> Iterator[str]:
    """What was encoded once more in base64, what was written in hexadecimal digits, and what was made fit for a URL."""
    with suppress(ValueError):
        yield base64.b64decode(text, validate=True).decode("ascii")
    with suppress(ValueError):
        yield base64.b64encode(bytes.fromhex(text)).decode("ascii")
    yield unquote(text).replace("-", "+").replace("_", "/")


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
