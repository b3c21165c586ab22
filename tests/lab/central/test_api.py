"""An IoT Central application as its callers see it: who may ask, what, how often, and in which words it refuses."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.central import api as service
from azext_iotdiag.lab.central import application as apps
from azext_iotdiag.lab.central import samples
from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.hub.identities import new_key
from azext_iotdiag.lab.lab import new_lab
from tests.plugins.lab_requests import ask, token

NOW = 1_900_000_000
GOOD = "devices/thermostat-good"


@pytest.fixture
def state():
    return new_lab(clock=lambda: NOW)


@pytest.fixture
def app(state):
    (made,) = state.apps
    made.asked = type(made.asked)(maxlen=100_000)  # no test of anything else meets the limit
    return made


@pytest.fixture
def get(state, app):
    """Ask with the application's token: path, method, body."""

    def asked(
        path: str, method: str = "GET", body: Any = b"", *, version: str = "2022-07-31", shown: str | None = None
    ):
        authorization = app.tokens[apps.TOKEN_NAME].text(app.app.id) if shown is None else shown
        joint = "&" if "?" in path else "?"
        url = f"https://{app.host}/api/{path}{joint}api-version={version}"
        return ask(state, url, method=method, body=body, **({"authorization": authorization} if authorization else {}))

    return asked


def test_the_devices_as_they_are_met_in_the_field(get) -> None:
    rows = get("devices").body["value"]
    assert [(row["id"], row["provisioned"], row["enabled"], "template" in row) for row in rows] == [
        ("thermostat-good", True, True, True), ("thermostat-odd", True, True, True), ("stranger", True, True, False),
        ("thermostat-new", False, True, True), ("thermostat-blocked", True, False, True),
    ]  # fmt: skip
    assert {"id", "etag", "displayName", "simulated"} <= rows[0].keys()


@pytest.mark.parametrize("version", ["2022-06-30-preview", "2022-10-31-preview"])
def test_previews_filter_and_order(get, version) -> None:
    def ids(query):
        return [row["id"] for row in get(f"devices?{query}", version=version).body["value"]]

    assert ids("$filter=provisioned%20eq%20false") == ["thermostat-new"]
    assert ids("$filter=enabled%20ne%20true%20or%20id%20eq%20'stranger'") == ["stranger", "thermostat-blocked"]
    template = get("deviceTemplates", version=version).body["value"][0]["@id"]
    assert "stranger" not in ids(f"$filter=template%20eq%20'{quote(template)}'")
    assert ids("$orderby=id%20desc")[0] == "thermostat-odd" and ids("$orderby=id")[0] == "stranger"
    first = get("devices?$orderby=id&$filter=enabled%20eq%20true&$top=1", version=version).body
    following = urlsplit(first["nextLink"])
    rest = get(f"devices?{following.query.replace(f'api-version={version}&', '')}", version=version).body
    assert [row["id"] for row in rest["value"]] == ["thermostat-good"]


@pytest.mark.parametrize("query", [
    "$filter=colour%20eq%20'red'", "$filter=startswith(id,'a')", "$filter=id%20gt%20'a'", "$orderby=colour",
    "$orderby=id%20sideways",
])  # fmt: skip
def test_filters_that_previews_do_not_take(get, query) -> None:
    assert get(f"devices?{query}", version="2022-06-30-preview").status == 400
    assert len(get(f"devices?{query}").body["value"]) == 5  # the stable version knows neither


def test_lists_come_in_pages(get, app, state) -> None:
    for number in range(60):
        app.add(f"d{number:02}", "d")
    seen, link = [], "devices?maxpagesize=30"
    while link:
        body = get(link).body
        seen.append(len(body["value"]))
        url = body.get("nextLink")
        link = f"devices?{urlsplit(url).query.replace('api-version=2022-07-31&', '')}" if url else ""
    assert seen == [30, 30, 5]
    assert len(get("devices").body["value"]) == 25
    assert get("devices?maxpagesize=101").status == get("devices?$top=0").status == 400


def test_a_device_is_made_changed_and_removed(get, app) -> None:
    made = get("devices/new-1", "PUT", {"displayName": "New", "template": samples.TEMPLATE["@id"]})
    assert (made.status, made.body["displayName"], made.body["provisioned"]) == (200, "New", False)
    changed = get("devices/new-1", "PATCH", {"enabled": False})
    assert changed.body["enabled"] is False and changed.body["etag"] != made.body["etag"]
    assert app.members["new-1"].identity.status == "disabled"
    assert get("devices/new-1", "DELETE").status == 204
    assert get("devices/new-1").status == 404
    assert get("devices/x", "PUT", {"template": "dtmi:none;1"}).status == 404
    assert get("devices/x", "PUT", {"enabled": "yes"}).status == get("devices/x", "PUT", b"[]").status == 400
    assert get("devices/" + quote("a/b", safe=""), "PUT", {}).status == 400


def test_templates(get) -> None:
    (template,) = get("deviceTemplates").body["value"]
    assert template["capabilityModel"]["@id"] == samples.MODEL_ID and template["etag"]
    assert get(f"deviceTemplates/{template['@id']}").body == template
    assert get("deviceTemplates/dtmi:none;1").status == 404
    body = {"@type": ["ModelDefinition"], "displayName": "T", "capabilityModel": {"@type": "Interface"}}
    assert get("deviceTemplates/dtmi:t;1", "PUT", body).status == 200
    assert get("deviceTemplates/dtmi:t;1", "PUT", body).status == 409
    assert get("deviceTemplates/dtmi:u;1", "PUT", {}).status == 400


def test_credentials_attestation_components_and_modules(get, app) -> None:
    keys = get(f"{GOOD}/credentials").body
    assert keys["idScope"] == app.id_scope
    assert keys["symmetricKey"]["primaryKey"] == app.members["thermostat-good"].identity.primary.reveal()
    assert get(f"{GOOD}/attestation").status == 404
    assert get(f"{GOOD}/components").body == {"value": [{"name": "battery"}]}
    assert get(f"{GOOD}/modules").body == {"value": []}
    assert get("devices/stranger/components").status == 422


def test_properties_reported_and_to_be(get, app) -> None:
    shown = get(f"{GOOD}/properties").body
    assert (shown["serialNumber"], shown["target"], shown["battery"]["chemistry"]) == ("L-0001", 21.5, "LiFePO4")
    assert shown["$metadata"]["target"]["ackCode"] == 200 and shown["$metadata"]["serialNumber"]["lastUpdateTime"]
    shown = get(f"{GOOD}/properties", "PATCH", {"target": 23.5}).body
    assert (shown["target"], shown["$metadata"]["target"]["desiredValue"]) == (21.5, 23.5)
    assert shown["$metadata"]["target"]["desiredVersion"] == 2
    twins.report(app.members["thermostat-good"].identity.twin, {"target": {"value": 23.5, "ac": 200, "av": 2}}, NOW)
    shown = get(f"{GOOD}/properties").body
    assert (shown["target"], shown["$metadata"]["target"]["ackVersion"]) == (23.5, 2)
    part = get(f"{GOOD}/components/battery/properties", "PATCH", {"limit": 3})
    assert (part.status, part.body["chemistry"], part.body["$metadata"]["limit"]["desiredValue"]) == (200, "LiFePO4", 3)
    assert get(f"{GOOD}/properties", "PATCH", {"a b": 1}).status == 422


def test_the_last_value_of_telemetry(get, app) -> None:
    assert get(f"{GOOD}/telemetry/temperature").body == {}
    for number in range(4):
        apps.send_samples(app, number)
    assert get(f"{GOOD}/telemetry/temperature").body == {"value": 21.6, "timestamp": "2030-03-17T17:46:40Z"}
    assert get(f"{GOOD}/components/battery/telemetry/voltage").body["value"] == 3.87
    assert get(f"{GOOD}/telemetry/voltage").body == {}


@pytest.mark.parametrize(("path", "method", "version", "status"), [
    ("nothing", "GET", "2022-07-31", 404), ("devices", "GET", "", 400), ("devices", "GET", "1.0", 400),
    ("devices", "POST", "2022-07-31", 405), ("devices/none", "GET", "2022-07-31", 404),
])  # fmt: skip
def test_what_it_does_not_understand(get, path: str, method: str, version: str, status: int) -> None:
    answer = get(path, method, version=version)
    assert answer.status == status
    error = answer.body["error"]
    assert set(error) == {"code", "message", "requestId", "time"} and answer.headers["x-ms-error-code"] == error["code"]


def test_who_is_let_in(state, app, get) -> None:
    known = app.tokens[apps.TOKEN_NAME]
    assert get("devices", shown="").status == 401
    assert get("devices", shown="SharedAccessSignature sr=x").status == 401
    assert get("devices", shown=sas.sign(app.app.id, sas.eventhub_key("other"), NOW + 60, known.name)).status == 401
    expired = apps.ApiToken(known.name, known.role, known.key, NOW - 1).text(app.app.id)
    assert get("devices", shown=expired).status == 401
    app.tokens["op"] = apps.ApiToken("op", apps.OPERATOR, new_key(), NOW + 60)
    operator = app.tokens["op"].text(app.app.id)
    assert get("devices", shown=operator).status == 200
    assert get("deviceTemplates/dtmi:t;1", "PUT", {}, shown=operator).status == 403


def test_the_tenants_people(state, app, get) -> None:
    owner, reader = (state.tenant.named("servicePrincipal", role) for role in ("Owner", "Reader"))
    assert get("devices", shown=f"Bearer {token(state, owner, service.AUDIENCE)}").status == 200
    assert get("devices", shown=f"Bearer {token(state, owner)}").status == 401  # it is for another service
    refused = get("devices", shown=f"Bearer {token(state, reader, service.AUDIENCE)}")
    assert (refused.status, refused.body["error"]["code"]) == (403, "Forbidden")


def test_tokens_for_the_streams_of_all_hubs(state, app) -> None:
    url = f"https://{app.host}/system/iothubs/generateEventSasTokens"
    shown = app.tokens[apps.TOKEN_NAME].text(app.app.id)
    answer = ask(state, url, method="POST", authorization=shown)
    assert answer.status == 200 and len(answer.body) == len(app.hubs) == 2
    for backing in app.hubs:
        given = answer.body[backing.hub.name]
        told = given["eventhubSasToken"]
        assert (urlsplit(told["hostname"]).hostname, told["entityPath"]) == (
            backing.hub.stream.host, backing.hub.stream.entity
        )  # fmt: skip
        assert sas.read(told["sasToken"]).expires == given["expiry"] == NOW + 60
    reader = state.tenant.named("servicePrincipal", "Reader")
    refused = ask(state, url, method="POST", authorization=f"Bearer {token(state, reader, service.AUDIENCE)}")
    assert refused.status == 403 and refused.body["error"]["code"].startswith("403.043.004.")
    assert ask(state, url, authorization=shown).status == 404


def test_twenty_requests_a_second(state) -> None:
    (app,) = state.apps
    shown = app.tokens[apps.TOKEN_NAME].text(app.app.id)
    url = f"https://{app.host}/api/devices/none?api-version=2022-07-31"
    statuses = [ask(state, url, authorization=shown).status for _ in range(25)]
    assert 429 in statuses and statuses[:20] == [404] * 20


def test_a_blocked_device_sends_nothing_and_others_do(app) -> None:
    app.enable(app.members["thermostat-odd"], enabled=False)
    apps.send_samples(app, 0)
    sent = [event for each in app.hubs for part in each.hub.stream.partitions.values() for event in part.events]
    assert len(sent) == 2


def test_no_key_is_in_what_is_noted(state, get) -> None:
    get(f"{GOOD}/credentials")
    noted = json.dumps([record.data() for record in state.audit.recent(100)])
    assert "sig=" not in noted
