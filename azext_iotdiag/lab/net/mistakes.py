"""What a service says when the lab makes a mistake: status 500 in the form of its own errors, and no detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azext_iotdiag.lab.central import api as central
from azext_iotdiag.lab.dps import device_api as dps_device
from azext_iotdiag.lab.dps.provisioning import DpsRefusal
from azext_iotdiag.lab.dps.service import GLOBAL_HOST
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.rest import api as rest
from azext_iotdiag.lab.net import exchange
from azext_iotdiag.lab.tenant import graph, identity
from azext_iotdiag.lab.tenant.arm import answers as arm_answers
from azext_iotdiag.lab.tenant.arm import manager as arm
from azext_iotdiag.lab.tenant.entra import errors as entra_errors
from azext_iotdiag.lab.tenant.entra import sign_in as entra

if TYPE_CHECKING:
    from azext_iotdiag.lab.lab import Lab

WORDS = "The service encountered an internal error. Please retry the operation."
HUB_CODE, DPS_CODE = 500001, 500000


def answer(host: str, lab: Lab) -> exchange.Answer:
    """The answer of the service that has this host name."""
    if host == GLOBAL_HOST or dps_device.home(lab, host) is not None:
        return dps_device.refused(of_provisioning(), lab)
    if any(host == each.host.lower() for each in lab.apps):
        return central.as_answer(central.Refusal(500, "InternalServerError", WORDS), lab)
    if host == arm.HOST:
        return arm_answers.Refusal(500, "InternalServerError", WORDS).answer()
    if host == graph.HOST:
        return graph.wrong(500, "InternalServerError", WORDS)
    if host in entra.ALIASES:
        return entra_errors.refuse(90033, lab.clock())
    told = rest.refusal(of_hub(), lab.runtime)
    return exchange.Answer(told.status, told.data, told.headers, reason=told.note)


def of_identity(_host: str, _lab: Lab) -> exchange.Answer:
    """The answer of the endpoints for managed identities."""
    return identity.wrong(500, "unknown", WORDS)


def of_hub() -> HubRefusal:
    """The mistake as a refusal of the hub, for protocols that have a form for one."""
    return HubRefusal(HUB_CODE, WORDS)


def of_provisioning() -> DpsRefusal:
    """The mistake as a refusal of the provisioning service."""
    return DpsRefusal(DPS_CODE, WORDS)


def reason(mistake: BaseException) -> str:
    """What the audit says of a mistake."""
    return f"a mistake of the lab: {type(mistake).__name__}: {mistake}"
