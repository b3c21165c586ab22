"""The activity log: control-plane operations are written down, and a filter reads them."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant import activity
from azext_iotdiag.lab.tenant.roles import Lock
from azext_iotdiag.lab.tenant.tenant import GROUP
from tests.plugins.lab_requests import arm, ask, token

NOW = 1_800_000_000
VERSION = "2015-04-01"


@pytest.fixture
def state():
    return new_lab(clock=lambda: NOW)


@pytest.fixture
def here(state):
    return state.tenant.subscriptions[0].path


@pytest.fixture
def hub(here):
    return f"{here}/resourceGroups/{GROUP}/providers/Microsoft.Devices/IotHubs/lab-hub"


def since(seconds=3600):
    return f"eventTimestamp ge '{iso(NOW - seconds)}'"


def listed(state, here, filter_=None, **options):
    path = f"{here}/providers/Microsoft.Insights/eventtypes/management/values"
    asked = since() if filter_ is None else filter_
    return arm(state, f"{path}?$filter={quote(asked)}{options.pop('more', '')}", version=VERSION, **options)


def seen(answer):
    return [
        (row["operationName"]["value"], row["status"]["value"], row["subStatus"]["value"])
        for row in answer.body["value"]
    ]


def test_what_is_changed_is_written_down_and_what_is_read_is_not(state, here, hub):
    arm(state, hub)
    arm(state, f"{hub}/quotaMetrics")
    assert listed(state, here).body == {"value": []}
    arm(state, hub, method="PATCH", body={"properties": {"comments": "x"}})
    row = listed(state, here).body["value"][0]
    owner = state.tenant.named("servicePrincipal", "Owner")
    assert row["authorization"] == {"action": "Microsoft.Devices/IotHubs/write", "scope": hub}
    assert row["caller"] == owner.client_id and owner.object_id in row["claims"].values()
    assert row["resourceId"] == hub and row["resourceGroupName"] == GROUP
    assert row["resourceType"]["value"] == "Microsoft.Devices/IotHubs" and row["eventTimestamp"] == iso(NOW)
    assert row["httpRequest"]["method"] == "PATCH" and row["level"] == "Informational"
    arm(state, f"{hub}/listkeys", method="POST")
    arm(state, f"{hub}/eventHubEndpoints/events/ConsumerGroups/diag", method="PUT", body={})
    assert seen(listed(state, here)) == [
        (f"Microsoft.Devices/IotHubs/{action}", status, code)
        for action in ("eventHubEndpoints/consumerGroups/write", "listkeys/action", "write")
        for status, code in (("Succeeded", "OK"), ("Started", ""))
    ]


def test_what_is_refused_is_written_down_with_its_reason(state, here, hub):
    arm(state, f"{hub}/listkeys", method="POST", role="Reader")
    state.tenant.locks.append(Lock("keep", "ReadOnly", hub))
    arm(state, hub, method="PATCH", body={"properties": {}})
    assert seen(listed(state, here))[::2] == [
        ("Microsoft.Devices/IotHubs/write", "Failed", "Conflict"),
        ("Microsoft.Devices/IotHubs/listkeys/action", "Failed", "Forbidden"),
    ]
    row = listed(state, here).body["value"][0]
    assert row["level"] == "Error" and "ScopeLocked" in row["properties"]["statusMessage"]
    assert not [each for each in state.hub.policies.values() if each.primary.reveal() in str(listed(state, here).body)]


@pytest.mark.parametrize(("condition", "found"), [
    ("resourceGroupName eq 'LAB-GROUP'", 2),
    ("resourceGroupName eq 'other'", 0),
    ("resourceUri eq '{hub}'", 2),
    ("resourceId eq '{hub}'", 2),
    ("resourceId eq '{hub}x'", 0),
    ("resourceProvider eq 'Microsoft.Devices'", 2),
    ("resourceProvider eq 'Microsoft.Web'", 0),
    ("status eq 'Succeeded'", 1),
    ("caller eq 'alice'", 0),
    ("levels eq 'Error'", 0),
    ("eventTimestamp le '{later}'", 2),
    ("eventTimestamp le '{earlier}'", 0),
    ("eventChannels eq 'Admin, Operation'", 2),
])  # fmt: skip
def test_a_filter_narrows(state, here, hub, condition, found):
    arm(state, hub, method="PATCH", body={"properties": {}})
    times = {"later": iso(NOW + 60), "earlier": iso(NOW - 60)}
    answer = listed(state, here, f"{since()} and {condition.format(hub=hub, **times)}")
    assert len(answer.body["value"]) == found


def test_a_correlation_joins_the_events_of_an_operation(state, here, hub):
    for _ in range(2):
        arm(state, hub, method="PATCH", body={"properties": {}})
    one = listed(state, here).body["value"][0]["correlationId"]
    rows = listed(state, here, f"{since()} and correlationId eq '{one}'").body["value"]
    assert [row["status"]["value"] for row in rows] == ["Succeeded", "Started"]


@pytest.mark.parametrize("filter_", [
    "", "nonsense", "resourceGroupName eq 'g'", f"{since(91 * 86_400)}", f"{since()} or status eq 'x'",
    f"{since()} and nothing eq 'x'", f"{since()} and status ge 'x'", "eventTimestamp ge 'yesterday'",
])  # fmt: skip
def test_filters_that_are_refused(state, here, filter_):
    assert listed(state, here, filter_).status == 400


@pytest.mark.parametrize("text", ["2027-01-15T07:00:00", "2027-01-15T07:00:00.1234567Z", "2027-01-15T07:00:00+00:00"])
def test_times_as_clients_write_them(state, here, text):
    assert listed(state, here, f"eventTimestamp ge {text}").status == 200


def test_fields_are_selected_and_pages_are_followed(state, here, hub):
    state.tenant.activity += [
        event
        for number in range(150)
        for event in activity.events_of(
            activity.Operation("a/b/write", hub, f"caller-{number}", "", "PUT", "", NOW, 200)
        )
    ]
    first = listed(state, here, more="&$select=caller, eventTimestamp").body
    assert len(first["value"]) == 200 and set(first["value"][0]) == {"caller", "eventTimestamp"}
    assert first["value"][0]["caller"] == "caller-149"
    owner = state.tenant.named("servicePrincipal", "Owner")
    rest = ask(state, first["nextLink"], authorization=f"Bearer {token(state, owner)}").body
    assert (
        len(rest["value"]) == 100 and "nextLink" not in rest and set(rest["value"][0]) == {"caller", "eventTimestamp"}
    )


def test_the_oldest_events_go_first(hub):
    log = []
    for number in range(activity.LIMIT):
        activity.with_operation(log, activity.Operation("a/b/write", hub, str(number), "", "PUT", "", NOW, 200))
    assert len(log) == activity.LIMIT and log[0].operation.caller == str(activity.LIMIT // 2)


def test_who_reads_one_group_only_must_name_it(state, here, hub):
    reader = state.tenant.named("servicePrincipal", "Reader")
    own = [each for each in state.tenant.assignments if each.principal == reader.object_id]
    state.tenant.assignments[:] = [
        each._replace(scope=f"{here}/resourceGroups/{GROUP}") if each in own else each
        for each in state.tenant.assignments
    ]
    assert listed(state, here, role="Reader").status == 403
    assert listed(state, here, f"{since()} and resourceGroupName eq '{GROUP}'", role="Reader").status == 200
    assert listed(state, here, f"{since()} and resourceUri eq '{hub}'", role="Reader").status == 200
    assert arm(state, f"{hub}/providers/Microsoft.Insights/eventtypes/nothing", version=VERSION).status == 404
