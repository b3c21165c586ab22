"""Changes that were waited for: none, fewer than asked, enough, and where nothing could be seen."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.commands.properties_change import properties_change
from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.change import WatchedProperties
from azext_iotdiag.model.check import Status
from tests.checks.judging import known


@pytest.mark.parametrize(("looks", "changed", "count", "status"), [
    (5, 0, None, Status.FAIL), (5, 1, 2, Status.FAIL), (5, 2, 2, Status.PASS), (5, 3, None, Status.PASS),
    (0, 0, None, Status.PASS),
])  # fmt: skip
def test_what_is_said(looks: int, changed: int, count: int | None, status: Status) -> None:
    watched = WatchedProperties("h", "d", looks, changed, 5.0, count)
    (result,) = run((properties_change,), known(watched=watched), lambda: 0)
    assert result.status is status
    assert not result.findings or result.findings[0].entry.code == "properties-unchanged"
