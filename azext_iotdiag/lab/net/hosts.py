"""Which service of the lab answers requests over HTTPS for a host name, and which names the lab answers to at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from azext_iotdiag.lab.central import api as central
from azext_iotdiag.lab.dps import device_api as dps_device
from azext_iotdiag.lab.dps import service as dps
from azext_iotdiag.lab.dps import service_api as dps_service
from azext_iotdiag.lab.hub.rest import api as rest
from azext_iotdiag.lab.net.exchange import Answer, Request
from azext_iotdiag.lab.tenant import graph
from azext_iotdiag.lab.tenant.arm import manager as arm
from azext_iotdiag.lab.tenant.entra import sign_in as entra

Handler = Callable[[Request, Any], Awaitable[Answer]]

_FIXED: dict[str, tuple[str, Handler]] = {
    **dict.fromkeys(entra.ALIASES, ("entra", entra.serve)),
    arm.HOST: ("arm", arm.serve),
    graph.HOST: ("entra", graph.serve),
    dps.GLOBAL_HOST: ("dps", dps_device.serve),
}


def find(host: str, lab) -> tuple[str, Handler]:
    """The service's name in the audit log, and what answers. `host` is in lower case.

    Whatever is no name of another service leads to the hub, as this machine's names do.
    """
    if any(host == each.host for each in lab.provisioning):
        return "dps", dps_service.serve
    if any(host == each.host for each in lab.apps):
        return "central", central.serve
    if host in _FIXED:
        return _FIXED[host]
    return "https", lambda request, _lab: rest.serve(request, lab.at(host))


def known(host: str, lab) -> bool:
    """Whether the lab plays the host of that name, over whatever protocol."""
    return host.lower().rstrip(".") in names(lab)


def names(lab) -> list[str]:
    """Every host name that the lab plays, in lower case."""
    hubs = [lab.hub, *(each.hub for app in lab.apps for each in app.hubs)]
    own = [each.host for each in (*lab.provisioning, *lab.apps)]
    own += [host for hub in hubs for host in (hub.host, hub.stream.host)]
    return [*_FIXED, *(host.lower() for host in own)]
