"""A provisioning service as the resource manager changes it: what is set has its effect, or is refused."""

from __future__ import annotations

import asyncio
import copy

import pytest

from azext_iotdiag.lab.dps import provisioning
from azext_iotdiag.lab.dps.provisioning import Proof
from azext_iotdiag.lab.dps.service import Enrollment
from azext_iotdiag.lab.hub.identities import new_key
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant.arm import dps as table
from tests.plugins.lab_requests import arm

NOW = 1_700_000_000.0
VERSION = "2021-10-15"


@pytest.fixture
def state():
    return new_lab(device_count=1, clock=lambda: NOW)


@pytest.fixture
def path(state):
    return state.tenant.path_of(state.provisioning[0])


def put(state, path, **properties):
    shown = copy.deepcopy(arm(state, path, version=VERSION).body)
    shown["properties"] |= properties
    return arm(state, path, version=VERSION, method="PUT", body=shown)


async def _nobody(_url, _asked):
    return 0, None


async def registered(state):
    """What becomes of a device that registers now."""
    dps = state.provisioning[0]
    operation = provisioning.begin(dps, Enrollment("pump"), "pump", {}, Proof(), NOW)
    return await provisioning.decide(dps, operation, [state.hub], NOW + 9, _nobody)


def test_the_table_holds_every_property_of_the_schema():
    models = pytest.importorskip("azure.mgmt.iothubprovisioningservices").models
    names = {each["key"] for each in models.IotDpsPropertiesDescription._attribute_map.values()}
    tables = (table.PLAYED, table.NOT_PLAYED.keys(), table.READ_ONLY)
    assert names == set().union(*tables) and sum(map(len, tables)) == len(names)


def test_what_is_shown_can_be_sent_back(state, path):
    before = arm(state, path, version=VERSION).body
    key = state.provisioning[0].linked[0].key
    assert put(state, path).body == before and state.provisioning[0].linked[0].key == key


LINK = "HostName=a;SharedAccessKeyName=x;SharedAccessKey"


@pytest.mark.parametrize(("properties", "why"), [
    ({"allocationPolicy": "Static"}, "stays Hashed in a lab"),
    ({"enableDataResidency": True}, "cannot be changed in a lab"),
    ({"privateEndpointConnections": [{}]}, "cannot be changed in a lab"),
    ({"iotHubs": {}}, "'iotHubs' is an array"),
    ({"iotHubs": [{"location": "westeurope"}]}, "linked by its connection string"),
    ({"iotHubs": [{"connectionString": "HostName=new.azure-devices.net"}]}, "linked by its connection string"),
    ({"iotHubs": [{"connectionString": f"{LINK}=****"}]}, "linked by its"),
    ({"iotHubs": [{"connectionString": f"{LINK}=a2V5", "allocationWeight": -1}]},
     "a number from 0 to 1000"),
    ({"authorizationPolicies": [{"keyName": "x", "rights": "Everything"}]}, "The rights of a policy are some of"),
])  # fmt: skip
def test_what_is_wrong_or_not_played_is_refused_whole(state, path, properties, why):
    before = arm(state, path, version=VERSION).body
    refused = put(state, path, **properties, publicNetworkAccess="Disabled")
    assert refused.status == 400 and why in refused.body["error"]["message"]
    assert arm(state, path, version=VERSION).body == before


async def _both(state, path):
    hub, dps = state.hub, state.provisioning[0]
    hub.policies["iothubowner"].primary = hub.policies["iothubowner"].secondary = new_key()
    stale = await registered(state)
    key = hub.policies["iothubowner"].primary.reveal()
    text = f"HostName={hub.host};SharedAccessKeyName=iothubowner;SharedAccessKey={key}"
    links = [{"connectionString": text, "location": "westeurope"}]
    return stale.error_code, links, dps


def test_a_link_with_an_old_key_is_mended_by_linking_again(state, path):
    error, links, dps = asyncio.run(_both(state, path))
    assert error == 401002
    assert put(state, path, iotHubs=links).status == 200 and len(dps.linked) == 1
    assert asyncio.run(registered(state)).status == "assigned"


def test_hubs_are_linked_and_unlinked(state, path):
    text = "HostName=other.azure-devices.net;SharedAccessKeyName=k;SharedAccessKey=a2V5"
    mine = arm(state, path, version=VERSION).body["properties"]["iotHubs"]
    other = {"connectionString": text, "location": "northeurope", "allocationWeight": 5}
    shown = put(state, path, iotHubs=[*mine, other]).body["properties"]["iotHubs"]
    assert [(each["name"], each["location"], each["allocationWeight"]) for each in shown] == [
        (state.hub.host, "westeurope", 1), ("other.azure-devices.net", "northeurope", 5),
    ]  # fmt: skip
    assert all(each["connectionString"].endswith("=****") for each in shown)
    assert put(state, path, iotHubs=[]).body["properties"]["iotHubs"] == []


def test_policies_are_set(state, path):
    rows = arm(state, f"{path}/listkeys", version=VERSION, method="POST").body["value"]
    put(state, path, authorizationPolicies=[*rows, {"keyName": "reader", "rights": "EnrollmentRead"}])
    policy = state.provisioning[0].policies["reader"]
    assert policy.rights == {"EnrollmentRead"} and policy.primary.reveal()
    assert len(arm(state, f"{path}/listkeys", version=VERSION, method="POST").body["value"]) == 2
