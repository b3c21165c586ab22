"""The faults that strike requests to the hub's REST API: which of them is for which path, and what it answers."""

from __future__ import annotations

from azext_iotdiag.lab.faults.table import (
    HTTP_IDENTITIES,
    HTTP_MESSAGES,
    HTTP_METHODS,
    HTTP_QUERIES,
    HTTP_TWINS,
    THROTTLED,
    Fault,
)
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.net.router import HttpRoute

# What a hub says with each status; a wrong key, for one, is told in the same words.
_CODES = {401: (401002, "Unauthorized"), 404: (404001, "DeviceNotFound"),
          429: (429001, "Throttled by backoff"), 500: (500001, "An internal error occurred")}  # fmt: skip


def strike(runtime: Runtime, route: HttpRoute) -> tuple[HubRefusal, dict[str, str]] | None:
    """The refusal that a fault has for a route, with the headers to go with it, or None where none is on."""
    for fault in (_of_path(route.path), *((THROTTLED,) if route.needs == ("RegistryRead",) else ())):
        given = runtime.faults.find(fault)
        if given is not None and runtime.faults.use(fault):
            status = given.get("status", 429)
            code, words = _CODES[status]
            after = {"Retry-After": str(given["seconds"])} if status == 429 and given["seconds"] else {}
            return HubRefusal(code, words, f"the fault {fault.name} is on"), after
    return None


def _of_path(path: tuple[str, ...]) -> Fault:
    """The fault for a path in which * stands for an id."""
    if "messages" in path:
        return HTTP_MESSAGES
    if path[-1] in ("methods", "query"):
        return {"methods": HTTP_METHODS, "query": HTTP_QUERIES}[path[-1]]
    return HTTP_TWINS if path[0] == "twins" else HTTP_IDENTITIES
