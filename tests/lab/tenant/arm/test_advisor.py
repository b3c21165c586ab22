"""Advisor in the resource manager and in Resource Graph."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant.tenant import GROUP
from tests.plugins.lab_requests import arm

VERSION = "2020-01-01"


@pytest.fixture
def state():
    state = new_lab()
    state.hub.settings.properties["routing"]["fallbackRoute"]["isEnabled"] = False
    state.hub.devices["device-1"].sdk = "iothubclient/1.1.0"
    return state


@pytest.fixture
def here(state):
    return state.tenant.subscriptions[0].path


@pytest.fixture
def hub(here):
    return f"{here}/resourceGroups/{GROUP}/providers/Microsoft.Devices/IotHubs/lab-hub"


def listed(state, scope, filter_="", **options):
    query = f"?$filter={quote(filter_)}" if filter_ else ""
    return arm(state, f"{scope}/providers/Microsoft.Advisor/recommendations{query}", version=VERSION, **options)


def test_a_row_names_its_hub_and_can_be_asked_for_by_itself(state, here, hub):
    rows = listed(state, here).body["value"]
    assert [row["properties"]["category"] for row in rows] == ["HighAvailability", "OperationalExcellence"]
    row = rows[1]
    assert row["properties"]["resourceMetadata"]["resourceId"] == hub
    assert row["properties"]["impactedValue"] == "lab-hub" and row["properties"]["impact"] == "Low"
    assert row["properties"]["recommendationTypeId"] == "31e5d980-53b5-4475-855e-b6d71b70c2af"
    assert row["id"] == f"{hub}/providers/Microsoft.Advisor/recommendations/{row['name']}"
    assert arm(state, row["id"], version=VERSION).body["properties"]["shortDescription"]["problem"]
    assert arm(state, f"{row['id']}x", version=VERSION).status == 404
    assert listed(state, hub).body["value"][1]["name"] == row["name"]  # the same each time


@pytest.mark.parametrize(("filter_", "found"), [
    ("Category eq 'OperationalExcellence'", 1),
    ("Category eq 'Cost'", 0),
    ("ResourceGroup eq 'LAB-GROUP'", 2),
    ("ResourceGroup eq 'other'", 0),
    ("ResourceId eq '{hub}' or ResourceId eq 'x'", 2),
    ("(ResourceId eq 'x' or ResourceId eq 'y') and Category eq 'HighAvailability'", 0),
    ("RecommendationTypeGuid eq 'd448c687-b808-4143-bbdc-02c35478198a'", 1),
])  # fmt: skip
def test_a_filter_narrows(state, here, hub, filter_, found):
    assert len(listed(state, here, filter_.format(hub=hub)).body["value"]) == found


@pytest.mark.parametrize("filter_", ["nonsense", "Colour eq 'red'", "Category ne 'Cost'"])
def test_filters_that_are_refused(state, here, filter_):
    assert listed(state, here, filter_).status == 400


def test_recommendations_are_made_anew_on_request(state, here):
    path = f"{here}/providers/Microsoft.Advisor/generateRecommendations"
    asked = arm(state, path, method="POST", version=VERSION)
    assert asked.status == 202 and arm(state, path, method="POST", role="Reader", version=VERSION).status == 403
    there = asked.headers["Location"].partition(".com")[2].partition("?")[0]
    assert arm(state, there, version=VERSION).status == 204
    assert arm(state, path, method="PUT", version=VERSION).status == 405
    assert arm(state, f"{here}/providers/Microsoft.Advisor/suppressions", version=VERSION).status == 501
    assert arm(state, f"{here}/providers/Microsoft.Advisor/nothing", version=VERSION).status == 404
    assert listed(state, here).status == 200
    assert arm(state, f"{here}/providers/Microsoft.Advisor/recommendations", version="1999-01-01").status == 400


def graph(state, query, **options):
    path = "/providers/Microsoft.ResourceGraph/resources"
    return arm(state, path, method="POST", body={"query": query}, version="2021-03-01", **options)


def test_resource_graph_has_the_same_rows(state, hub):
    query = (
        "advisorresources | where type == 'microsoft.advisor/recommendations'"
        " | where tostring(properties.resourceMetadata.resourceId) =~ '{hub}'"
        " | where properties.category == 'HighAvailability' | project id, properties.shortDescription.problem"
    )
    (row,) = graph(state, query.format(hub=hub.lower())).body["data"]
    problem = "Upgrade device client SDK to a supported version for IotHub"
    assert row["properties_shortDescription_problem"] == problem and row["id"].startswith(hub)
    assert graph(state, query.format(hub="x")).body["data"] == []
    reader = state.tenant.named("servicePrincipal", "Reader").object_id
    narrowed = [
        each._replace(scope=f"{hub}x") if each.principal == reader else each for each in state.tenant.assignments
    ]
    state.tenant.assignments[:] = narrowed
    assert graph(state, "advisorresources", role="Reader").body["data"] == []
