"""The check `edge-deployed`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.checks.device.edge_deployed import edge_deployed
from azext_iotdiag.model.edge import EdgeRuntime
from tests.checks.edge import WELL, agent
from tests.checks.judging import verdict


@pytest.mark.parametrize(("found", "code"), [
    (WELL, ""),
    (agent(417), "edge-without-deployment"),
    (agent(400, "x"), "edge-deployment-failed"),
    (agent(500, "Could not pull image"), "edge-deployment-failed"),
    (replace(WELL, agent=None), ""), (agent(406), ""),
])  # fmt: skip
def test_the_deployment(found: EdgeRuntime, code: str) -> None:
    judged = verdict(edge_deployed, edge_runtime=found)
    assert judged == (("fail", [(code, "fail")]) if code else ("pass", []))
