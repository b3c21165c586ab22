"""Azure Resource Graph: resources of many subscriptions by a question. Of its language, what finds services is known.

https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm import advisor
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, not_allowed
from azext_iotdiag.lab.tenant.arm.kinds import KINDS
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, Resource, Subscription

VERSIONS = ("2019-04-01", "2020-04-01-preview", "2021-03-01", "2022-10-01", "2024-04-01")
MOST_ROWS = 1000
QUOTA, WINDOW_SECONDS = 15, 5.0  # questions of one caller in a window
_QUOTED = r"'([^']*)'"
_PATH = r"(?:tostring\()?((?:type|id|name|location|resourceGroup|subscriptionId|properties)(?:\.\w+)*)\)?"
_EQUAL = re.compile(rf"where\s+{_PATH}\s*(=~|==)\s*{_QUOTED}", re.IGNORECASE)
_AMONG = re.compile(r"where\s+type\s+in(~?)\s*\(([^)]*)\)", re.IGNORECASE)
_PROJECT = re.compile(r"project\s+([\w\s,.]+)", re.IGNORECASE)
_ORDER = re.compile(r"(?:order|sort) by (\w+)(?: (asc|desc))?", re.IGNORECASE)

Row = dict[str, Any]
Step = Callable[[list[Row]], list[Row]]


def ask(call: Call) -> Answer:
    """Answer a question about the resources that the caller may read."""
    if call.method != "POST":
        raise not_allowed(call)
    if call.version not in VERSIONS:
        raise Refusal(400, "InvalidApiVersionParameter", f"The api-version '{call.version}' is invalid.")
    headers = _count(call)
    body = call.body()
    query, options = body.get("query"), body.get("options")
    if not isinstance(query, str) or not query.strip():
        raise Refusal(400, "BadRequest", "The query is missing or empty.")
    table, steps = _read(query)
    rows = table(call, body.get("subscriptions"))
    for step in steps:
        rows = step(rows)
    return _page(rows, options if isinstance(options, dict) else {}, headers)


def _count(call: Call) -> dict[str, str]:
    """The headers that say how many questions are left in the window. Raises Refusal where none was."""
    now = call.lab.clock()
    asked = call.lab.tenant.graph_questions.setdefault(call.object_id, [])
    asked[:] = [each for each in asked if now - each < WINDOW_SECONDS]
    resets = max(WINDOW_SECONDS - (now - asked[0]), 0.0) if asked else WINDOW_SECONDS
    headers = {"x-ms-user-quota-resets-after": f"00:00:{int(resets + 0.999):02d}"}
    if len(asked) >= QUOTA:
        headers |= {"x-ms-user-quota-remaining": "0", "Retry-After": str(int(resets + 0.999))}
        raise Refusal(429, "RateLimiting", "Client application has been throttled and should not attempt to repeat "
                      "the request until an amount of time has elapsed.", headers)  # fmt: skip
    asked.append(now)
    return {**headers, "x-ms-user-quota-remaining": str(QUOTA - len(asked))}


def _rows(call: Call, subscriptions: Any) -> list[Row]:
    """All resources that the caller may read."""
    rows = []
    for resource, subscription in _within(call, subscriptions):
        kind = KINDS[resource.type.lower()]
        if call.lab.tenant.allows(call.object_id, f"{kind.type}/read", subscription.id_of(resource)):
            shown = kind.show(resource, subscription, call.lab)
            rows.append({**shown, **_common(call, resource, subscription), "type": resource.type.lower()})
    return rows


def _advice(call: Call, subscriptions: Any) -> list[Row]:
    """What Advisor recommends for resources that the caller may read."""
    rows: list[Row] = []
    for resource, subscription in _within(call, subscriptions):
        allowed = call.lab.tenant.allows(call.object_id, f"{advisor.TYPE}/read", subscription.id_of(resource))
        if allowed and resource.type == HUB_TYPE:
            common = {**_common(call, resource, subscription), "type": advisor.TYPE.lower()}
            rows += [{**row, **common} for row in advisor.rows_of(resource, subscription, call.lab)]
    return rows


def _within(call: Call, subscriptions: Any) -> Iterator[tuple[Resource, Subscription]]:
    """All resources of the subscriptions that are asked for, or of all where none are."""
    wanted = {str(each).lower() for each in subscriptions} if isinstance(subscriptions, list) else None
    for subscription in call.lab.tenant.subscriptions:
        if wanted is None or subscription.id in wanted:
            yield from ((resource, subscription) for resource in subscription.resources)


def _common(call: Call, resource: Resource, subscription: Subscription) -> Row:
    return {
        "resourceGroup": resource.group.lower(),
        "subscriptionId": subscription.id,
        "tenantId": call.lab.tenant.id,
    }


_TABLES: dict[str, Callable[[Call, Any], list[Row]]] = {"resources": _rows, "advisorresources": _advice}


def _read(query: str) -> tuple[Callable[[Call, Any], list[Row]], list[Step]]:
    """The table of a question and its steps, each a function of rows. Raises Refusal for one that is not known."""
    table, *steps = (each.strip() for each in query.split("|"))
    if table.lower() not in _TABLES:
        raise _bad_query(f"the table '{table}'")
    return _TABLES[table.lower()], [_step(each) for each in steps]


def _step(text: str) -> Step:
    if found := _EQUAL.fullmatch(text):
        field, value, any_case = found[1], found[3], found[2] == "=~"
        fold = str.lower if any_case else str
        return lambda rows: [row for row in rows if fold(str(_field(row, field))) == fold(value)]
    if found := _AMONG.fullmatch(text):
        among = re.findall(_QUOTED, found[2])
        fold = str.lower if found[1] else str
        wanted = {fold(each) for each in among}
        return lambda rows: [row for row in rows if fold(row["type"]) in wanted]
    if found := _PROJECT.fullmatch(text):
        names = [each.strip() for each in found[1].split(",")]
        return lambda rows: [{name.replace(".", "_"): _field(row, name) for name in names} for row in rows]
    if found := _ORDER.fullmatch(text):
        name, down = found[1], (found[2] or "desc").lower() == "desc"
        return lambda rows: sorted(rows, key=lambda row: str(_field(row, name)).lower(), reverse=down)
    raise _bad_query(f"'{text}'")


def _field(row: Row, path: str) -> Any:
    """The value at a path such as properties.category, or None. The case does not matter."""
    value: Any = row
    for name in path.split("."):
        fields = value.items() if isinstance(value, dict) else ()
        value = next((each for key, each in fields if key.lower() == name.lower()), None)
    return value


def _page(rows: list[Row], options: Row, headers: dict[str, str]) -> Answer:
    top, token = options.get("$top", MOST_ROWS), options.get("$skipToken", "")
    size = min(top, MOST_ROWS) if isinstance(top, int) and top > 0 else MOST_ROWS
    first = int(token) if isinstance(token, str) and token.isdecimal() else 0
    page, rest = rows[first : first + size], rows[first + size :]
    body: Row = {
        "totalRecords": len(rows), "count": len(page), "data": page, "facets": [], "resultTruncated": "false"
    }  # fmt: skip
    return Answer(200, {**body, "$skipToken": str(first + size)} if rest else body, headers)


def _bad_query(what: str) -> Refusal:
    return Refusal(
        400, "BadRequest", f"Query is invalid. Please refer to the documentation. A lab does not know {what}."
    )
