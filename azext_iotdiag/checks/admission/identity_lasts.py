"""A device that was deleted and made again is another one to the hub, with keys of its own."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.registry import IDENTITY_MADE_AGAIN
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.timestamps import time_and_age


@check("The current identity sent the last message", after=(device_known,))
def identity_lasts(
    identity: Identity, newest_messages: NewestMessages, generation: str, now: float
) -> Iterator[Finding]:
    """Once the hub has heard of the new identity, the device has come back."""
    came, before = newest_messages.came, newest_messages.generation
    if came is None or identity.last_activity is not None or not before or not generation or before == generation:
        return
    yield fail(
        IDENTITY_MADE_AGAIN,
        f"{identity.hub} shows {identity.device!r} with generation {generation}; its last message, of "
        f"{time_and_age(came, int(now * 1000))}, is of generation {before}",
        device=identity.device,
        generation=generation,
        before=before,
    )
