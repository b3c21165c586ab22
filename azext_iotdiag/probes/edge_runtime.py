"""The runtime of an IoT Edge device, or of the gateway of a device, from the twins of $edgeAgent and $edgeHub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azext_iotdiag.model.edge import EdgeModule, EdgeRoute, EdgeRuntime, EdgeStatus
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.readings import moment, number, part, text

AGENT, HUB = "$edgeAgent", "$edgeHub"
MOST = 50  # modules, as many as a device can have
_SYSTEM_HUB = "edgeHub"


def measure(context: Context, end: float, facts: Facts) -> EdgeRuntime:
    """What both modules report; two requests. Raises StepFailed."""
    identity = facts["identity"].value
    assert identity is not None, "the catalogue asks only where the identity is known"
    hub = context.ask_hub(end)
    device = identity.device if identity.edge else identity.gateway
    try:
        agent, own = hub.twin(device, AGENT), hub.twin(device, HUB)
    finally:
        hub.close()
    return read(device, "" if identity.edge else identity.device, agent, own)


def read(device: str, child: str, agent: Mapping[str, Any], hub: Mapping[str, Any]) -> EdgeRuntime:
    """The runtime from both twins. What does not fit its documented shape counts as not told."""
    wanted, told = part(part(agent, "properties"), "desired"), part(part(agent, "properties"), "reported")
    routes = part(part(part(hub, "properties"), "desired"), "routes")
    clients = part(part(part(hub, "properties"), "reported"), "clients")
    return EdgeRuntime(
        device,
        child,
        _at_gateway(clients, child),
        _status(agent),
        _status(hub),
        hub.get("connectionState") == "Connected",
        moment(hub.get("lastActivityTime")),
        tuple(part(wanted, "modules"))[:MOST],
        tuple(_modules(wanted, told))[:MOST],
        tuple(EdgeRoute(name, said) for name, route in routes.items() if (said := _said(route)))[:MOST],
    )


def _at_gateway(clients: Mapping[str, Any], child: str) -> bool | None:
    if not child or child not in clients:
        return None
    return text(part(clients, child), "status").lower() == "connected"


def _said(route: Any) -> str:
    """A route is a text, or an object that holds it beside its priority."""
    return route if isinstance(route, str) else text(route, "route") if isinstance(route, dict) else ""


def _status(twin: Mapping[str, Any]) -> EdgeStatus | None:
    desired, reported = part(part(twin, "properties"), "desired"), part(part(twin, "properties"), "reported")
    told = part(reported, "lastDesiredStatus")
    if "code" not in told:
        return None
    return EdgeStatus(
        number(told, "code"),
        text(told, "description"),
        number(desired, "$version"),
        number(reported, "lastDesiredVersion"),
        moment(part(desired, "$metadata").get("$lastUpdated")),
        moment(part(part(reported, "$metadata"), "lastDesiredStatus").get("$lastUpdated")),
    )


def _modules(wanted: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[EdgeModule]:
    """The edge hub first, because the messages of all others go through it."""
    states = {_SYSTEM_HUB: part(part(told, "systemModules"), _SYSTEM_HUB), **part(told, "modules")}
    for name, state in states.items():
        if isinstance(state, dict) and (status := text(state, "runtimeStatus")):
            asked = text(part(part(wanted, "modules"), name), "status") or "running"
            code = state.get("exitCode")
            yield EdgeModule(
                name, status, asked, code if isinstance(code, int) else None, text(state, "statusDescription")
            )
