"""Changes as services write them. The rows are in the documented shapes."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.model.changes import Changes, HistoryChange, HistoryPart, Source
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.probes import change_rows

HUB = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/hub"
AT = 1_796_040_000_000  # 2026-11-30T12:00:00Z


def event(status: str, time: str = "2026-11-30T12:00:00.1234567Z", operation: str = "o", **more: Any) -> dict[str, Any]:
    return {
        "operationName": {"value": "Microsoft.Devices/IotHubs/Write", "localizedValue": "Create or update IotHub"},
        "status": {"value": status}, "subStatus": {"value": "OK" if status == "Succeeded" else ""},
        "caller": "alice@example.com", "eventTimestamp": time, "operationId": operation, "resourceId": HUB, **more,
    }  # fmt: skip


def test_the_events_of_one_operation_are_one_change() -> None:
    rows = [event("Succeeded", "2026-11-30T12:00:05Z"), event("Started"), event("Accepted", "2026-11-30T12:00:01Z")]
    assert list(change_rows.of_activity(rows)) == [
        HistoryChange(
            AT + 5000, Source.ACTIVITY, "Create or update IotHub on Microsoft.Devices/IotHubs/hub",
            "alice@example.com",
        )
    ]  # fmt: skip


def test_an_operation_that_failed_or_goes_on_says_so() -> None:
    refused = event("Failed", subStatus={"value": "Conflict"})
    (failed,) = change_rows.of_activity([refused])
    assert failed.failed and failed.what.endswith("(Failed, Conflict)")
    (going,) = change_rows.of_activity([event("Started")])
    assert not going.failed and going.what.endswith("(Started)")


@pytest.mark.parametrize("action", [
    "Microsoft.Devices/IotHubs/listkeys/action", "Microsoft.Devices/IotHubs/routing/routes/$testall/action",
])  # fmt: skip
def test_what_only_reads_is_no_change(action: str) -> None:
    assert not list(change_rows.of_activity([event("Succeeded", operationName={"value": action})]))


def test_a_setting_is_told_before_and_after() -> None:
    row = {"properties": {
        "targetResourceId": HUB, "changeType": "Update",
        "changeAttributes": {"timestamp": "2026-11-30T12:00:00.000Z", "changedBy": "bob@example.com"},
        "changes": {
            "properties.routing.fallbackRoute.isEnabled": {"previousValue": "True", "newValue": "False"},
            "properties.routing.endpoints.eventHubs[0].connectionString": {"previousValue": "a", "newValue": "b"},
            "properties.comments": {"previousValue": None, "newValue": "x" * 100},
        },
    }}  # fmt: skip
    (found,) = change_rows.of_settings([row])
    assert found == HistoryChange(
        AT, Source.SETTINGS,
        "properties.routing.fallbackRoute.isEnabled: True → False; "
        "properties.routing.endpoints.eventHubs[0].connectionString changed; properties.comments changed",
        "bob@example.com",
    )  # fmt: skip


def test_many_settings_are_counted() -> None:
    changes = {f"p{number}": {"previousValue": "a", "newValue": "b"} for number in range(8)}
    about = {"timestamp": "2026-11-30T12:00:00Z", "changedBy": "Unspecified"}
    (found,) = change_rows.of_settings([{"properties": {"changeAttributes": about, "changes": changes}}])
    assert found.what.endswith("p4: a → b and 3 more") and not found.who


def test_roles_by_their_last_change() -> None:
    timed = {"properties": {
        "roleDefinitionId": f"{HUB}/providers/Microsoft.Authorization/roleDefinitions/R1", "principalId": "p",
        "principalType": "User", "scope": HUB, "createdOn": "2026-11-29T12:00:00Z", "createdBy": "a",
        "updatedOn": "2026-11-30T12:00:00Z", "updatedBy": "b",
    }}  # fmt: skip
    assert change_rows.of_roles([timed, {"properties": {"principalId": "p"}}], {"r1": "Reader"}) == [
        HistoryChange(AT, Source.ROLES, f"role Reader for User p at {HUB}", "b"), None,
    ]  # fmt: skip


def test_certificates_write_their_times_as_mails_do() -> None:
    row = {"name": "root", "properties": {
        "updated": "Mon, 30 Nov 2026 12:00:00 GMT", "isVerified": False, "expiry": "Sat, 31 Dec 2039 23:59:59 GMT",
    }}  # fmt: skip
    assert change_rows.of_certificates([row, {"name": "x"}]) == [
        HistoryChange(
            AT, Source.CERTIFICATES,
            "certificate root (not verified, expires Sat, 31 Dec 2039 23:59:59 GMT)",
        ), None,
    ]  # fmt: skip


def test_configurations_and_deployments() -> None:
    time = "2026-11-30T12:00:00Z"
    rows = [
        {"id": "c", "createdTimeUtc": time, "lastUpdatedTimeUtc": time, "targetCondition": "tags.site='north'",
         "content": {"deviceContent": {}}},
        {"id": "d", "createdTimeUtc": "2026-11-29T12:00:00Z", "lastUpdatedTimeUtc": time,
         "content": {"modulesContent": {}}},
        {"id": "e"},
    ]  # fmt: skip
    assert change_rows.of_configurations(rows) == [
        HistoryChange(AT, Source.DEPLOYMENTS, "configuration c made for devices with tags.site='north'"),
        HistoryChange(AT, Source.DEPLOYMENTS, "deployment d changed"),
        None,
    ]


def test_a_twin_tells_each_property_and_the_state_of_the_identity() -> None:
    marks = {"$lastUpdated": "2026-11-30T12:00:00Z", "$version": 4}
    told = {
        "status": "disabled", "statusReason": "stolen", "statusUpdateTime": "2026-11-30T12:00:00Z",
        "properties": {
            "desired": {"$metadata": {**marks, "interval": {"$lastUpdated": "2026-11-30T12:00:00Z",
                                                            "$lastUpdatedVersion": 3}}},
            "reported": {"$metadata": marks},
        },
    }  # fmt: skip
    assert list(change_rows.of_twin("pump", told)) == [
        HistoryChange(AT, Source.TWIN, "desired property interval set (version 3)", device="pump"),
        HistoryChange(AT, Source.TWIN, "reported properties changed", device="pump"),
        HistoryChange(AT, Source.TWIN, "identity set to disabled (stolen)", device="pump"),
    ]


def test_a_device_that_was_never_disabled_has_no_time() -> None:
    assert not list(change_rows.of_twin("pump", {"statusUpdateTime": "0001-01-01T00:00:00Z"}))


def test_advice_for_another_hub_is_left_out() -> None:
    def row(hub: str) -> dict[str, Any]:
        return {"properties": {
            "lastUpdated": "2026-11-30T12:00:00Z", "shortDescription": {"problem": "Device storm"},
            "resourceMetadata": {"resourceId": hub}, "extendedProperties": {"deviceId": "pump"},
        }}  # fmt: skip

    found = list(change_rows.of_advice([row(HUB.upper()), row("/subscriptions/other")], HUB))
    assert found == [HistoryChange(AT, Source.ADVISOR, "Device storm", "Azure Advisor", "pump")]


@pytest.mark.parametrize("row", [{}, {"properties": []}, {"properties": {"changes": 7}}, {"status": 1}])
def test_other_shapes_are_no_changes(row: dict[str, Any]) -> None:
    assert not list(change_rows.of_activity([row])) and not list(change_rows.of_settings([row]))
    assert change_rows.of_roles([row], {}) == change_rows.of_certificates([row]) == [None]
    assert not list(change_rows.of_advice([row], HUB)) and not list(change_rows.of_twin("d", row))


def test_the_list_is_newest_first_and_begins_where_it_was_asked_to() -> None:
    old, new, newer = (HistoryChange(at, Source.TWIN, str(at)) for at in (1, 5, 9))
    refused = HistoryPart(Source.ROLES, failure=Failure(Kind.UNAUTHORIZED, "s", "h", 443))
    found = Changes("h", 5, (HistoryPart(Source.TWIN, (new, old, newer)), refused))
    assert found.listed == (newer, new) and found.unread == (refused,)
