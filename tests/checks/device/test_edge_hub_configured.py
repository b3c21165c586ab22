"""The check `edge-hub-configured`."""

from __future__ import annotations

from dataclasses import replace

from azext_iotdiag.checks.device.edge_hub_configured import edge_hub_configured
from azext_iotdiag.model.edge import EdgeStatus
from tests.checks.edge import WELL
from tests.checks.judging import verdict


def test_the_edge_hub_refuses_its_routes() -> None:
    refused = replace(WELL, hub=EdgeStatus(400, "Error in route"))
    assert verdict(edge_hub_configured, edge_runtime=refused) == ("fail", [("edge-hub-refuses", "fail")])
    for fine in (WELL, replace(WELL, hub=None)):
        assert verdict(edge_hub_configured, edge_runtime=fine) == ("pass", [])
