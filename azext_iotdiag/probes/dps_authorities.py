"""The certificates of authorities that a provisioning service holds, as the resource manager shows them.

https://learn.microsoft.com/rest/api/iot-dps/dps-certificate/list
"""

from __future__ import annotations

from azext_iotdiag.clients.arm import DPS_VERSION
from azext_iotdiag.model.authorities import Authority
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.probes import authorities, manager
from azext_iotdiag.probes.context import Access, Context

_STEP = "the certificates of the provisioning service"


def measure(context: Context, end: float, facts: Facts) -> tuple[Authority, ...]:
    """All of them. Raises StepFailed."""
    with manager.asked(context, _STEP, Access.DPS_RESOURCE) as (arm, id_):
        rows = arm.rows(f"{manager.path_of(id_)}/certificates", DPS_VERSION, _STEP)
        return tuple(map(authorities.read, rows))
