"""The agent of an IoT Edge device tells the state of each module. All messages go through edgeHub."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.device.edge_deployed import edge_deployed
from azext_iotdiag.knowledge.edge import MODULE_DOWN
from azext_iotdiag.model.edge import EdgeModule, EdgeRuntime
from azext_iotdiag.model.finding import Finding, fail, warn, weighed

_DOWN = ("backoff", "failed", "unhealthy", "dead")
_EDGE_HUB = "edgeHub"


@check("The modules of the IoT Edge device run", after=(edge_deployed,))
def edge_modules_run(edge_runtime: EdgeRuntime) -> Iterator[Finding]:
    """A module that is stopped and should run fails, too. Behind a gateway only its edge hub is on the way."""
    found = edge_runtime
    since = found.agent.told_at if found.agent is not None else None
    for module in found.modules:
        if not _is_down(module):
            continue
        say = warn if found.child and module.name != _EDGE_HUB else fail
        code = "" if module.exit_code is None else f", exit code {module.exit_code}"
        words = f": {module.words}" if module.words else ""
        down = say(
            MODULE_DOWN,
            f"the agent of {found.device!r} shows {module.name!r} as {module.status}{code}{words}",
            device=found.device,
            module=module.name,
            status=module.status,
            exitCode=module.exit_code,
        )
        yield weighed(down, since=since)


def _is_down(module: EdgeModule) -> bool:
    stopped = module.status == "stopped" and module.wanted == "running"
    return module.status in _DOWN or stopped
