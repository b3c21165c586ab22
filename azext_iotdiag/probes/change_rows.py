"""Changes as services write them, row by row. Pure; whatever does not fit is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from azext_iotdiag.model.changes import HistoryChange, Source
from azext_iotdiag.probes.readings import moment, objects, part, text

Row = Mapping[str, Any]
MOST_PROPERTIES = 100  # of a twin
_FRACTION = re.compile(r"(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)?$")
# Operations that are sent by POST and change nothing.
_READS = ("/listkeys/action", "/$testall/action", "/$testnew/action", "/read", "/checknameavailability/action")
_FAILED = ("Failed", "Failure")
_SECRET = re.compile(r"key|secret|connectionstring|password|token", re.IGNORECASE)
_LONGEST_VALUE = 60  # characters of a setting that is shown
_MOST_SETTINGS = 5  # of one change that are shown


def of_activity(rows: Iterable[Row]) -> Iterator[HistoryChange]:
    """The operations of an activity log. Of the events of one operation the last one counts.

    https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema
    """
    ended: dict[tuple[str, str], tuple[int, Row]] = {}
    for row in rows:
        operation, at = text(part(row, "operationName"), "value"), time_of(row.get("eventTimestamp"))
        if at is None or not operation or operation.lower().endswith(_READS):
            continue
        key = (text(row, "operationId") or text(row, "correlationId") or text(row, "eventDataId"), operation.lower())
        known = ended.get(key)
        if known is None or _state(row) > _state(known[1]) or (_state(row) == _state(known[1]) and at > known[0]):
            ended[key] = (at, row)
    for at, row in ended.values():
        yield _operation(at, row)


def _state(row: Row) -> int:
    """How far an operation has come: the event of its end says more than that of its beginning."""
    return {"Started": 0, "Accepted": 1}.get(text(part(row, "status"), "value"), 2)


def _operation(at: int, row: Row) -> HistoryChange:
    status, sub = text(part(row, "status"), "value"), text(part(row, "subStatus"), "value")
    failed = status in _FAILED
    name = part(row, "operationName")
    what = text(name, "localizedValue") or text(name, "value")
    below = text(row, "resourceId").rpartition("/providers/")[2]
    said = f" ({status}{f', {sub}' if sub else ''})" if status not in ("Succeeded", "Active", "") else ""
    return HistoryChange(
        at, Source.ACTIVITY, f"{what}{f' on {below}' if below else ''}{said}", _caller(row), failed=failed
    )


def _caller(row: Row) -> str:
    claims = part(row, "claims")
    return text(row, "caller") or text(claims, "name") or text(claims, "appid")


def of_settings(rows: Iterable[Row]) -> Iterator[HistoryChange]:
    """The changes of a resource's settings, as Resource Graph has them.

    https://learn.microsoft.com/azure/governance/resource-graph/changes/get-resource-changes
    """
    for row in rows:
        inner = part(row, "properties")
        about = part(inner, "changeAttributes")
        at = time_of(about.get("timestamp"))
        if at is None:
            continue
        told = [_setting(name, value) for name, value in part(inner, "changes").items() if isinstance(value, dict)]
        more = f" and {len(told) - _MOST_SETTINGS} more" if len(told) > _MOST_SETTINGS else ""
        what = "; ".join(told[:_MOST_SETTINGS]) + more or text(inner, "changeType")
        who = text(about, "changedBy")
        yield HistoryChange(at, Source.SETTINGS, what, "" if who.lower() == "unspecified" else who)


def _setting(name: str, change: Row) -> str:
    """One setting with its values before and after, as far as they are short and no secret."""
    before, after = change.get("previousValue"), change.get("newValue")
    if _SECRET.search(name) or any(len(str(each)) > _LONGEST_VALUE for each in (before, after)):
        return f"{name} changed"
    return f"{name}: {_told(before)} → {_told(after)}"


def _told(value: Any) -> str:
    return "none" if value is None else str(value)


def of_roles(rows: Iterable[Row], names: Mapping[str, str]) -> list[HistoryChange | None]:
    """The role assignments by the time of their last change; None for those without a time. `names` are of roles."""
    return [_assignment(part(row, "properties"), names) for row in rows]


def _assignment(inner: Row, names: Mapping[str, str]) -> HistoryChange | None:
    at = time_of(inner.get("updatedOn")) or time_of(inner.get("createdOn"))
    if at is None:
        return None
    id_ = text(inner, "roleDefinitionId").rpartition("/")[2].lower()
    kind = text(inner, "principalType") or "principal"
    what = f"role {names.get(id_) or id_} for {kind} {text(inner, 'principalId')} at {text(inner, 'scope')}"
    return HistoryChange(at, Source.ROLES, what, text(inner, "updatedBy") or text(inner, "createdBy"))


def of_certificates(rows: Iterable[Row]) -> list[HistoryChange | None]:
    """The certificates of authorities, each with its last change."""
    return [_certificate(row) for row in rows]


def _certificate(row: Row) -> HistoryChange | None:
    inner = part(row, "properties")
    at = time_of(inner.get("updated")) or time_of(inner.get("created"))
    if at is None:
        return None
    verified = "verified" if inner.get("isVerified") is True else "not verified"
    expiry = text(inner, "expiry")
    until = f", expires {expiry}" if expiry else ""
    return HistoryChange(at, Source.CERTIFICATES, f"certificate {text(row, 'name')} ({verified}{until})")


def of_configurations(rows: Iterable[Row]) -> list[HistoryChange | None]:
    """The automatic configurations and deployments of a hub, each with its last change."""
    return [_configuration(row) for row in rows]


def _configuration(row: Row) -> HistoryChange | None:
    created, updated = time_of(row.get("createdTimeUtc")), time_of(row.get("lastUpdatedTimeUtc"))
    at = updated or created
    if at is None:
        return None
    done = "made" if updated is None or updated == created else "changed"
    target = text(row, "targetCondition")
    whom = f" for devices with {target}" if target else ""
    edge = "modulesContent" in part(row, "content")
    kind = "deployment" if edge else "configuration"
    return HistoryChange(at, Source.DEPLOYMENTS, f"{kind} {text(row, 'id')} {done}{whom}")


def of_twin(device: str, told: Row) -> Iterator[HistoryChange]:
    """The last change of each property of a twin, and of the identity's state."""
    inner = part(told, "properties")
    for kind in ("desired", "reported"):
        marks = part(part(inner, kind), "$metadata")
        for name, mark in list(marks.items())[:MOST_PROPERTIES]:
            if name.startswith("$") or not isinstance(mark, dict):
                continue
            if (at := time_of(mark.get("$lastUpdated"))) is not None:
                version = mark.get("$lastUpdatedVersion")
                said = f" (version {version})" if isinstance(version, int) else ""
                yield HistoryChange(at, Source.TWIN, f"{kind} property {name} set{said}", device=device)
        removed = time_of(marks.get("$lastUpdated"))
        if removed is not None and not any(not name.startswith("$") for name in marks):
            yield HistoryChange(removed, Source.TWIN, f"{kind} properties changed", device=device)
    at = time_of(told.get("statusUpdateTime") or told.get("statusUpdatedTime"))
    if at is not None:
        reason = text(told, "statusReason")
        said = f" ({reason})" if reason else ""
        yield HistoryChange(at, Source.TWIN, f"identity set to {text(told, 'status')}{said}", device=device)


def of_advice(rows: Iterable[Row], hub: str) -> Iterator[HistoryChange]:
    """The recommendations of Azure Advisor for a hub, which has this id in the resource manager.

    https://learn.microsoft.com/rest/api/advisor/recommendations/list
    """
    for row in rows:
        inner = part(row, "properties")
        about = text(part(inner, "resourceMetadata"), "resourceId") or text(row, "id")
        at = time_of(inner.get("lastUpdated"))
        if at is None or not about.lower().startswith(hub.lower()):
            continue
        details = part(inner, "extendedProperties")
        device = text(details, "deviceId") or text(details, "DeviceId")
        what = text(part(inner, "shortDescription"), "problem") or text(inner, "recommendationTypeId")
        yield HistoryChange(at, Source.ADVISOR, what, "Azure Advisor", device)


def rows_of(told: Any) -> list[Row]:
    """The rows of a list, as far as they are objects."""
    return objects(told)


def time_of(value: Any) -> int | None:
    """A time as services write it, ISO 8601 or RFC 1123, in milliseconds since 1970; None for none."""
    if not isinstance(value, str):
        return None
    if (at := moment(value)) is not None or _FRACTION.search(value):
        return at
    try:
        return int(parsedate_to_datetime(value).timestamp() * 1000)
    except (TypeError, ValueError):
        return None
