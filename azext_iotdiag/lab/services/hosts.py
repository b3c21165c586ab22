"""Which service of the lab answers requests over HTTPS for a host name, and which names the lab answers to at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from azext_iotdiag.lab import dps
from azext_iotdiag.lab.exchange import Answer, Request
from azext_iotdiag.lab.services import arm, dps_device, dps_service, entra, graph, rest

Handler = Callable[[Request, Any], Awaitable[Answer]]

_FIXED: dict[str, tuple[str, Handler]] = {
    **dict.fromkeys(entra.ALIASES, ("entra", entra.serve)),
    arm.HOST: ("arm", arm.serve),
    graph.HOST: ("entra", graph.serve),
    dps.GLOBAL_HOST: ("dps", dps_device.serve),
}


def find(host: str, state) -> tuple[str, Handler]:
    """The service's name in the audit log, and what answers. `host` is in lower case.

    Whatever is no name of another service leads to the hub, as this machine's names do.
    """
    if any(host == each.host for each in state.provisioning):
        return "dps", dps_service.serve
    return _FIXED.get(host, ("https", rest.serve))


def known(host: str, state) -> bool:
    """Whether the lab plays the host of that name, over whatever protocol."""
    return host.lower().rstrip(".") in names(state)


def names(state) -> list[str]:
    """Every host name that the lab plays, in lower case."""
    own = [state.hub.host, state.hub.stream.host, *(each.host for each in state.provisioning)]
    return [*_FIXED, *(host.lower() for host in own)]
