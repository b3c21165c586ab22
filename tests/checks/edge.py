"""IoT Edge devices to judge: one that is well, and others that differ from it."""

from __future__ import annotations

from dataclasses import replace

from azext_iotdiag.model.edge import EdgeModule, EdgeRoute, EdgeRuntime, EdgeStatus
from tests.checks.judging import MEASURED

NOW = MEASURED.timestamp()
HOUR_AGO, MINUTE_AGO = int(NOW * 1000) - 3_600_000, int(NOW * 1000) - 60_000
UP = EdgeRoute("up", "FROM /messages/* INTO $upstream")
GOOD = EdgeStatus(200, "", 3, 3, HOUR_AGO, HOUR_AGO)
RUNS = (EdgeModule("edgeHub", "running", "running", 0), EdgeModule("filter", "running", "running", 0))
WELL = EdgeRuntime("gate", agent=GOOD, hub=GOOD, hub_connected=True, deployed=("filter",), modules=RUNS, routes=(UP,))
BELOW = replace(WELL, child="pump")


def agent(code: int, words: str = "") -> EdgeRuntime:
    """A device whose agent reports this."""
    return replace(WELL, agent=EdgeStatus(code, words, 3, 3, HOUR_AGO, HOUR_AGO))


SAMPLES = [
    WELL, BELOW, replace(WELL, agent=None), replace(WELL, routes=()), agent(400, "schema"), agent(500, "x"),
    agent(500, "Could not pull image"), agent(400, "manifest unknown"),
]  # fmt: skip
