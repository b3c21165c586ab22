"""The query API of Log Analytics: who may ask, what a saved query makes of the rows, and errors in the API's own shape.

https://learn.microsoft.com/azure/azure-monitor/logs/api/overview
Answers to bad queries are those that Azure/azure-sdk-for-js and azure-sdk-for-net recorded.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from azext_iotdiag.insights.queries import catalogue
from azext_iotdiag.lab.faults.table import LOGS_PARTIAL, LOGS_THROTTLED
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.monitor import log_text
from azext_iotdiag.lab.monitor.log_store import moment
from azext_iotdiag.lab.net.http_types import Answer, BadBody, Request
from azext_iotdiag.lab.net.mistakes import WORDS
from azext_iotdiag.lab.tenant.arm import workspace as arm_workspace
from azext_iotdiag.lab.tenant.tenant import WORKSPACE_TYPE
from azext_iotdiag.lab.tenant.tokens import BadToken
from azext_iotdiag.model.log_table import LogTable

HOSTS = ("api.loganalytics.azure.com", "api.loganalytics.io")
AUDIENCES = tuple(f"https://{host}" for host in HOSTS)
VERSION = "v1"
_READ = "Microsoft.OperationalInsights/workspaces/query/read"
_READ_OF_RESOURCE = "Microsoft.Insights/logs/read"
_WORKSPACE = re.compile(rf"/{VERSION}/workspaces/([^/]+)/query")
_RESOURCE = re.compile(rf"/{VERSION}(/subscriptions/.+)/query", re.IGNORECASE)
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,7}))?(?:Z|\+00:00)?)?")


class _Refused(Exception):
    """The request is answered with an error."""

    def __init__(self, status: int, code: str, message: str, inner: Mapping[str, Any] | None = None, wait: int = 0):
        super().__init__(message)
        self.status = status
        self.code = code
        self.inner = inner
        self.wait = wait

    def answer(self, who: str = "") -> Answer:
        """The error in the API's shape."""
        error: dict[str, Any] = {"message": str(self), "code": self.code, "correlationId": str(uuid.uuid4())}
        if self.inner is not None:
            error["innererror"] = dict(self.inner)
        headers = {"Retry-After": str(self.wait)} if self.wait else {}
        return Answer(self.status, {"error": error}, headers, who, f"{self.code}: {self}")


class _Asked(NamedTuple):
    """A question: the text, and from when to when, as text."""

    query: str
    since: str
    until: str


async def serve(request: Request, lab: Lab) -> Answer:
    """Answer a request."""
    who = ""
    try:
        caller, who = _caller(request, lab)
        rows = _rows(request, lab, caller)
        asked = _asked(request, lab.clock())
        _throttle(lab)
        body = _body(_cut(_table(asked, rows), lab))
    except _Refused as refused:
        return refused.answer(who)
    return Answer(200, body, who=who)


def mistaken(_lab: Lab) -> Answer:
    """The answer when the lab makes a mistake."""
    return _Refused(500, "InternalServerError", WORDS).answer()


def _caller(request: Request, lab: Lab) -> tuple[str, str]:
    """The object id and the name of the caller. Raises _Refused."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise _Refused(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
    try:
        claims = lab.tenant.issuer.verify(token.strip(), lab.clock(), AUDIENCES)
    except BadToken as bad:
        if bad.audience:
            raise _Refused(403, "InvalidAuthenticationTokenAudience", _audience(bad)) from bad
        raise _Refused(403, "InvalidAuthenticationToken", "The access token is invalid.") from bad
    return claims["oid"], claims.get("upn") or claims.get("appid", "")


def _audience(bad: BadToken) -> str:
    return (
        f"The access token has been obtained from wrong audience or resource: {bad}. It should exactly match one of "
        f"the allowed audiences {', '.join(AUDIENCES)}."
    )


def _rows(request: Request, lab: Lab, caller: str) -> list[dict[str, Any]]:
    """All rows that the caller may ask about at this path. Raises _Refused."""
    if found := _WORKSPACE.fullmatch(request.path):
        if request.method not in ("GET", "POST"):
            raise _no_path()
        for subscription in lab.tenant.subscriptions:
            for resource in subscription.find(WORKSPACE_TYPE):
                if arm_workspace.customer_id(subscription, resource) == found[1].lower():
                    _demand(lab, caller, _READ, subscription.id_of(resource))
                    return lab.logs.rows(workspace=subscription.id_of(resource))
        raise _Refused(404, "PathNotFoundError", "The workspace could not be found")
    if (found := _RESOURCE.fullmatch(request.path)) and request.method == "POST":
        return _of_resource(lab, caller, found[1])
    raise _no_path()


def _of_resource(lab: Lab, caller: str, id_: str) -> list[dict[str, Any]]:
    """The rows of a resource in any workspace, or of a workspace. Raises _Refused."""
    for subscription in lab.tenant.subscriptions:
        for resource in subscription.resources:
            if subscription.id_of(resource).lower() == id_.lower():
                if resource.type == WORKSPACE_TYPE:
                    _demand(lab, caller, _READ, id_)
                    return lab.logs.rows(workspace=id_)
                _demand(lab, caller, _READ_OF_RESOURCE, id_)
                return lab.logs.rows(resource=id_)
    raise _no_path()


def _demand(lab: Lab, caller: str, action: str, scope: str) -> None:
    if not lab.tenant.allows(caller, action, scope):
        words = "The provided credentials have insufficient access to perform the requested operation"
        raise _Refused(403, "InsufficientAccessError", words)


def _no_path() -> _Refused:
    return _Refused(404, "PathNotFoundError", "The requested path does not exist")


def _asked(request: Request, now: float) -> _Asked:
    """What is asked for. Raises _Refused."""
    told: Any = dict(request.query)
    if request.method == "POST":
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise _Refused(415, "UnsupportedMediaType", "The Content-Type of the request is not application/json")
        try:
            told = {**told, **request.data()}
        except (BadBody, TypeError):
            raise _bad("MalformedBody", "The body of the request is no JSON object") from None
    query, span = told.get("query"), told.get("timespan")
    if not isinstance(query, str) or not query.strip():
        raise _bad("QueryValidationError", "Query should not be null or empty")
    since, until = _span(span, now) if span is not None else ("", "9999")
    return _Asked(query, since, until)


def _span(text: Any, now: float) -> tuple[str, str]:
    """A duration before now, or start and end. Raises _Refused."""
    first, slash, last = str(text).partition("/")
    end = datetime.fromtimestamp(now, timezone.utc)
    start = _point(first, None) if slash else None
    if slash and start is not None:
        until = _point(last, start)
        if until is not None:
            return moment(start.timestamp()), moment(until.timestamp())
    elif not slash and (length := _duration(first)) is not None:
        return moment((end - length).timestamp()), "9999"
    raise _bad("InvalidTimespan", f"The timespan {str(text)[:60]!r} is neither a duration nor an interval")


def _point(text: str, start: datetime | None) -> datetime | None:
    if start is not None and (length := _duration(text)) is not None:
        return start + length
    found = _MOMENT.fullmatch(text)
    try:
        whole = datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}+00:00") if found else None
        fraction = timedelta(microseconds=int((found[3] or "0")[:6].ljust(6, "0"))) if found else timedelta()
        return whole + fraction if whole is not None else None
    except ValueError:
        return None


def _duration(text: str) -> timedelta | None:
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _throttle(lab: Lab) -> None:
    fault = lab.faults.find(LOGS_THROTTLED)
    if fault is not None and lab.faults.use(LOGS_THROTTLED):
        # No document names the code of this error, so it has HTTP's own words. A client goes by the status.
        raise _Refused(429, "TooManyRequests", "Too many requests", wait=fault["seconds"])


def _table(asked: _Asked, rows: Iterable[Mapping[str, Any]]) -> LogTable:
    """The answer to a saved query. Raises _Refused."""
    found = catalogue.find(asked.query)
    if found is None:
        if (wrong := log_text.judge(asked.query)) is not None:
            raise _unreadable(wrong)
        raise _Refused(
            501,
            "NotPlayed",
            "The lab has no engine for KQL. It answers the saved queries of the extension by functions. A query of "
            "your own needs a real workspace.",
        )
    query, values = found
    return query.table([row for row in rows if asked.since <= row["TimeGenerated"] <= asked.until], values)


def _unreadable(wrong: log_text.Wrong) -> _Refused:
    inner = {
        "code": "SYN0002",
        "message": f"Query could not be parsed at '{wrong.token}' on line [{wrong.line},{wrong.position}]",
        "line": wrong.line,
        "pos": wrong.position,
        "token": wrong.token,
    }
    told = {"code": "SyntaxError", "message": "A recognition error occurred in the query.", "innererror": inner}
    return _Refused(400, "BadArgumentError", "The request had some invalid properties", told)


def _bad(code: str, message: str) -> _Refused:
    return _Refused(
        400, "BadArgumentError", "The request had some invalid properties", {"code": code, "message": message}
    )


def _cut(table: LogTable, lab: Lab) -> LogTable:
    """The table, of which the fault logs-partial keeps some rows only."""
    fault = lab.faults.find(LOGS_PARTIAL)
    if fault is None or len(table.rows) <= fault["rows"]:
        return table
    words = "The results of this query exceed the set limit of rows, so not all records were returned."
    return table._replace(rows=table.rows[: fault["rows"]], partial=words)


def _body(table: LogTable) -> dict[str, Any]:
    columns = [{"name": each.name, "type": each.type} for each in table.columns]
    body: dict[str, Any] = {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": list(table.rows)}]}
    if table.partial:
        inner = {"code": "QueryExecutionResultSizeLimitExceeded", "message": table.partial}
        body["error"] = {
            "code": "PartialError",
            "message": "There were some errors when processing your query.",
            "details": [inner],
        }
    return body
