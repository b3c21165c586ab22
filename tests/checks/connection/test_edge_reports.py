"""The check `edge-reports`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.connection.edge_reports import edge_reports
from azext_iotdiag.checks.verdict import judge
from azext_iotdiag.model.edge import EdgeRuntime
from azext_iotdiag.model.identity import Identity
from tests.checks.edge import GOOD, MINUTE_AGO, NOW, WELL, agent
from tests.checks.judging import known, verdict


@pytest.mark.parametrize(("found", "code"), [
    (WELL, ""),
    (replace(WELL, agent=None), "edge-reports-nothing"),
    (agent(406), "edge-reports-nothing"),
    (replace(WELL, agent=replace(GOOD, wanted=4)), "edge-deployment-behind"),
    (replace(WELL, agent=replace(GOOD, wanted=4, set_at=MINUTE_AGO)), ""),  # it takes a while
])  # fmt: skip
def test_the_status_of_the_agent(found: EdgeRuntime, code: str) -> None:
    judged = verdict(edge_reports, edge_runtime=found, now=NOW)
    assert judged == (("fail", [(code, "fail")]) if code else ("pass", []))


def test_a_disabled_device_is_the_reason_why_its_runtime_is_silent() -> None:
    identity = Identity("h", "gate", status="disabled", edge=True)
    for found in (replace(WELL, agent=None), replace(WELL, agent=replace(GOOD, wanted=4))):
        judged = judge(catalogue.ALL, known(now=NOW, identity=identity, edge_runtime=found), lambda: 0.0).verdict
        assert judged.reasons[0].finding.entry.code == "device-disabled"
