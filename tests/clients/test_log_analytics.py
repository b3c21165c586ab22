"""The client of Log Analytics: what it asks, what it reads, and what it makes of answers that are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from azext_iotdiag.clients.log_analytics import LogAnalytics
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.log_query import QueryAsked
from azext_iotdiag.model.target import Secret
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes.context import Context, LogAccess, Resource
from azext_iotdiag.render import log_errors as render_errors
from azext_iotdiag.render import log_query as render_query
from azext_iotdiag.render import log_settings as render_settings
from azext_iotdiag.sessions import log_query, log_settings, log_source
from azext_iotdiag.sessions.log_errors import LogErrorsAsked
from tests.plugins import clocks, fuzzing, http_in_memory

ENDPOINT, TOKEN = "https://api.loganalytics.io", "a-token-that-nobody-may-see"
WORKSPACE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w"
HUB = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/h"
ROW = ["2026-11-30T10:00:00.1Z", "Connections", "deviceConnect", "401003", "x", "H", '{"deviceId":"d"}', "we"]
NAMES = ("TimeGenerated", "Category", "OperationName", "ResultType", "ResultDescription", "Resource", "properties_s",
         "location_s")  # fmt: skip
ANSWER = {
    "tables": [
        {"name": "PrimaryResult", "columns": [{"name": each, "type": "string"} for each in NAMES], "rows": [ROW]}
    ],
    "error": {"code": "PartialError", "message": "m", "details": [{"code": "c", "message": "too many"}]},
}


def client(serve: http_in_memory.Serve, asked: list[str] | None = None) -> LogAnalytics:
    return LogAnalytics(ENDPOINT, lambda: Secret(f"Bearer {TOKEN}"), http=http_in_memory.to(serve, asked))


def ask(status: int, answer: Any) -> StepFailed:
    with pytest.raises(StepFailed) as raised:
        client(lambda *_: (status, answer)).query("w", "q", "a", "b")
    return raised.value


def test_what_is_asked_and_read() -> None:
    bodies: list[dict[str, str]] = []

    def serve(method: str, host: str, target: str, body: bytes) -> tuple[int, Any]:
        bodies.append(json.loads(body))
        return 200, ANSWER

    asked: list[str] = []
    table = client(serve, asked).query("0 1", "q", "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z")
    client(serve, asked).query(WORKSPACE, "q", "a", "b")
    assert asked == ["POST /v1/workspaces/0%201/query", f"POST /v1{WORKSPACE}/query"]
    assert bodies[0] == {"query": "q", "timespan": "2026-11-30T00:00:00Z/2026-12-01T00:00:00Z"}
    assert (len(table.columns), table.rows, table.partial) == (8, (tuple(ROW),), "too many")


def test_arrays_are_their_text() -> None:
    columns = [{"name": "a", "type": "dynamic"}, {"name": "b", "type": "real"}]
    answer = {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": [[["é", 1], None], [{"a": 1}, 1.5]]}]}
    table = client(lambda *_: (200, answer)).query("w", "q", "a", "b")
    assert table.rows == (('["é", 1]', None), ('{"a": 1}', 1.5)) and table.partial == ""


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(401, "AuthenticationFailed", Kind.UNAUTHORIZED), (403, "InsufficientAccessError", Kind.UNAUTHORIZED),
     (404, "PathNotFoundError", Kind.MISSING), (429, "AnyName", Kind.BUSY),
     (400, "BadArgumentError", Kind.REFUSED), (504, "GatewayTimeout", Kind.BUSY), (501, "NotPlayed", Kind.REFUSED)],
)  # fmt: skip
def test_refusals(status: int, code: str, kind: Kind) -> None:
    failure = ask(status, {"error": {"code": code, "message": "no"}}).failure
    assert (failure.kind, failure.condition, failure.description) == (kind, code, "no")


def test_the_innermost_error_says_most() -> None:
    inner = {"code": "SyntaxError", "message": "A", "innererror": {"code": "SYN0002", "message": "at [1,3]", "line": 1}}
    failure = ask(400, {"error": {"code": "BadArgumentError", "message": "B", "innererror": inner}}).failure
    assert (failure.condition, failure.description) == ("SYN0002", "at [1,3]")


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", [], {}, {"tables": []}, {"tables": [{"name": "Other", "columns": [], "rows": []}]},
               {"tables": [{"name": "PrimaryResult", "columns": [{"name": "a"}], "rows": [[1, 2]]}]},
               {"tables": [{"name": "PrimaryResult", "columns": 7, "rows": []}]}],
)  # fmt: skip
def test_what_is_no_answer(answer: Any) -> None:
    assert ask(200, answer).failure.kind is Kind.NOT_HTTP
    assert ask(302, answer).failure.kind is Kind.NOT_HTTP


def test_whatever_is_answered_the_commands_have_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded: settings, metrics and tables with parts that are replaced, left out, or of another type."""
    logs = [{"category": "Connections", "enabled": True}]
    setting = {"name": "s", "properties": {"workspaceId": WORKSPACE, "logs": logs, "categoryType": "Logs"}}
    names = ("Connections", "connectedDeviceCount")
    rows = {"value": [setting, *({"name": each, "properties": {"categoryType": "Logs"}} for each in names)]}
    for seed, chance in fuzzing.rounds("log analytics"):
        commands: tuple[Callable[[Context], Any], ...] = (_errors, _query, _status, _plan)

        def serve(_method: str, host: str, _target: str, _body: bytes, chance=chance) -> tuple[int, Any]:
            whole = ANSWER if host == "api.loganalytics.io" else rows
            status = 200 if chance.random() < 0.9 else chance.choice((400, 403, 404, 429, 500))
            return status, json.dumps(fuzzing.altered(whole, chance, 0.1)).encode("utf-8", "backslashreplace")

        made = http_in_memory.to(serve)
        monkeypatch.setattr(context_module, "Http", lambda host, made=made, **_: made(host))
        resource = Resource(HUB, "h.azure-devices.net", "https://management.azure.com", lambda: TOKEN)
        access = LogAccess(ENDPOINT, lambda: Secret(f"Bearer {TOKEN}"))
        context = Context(
            resource=resource, logs=access, deadlines=clocks.deadlines(lambda: 1_796_086_400.0, lambda: 0.0)
        )
        for command in commands:
            try:
                shown = command(context)
            except Exception as wrong:
                raise AssertionError(f"seed {seed!r}, {command.__name__}") from wrong
            assert TOKEN not in shown, seed


def _errors(context: Context) -> str:
    read = log_source.read(context, LogErrorsAsked(since=1_796_000_000_000), lambda _event: None)
    return "\n".join(render_errors.lines(read)) + json.dumps(render_errors.data(read))


def _query(context: Context) -> str:
    found = log_query.run(context, QueryAsked("log-rows", since=1_796_000_000_000))
    return "\n".join(render_query.lines(found)) + json.dumps(render_query.data(found))


def _status(context: Context) -> str:
    found = log_settings.status(context)
    return "\n".join(render_settings.status_lines(found)) + json.dumps(render_settings.status_data(found))


def _plan(context: Context) -> str:
    planned = log_settings.to_enable(context, "")
    told = json.dumps(render_settings.data(planned, dry_run=True), default=str)
    return "\n".join(render_settings.lines(planned)) + told
