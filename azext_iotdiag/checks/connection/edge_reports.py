"""The agent of an IoT Edge device reports its status, and takes up each new deployment."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.device_enabled import device_enabled
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.edge import DEPLOYMENT_BEHIND, REPORTS_NOTHING
from azext_iotdiag.model.edge import UNKNOWN, EdgeRuntime
from azext_iotdiag.model.finding import Certainty, Finding, fail, weighed
from azext_iotdiag.model.timestamps import time_and_age

TIME_TO_TAKE_UP_MS = 15 * 60_000


@check("The IoT Edge runtime reports its status", after=(device_enabled,), at_most=Certainty.LIKELY)
def edge_reports(edge_runtime: EdgeRuntime, now: float) -> Iterator[Finding]:
    found, agent, moment = edge_runtime, edge_runtime.agent, int(now * 1000)
    if agent is None or agent.code == UNKNOWN:
        said = "has reported no status" if agent is None else f"reports {UNKNOWN}, which stands for an unknown status"
        silent = fail(REPORTS_NOTHING, f"the agent of {found.device!r} {said}", device=found.device)
        yield weighed(silent, since=silent_since(found, moment))
    elif agent.taken < agent.wanted and agent.set_at is not None and moment - agent.set_at > TIME_TO_TAKE_UP_MS:
        behind = fail(
            DEPLOYMENT_BEHIND,
            f"the agent of {found.device!r} has taken up version {agent.taken} of its deployment; version "
            f"{agent.wanted} was set at {time_and_age(agent.set_at, moment)}",
            device=found.device,
            taken=agent.taken,
            wanted=agent.wanted,
        )
        yield weighed(behind, since=agent.set_at)


def silent_since(found: EdgeRuntime, moment: int) -> int:
    """Since when the edge hub is silent at the latest: what came later came in another way."""
    return found.hub_heard if found.hub_heard is not None else moment - TIME_TO_TAKE_UP_MS
