"""How the key that was given compares with those of the registry. The keys themselves go nowhere."""

from __future__ import annotations

from azext_iotdiag.clients import keys
from azext_iotdiag.credential import key_match
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.keys import KeyComparison, KeyMatch, RegistryKeys
from azext_iotdiag.probes import key_owner
from azext_iotdiag.probes.context import Access, Context, Typed


def measure(context: Context, end: float, facts: Facts) -> KeyComparison:
    """What the registry has of the device or module, which takes the right RegistryRead. Raises StepFailed."""
    typed, hub = context.typed, context.ask_hub(end)
    try:
        told = hub.module(typed.device, typed.module) if typed.module else hub.device(typed.device)
        read = keys.of_identity(context.host(Access.HUB), typed.device, typed.module, told)
        match, found = _key_match(typed, read), key_owner.KeyOwner()
        if match is KeyMatch.NONE:
            found = key_owner.find(context, hub, typed.key)
            match = found.key_match
    finally:
        hub.close()
    both = (("primary", read.primary), ("secondary", read.secondary))
    return KeyComparison(
        read.hub,
        read.device,
        read.module,
        read.authentication,
        tuple(name for name, key in both if key is not None),
        read.thumbprints,
        read.status,
        read.connected,
        match,
        found.owner,
        found.searched,
    )


def _key_match(typed: Typed, read: RegistryKeys) -> KeyMatch | None:
    """None without a key, and for one with a fault that is no device's: what it would be without it is not known."""
    if not typed.key:
        return None
    found = key_match.compare(typed.key, read, typed.group_key)
    return None if typed.key_is_faulty and found is KeyMatch.NONE else found
