"""The resource manager in the lab: who may ask, what is there, and how it says that something is not."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant import roles
from azext_iotdiag.lab.tenant.tenant import GROUP, Subscription
from tests.plugins.lab_requests import ARM, arm, ask, token

NOW = 1_800_000_000


@pytest.fixture
def state():
    return new_lab(clock=lambda: NOW)


@pytest.fixture
def here(state):
    return state.tenant.subscriptions[0].path


@pytest.fixture
def hub(here):
    return f"{here}/resourceGroups/{GROUP}/providers/Microsoft.Devices/IotHubs/lab-hub"


def code(answer):
    return answer.status, answer.body["error"]["code"]


def test_who_may_ask(state, here):
    owner = state.tenant.named("user", "Owner")
    url = f"{ARM}{here}?api-version=2022-12-01"
    missing = ask(state, url)
    assert code(missing) == (401, "AuthenticationFailed")
    assert state.tenant.id in missing.headers["WWW-Authenticate"]
    good = f"Bearer {token(state, owner)}"
    assert code(ask(state, url, authorization=good[:-5] + "AAAAA")) == (401, "InvalidAuthenticationToken")
    other = f"Bearer {token(state, owner, 'https://graph.microsoft.com')}"
    assert code(ask(state, url, authorization=other)) == (401, "InvalidAuthenticationTokenAudience")
    assert ask(state, url, authorization=good).body["displayName"] == "Lab subscription"
    assert code(ask(state, f"{ARM}{here}", authorization=good)) == (400, "MissingApiVersionParameter")
    state.runtime.clock = lambda: NOW + 4000
    assert code(ask(state, url, authorization=good)) == (401, "ExpiredAuthenticationToken")


def test_subscriptions_are_those_one_has_a_role_in(state):
    state.tenant.subscriptions.append(Subscription("00000000-0000-0000-0000-000000000001", "Foreign"))
    for role in ("Owner", "Reader"):
        rows = arm(state, "/subscriptions", role=role).body["value"]
        assert [row["displayName"] for row in rows] == ["Lab subscription"]
    assert arm(state, "/tenants").body["value"][0]["tenantId"] == state.tenant.id
    foreign = "/subscriptions/00000000-0000-0000-0000-000000000001"
    assert code(arm(state, foreign)) == (403, "AuthorizationFailed")
    assert code(arm(state, f"{foreign}/providers/Microsoft.Devices/IotHubs")) == (403, "AuthorizationFailed")


@pytest.mark.parametrize(("path", "expected"), [
    ("/nothing", (404, "NotFound")),
    ("/subscriptions/x", (404, "SubscriptionNotFound")),
    ("{here}/nothing", (404, "NotFound")),
    ("{here}/resourceGroups/x", (404, "ResourceGroupNotFound")),
    ("{here}/resourceGroups/x/providers/Microsoft.Devices/IotHubs", (404, "ResourceGroupNotFound")),
    ("{here}/providers/Microsoft.Nothing", (404, "InvalidResourceNamespace")),
    ("{here}/providers/Microsoft.Nothing/things", (404, "InvalidResourceType")),
    ("{here}/providers/Microsoft.Devices/IotHubs/lab-hub", (404, "InvalidResourceId")),
    ("{hub}x", (404, "ResourceNotFound")),
    ("{hub}/nothing", (404, "NotFound")),
    ("{hub}/eventHubEndpoints/events/ConsumerGroups/x", (404, "NotFound")),
    ("{hub}/providers/Microsoft.Nothing/things/x", (404, "InvalidResourceNamespace")),
    ("{here}/resources?$filter=nonsense", (400, "InvalidFilterInQueryString")),
])  # fmt: skip
def test_what_is_not_there(state, here, hub, path, expected):
    assert code(arm(state, path.format(here=here, hub=hub))) == expected


def test_an_api_version_that_there_is_not(state, hub):
    answer = arm(state, hub, version="1999-01-01")
    assert code(answer) == (400, "InvalidResourceType") and "2023-06-30" in answer.body["error"]["message"]


def test_a_hub_is_found_by_subscription_group_and_name_in_any_case(state, here, hub):
    for path in (
        f"{here}/providers/microsoft.devices/iothubs",
        f"{here}/resourcegroups/LAB-GROUP/providers/Microsoft.Devices/IotHubs",
    ):
        assert [each["name"] for each in arm(state, path).body["value"]] == ["lab-hub"]
    shown = arm(state, hub.upper().replace("/SUBSCRIPTIONS", "/subscriptions"), role="Reader").body
    assert shown["id"] == hub
    events = shown["properties"]["eventHubEndpoints"]["events"]
    assert events["endpoint"] == f"sb://{state.hub.stream.host}/" and events["path"] == state.hub.stream.entity
    assert events["partitionIds"] == ["0", "1", "2", "3"]
    text = str(shown)
    assert not [policy for policy in state.hub.policies.values() if policy.primary.reveal() in text]


def test_keys_are_for_those_who_may_list_them(state, hub):
    for path in (f"{hub}/listkeys", f"{hub}/IotHubKeys/service/listkeys"):
        answer = arm(state, path, role="Reader", method="POST")
        assert code(answer) == (403, "AuthorizationFailed")
        assert "listkeys/action' over scope '/subscriptions/" in answer.body["error"]["message"]
        assert state.tenant.named("servicePrincipal", "Reader").client_id in answer.body["error"]["message"]
    rows = arm(state, f"{hub}/listkeys", method="POST").body["value"]
    assert {row["keyName"]: row["rights"] for row in rows} == {
        "iothubowner": "RegistryRead, RegistryWrite, ServiceConnect, DeviceConnect",
        "service": "ServiceConnect",
        "device": "DeviceConnect",
        "registryRead": "RegistryRead",
        "registryReadWrite": "RegistryRead, RegistryWrite",
    }
    one = arm(state, f"{hub}/IotHubKeys/service/listkeys", method="POST").body
    assert one["primaryKey"] == state.hub.policies["service"].primary.reveal()
    assert code(arm(state, f"{hub}/IotHubKeys/none/listkeys", method="POST")) == (404, "NotFound")


def test_consumer_groups(state, hub):
    path = f"{hub}/eventHubEndpoints/events/ConsumerGroups"
    assert arm(state, f"{path}/diag", method="PUT", body={}).body["name"] == "diag"
    assert code(arm(state, f"{path}/other", role="Reader", method="PUT", body={})) == (403, "AuthorizationFailed")
    assert [row["name"] for row in arm(state, path).body["value"]] == ["$Default", "diag"]
    assert state.hub.stream.consumer_groups == {"$Default", "diag"}
    assert arm(state, f"{path}/DIAG", method="DELETE").status == 200
    assert code(arm(state, f"{path}/$Default", method="DELETE")) == (400, "BadRequest")
    for number in range(19):
        assert arm(state, f"{path}/{number}", method="PUT", body={}).status == 200
    assert code(arm(state, f"{path}/20", method="PUT", body={})) == (400, "BadRequest")


def test_a_hub_is_changed(state, hub):
    before = arm(state, hub).body
    change = {**before, "tags": {"a": "b"}, "properties": {**before["properties"], "disableLocalAuth": True}}
    assert code(arm(state, hub, role="Reader", method="PUT", body=change)) == (403, "AuthorizationFailed")
    after = arm(state, hub, method="PUT", body=change, if_match=before["etag"]).body
    assert after["properties"]["disableLocalAuth"] and after["tags"] == {"a": "b"} and not state.hub.settings.local_auth
    assert code(arm(state, hub, method="PUT", body=change, if_match=before["etag"])) == (412, "PreconditionFailed")
    for body in (
        b"{",
        b"[]",
        {"properties": 1},
        {"sku": {"capacity": "two"}},
        {"properties": {"disableLocalAuth": "perhaps"}},
        {"properties": {"authorizationPolicies": [{"keyName": "x", "rights": "All"}]}},
    ):
        assert code(arm(state, hub, method="PUT", body=body)) == (400, "InvalidRequestContent")
    change = {"sku": {"capacity": "2"}, "properties": {"disableLocalAuth": "False"}}
    after = arm(state, hub, method="PATCH", body=change).body
    assert after["sku"]["capacity"] == 2 and state.hub.settings.local_auth
    keys = arm(state, f"{hub}/listkeys", method="POST").body["value"]
    policies = [*keys[:1], {"keyName": "mine", "rights": "ServiceConnect"}]
    arm(state, hub, method="PUT", body={"properties": {"authorizationPolicies": policies}})
    assert sorted(state.hub.policies) == ["iothubowner", "mine"]
    assert state.hub.policies["iothubowner"].primary.reveal() == keys[0]["primaryKey"]
    assert len(state.hub.policies["mine"].primary.reveal()) == 44


def test_names_and_counts(state, here, hub):
    path = f"{here}/providers/Microsoft.Devices/checkNameAvailability"
    assert arm(state, path, method="POST", body={"name": "lab-HUB"}).body["nameAvailable"] is False
    assert arm(state, path, method="POST", body={"name": "free"}).body["nameAvailable"] is True
    state.hub.devices["device-1"].status = "disabled"
    assert arm(state, f"{hub}/IotHubStats").body == {
        "totalDeviceCount": 3, "enabledDeviceCount": 2, "disabledDeviceCount": 1,
    }  # fmt: skip
    assert [row["name"] for row in arm(state, f"{hub}/quotaMetrics").body["value"]] == [
        "TotalMessages",
        "TotalDeviceCount",
    ]


def test_groups_providers_and_resources(state, here):
    assert [row["name"] for row in arm(state, f"{here}/resourcegroups").body["value"]] == [GROUP]
    assert arm(state, f"{here}/resourcegroups/{GROUP}", method="HEAD").status == 204
    provider = arm(state, f"{here}/providers/Microsoft.Devices").body
    assert "IotHubs" in [each["resourceType"] for each in provider["resourceTypes"]]
    rows = arm(state, f"{here}/resources?$filter=resourceType eq 'Microsoft.Devices/IotHubs'").body["value"]
    assert [row["name"] for row in rows] == ["lab-hub"]
    assert arm(state, f"{here}/resources?$filter=name eq 'x'").body["value"] == []


def test_what_one_may_do_is_told(state, here, hub):
    mine = arm(state, f"{hub}/providers/Microsoft.Authorization/permissions", role="Reader").body["value"]
    assert mine == [{"actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": []}]
    owner = state.tenant.named("servicePrincipal", "Owner")
    path = f"{here}/providers/Microsoft.Authorization/roleAssignments"
    rows = arm(state, f"{path}?$filter=principalId eq '{owner.object_id}'").body["value"]
    assert [row["properties"]["principalId"] for row in rows] == [owner.object_id]
    role = rows[0]["properties"]["roleDefinitionId"]
    assert arm(state, role).body["properties"]["roleName"] == "Owner"
    found = arm(state, f"{here}/providers/Microsoft.Authorization/roleDefinitions?$filter=roleName eq 'Reader'").body
    assert [row["properties"]["roleName"] for row in found["value"]] == ["Reader"]


GUID = "00000000-0000-0000-0000-0000000000aa"


def assign(state, scope, role="IoT Hub Data Reader", *, name=GUID, login="reader", method="PUT", by="Owner", **more):
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    wanted = next((each.id for each in roles.ROLES if each.name == role), role)
    subscription = "/".join(scope.split("/")[:3])
    definition = f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{wanted}"
    holder = state.tenant.signs_in("servicePrincipal", login).object_id
    body = {"properties": {"roleDefinitionId": definition, "principalId": holder, **more}}
    return arm(state, path, method=method, role=by, body=body)


def test_a_role_is_given_has_its_effect_and_is_taken_away(state, hub):
    reader = state.tenant.signs_in("servicePrincipal", "reader").object_id

    def reads():
        return state.tenant.allows(reader, "Microsoft.Devices/IotHubs/devices/read", hub, data=True)

    assert not reads()
    made = assign(state, hub)
    assert made.status == 201 and made.body["properties"]["scope"] == hub and reads()
    assert code(assign(state, hub, name=GUID.replace("a", "b"))) == (409, "RoleAssignmentExists")
    assert code(assign(state, hub, "Owner")) == (409, "RoleAssignmentExists")  # of that name
    assert assign(state, hub, method="GET").body["name"] == GUID
    assert code(assign(state, hub, method="DELETE", by="Reader")) == (403, "AuthorizationFailed")
    assert assign(state, hub, method="DELETE").status == 200 and not reads()
    assert assign(state, hub, method="DELETE").status == 204
    assert code(assign(state, hub, method="GET")) == (404, "RoleAssignmentNotFound")


@pytest.mark.parametrize(("options", "expected"), [
    ({"by": "Reader"}, (403, "AuthorizationFailed")),
    ({"role": "King"}, (404, "RoleDefinitionDoesNotExist")),
    ({"principalId": "nobody"}, (400, "PrincipalNotFound")),
    ({"name": "x"}, (400, "InvalidRoleAssignmentId")),
    ({"condition": "@Resource"}, (501, "NotPlayed")),
    ({"method": "POST"}, (405, "MethodNotAllowed")),
])  # fmt: skip
def test_roles_that_are_not_given(state, hub, options, expected):
    before = list(state.tenant.assignments)
    assert code(assign(state, hub, **options)) == expected
    assert state.tenant.assignments == before


def test_a_provisioning_service(state, here):
    path = f"{here}/resourceGroups/{GROUP}/providers/Microsoft.Devices/provisioningServices/lab-dps"
    dps = state.provisioning[0]
    shown = arm(state, path, version="2021-10-15").body
    assert (shown["properties"]["idScope"], shown["properties"]["serviceOperationsHostName"]) == (
        dps.id_scope,
        dps.host,
    )
    link = shown["properties"]["iotHubs"][0]
    assert link["name"] == state.hub.host and link["connectionString"].endswith("SharedAccessKey=****")
    keys = arm(state, f"{path}/listkeys", version="2021-10-15", method="POST").body["value"]
    assert keys[0]["primaryKey"] == dps.policies["provisioningserviceowner"].primary.reveal()
    one = f"{path}/keys/provisioningserviceowner/listkeys"
    assert arm(state, one, version="2021-10-15", method="POST").body == keys[0]
    assert code(arm(state, one, version="2021-10-15", method="POST", role="Reader")) == (403, "AuthorizationFailed")
    none = arm(state, f"{path}/keys/none/listkeys", version="2021-10-15", method="POST")
    assert code(none) == code(arm(state, f"{path}/nothing", version="2021-10-15")) == (404, "NotFound")
    assert arm(state, f"{path}/certificates", version="2021-10-15").body == {"value": []}
    rule = {"filterName": "no", "action": "Reject", "ipMask": "127.0.0.1", "target": "all"}
    hubs = [{**link, "applyAllocationPolicy": False, "allocationWeight": 3}]
    body = {
        **shown,
        "tags": {"a": "b"},
        "properties": {**shown["properties"], "ipFilterRules": [rule], "iotHubs": hubs},
    }
    changed = arm(state, path, version="2021-10-15", method="PUT", body=body).body
    assert changed["tags"] == {"a": "b"} and dps.shut_to("127.0.0.1:1", "serviceApi")
    assert (dps.linked[0].takes_part, dps.linked[0].weight) == (False, 3)
    hubs = [{**link, "applyAllocationPolicy": "true", "allocationWeight": "7"}]
    arm(state, path, version="2021-10-15", method="PATCH", body={"properties": {"iotHubs": hubs}})
    assert (dps.linked[0].takes_part, dps.linked[0].weight) == (True, 7)
    hubs = [{**link, "allocationWeight": "many"}]
    wrong = arm(state, path, version="2021-10-15", method="PATCH", body={"properties": {"iotHubs": hubs}})
    assert code(wrong) == (400, "InvalidRequestContent")
    wrong = arm(state, path, version="2021-10-15", method="PUT", body={"properties": 1})
    assert code(wrong) == (400, "InvalidRequestContent")


def test_a_central_application(state, here):
    path = f"{here}/providers/Microsoft.IoTCentral/iotApps"
    shown = arm(state, path, version="2021-06-01").body["value"][0]
    assert shown["properties"]["subdomain"] == shown["name"] == "lab-app"
    body = {"properties": {"displayName": "Another"}, "tags": {"a": "b"}}
    changed = arm(state, shown["id"], version="2021-06-01", method="PATCH", body=body).body
    assert (changed["properties"]["displayName"], changed["tags"]) == ("Another", {"a": "b"})
    assert code(arm(state, f"{shown['id']}/x", version="2021-06-01")) == (404, "NotFound")
    check = f"{here}/providers/Microsoft.IoTCentral/checkNameAvailability"
    assert (
        arm(state, check, version="2021-06-01", method="POST", body={"name": "lab-app"}).body["nameAvailable"] is False
    )
