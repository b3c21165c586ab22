"""A failover that the owner of a hub asks for through the resource manager."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.lab import new_lab
from tests.plugins.lab_requests import arm


@pytest.fixture
def state():
    return new_lab(device_count=1)


def fail_over(state, region, **options):
    path = f"{state.tenant.path_of(state.hub)}/failover"
    return arm(state, path, method="POST", body={"failoverRegion": region}, **options)


def shown(state):
    return arm(state, state.tenant.path_of(state.hub)).body


def test_the_regions_are_swapped_and_swapped_back(state):
    groups = f"{state.tenant.path_of(state.hub)}/eventHubEndpoints/events/ConsumerGroups"
    assert arm(state, f"{groups}/mine", method="PUT", body={}).status == 200
    before = shown(state)
    assert fail_over(state, "North Europe").status == 200
    after = shown(state)
    regions = [[each["location"] for each in one["properties"]["locations"]] for one in (before, after)]
    assert regions == [["West Europe", "North Europe"], ["North Europe", "West Europe"]]
    here, there = (one["properties"]["eventHubEndpoints"]["events"] for one in (before, after))
    assert here["endpoint"] != there["endpoint"] and here["path"] != there["path"]
    assert here["partitionIds"] == there["partitionIds"] and before["etag"] != after["etag"]
    assert [each["name"] for each in arm(state, groups).body["value"]] == ["$Default"]
    assert fail_over(state, "westeurope").status == 200
    assert shown(state)["properties"] == before["properties"]


@pytest.mark.parametrize("region", ["West Europe", "Mars", "", None])
def test_a_hub_goes_to_no_other_region(state, region):
    before = shown(state)
    refused = fail_over(state, region)
    assert refused.status == 400 and "'failoverRegion' is 'North Europe'" in refused.body["error"]["message"]
    assert shown(state) == before


def test_a_reader_may_not(state):
    refused = fail_over(state, "North Europe", role="Reader")
    assert refused.status == 403 and "Microsoft.Devices/IotHubs/failover/action" in refused.body["error"]["message"]
