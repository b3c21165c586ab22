"""The check `edge-modules-run`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.checks.device.edge_modules_run import edge_modules_run
from azext_iotdiag.model.edge import EdgeModule
from tests.checks.edge import BELOW, HOUR_AGO, WELL
from tests.checks.judging import finding, verdict


@pytest.mark.parametrize(("status", "wanted", "judged"), [
    ("running", "running", "pass"), ("backoff", "running", "fail"), ("failed", "running", "fail"),
    ("unhealthy", "running", "fail"), ("stopped", "running", "fail"), ("stopped", "stopped", "pass"),
    ("unknown", "running", "pass"),
])  # fmt: skip
def test_a_module_that_does_not_run(status: str, wanted: str, judged: str) -> None:
    found = replace(WELL, modules=(EdgeModule("filter", status, wanted, 139, "crashed"),))
    assert verdict(edge_modules_run, edge_runtime=found)[0] == judged


def test_what_a_module_says_is_shown() -> None:
    found = replace(WELL, modules=(EdgeModule("filter", "backoff", "running", 139, "crashed"),))
    told = finding(edge_modules_run, edge_runtime=found)
    assert told.message == "the agent of 'gate' shows 'filter' as backoff, exit code 139: crashed"
    assert told.weight.since == HOUR_AGO


def test_behind_a_gateway_only_its_edge_hub_is_on_the_way() -> None:
    other = replace(BELOW, modules=(EdgeModule("filter", "backoff"),))
    assert verdict(edge_modules_run, edge_runtime=other)[0] == "warn"
    assert (
        verdict(edge_modules_run, edge_runtime=replace(BELOW, modules=(EdgeModule("edgeHub", "failed"),)))[0] == "fail"
    )
