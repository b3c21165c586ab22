"""A device below an IoT Edge device reaches the hub only through that gateway."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.device_enabled import device_enabled
from azext_iotdiag.checks.connection.edge_reports import silent_since
from azext_iotdiag.checks.declare import DoesNotApply, check
from azext_iotdiag.knowledge.edge import GATEWAY_DISCONNECTED, NOT_AT_GATEWAY
from azext_iotdiag.model.edge import EdgeRuntime
from azext_iotdiag.model.finding import Certainty, Finding, fail, weighed
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.timestamps import time_and_age

_NOT_IN_KEYS = frozenset(".$ ")  # an edge hub cannot report a device whose id holds one of these
_EVER = 0  # any message of the device shows that it came


@check("The gateway of the device passes messages on", after=(device_enabled,), at_most=Certainty.LIKELY)
def gateway_passes_on(edge_runtime: EdgeRuntime, identity: Identity, now: float) -> Iterator[Finding]:
    found = edge_runtime
    if not found.child:
        raise DoesNotApply("edge_runtime")
    if not found.hub_connected:
        heard = "has never heard of it" if found.hub_heard is None else f"heard of it last at {_at(found, now)}"
        away = fail(
            GATEWAY_DISCONNECTED,
            f"{identity.hub} shows the edge hub of {found.device!r}, the gateway of {found.child!r}, as not "
            f"connected and {heard}",
            gateway=found.device,
        )
        yield weighed(away, since=silent_since(found, int(now * 1000)))
    elif found.at_gateway is None and not _came(identity) and not _NOT_IN_KEYS & set(found.child):
        absent = fail(
            NOT_AT_GATEWAY,
            f"the edge hub of {found.device!r} is connected, and does not report that {found.child!r} came to it",
            gateway=found.device,
        )
        yield weighed(absent, since=_EVER)


def _came(identity: Identity) -> bool:
    return identity.last_activity is not None or identity.reported is not None


def _at(found: EdgeRuntime, now: float) -> str:
    assert found.hub_heard is not None
    return time_and_age(found.hub_heard, int(now * 1000))
