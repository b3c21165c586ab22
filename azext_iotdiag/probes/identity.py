"""What a hub says of one device, asked with whichever right the credential has: of its twin, or of its identity."""

from __future__ import annotations

from dataclasses import replace

from azext_iotdiag.clients.hub import NO_SUCH_DEVICE, NOT_IN_TIER, Hub
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.probes import near_ids, readings, twin_readings
from azext_iotdiag.probes.context import Access, Context


def measure(context: Context, end: float, facts: Facts) -> Identity:
    """The device as its hub describes it.

    The twin is asked for first: a policy that may read messages may read twins, and few policies may read the registry.
    A hub of the basic tier has no twins. Raises StepFailed.
    """
    host, device, hub = context.host(Access.HUB), context.device(facts), context.ask_hub(end)
    try:
        try:
            twin = hub.twin(device)
            found = replace(readings.identity(host, device, twin), twin=twin_readings.state(twin))
            return _with_time(hub, found)
        except StepFailed as failed:
            if failed.failure.kind not in (Kind.UNAUTHORIZED, Kind.REFUSED):
                raise
            without_twin = failed
        try:
            return readings.identity(host, device, hub.device(device))
        except StepFailed as failed:
            if failed.failure.kind is Kind.UNAUTHORIZED and without_twin.failure.condition in NOT_IN_TIER:
                raise without_twin from None  # the hub's own word on why there is no twin says more
            raise
    except StepFailed as failed:
        failure = failed.failure
        if failure.kind is Kind.MISSING and failure.condition in NO_SUCH_DEVICE:
            ids = near_ids.find(hub, device)
            return Identity(host, device, known=False, near=ids.in_case, alike=ids.in_marks, misspelt=ids.in_letter)
        raise
    finally:
        hub.close()


def _with_time(hub: Hub, found: Identity) -> Identity:
    """The device with the time since when it is connected, where that tells why it is behind with its twin.

    Only the registry tells it, which takes a right that not everybody has.
    """
    if not found.connected or found.twin is None or not found.twin.pending:
        return found
    try:
        told = hub.device(found.device)
    except StepFailed:
        return found
    return replace(found, connected_since=readings.moment(told.get("connectionStateUpdatedTime")))
