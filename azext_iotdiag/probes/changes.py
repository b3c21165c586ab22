"""What changed around a hub and a device, asked of every source at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice

from azext_iotdiag.clients.arm import Arm
from azext_iotdiag.clients.paths import whole
from azext_iotdiag.model.changes import Changes, ChangesAsked, HistoryChange, HistoryPart, Source
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.probes import change_rows, manager
from azext_iotdiag.probes.at_once import at_once
from azext_iotdiag.probes.context import Access, Context
from azext_iotdiag.probes.readings import part, text

MOST_EVENTS = 10_000  # of an activity log
_ACTIVITY_VERSION = "2015-04-01"  # https://learn.microsoft.com/rest/api/monitor/activity-logs/list
_ROLES_VERSION = "2022-04-01"  # https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-scope
_ADVISOR_VERSION = "2023-01-01"  # https://learn.microsoft.com/rest/api/advisor/recommendations/list
# https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources
_GRAPH, _GRAPH_VERSION = "/providers/Microsoft.ResourceGraph/resources", "2021-03-01"
_ROLE_NAMES = "the names of roles"
_STEPS = {
    Source.ACTIVITY: "the activity log",
    Source.SETTINGS: "the changes of settings",
    Source.ROLES: "the role assignments",
    Source.CERTIFICATES: "the certificates of the hub",
    Source.DEPLOYMENTS: "the automatic configurations",
    Source.TWIN: "the device's twin",
    Source.ADVISOR: "the recommendations of Advisor",
}


def measure(context: Context, end: float, facts: Facts) -> Changes:
    """What every source tells. A source that cannot be read says why."""
    asked = context.typed.changes
    assert asked is not None, "the catalogue asks only for what was named"
    wanted = [source for source in asked.sources if source is not Source.TWIN or context.typed.device]
    found = at_once([partial(_part, source, context, end, asked) for source in wanted])
    return Changes(context.host(Access.RESOURCE) or context.host(Access.HUB), asked.since, found)


def _part(source: Source, context: Context, end: float, asked: ChangesAsked) -> HistoryPart:
    try:
        if source in _OF_HUB:
            return _OF_HUB[source](context, end)
        with manager.asked(context, _STEPS[source]) as (arm, id_):
            return _OF_MANAGER[source](arm, id_, asked)
    except StepFailed as failed:
        return HistoryPart(source, failure=failed.failure)


def _activity(arm: Arm, id_: str, asked: ChangesAsked) -> HistoryPart:
    subscription = "/".join(id_.split("/")[:3])
    path = f"{whole(subscription)}/providers/Microsoft.Insights/eventtypes/management/values"
    filter_ = f"eventTimestamp ge '{written(asked.since)}' and resourceUri eq '{id_}'"
    rows = list(islice(arm.rows(path, _ACTIVITY_VERSION, _STEPS[Source.ACTIVITY], filter_), MOST_EVENTS + 1))
    found = tuple(change_rows.of_activity(rows[:MOST_EVENTS]))
    return HistoryPart(Source.ACTIVITY, found, complete=len(rows) <= MOST_EVENTS)


def _settings(arm: Arm, id_: str, asked: ChangesAsked) -> HistoryPart:
    step = _STEPS[Source.SETTINGS]
    # An id of the resource manager holds no quotation mark.
    query = (
        f"resourcechanges | where tostring(properties.targetResourceId) =~ '{id_}' | project properties "
        "| order by tostring(properties.changeAttributes.timestamp) desc"
    )
    body = {
        "subscriptions": [id_.split("/")[2]],
        "query": query,
        "options": {"resultFormat": "objectArray", "$top": 1000},
    }
    told = arm.reader(step).object(arm.post(_GRAPH, _GRAPH_VERSION, step, body))
    found = tuple(change_rows.of_settings(change_rows.rows_of(told.get("data"))))
    return HistoryPart(Source.SETTINGS, found, complete=not told.get("$skipToken"))


def _roles(arm: Arm, id_: str, asked: ChangesAsked) -> HistoryPart:
    path = f"{whole(id_)}/providers/Microsoft.Authorization"
    rows = list(arm.rows(f"{path}/roleAssignments", _ROLES_VERSION, _STEPS[Source.ROLES], "atScope()"))
    names = {
        text(row, "name").lower(): text(part(row, "properties"), "roleName")
        for row in (arm.rows(f"{path}/roleDefinitions", _ROLES_VERSION, _ROLE_NAMES) if rows else ())
    }
    return _timed(Source.ROLES, change_rows.of_roles(rows, names))


def _certificates(arm: Arm, id_: str, asked: ChangesAsked) -> HistoryPart:
    rows = arm.rows(f"{whole(id_)}/certificates", manager.HUB_VERSION, _STEPS[Source.CERTIFICATES])
    return _timed(Source.CERTIFICATES, change_rows.of_certificates(rows))


def _advice(arm: Arm, id_: str, asked: ChangesAsked) -> HistoryPart:
    path = f"{whole('/'.join(id_.split('/')[:3]))}/providers/Microsoft.Advisor/recommendations"
    rows = arm.rows(path, _ADVISOR_VERSION, _STEPS[Source.ADVISOR], f"ResourceId eq '{id_}'")
    return HistoryPart(Source.ADVISOR, tuple(change_rows.of_advice(rows, id_)))


def _deployments(context: Context, end: float) -> HistoryPart:
    hub = context.ask_hub(end)
    try:
        return _timed(Source.DEPLOYMENTS, change_rows.of_configurations(hub.configurations()))
    finally:
        hub.close()


def _twin(context: Context, end: float) -> HistoryPart:
    device, hub = context.typed.device, context.ask_hub(end)
    try:
        return HistoryPart(Source.TWIN, tuple(change_rows.of_twin(device, hub.twin(device))))
    finally:
        hub.close()


def _timed(source: Source, found: Iterable[HistoryChange | None]) -> HistoryPart:
    rows = list(found)
    timed = tuple(each for each in rows if each is not None)
    return HistoryPart(source, timed, untimed=len(rows) - len(timed))


_OF_MANAGER: dict[Source, Callable[[Arm, str, ChangesAsked], HistoryPart]] = {
    Source.ACTIVITY: _activity,
    Source.SETTINGS: _settings,
    Source.ROLES: _roles,
    Source.CERTIFICATES: _certificates,
    Source.ADVISOR: _advice,
}
_OF_HUB: dict[Source, Callable[[Context, float], HistoryPart]] = {Source.DEPLOYMENTS: _deployments, Source.TWIN: _twin}
