"""The certificates of authorities that a hub holds, as the resource manager shows them.

https://learn.microsoft.com/rest/api/iothub/certificates/list-by-iot-hub
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from azext_iotdiag.model.authorities import Authority
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.readings import moment, part, text

_STEP = "the certificates of the hub"


def measure(context: Context, end: float, facts: Facts) -> tuple[Authority, ...]:
    """All of them. Raises StepFailed."""
    with manager.asked(context, _STEP) as (arm, id_):
        return tuple(map(read, arm.rows(f"{manager.path_of(id_)}/certificates", manager.HUB_VERSION, _STEP)))


def read(row: Mapping[str, Any]) -> Authority:
    """One of them. What does not fit its documented shape counts as not told."""
    told = part(row, "properties")
    return Authority(
        text(row, "name"), text(told, "subject"), told.get("isVerified") is True, _time(text(told, "expiry"))
    )


def _time(told: str) -> int | None:
    """A time as the resource manager writes it here, which is RFC 1123, or ISO 8601."""
    try:
        return int(parsedate_to_datetime(told).timestamp() * 1000)
    except (TypeError, ValueError):
        return moment(told)
