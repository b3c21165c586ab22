"""The query API of Log Analytics in the lab: who may ask what, what comes, and how it refuses."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from azext_iotdiag.insights.queries.catalogue import QUERIES
from azext_iotdiag.lab.monitor import log_text
from azext_iotdiag.lab.monitor.log_query import HOSTS
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm import workspace as arm_workspace
from azext_iotdiag.lab.tenant.roles import Denial
from azext_iotdiag.lab.tenant.tenant import WORKSPACE_TYPE
from tests.lab.monitor.test_log_store import Played
from tests.plugins.lab_requests import ask, token

AUDIENCE = "https://api.loganalytics.io"
JSON = {"content_type": "application/json"}


class Asked(Played):
    """The same lab, which is asked as the API is."""

    def __init__(self):
        super().__init__()
        self.subscription = self.state.tenant.subscriptions[0]
        self.found = self.subscription.find(WORKSPACE_TYPE)[0]
        self.customer = arm_workspace.customer_id(self.subscription, self.found)

    def ask(self, query: str, path: str = "", *, host: str = HOSTS[0], audience: str = AUDIENCE, role: str = "Owner",
            method: str = "POST", body: Any = None, **more: Any) -> Answer:  # fmt: skip
        who = self.state.tenant.named("servicePrincipal", role)
        url = f"https://{host}/v1{path or f'/workspaces/{self.customer}'}/query"
        sent = {"query": query, **more} if body is None else body
        headers = {"authorization": f"Bearer {token(self.state, who, audience)}", **JSON}
        return ask(self.state, url, method=method, body=sent, **headers)

    def errors(self, answer: Answer) -> tuple[int, str, str]:
        error = answer.body["error"]
        return answer.status, error["code"], error["message"]


@pytest.fixture
def asked() -> Asked:
    found = Asked()
    found.collect("Connections")
    found.happens("mqtt", "connect", "refused", code=5, log=401003)
    return found


def rows(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.body
    (table,) = answer.body["tables"]
    assert table["name"] == "PrimaryResult"
    return [dict(zip([each["name"] for each in table["columns"]], row, strict=True)) for row in table["rows"]]


def test_a_saved_query_is_answered(asked: Asked) -> None:
    query = QUERIES["connection-errors"]
    for host in HOSTS:
        (row,) = rows(asked.ask(query.text({"device": "pump-1"}), host=host, audience=f"https://{host}"))
        assert (row["DeviceId"], row["ResultType"], row["Times"]) == ("pump-1", "401003", 1)
    assert rows(asked.ask(query.text({"device": "pump-2"}))) == []


def test_a_resource_is_asked_about_by_its_id(asked: Asked) -> None:
    text = QUERIES["log-rows"].text()
    assert len(rows(asked.ask(text, asked.resource))) == 1
    assert len(rows(asked.ask(text, asked.workspace))) == 1
    assert asked.errors(asked.ask(text, asked.resource + "x"))[0] == 404


def test_a_timespan_narrows(asked: Asked) -> None:
    text = QUERIES["log-rows"].text()
    asked.now += 3600
    for span, count in (
        ("PT2H", 1), ("P1D", 1), ("PT59M", 0), ("2027-01-15T08:00:00Z/2027-01-15T08:00:00Z", 1),
        ("2027-01-15T08:00:01Z/PT1H", 0), ("2027-01-15/P1D", 1),
    ):  # fmt: skip
        assert len(rows(asked.ask(text, timespan=span))) == count, span
    status, code, _ = asked.errors(asked.ask(text, timespan="yesterday"))
    assert (status, code) == (400, "BadArgumentError")


def test_a_query_by_get(asked: Asked) -> None:
    from urllib.parse import quote

    who = asked.state.tenant.named("servicePrincipal", "Owner")
    text = quote(QUERIES["log-rows"].text())
    url = f"https://{HOSTS[1]}/v1/workspaces/{asked.customer}/query?query={text}&timespan=PT1H"
    answer = ask(asked.state, url, authorization=f"Bearer {token(asked.state, who, AUDIENCE)}")
    assert len(rows(answer)) == 1


def test_who_may_not_ask(asked: Asked) -> None:
    text, tenant = QUERIES["log-rows"].text(), asked.state.tenant
    wrong = asked.errors(asked.ask(text, audience="https://management.azure.com"))
    assert wrong[:2] == (403, "InvalidAuthenticationTokenAudience")
    bare = ask(asked.state, f"https://{HOSTS[0]}/v1/workspaces/{asked.customer}/query", method="POST", **JSON)
    assert asked.errors(bare)[:2] == (401, "AuthenticationFailed")
    assert len(rows(asked.ask(text, role="Reader"))) == 1
    reader = tenant.named("servicePrincipal", "Reader")
    action = ("Microsoft.OperationalInsights/workspaces/query/*",)
    tenant.denials.append(Denial("1", "no logs", reader.object_id, asked.workspace, action))
    status, code, message = asked.errors(asked.ask(text, role="Reader"))
    assert (status, code) == (403, "InsufficientAccessError") and "insufficient access" in message


def test_what_is_not_there(asked: Asked) -> None:
    text = QUERIES["log-rows"].text()
    other = "/workspaces/00000000-0000-0000-0000-000000000000"
    assert asked.errors(asked.ask(text, other)) == (404, "PathNotFoundError", "The workspace could not be found")
    assert asked.errors(asked.ask(text, "/nothing"))[:2] == (404, "PathNotFoundError")


def test_a_query_of_ones_own_needs_a_workspace(asked: Asked) -> None:
    status, code, message = asked.errors(asked.ask("AzureDiagnostics | count"))
    assert (status, code) == (501, "NotPlayed") and "A query of your own needs a real workspace" in message
    changed = QUERIES["log-rows"].text().replace("take 20000", "take 20001")
    assert asked.ask(changed).status == 501


@pytest.mark.parametrize(
    ("text", "line", "position", "found"),
    [
        ("AzureDiagnostics | | count", 1, 19, "|"),
        ("AzureDiagnostics\n| where (Category == 'x'", 2, 24, "<EOF>"),
        ('AzureDiagnostics\n| where Category == "x', 2, 20, '"'),
        ("| count", 1, 0, "|"),
        ("AzureDiagnostics | where a)", 1, 26, ")"),
        ("AzureDiagnostics |", 1, 18, "<EOF>"),
    ],
)
def test_a_syntax_error_has_its_place(asked: Asked, text: str, line: int, position: int, found: str) -> None:
    answer = asked.ask(text)
    inner = answer.body["error"]["innererror"]
    assert (answer.status, inner["code"]) == (400, "SyntaxError")
    assert inner["innererror"] == {
        "code": "SYN0002", "message": f"Query could not be parsed at '{found}' on line [{line},{position}]",
        "line": line, "pos": position, "token": found,
    }  # fmt: skip


def test_no_saved_query_looks_wrong() -> None:
    assert [name for name, query in QUERIES.items() if log_text.judge(query.text())] == []


def test_bad_requests(asked: Asked) -> None:
    assert asked.errors(asked.ask("", body=b"{"))[:2] == (400, "BadArgumentError")
    assert asked.errors(asked.ask("", body=[]))[:2] == (400, "BadArgumentError")
    assert asked.errors(asked.ask("  "))[:2] == (400, "BadArgumentError")
    assert asked.ask(QUERIES["log-rows"].text(), method="DELETE").status == 404


def test_throttling_and_partial_results(asked: Asked) -> None:
    asked.state.faults.start("logs-throttled", {"times": 1, "seconds": 3})
    text = QUERIES["log-rows"].text()
    busy = asked.ask(text)
    assert (busy.status, busy.headers["Retry-After"]) == (429, "3")
    assert asked.ask(text).status == 200
    for number in range(20):
        asked.connects(f"pump-{number}")
    asked.state.faults.start("logs-partial", {"rows": 5})
    partial = asked.ask(text)
    assert len(rows(partial)) == 5 and partial.body["error"]["code"] == "PartialError"
    assert "error" not in asked.ask(QUERIES["collected"].text()).body


def test_a_timespan_ends_within_its_second(asked: Asked) -> None:
    text = QUERIES["log-rows"].text()
    asked.now += 0.25
    asked.happens("mqtt", "connect", "refused", code=5, log=401003)
    whole = datetime.fromtimestamp(int(asked.now), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    for until, count in ((".1Z", 1), (".250000Z", 2), (".2500000Z", 2), ("Z", 1)):
        assert len(rows(asked.ask(text, timespan=f"2020-01-01/{whole}{until}"))) == count, until
