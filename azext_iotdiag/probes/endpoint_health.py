"""How the endpoints of a hub are, to which its routes lead, as the resource manager shows it."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.hub_settings import EndpointHealth
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.readings import moment

_STEP = "the health of the endpoints"


def measure(context: Context, end: float, facts: Facts) -> tuple[EndpointHealth, ...]:
    """The health of each endpoint. Raises StepFailed."""
    with manager.asked(context, _STEP) as (arm, id_):
        rows = arm.rows(f"{manager.path_of(id_)}/routingEndpointsHealth", manager.HUB_VERSION, _STEP)
        return tuple(read(row) for row in rows)


def read(row: Mapping[str, Any]) -> EndpointHealth:
    """The health of one endpoint."""
    return EndpointHealth(
        str(row.get("endpointId") or ""),
        str(row.get("healthStatus") or "").lower(),
        str(row.get("lastKnownError") or ""),
        _time(row.get("lastSuccessfulSendAttemptTime")),
        _time(row.get("lastSendAttemptTime")),
    )


def _time(text: Any) -> int | None:
    """A time as the resource manager writes it here, which is RFC 1123, or ISO 8601."""
    if not isinstance(text, str):
        return None
    try:
        return int(parsedate_to_datetime(text).timestamp() * 1000)
    except (TypeError, ValueError):
        return moment(text)
