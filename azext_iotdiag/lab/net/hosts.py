"""Which service of the lab answers requests over HTTPS for a host name, and which names the lab answers to at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from azext_iotdiag.lab.central import api as central
from azext_iotdiag.lab.dps import device_api as dps_device
from azext_iotdiag.lab.dps import service_api as dps_service
from azext_iotdiag.lab.dps.service import GLOBAL_HOST
from azext_iotdiag.lab.hub.rest import api as rest
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.monitor import log_query
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.storage import blobs
from azext_iotdiag.lab.tenant import graph
from azext_iotdiag.lab.tenant.arm import manager as arm
from azext_iotdiag.lab.tenant.entra import sign_in as entra

LARGEST_BODY = 1_048_576  # bytes of a request to most services


class HostedService(NamedTuple):
    """What answers for a host: its name in the audit log, what it says to a request, and what it says when the lab
    makes a mistake, which is status 500 in the form of its own errors, and no detail. `largest_body` is in bytes."""

    name: str
    serve: Callable[[Request, Lab], Awaitable[Answer]]
    mistaken: Callable[[Lab], Answer]
    largest_body: int = LARGEST_BODY


_FIXED: dict[str, HostedService] = {
    **dict.fromkeys(entra.ALIASES, HostedService("entra", entra.serve, entra.mistaken)),
    arm.HOST: HostedService("arm", arm.serve, arm.mistaken),
    graph.HOST: HostedService("entra", graph.serve, graph.mistaken),
    **dict.fromkeys(log_query.HOSTS, HostedService("logs", log_query.serve, log_query.mistaken)),
    GLOBAL_HOST: HostedService("dps", dps_device.serve, dps_device.mistaken),
}
_DPS = HostedService("dps", dps_service.serve, dps_device.mistaken)
_STORAGE = HostedService("storage", blobs.serve, blobs.mistaken, blobs.LARGEST_BODY)
_CENTRAL = HostedService("central", central.serve, central.mistaken)


def find(host: str, lab: Lab) -> HostedService:
    """What answers for a host name, which is in lower case.

    Whatever is no name of another service leads to the hub, as this machine's names do.
    """
    if any(host == each.host for each in lab.provisioning):
        return _DPS
    if any(host == each.host for each in lab.apps):
        return _CENTRAL
    if blobs.account_of(lab, host) is not None:
        return _STORAGE
    return _FIXED[host] if host in _FIXED else _of_hub(lab.at(host))


def _of_hub(runtime: Runtime) -> HostedService:
    return HostedService("https", partial(_ask_hub, runtime), lambda _lab: rest.mistaken(runtime))


async def _ask_hub(runtime: Runtime, request: Request, _lab: Lab) -> Answer:
    return await rest.serve(request, runtime)


def known(host: str, lab: Lab) -> bool:
    """Whether the lab plays the host of that name, over whatever protocol."""
    return host.lower().rstrip(".") in names(lab)


def names(lab: Lab) -> list[str]:
    """Every host name that the lab plays, in lower case."""
    hubs = [each.hub for each in lab.hubs]
    own = [each.host for each in (*lab.provisioning, *lab.apps)]
    own += [host for hub in hubs for host in (hub.host, *hub.namespaces)]
    own += [each.settings.storage.account.host for each in hubs if each.settings.storage is not None]
    return [*_FIXED, *(host.lower() for host in own)]
