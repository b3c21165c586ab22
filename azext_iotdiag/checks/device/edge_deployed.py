"""An IoT Edge device runs what its deployment says, and tells what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.edge import DEPLOYMENT_FAILED, WITHOUT_DEPLOYMENT
from azext_iotdiag.model.edge import APPLIED, UNCONFIGURED, UNKNOWN, EdgeRuntime
from azext_iotdiag.model.finding import Certainty, Finding, JsonScalar, fail, weighed


@check("The IoT Edge runtime has applied its deployment")
def edge_deployed(edge_runtime: EdgeRuntime) -> Iterator[Finding]:
    """Where a deployment failed, what ran before may still run, so that it is never sure to be the fault."""
    found, agent = edge_runtime, edge_runtime.agent
    if agent is None or agent.code in (APPLIED, UNKNOWN):
        return
    evidence: dict[str, JsonScalar] = {"device": found.device, "code": agent.code, "words": agent.words}
    if agent.code == UNCONFIGURED:
        none = fail(
            WITHOUT_DEPLOYMENT, f"the agent of {found.device!r} reports {agent.code}: no deployment", **evidence
        )
        yield weighed(none, since=agent.told_at)
        return
    said = f": {agent.words}" if agent.words else ""
    failed = fail(DEPLOYMENT_FAILED, f"the agent of {found.device!r} reports {agent.code}{said}", **evidence)
    yield weighed(failed, certainty=Certainty.LIKELY, since=agent.told_at)
