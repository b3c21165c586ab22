"""`logs errors` and `logs query` of a hub, against a lab in memory."""

from __future__ import annotations

from functools import partial

import pytest

from azext_iotdiag.insights.queries.catalogue import QUERIES
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.log_query import QueryAnswer, QueryAsked
from azext_iotdiag.model.resource_log import LogRead
from azext_iotdiag.model.target import Secret
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes.context import Context, LogAccess, Resource
from azext_iotdiag.render import log_errors as render
from azext_iotdiag.render import log_query as render_query
from azext_iotdiag.sessions import log_query, log_source
from azext_iotdiag.sessions.log_errors import LogErrorsAsked
from tests.lab.monitor.test_log_store import NOW, Played
from tests.plugins import clocks, http_in_memory
from tests.plugins.lab_requests import token

LOGS = "https://api.loganalytics.io"


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    found = Played()
    made = http_in_memory.to_lab(found.state)
    monkeypatch.setattr(context_module, "Http", lambda host, **more: made(host, **{**more, "connections": None}))
    return found


def context_of(played: Played, audience: str = LOGS) -> Context:
    who = played.state.tenant.named("servicePrincipal", "Owner")
    resource = Resource(
        played.resource, played.state.hub.host, "https://management.azure.com", partial(token, played.state, who)
    )
    logs = LogAccess(LOGS, lambda: Secret(f"Bearer {token(played.state, who, audience)}"))
    return Context(resource=resource, logs=logs, deadlines=clocks.deadlines(lambda: played.now, lambda: 0.0))


def errors(played: Played, device: str | None = None, timeline: bool = False, **more: str) -> LogRead:
    def heard(event: object) -> None:
        raise AssertionError(event)

    asked = LogErrorsAsked((), int((NOW - 3600) * 1000), device, timeline)
    return log_source.read(context_of(played, **more), asked, heard)


def query(played: Played, **asked) -> QueryAnswer:
    return log_query.run(context_of(played), QueryAsked(since=int((NOW - 3600) * 1000), **asked))


def refused(played: Played, times: int = 4) -> None:
    """A device that was let in, and is refused since."""
    played.collect("Connections")
    played.connects()
    for _ in range(times):
        played.now += 60
        played.happens("mqtt", "connect", "refused", code=5, log=401003)


def test_errors_of_a_hub_are_joined_with_entries_and_patterns(played: Played) -> None:
    refused(played)
    found = errors(played)
    assert [(each.device, each.code, each.times) for each in found.groups] == [("pump-1", "401003", 4)]
    assert [entry.code for entry in found.groups[0].entries] == ["hub-401003"]
    assert [each.finding.entry.code for each in found.patterns] == ["key-refused-since"]
    assert (found.exit_code, found.hub) == (exit_codes.PROBLEM, played.state.hub.host)
    assert "  Rows of the last 10 min can still be on their way." in list(render.lines(found))


def test_the_timeline_of_a_device(played: Played) -> None:
    refused(played)
    played.connects("pump-2")
    found = errors(played, "pump-1", timeline=True)
    assert found.timeline is not None
    assert [(row.shape.operation, row.shape.code) for row in found.timeline.rows] == [
        ("deviceConnect", ""), *[("deviceConnect", "401003")] * 4
    ]  # fmt: skip
    assert (found.rows, found.devices, found.rows_read) == (5, 1, 6)  # patterns are looked for in all rows


def test_a_hub_whose_log_goes_nowhere(played: Played) -> None:
    found = errors(played)
    assert found.exit_code == exit_codes.UNDETERMINED
    shown = "\n".join(render.lines(found))
    assert shown.startswith("? The log of lab-hub.azure-devices.net could not be read:")
    assert "[logs-not-collected]" in shown and "az iot diag logs enable --hub-name lab-hub" in shown
    assert render.data(found)["failure"] == "logs-not-collected"


def test_a_workspace_without_rows_says_why_that_may_be(played: Played) -> None:
    played.collect("Connections")
    found = errors(played)
    assert found.exit_code == exit_codes.UNDETERMINED and found.failure is None
    shown = "\n".join(render.lines(found))
    assert shown.startswith("? The workspace has no row about lab-hub.azure-devices.net since 2027-01-15T07:00:00Z.")
    assert "az iot diag logs status --hub-name lab-hub" in shown


def test_a_workspace_that_does_not_let_in(played: Played) -> None:
    refused(played)
    found = errors(played, audience="https://management.azure.com")
    assert render.data(found)["failure"] == "workspace-refuses"


def test_rows_that_never_come_are_said(played: Played) -> None:
    """Log Analytics gives one row of many at the same time, and there is no way past it."""
    refused(played, 0)
    for _ in range(5):
        played.happens("mqtt", "close", "ended", published=1, code=404104)
    played.state.faults.start("logs-partial", {"rows": 1})
    found = errors(played)
    assert found.partial.startswith("The results of this query exceed the set limit")
    assert any("Log Analytics did not give all rows" in line for line in render.lines(found))


def test_a_saved_query_brings_its_table(played: Played) -> None:
    refused(played)
    found = query(played, saved="connection-errors")
    assert [row[:2] + row[4:5] for row in found.table.rows] == [("pump-1", "401003", 4)]
    shown = list(render_query.lines(found))
    assert shown[0].startswith("√ connection-errors: 1 row of lab-hub.azure-devices.net from 2027-01-15T07:00:00Z to")
    assert shown[2].split() == ["DeviceId", "ResultType", "ResultDescription", "Category", "Times", "First", "Last"]
    assert render_query.data(found)["rows"][0]["Times"] == 4
    assert render_query.table(render_query.data(found))[0]["DeviceId"] == "pump-1"


def test_parameters_narrow_a_query(played: Played) -> None:
    refused(played)
    found = query(played, saved="connection-errors", values={"device": "pump-2"})
    assert found.table.rows == () and found.exit_code == exit_codes.HEALTHY
    assert "arrive 3 to 10 min late" in "\n".join(render_query.lines(found))
    assert render_query.table(render_query.data(found)) == [{"Answer": render_query.answer(found)}]


def test_all_rows_come_in_one_table(played: Played) -> None:
    refused(played, 30)
    played.state.faults.start("logs-partial", {"rows": 7})
    found = query(played, saved="log-rows")
    assert len(found.table.rows) == 31 and found.table.partial == ""


def test_a_partial_answer_is_said(played: Played) -> None:
    played.collect("Connections")
    for number in range(20):
        played.connects(f"pump-{number:02}")
    played.state.faults.start("logs-partial", {"rows": 5})
    found = query(played, saved="last-connections")
    shown = list(render_query.lines(found))
    assert shown[0].endswith("Not all rows came.") and shown[1].startswith("  Log Analytics did not give all rows:")
    assert render_query.data(found)["partial"]


def test_a_query_of_ones_own_that_is_wrong_names_the_place(played: Played) -> None:
    played.collect("Connections")
    found = query(played, kql="AzureDiagnostics | | count")
    assert found.exit_code == exit_codes.UNDETERMINED
    shown = list(render_query.lines(found))
    assert "SYN0002: Query could not be parsed at '|' on line [1,19]" in shown[0]
    assert "[log-query-refused]" in shown[1]


def test_the_lab_says_that_it_has_no_engine(played: Played) -> None:
    played.collect("Connections")
    found = query(played, kql="AzureDiagnostics | count")
    assert "A query of your own needs a real workspace" in render_query.answer(found)


def test_the_saved_queries_are_listed(played: Played) -> None:
    found = log_query.run(None, QueryAsked())
    assert [each.name for each in found.listed] == sorted(QUERIES)
    shown = "\n".join(render_query.lines(found))
    assert "  log-rows: All rows from a time on, oldest first. Parameters: device (string); after (datetime)." in shown
    assert "resource" not in shown
    assert render_query.table(render_query.data(found))[0]["Name"] == sorted(QUERIES)[0]
