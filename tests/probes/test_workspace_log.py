"""The rows of a hub's log in a workspace, read from a lab in memory."""

from __future__ import annotations

from functools import partial

import pytest

from azext_iotdiag.insights.log import Log
from azext_iotdiag.insights.queries import rows as row_queries
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.target import Secret
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes import workspace_log
from azext_iotdiag.probes.context import Context, LogAccess, Resource
from tests.lab.monitor.test_log_store import NOW, Played
from tests.plugins import clocks, http_in_memory
from tests.plugins.lab_requests import token

AUDIENCE = "https://api.loganalytics.io"


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    found = Played()
    made = http_in_memory.to_lab(found.state)
    monkeypatch.setattr(context_module, "Http", lambda host, **options: made(host, **{**options, "connections": None}))
    return found


def context_of(played: Played, role: str = "Owner", audience: str = AUDIENCE) -> Context:
    who = played.state.tenant.named("servicePrincipal", role)
    resource = Resource(played.resource, played.state.hub.host, "https://management.azure.com",
                        partial(token, played.state, who))  # fmt: skip
    logs = LogAccess(AUDIENCE, lambda: Secret(f"Bearer {token(played.state, who, audience)}"))
    return Context(resource=resource, logs=logs, deadlines=clocks.deadlines(lambda: played.now, lambda: 0.0))


def failure(played: Played, **more: str) -> tuple[Kind, str]:
    with pytest.raises(StepFailed) as raised:
        workspace_log.device_rows(context_of(played, **more), 30.0, "pump-1", NOW - 3600)
    return raised.value.failure.kind, raised.value.failure.condition


def test_rows_of_a_device_since_a_time(played: Played) -> None:
    played.collect("Connections")
    played.connects()
    played.now += 100
    played.connects("pump-2")
    played.happens("mqtt", "close", "ended", published=1, code=404104)
    rows = workspace_log.device_rows(context_of(played, "Reader"), 30.0, "pump-1", NOW - 60)
    assert [(row["OperationName"], row["ResultType"]) for row in rows] == [
        ("deviceConnect", ""), ("deviceDisconnect", "404104"),
    ]  # fmt: skip
    assert len(workspace_log.device_rows(context_of(played), 30.0, "pump-1", NOW + 60)) == 1
    log = Log()
    for row in rows:
        log.add(row)
    assert [each.code for each in log.errors()] == ["404104"]


def test_many_rows_come_page_by_page(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (row_queries, workspace_log):
        monkeypatch.setattr(module, "PAGE", 7)
    played.collect("Connections")
    for number in range(40):
        played.now += number % 3 > 0  # two rows at one time, also at the edge of a page
        played.happens("mqtt", "close", "ended", published=1, code=404104 if number % 2 else 401003)
    rows = workspace_log.device_rows(context_of(played), 30.0, "pump-1", NOW - 60)
    assert len(rows) == len(played.rows()) == 40


def test_partial_answers_are_read_on(played: Played) -> None:
    played.collect("Connections")
    for _ in range(40):
        played.now += 1
        played.connects()
    played.state.faults.start("logs-partial", {"rows": 10})
    assert len(workspace_log.device_rows(context_of(played), 30.0, "pump-1", NOW - 60)) == 40


def test_what_keeps_from_reading(played: Played) -> None:
    assert failure(played) == (Kind.MISSING, workspace_log.NO_WORKSPACE)
    played.collect("Routes")
    assert failure(played) == (Kind.MISSING, workspace_log.NO_WORKSPACE)
    played.collect("Connections")
    wrong = failure(played, audience="https://management.azure.com")
    assert wrong == (Kind.UNAUTHORIZED, "InvalidAuthenticationTokenAudience")


def test_a_query_that_cannot_be_read_has_its_place(played: Played) -> None:
    played.collect("Connections")
    with workspace_log.opened(context_of(played)) as log, pytest.raises(StepFailed) as raised:
        log.ask_text("AzureDiagnostics | | count", NOW - 60, NOW)
    found = raised.value.failure
    assert (found.kind, found.condition) == (Kind.REFUSED, "SYN0002")
    assert found.description == "Query could not be parsed at '|' on line [1,19]"
