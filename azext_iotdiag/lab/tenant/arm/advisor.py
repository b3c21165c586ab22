"""Azure Advisor: what it recommends for the hubs of a subscription, in its own list and in Resource Graph.

https://learn.microsoft.com/rest/api/advisor/recommendations/list
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.hub import advice
from azext_iotdiag.lab.net import not_played, odata
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant import roles
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, missing, not_allowed, values
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, Resource, Subscription

VERSIONS = ("2016-07-12-preview", "2017-03-31", "2017-04-19", "2020-01-01", "2022-10-01", "2023-01-01", "2025-01-01")
TYPE = "Microsoft.Advisor/recommendations"
_NAMES = uuid.UUID("6f0ff4b7-1d3c-4d12-9bb5-0f7c7b0f5c55")  # of the ids that a lab gives to its recommendations
_FILTER = {
    "resourceid": "resourceId", "resourcegroup": "resourceGroup", "category": "category",
    "recommendationtypeguid": "recommendationTypeId",
}  # fmt: skip


def advisor(call: Call, scope: str, rest: list[str]) -> Answer:
    """What follows .../providers/Microsoft.Advisor/ at a scope. Raises Refusal."""
    if call.version not in VERSIONS:
        raise Refusal(400, "InvalidApiVersionParameter", f"The api-version '{call.version}' is invalid.")
    match [call.method, *(part.lower() for part in rest)]:
        case ["GET", "recommendations"]:
            return _list(call, scope)
        case ["GET", "recommendations", wanted]:
            rows = [row for row in _rows(call, scope) if row["name"] == wanted]
            if not rows:
                raise Refusal(404, "ResourceNotFound", f"The recommendation '{rest[1]}' does not exist.")
            return Answer(200, rows[0])
        case ["POST", "generaterecommendations"]:
            call.demand("Microsoft.Advisor/generateRecommendations/action", scope)
            where = f"https://{call.request.host}{scope}/providers/Microsoft.Advisor/generateRecommendations"
            return Answer(202, headers={"Location": f"{where}/{uuid.uuid4()}?api-version={call.version}"})
        case ["GET", "generaterecommendations", _]:
            call.demand("Microsoft.Advisor/generateRecommendations/read", scope)
            return Answer(204)  # the lab looks at its hubs whenever it is asked, so that is done
        case [_, "recommendations"] | [_, "generaterecommendations"]:
            raise not_allowed(call)
    raise missing(call, not_played.ADVISOR, rest)


def rows_of(resource: Resource, subscription: Subscription, lab: Any) -> Iterator[dict[str, Any]]:
    """The recommendations for a hub, as Advisor shows them."""
    id_, runtime = subscription.id_of(resource), lab.at(resource.what.host)
    for each in advice.recommendations(runtime):
        name = str(uuid.uuid5(_NAMES, f"{id_}\n{each.type_id}\n{each.details.get('currentVersion', '')}".lower()))
        properties = {
            "category": each.category,
            "impact": each.impact,
            "impactedField": HUB_TYPE,
            "impactedValue": resource.name,
            "lastUpdated": iso(runtime.clock()),
            "recommendationTypeId": each.type_id,
            "shortDescription": {"problem": each.text, "solution": each.text},
            "learnMoreLink": each.learn_more,
            "suppressionIds": None,
            "extendedProperties": dict(each.details),
            "resourceMetadata": {"resourceId": id_, "source": None},
        }
        yield {"id": f"{id_}/providers/{TYPE}/{name}", "name": name, "type": TYPE, "properties": properties}


def _rows(call: Call, scope: str) -> list[dict[str, Any]]:
    """The recommendations for all hubs at and below a scope that the caller may read. Raises Refusal for a scope."""
    call.demand(f"{TYPE}/read", scope)
    rows = []
    for subscription in call.lab.tenant.subscriptions:
        for resource in subscription.find(HUB_TYPE):
            if roles.covers(scope, subscription.id_of(resource)):
                rows += rows_of(resource, subscription, call.lab)
    return rows


def _list(call: Call, scope: str) -> Answer:
    asked, rows = call.request.query.get("$filter", ""), _rows(call, scope)
    if not asked:
        return values(rows)
    try:
        wanted = odata.parse(asked)
    except odata.BadFilter as wrong:
        raise Refusal(400, "InvalidFilter", f"The filter '{asked}' is invalid: {wrong}.") from None
    for each in odata.comparisons(wanted):
        if each.field.lower() not in _FILTER or each.operator != "eq":
            raise Refusal(400, "InvalidFilter", f"The filter '{asked}' is invalid: '{each.field} {each.operator}'.")
    return values([row for row in rows if odata.holds(wanted, lambda each, row=row: _fits(row, each))])


def _fits(row: dict[str, Any], asked: odata.Comparison) -> bool:
    id_ = row["properties"]["resourceMetadata"]["resourceId"]
    own = {
        "resourceId": id_,
        "resourceGroup": id_.split("/")[4],
        "category": row["properties"]["category"],
        "recommendationTypeId": row["properties"]["recommendationTypeId"],
    }
    return own[_FILTER[asked.field.lower()]].lower() == asked.value.lower()
