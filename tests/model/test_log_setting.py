"""The exit codes of plans and states of diagnostic settings."""

from __future__ import annotations

import pytest

from azext_iotdiag.knowledge.access import MANAGER_REFUSES
from azext_iotdiag.model.finding import fail
from azext_iotdiag.model.log_setting import Action, LogStatus, Plan, Planned, Trouble

PLAN = Plan("id", Action.CREATE, "name")
WRONG = fail(MANAGER_REFUSES, "x")


@pytest.mark.parametrize(("result", "code"), [
    (Planned("h", PLAN), 0), (Planned("h"), 5), (Planned("h", PLAN, WRONG), 5),
    (Planned("h", Plan("id", Action.CREATE, "name", trouble=Trouble.NO_WORKSPACE)), 4),
    (LogStatus("h"), 4), (LogStatus("h", connections=True), 0), (LogStatus("h", connections=True, failure=WRONG), 5),
])  # fmt: skip
def test_exit_codes(result: Planned | LogStatus, code: int) -> None:
    assert result.exit_code == code
