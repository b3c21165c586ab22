"""The query API of Log Analytics: a query of a workspace, and the table that it brings.

https://learn.microsoft.com/azure/azure-monitor/logs/api/overview
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from azext_iotdiag.clients import answers
from azext_iotdiag.clients.answers import part
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.http import Http, HttpAnswer
from azext_iotdiag.clients.paths import segment, whole
from azext_iotdiag.model import json_depth
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.log_table import Cell, Column, LogTable
from azext_iotdiag.model.target import Secret

STEP = "the answer of Log Analytics"
WAIT_SECONDS = 180  # that the service may take; without the header it gives up after three minutes, too
_KINDS = {401: Kind.UNAUTHORIZED, 403: Kind.UNAUTHORIZED, 404: Kind.MISSING, 429: Kind.BUSY}


class LogAnalytics:
    """Queries at an endpoint (a URL). Its methods raise StepFailed, with the service's own code and words.

    `bearer` makes the header Authorization, and is asked before each request. A busy service is asked again for
    `patience` seconds, by default those of the deadlines.
    """

    def __init__(
        self,
        endpoint: str,
        bearer: Callable[[], Secret],
        patience: float | None = None,
        deadlines: Deadlines | None = None,
        http: Callable[..., Http] = Http,
    ):
        self.host = urlsplit(endpoint).hostname or ""
        self._bearer = bearer
        self._patience = patience
        self._http = http(self.host, deadlines=deadlines)

    def query(self, workspace: str, text: str, since: str, until: str) -> LogTable:
        """What a query brings from a workspace, of rows between two times (ISO 8601).

        `workspace` is its id for queries, or an id of the resource manager.
        """
        below = whole(workspace) if workspace.startswith("/") else f"/workspaces/{segment(workspace)}"
        body = json.dumps({"query": text, "timespan": f"{since}/{until}"}).encode()
        headers = {
            "Authorization": self._bearer().reveal(),
            "Content-Type": "application/json",
            "Prefer": f"wait={WAIT_SECONDS}",
        }
        answer = self._http.request(
            "POST", f"/v1{below}/query", STEP, headers=headers, body=body, patience=self._patience
        )
        reader = answers.AnswerReader(self._http, STEP)
        reader.refuse_redirect(answer)
        if answer.status >= 400:
            code, said = _error(answer)
            kind = _KINDS.get(answer.status, Kind.BUSY if answer.status >= 500 else Kind.REFUSED)
            kind = Kind.REFUSED if code == "NotPlayed" else kind
            raise self._http.failed(kind, STEP, said or answer.words, code or f"http:{answer.status}")
        return self._table(reader, reader.object(answer))

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _table(self, reader: answers.AnswerReader, told: Mapping[str, Any]) -> LogTable:
        tables = reader.rows(told.get("tables"))
        table = next((each for each in tables if each.get("name") == "PrimaryResult"), None)
        if table is None:
            raise reader.wrong("the answer has no table PrimaryResult")
        columns = tuple(
            Column(reader.text(each, "name"), str(each.get("type") or "")) for each in reader.rows(table.get("columns"))
        )
        rows = table.get("rows")
        if not isinstance(rows, list) or any(not isinstance(row, list) or len(row) != len(columns) for row in rows):
            raise reader.wrong("the rows of the table do not fit its columns")
        cells = tuple(tuple(_cell(each) for each in row) for row in rows)
        return LogTable(columns, cells, _partial(told))


def _cell(value: Any) -> Cell:
    """A value; an array or an object as its JSON text."""
    return value if isinstance(value, str | int | float | bool | None) else json.dumps(value, ensure_ascii=False)


def _partial(told: Mapping[str, Any]) -> str:
    """Why an answer is not whole, in the service's words; empty where it is."""
    error = part(told, "error")
    if not error:
        return ""
    details = error.get("details")
    inner = [each for each in details if isinstance(each, dict)] if isinstance(details, list) else []
    words = [str(each["message"]) for each in (*inner, error) if isinstance(each.get("message"), str)]
    return words[0] if words else str(error.get("code") or "a partial answer")


def _error(answer: HttpAnswer) -> tuple[str, str]:
    """The code of an error and its words. Those of the innermost error say most, such as a line and a position."""
    try:
        error = part(json_depth.loads(answer.body), "error")
    except ValueError:
        return "", ""
    code = error.get("code")
    said = error.get("message")
    while inner := part(error, "innererror"):
        error = inner
        said = inner.get("message") or said
        code = inner.get("code") or code
    return str(code or ""), str(said or "")
