"""The activity log: which control-plane operations there were, as the resource manager lists them.

https://learn.microsoft.com/rest/api/monitor/activity-logs/list
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.net import odata
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant import activity, roles
from azext_iotdiag.lab.tenant.activity import STARTED, ActivityEvent, Operation
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, not_allowed

if TYPE_CHECKING:
    from azext_iotdiag.lab.net.odata import Comparison

VERSIONS = ("2014-04-01", "2015-04-01", "2017-03-01-preview")
ACTION = "Microsoft.Insights/eventtypes/values/read"
PAGE = 200
OLDEST_DAYS = 90
_DOTNET_EPOCH = 621_355_968_000_000_000  # 1970 in ticks of 100 ns
_IDENTITY = "http://schemas.microsoft.com/identity/claims/"


def note(call: Call, answer: Answer) -> None:
    """Write into the log what a caller did, or was refused. Reading is never written down."""
    done = next(((action, scope) for action, scope in call.demanded if not action.lower().endswith("/read")), None)
    if done is None:
        return
    error = answer.reason if answer.status >= 400 else ""
    operation = Operation(
        *done, call.name, call.object_id, call.method, call.request.peer.rpartition(":")[0], call.lab.clock(),
        answer.status, error,
    )  # fmt: skip
    activity.with_operation(call.lab.tenant.activity, operation)


def list_events(call: Call, scope: str, rest: list[str]) -> Answer:
    """GET .../eventtypes/management/values: the events that a filter asks for, newest first. Raises Refusal."""
    if [part.lower() for part in rest] != ["eventtypes", "management", "values"]:
        raise Refusal(404, "NotFound", f"There is nothing at {call.request.path}.")
    if call.method != "GET":
        raise not_allowed(call)
    if call.version not in VERSIONS:
        raise Refusal(400, "InvalidApiVersionParameter", f"The api-version '{call.version}' is invalid.")
    asked = _asked(call)
    call.demand(ACTION, _narrowed(asked, scope))
    wanted = [each for each in activity.newest_first(call.lab.tenant.activity) if _fits(each, asked, scope)]
    return _page(call, wanted)


def _asked(call: Call) -> list[Comparison]:
    """The comparisons of the filter, all of which must hold. Raises Refusal."""
    text = call.request.query.get("$filter", "")
    try:
        found = odata.parse(text)
    except odata.BadFilter as wrong:
        raise _bad_filter(str(wrong)) from None
    asked = odata.comparisons(found)
    if found not in (asked[0], odata.Joined("and", tuple(asked))):
        raise _bad_filter("only comparisons that are joined by 'and' are allowed")
    starts = [each for each in asked if each.field.lower() == "eventtimestamp" and each.operator in ("ge", "gt")]
    if not starts:
        raise _bad_filter("'eventTimestamp ge' is required")
    if call.lab.clock() - _seconds(starts[0].value) > OLDEST_DAYS * 86_400 + 60:
        raise _bad_filter(f"the start time is more than {OLDEST_DAYS} days ago")
    for each in asked:
        if each.field.lower() not in _FIELDS:
            raise _bad_filter(f"the field '{each.field}' is not supported")
        if each.operator != "eq" and each.field.lower() != "eventtimestamp":
            raise _bad_filter(f"'{each.field}' is compared with 'eq' only")
    return asked


def _bad_filter(why: str) -> Refusal:
    return Refusal(400, "BadRequest", f"The provided filter is invalid: {why}.")


def _seconds(text: str) -> float:
    """A time of a filter, which is UTC where it says nothing. Raises Refusal."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        head, dot, tail = text.rstrip("Zz").partition(".")  # .NET writes seven digits, Python 3.10 reads six
        try:
            moment = datetime.fromisoformat(f"{head}{dot}{tail[:6].ljust(6, '0')}" if dot else head)
        except ValueError:
            raise _bad_filter(f"'{text}' is no time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _narrowed(asked: list[Comparison], scope: str) -> str:
    """The scope that a caller must be able to read: the resource or the group that the filter names."""
    for each in asked:
        if each.field.lower() in ("resourceuri", "resourceid"):
            return each.value
        if each.field.lower() == "resourcegroupname":
            return f"{scope}/resourceGroups/{each.value}"
    return scope


def _group(operation: Operation) -> str:
    parts = operation.scope.split("/")
    return parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""


def _same(given: str, own: str) -> bool:
    return given.lower() == own.lower()


_FIELDS = {
    "eventtimestamp": lambda event, each: _compared(event.time, each.operator, _seconds(each.value)),
    "resourceuri": lambda event, each: roles.covers(each.value, event.operation.scope),
    "resourceid": lambda event, each: roles.covers(each.value, event.operation.scope),
    "resourcegroupname": lambda event, each: _same(each.value, _group(event.operation)),
    "resourceprovider": lambda event, each: _same(each.value, event.operation.action.partition("/")[0]),
    "correlationid": lambda event, each: _same(each.value, event.correlation),
    "caller": lambda event, each: _same(each.value, event.operation.caller),
    "status": lambda event, each: _same(each.value, event.status),
    "levels": lambda event, each: _level(event) in each.value,
    "eventchannels": lambda event, each: "operation" in each.value.lower(),
}


def _compared(own: float, operator: str, other: float) -> bool:
    return {"ge": own >= other, "gt": own > other, "le": own <= other, "lt": own < other}.get(operator, own == other)


def _fits(event: ActivityEvent, asked: list[Comparison], scope: str) -> bool:
    return roles.covers(scope, event.operation.scope) and all(
        _FIELDS[each.field.lower()](event, each) for each in asked
    )


def _page(call: Call, wanted: list[ActivityEvent]) -> Answer:
    query = dict(call.request.query)
    token = query.pop("$skipToken", "")
    first = int(token) if token.isascii() and token.isdecimal() and len(token) < 10 else 0
    selected = {name.strip().lower() for name in query.get("$select", "").split(",") if name.strip()}
    rows = [_document(each, call.lab.tenant.id) for each in wanted[first : first + PAGE]]
    if selected:
        rows = [{name: value for name, value in row.items() if name.lower() in selected} for row in rows]
    following = urlencode({**query, "$skipToken": first + PAGE})
    more = {"nextLink": f"https://{call.request.host}{call.request.path}?{following}"}
    return Answer(200, {"value": rows, **(more if len(wanted) > first + PAGE else {})})


def _level(event: ActivityEvent) -> str:
    return "Error" if event.status == activity.FAILED else "Informational"


def _document(event: ActivityEvent, tenant_id: str) -> dict[str, Any]:
    """An event as the list shows it."""
    operation, started = event.operation, event.status == STARTED
    status = HTTPStatus(operation.status)
    namespace, _, rest = operation.action.partition("/")
    type_ = f"{namespace}/{rest.rpartition('/')[0]}"
    ticks = _DOTNET_EPOCH + int(event.time * 10_000_000)
    word = "" if started else status.phrase.replace(" ", "")
    return {
        "authorization": {"action": operation.action, "scope": operation.scope},
        "caller": operation.caller,
        "channels": "Operation",
        "claims": _claims(operation),
        "correlationId": event.correlation,
        "description": "",
        "eventDataId": event.id,
        "eventName": _named("BeginRequest", "Begin request") if started else _named("EndRequest", "End request"),
        "category": _named("Administrative", "Administrative"),
        "eventTimestamp": iso(event.time),
        "id": f"{operation.scope}/events/{event.id}/ticks/{ticks}",
        "level": _level(event),
        "operationId": event.correlation,
        "operationName": _named(operation.action, operation.action),
        "resourceGroupName": _group(operation),
        "resourceProviderName": _named(namespace, namespace),
        "resourceType": _named(type_, type_),
        "resourceId": operation.scope,
        "status": _named(event.status, event.status),
        "subStatus": _named(word, f"{status.phrase} (HTTP Status Code: {status.value})" if word else ""),
        "submissionTimestamp": iso(event.time),
        "subscriptionId": operation.scope.split("/")[2],
        "tenantId": tenant_id,
        "httpRequest": {
            "clientRequestId": event.correlation, "clientIpAddress": operation.address, "method": operation.method
        },
        "properties": _properties(operation, status, started),
    }  # fmt: skip


def _named(value: str, shown: str) -> dict[str, str]:
    return {"value": value, "localizedValue": shown}


def _claims(operation: Operation) -> dict[str, str]:
    user = "@" in operation.caller
    name = {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": operation.caller} if user else {}
    application = {} if user else {"appid": operation.caller}
    return {f"{_IDENTITY}objectidentifier": operation.object_id, **name, **application}


def _properties(operation: Operation, status: HTTPStatus, started: bool) -> Mapping[str, str]:
    common = {"eventCategory": "Administrative", "entity": operation.scope, "message": operation.action}
    if started:
        return common
    code, _, message = operation.error.partition(": ")
    told = {"statusMessage": json.dumps({"error": {"code": code, "message": message}})} if operation.error else {}
    return {"statusCode": status.phrase.replace(" ", ""), **told, **common}
