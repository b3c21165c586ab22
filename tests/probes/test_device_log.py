"""The rows of a device in the log of a hub, read from a lab in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.probes import device_log, workspace_log
from azext_iotdiag.probes.context import Typed
from tests.lab.monitor.test_log_store import Played
from tests.probes.test_workspace_log import context_of, played

__all__ = ["played"]  # a fixture


def measured(played: Played, device: str = "pump-1", role: str = "Owner"):
    return device_log.measure(replace(context_of(played, role), typed=Typed(device=device)), 30.0, {})


def test_without_a_workspace_there_is_no_log(played: Played) -> None:
    assert measured(played) is None


def test_the_rows_of_the_device_alone_in_the_order_of_time(played: Played) -> None:
    played.collect("Connections")
    played.connects()
    played.now += 100
    played.connects("pump-2")
    played.happens("mqtt", "close", "ended", published=1, code=404104)
    found = measured(played)
    assert found is not None and found.complete and found.device == "pump-1"
    assert [(row.shape.operation, row.shape.code) for row in found.rows] == [
        ("deviceConnect", ""), ("deviceDisconnect", "404104"),
    ]  # fmt: skip
    assert found.until - found.since == device_log.WINDOW_MS and found.rows[0].moment < found.rows[1].moment
    empty = measured(played, "nothing")
    assert empty is not None and empty.rows == ()


def test_of_very_many_rows_the_newest_are_kept(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    played.collect("Connections")
    for _ in range(3):
        played.now += 10
        played.connects()
    monkeypatch.setattr(device_log, "MOST_ROWS", 2)
    found = measured(played)
    assert found is not None and (len(found.rows), found.complete) == (2, False)


def test_a_row_that_cannot_be_read_is_left_out(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace_log, "device_rows", lambda *_: ({"TimeGenerated": "soon", "OperationName": "x",
                                                                   "ResultType": "0"},))  # fmt: skip
    found = measured(played)
    assert found is not None and found.rows == ()


def test_who_may_not_read_the_workspace_is_refused(played: Played) -> None:
    played.collect("Connections")
    tenant = played.state.tenant
    reader = tenant.named("servicePrincipal", "Reader")
    assert reader is not None
    tenant.assignments[:] = [
        each._replace(scope=played.resource) for each in tenant.assignments if each.principal == reader.object_id
    ]
    with pytest.raises(StepFailed):
        measured(played, role="Reader")
