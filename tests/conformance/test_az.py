"""The real az, unmodified, against the lab: it logs in and its own commands find the hub."""

from __future__ import annotations

import json
import os
import queue
import ssl
import subprocess
import sys
import time
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from azext_iotdiag.lab.central import application
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.routing import ingress
from azext_iotdiag.lab.net import certificates
from azext_iotdiag.lab.process import login
from azext_iotdiag.lab.tenant import app_credentials
from azext_iotdiag.lab.tenant.roles import Denial, Lock
from tests.plugins import az as plugin
from tests.plugins.lab_fixture import open_lab

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SECONDS = 60


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with open_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


class Az:
    """az, logged in to the lab as somebody."""

    def __init__(self, lab, folder, identity, role):
        folder.mkdir(exist_ok=True)
        plugin.install()
        extensions = {"AZURE_EXTENSION_DIR": os.environ["AZURE_EXTENSION_DIR"]}
        credential = lab.call(app_credentials.credential, lab.state.tenant, identity, role, time.time())
        self.made = login.prepare(lab.description, folder, extensions, credential)
        self.secret = credential["secret"]

    def run(self, *arguments):
        """The process of a command that has ended."""
        return self.python("-m", "azure.cli", *arguments)

    def python(self, *arguments):
        """The process of a program that has ended."""
        kept = {name: value for name, value in os.environ.items() if name not in login.UNSET}
        return subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, timeout=SECONDS, check=False,
            env={**kept, **self.made["environment"]}, cwd=self.made["environment"]["AZURE_CONFIG_DIR"],
        )  # fmt: skip

    def __call__(self, *arguments):
        """What a command prints, as data."""
        done = self.run(*arguments, "--output", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else None


def test_an_owner_sees_and_does_everything(lab, tmp_path):
    az = Az(lab, tmp_path, "service-principal", "owner")
    state = lab.state
    assert az.made["tenant"] == state.tenant.id and az.made["hub"] == state.hub.host
    hub = az("iot", "hub", "show", "--name", "lab-hub", "--resource-group", "lab-group")
    assert hub["properties"]["hostName"] == state.hub.host
    keys = az("iot", "hub", "policy", "list", "--hub-name", "lab-hub")
    assert keys[1]["primaryKey"] == state.hub.policies["service"].primary.reveal()
    assert az("iot", "hub", "consumer-group", "create", "--hub-name", "lab-hub", "--name", "diag")["name"] == "diag"
    assert "diag" in lab.call(lambda: set(state.hub.stream.consumer_groups))
    assert az("resource", "show", "--ids", hub["id"])["name"] == "lab-hub"
    assert [group["name"] for group in az("group", "list")] == ["lab-group"]
    dps = az("iot", "dps", "policy", "list", "--dps-name", "lab-dps", "--resource-group", "lab-group")
    assert dps[0]["primaryKey"] == state.provisioning[0].policies["provisioningserviceowner"].primary.reveal()
    assert [app["subdomain"] for app in az("iot", "central", "app", "list")] == ["lab-app"]
    url = f"https://management.azure.com{hub['id']}/providers/Microsoft.Authorization/permissions"
    assert az("rest", "--url", f"{url}?api-version=2022-04-01")["value"][0]["actions"] == ["*"]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    holding = [path for path in files if az.secret.encode() in path.read_bytes()]
    assert [path.name for path in holding] == ["service_principal_entries.json"]
    assert holding[0].stat().st_mode & 0o77 == 0


def test_az_sets_and_tries_the_routes_of_a_hub(lab, tmp_path):
    """az's own commands, unchanged: what they set is in effect."""
    az = Az(lab, tmp_path, "service-principal", "owner")
    hub = ("--hub-name", "lab-hub", "--resource-group", "lab-group")
    namespace = "Endpoint=sb://other.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey=a2V5;EntityPath=e"
    words = "iot hub routing-endpoint create --endpoint-name cold --endpoint-type eventhub --endpoint-resource-group g"
    az(*words.split(), "--endpoint-subscription-id", "s", "--connection-string", namespace, *hub)
    words = "iot hub route create --route-name hot --source devicemessages --endpoint-name cold --enabled true"
    az(*words.split(), "--condition", "path = 'a'", *hub)
    words = "iot hub message-enrichment create --name lab-hub --key hub --value $iothubname --endpoints cold"
    az(*words.split())
    tried = az("iot", "hub", "route", "test", *hub, "--route-name", "hot", "--ap", '{"path": "a"}')
    assert tried["result"] == "true"
    device = lab.state.hub.devices["device-1"]
    lab.call(ingress.take, lab.runtime, device, b"x", system={}, properties={"path": "a"})
    line = json.loads(lab.runtime.routing.file("cold").read_text())
    assert line["Properties"] == {"path": "a", "hub": "lab-hub"} and not lab.state.hub.partition_of("device-1").events
    assert lab.status()["endpointFiles"][0]["messages"] == 1


def test_az_moves_a_hub_to_its_other_region(lab, tmp_path):
    """az waits for the end of it, and shows the hub as it is there."""
    az, stream = Az(lab, tmp_path, "service-principal", "owner"), lab.state.hub.stream
    moved = az("iot", "hub", "manual-failover", "--name", "lab-hub")["properties"]
    regions = [(each["location"], each["role"]) for each in moved["locations"]]
    assert regions == [("North Europe", "primary"), ("West Europe", "secondary")]
    assert moved["eventHubEndpoints"]["events"]["path"] == lab.state.hub.stream.entity != stream.entity


def test_a_reader_with_a_managed_identity_gets_no_keys(lab, tmp_path):
    az = Az(lab, tmp_path, "managed-identity", "reader")
    assert [hub["name"] for hub in az("iot", "hub", "list")] == ["lab-hub"]
    refused = az.run("iot", "hub", "policy", "list", "--hub-name", "lab-hub")
    assert refused.returncode == 1 and "Microsoft.Devices/IotHubs/listkeys/action" in refused.stderr


def test_our_commands_take_a_hubs_name(lab, tmp_path):
    """By az's login: for one who may list the keys, and for one who may not."""
    hub = lab.state.hub
    lab.call(
        lambda: hub.telemetry(hub.devices["device-1"], b"{}", system={}, properties={}, now_ms=int(time.time() * 1000))
    )
    az = Az(lab, tmp_path, "managed-identity", "owner")
    watch = ("iot", "diag", "monitor", "events", "--max-messages", "1", "--since", "10m")
    seen = az.run(*watch, "--hub-name", "lab-hub", "--duration", "20", "--debug")
    assert seen.returncode == 0 and json.loads(seen.stdout)["device"] == "device-1", seen.stderr
    assert "Using the key of the policy service of lab-hub (resource group lab-group)" in seen.stderr
    missing = az.run(*watch, "--hub-name", "lab-hob")
    assert missing.returncode == 3 and "Did you mean lab-hub?" in missing.stderr
    reader = Az(lab, tmp_path, "service-principal", "reader")
    refused = reader.run(*watch, "-n", "lab-hub", "-g", "lab-group")
    assert refused.returncode == 1 and "You may not do Microsoft.Devices/IotHubs/listkeys/action" in refused.stderr
    said = seen.stderr + seen.stdout + missing.stderr + refused.stderr
    assert not [each for each in hub.policies.values() if each.primary.reveal() in said]
    assert reader.secret not in said and "eyJ" not in said  # with which every token begins


@pytest.mark.parametrize("identity", ["user", "certificate", "federated-token"])
def test_other_ways_in(lab, tmp_path, identity):
    az = Az(lab, tmp_path, identity, "owner")
    kind = "user" if identity == "user" else "servicePrincipal"
    principal = lab.state.tenant.signs_in(kind, "owner")
    assert az.made["user"] == (principal.client_id or principal.name)
    assert az("account", "get-access-token", "--resource", "https://iothubs.azure.net")["tenant"] == az.made["tenant"]


def test_az_sees_roles_denials_locks_and_services(lab, tmp_path):
    azure, az = lab.state.tenant, Az(lab, tmp_path, "service-principal", "owner")
    me, hub = azure.named("servicePrincipal", "Owner"), azure.path_of(lab.state.hub)
    group = hub.partition("/providers/")[0]
    denial = Denial("00000000-0000-0000-0000-00000000000d", "managed", me.object_id, group, ("*/delete",))
    lab.call(azure.locks.append, Lock("keep", "ReadOnly", group, "ask Alice"))
    lab.call(azure.denials.append, denial)
    try:
        mine = az("role", "assignment", "list", "--assignee", me.client_id, "--scope", hub, "--include-inherited")
        assert [(each["roleDefinitionName"], each["scope"]) for each in mine] == [
            ("Owner", azure.subscriptions[0].path)
        ]
        locks = az("lock", "list", "--resource", hub.rpartition("/")[2], "--resource-group", "lab-group",
                   "--resource-type", "Microsoft.Devices/IotHubs")  # fmt: skip
        assert [(each["name"], each["level"], each["notes"]) for each in locks] == [("keep", "ReadOnly", "ask Alice")]
        assert [each["name"] for each in az("lock", "list", "--resource-group", "lab-group")] == ["keep"]
        refused = az.run("iot", "hub", "policy", "list", "--hub-name", "lab-hub")
        assert refused.returncode == 1 and "ScopeLocked" in refused.stderr
        url = f"https://management.azure.com{hub}/providers/Microsoft.Authorization/denyAssignments"
        told = az("rest", "--url", f"{url}?api-version=2022-04-01&$filter=atScope()")
        assert [each["properties"]["denyAssignmentName"] for each in told["value"]] == ["managed"]
    finally:
        lab.call(azure.locks.clear)
        lab.call(azure.denials.clear)
    question = {"query": "resources | where type =~ 'microsoft.devices/iothubs' | project name, subscriptionId"}
    url = "https://management.azure.com/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
    told = az("rest", "--method", "post", "--url", url, "--body", json.dumps(question))
    assert told["data"] == [{"name": "lab-hub", "subscriptionId": azure.subscriptions[0].id}]
    url = f"https://graph.microsoft.com/v1.0/servicePrincipals(appId='{me.client_id}')"
    assert az("rest", "--url", url)["id"] == me.object_id


EXAMPLE = """
import logging
from azure.cli.core import get_default_cli
from azext_iotdiag.login import az_login, caller, errors, opening, rights
from azext_iotdiag.model.rights import RoleRequest

logging.basicConfig(level=logging.WARNING, format="%(message)s")
account = az_login.signed_in(get_default_cli())
found = opening.find_hub(account, "lab-hub")
print(found.open(rights.REGISTRY_READ).origin)
print(caller.on_behalf(account, found.missing(rights.QUERY)).command)
try:
    opening.find_hub(account, "lab-hob")
except errors.NotFound as error:
    print(error.near)
"""


def test_another_program_opens_the_hub_with_the_account_of_az(lab, tmp_path):
    az = Az(lab, tmp_path, "service-principal", "owner-without-data")
    me, hub = lab.state.tenant.named("servicePrincipal", "Owner"), lab.state.tenant.path_of(lab.state.hub)
    done = az.python("-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{EXAMPLE}")
    assert done.stdout.splitlines() == [
        "Asking lab-hub (resource group lab-group) with az's login.",
        f"az role assignment create --assignee-object-id {me.object_id} --assignee-principal-type ServicePrincipal "
        f'--role "IoT Hub Data Reader" --scope "{hub}"',
        "('lab-hub',)",
    ], done.stderr


def test_az_reads_the_activity_log_and_advisor(lab, tmp_path):
    """Who changed the hub, and what Azure finds wrong with it, by az's own commands."""
    az = Az(lab, tmp_path, "service-principal", "owner")
    hub = ("--hub-name", "lab-hub", "--resource-group", "lab-group")
    az("iot", "hub", "consumer-group", "create", *hub, "--name", "noted")
    path = lab.call(lab.state.tenant.path_of, lab.state.hub)
    for narrowed in (("--resource-id", path), ("--resource-group", "lab-group"), ("--offset", "1h")):
        events = az("monitor", "activity-log", "list", *narrowed)
        done = [each for each in events if each["operationName"]["value"].endswith("consumerGroups/write")]
        assert [each["status"]["value"] for each in done][:2] == ["Succeeded", "Started"]
        assert done[0]["caller"] == az("account", "show")["user"]["name"]
    failed = az("monitor", "activity-log", "list", "--caller", "nobody", "--status", "Failed")
    assert failed == []
    lab.call(lab.state.hub.devices["device-1"].__setattr__, "sdk", "iothubclient/1.1.0 (native; Linux)")
    try:
        (found,) = az("advisor", "recommendation", "list", "--category", "HighAvailability", "--refresh")
        assert found["impactedValue"] == "lab-hub" and found["extendedProperties"]["currentVersion"] == "1.1.0"
        assert az("advisor", "recommendation", "list", "--ids", path)[0]["name"] == found["name"]
        assert az("advisor", "recommendation", "list", "--resource-group", "other") == []
    finally:
        lab.call(lab.state.hub.devices["device-1"].__setattr__, "sdk", "")


def test_az_gives_roles_and_takes_them(lab, tmp_path):
    """A reader of the data plane, who may not list the keys, gets one more role by az's own command."""
    owner = Az(lab, tmp_path / "owner", "service-principal", "owner")
    reader = Az(lab, tmp_path / "reader", "service-principal", "data-reader")
    hub = lab.call(lab.state.tenant.path_of, lab.state.hub)
    url = f"https://{lab.state.hub.host}/devices/device-1?api-version=2021-04-12"
    read = ("rest", "--url", url, "--resource", "https://iothubs.azure.net")
    assert reader(*read)["deviceId"] == "device-1"
    refused = reader.run("iot", "hub", "policy", "list", "--hub-name", "lab-hub")
    assert refused.returncode == 1 and "AuthorizationFailed" in refused.stderr
    refused = reader.run(*read, "--method", "delete", "--headers", "If-Match=*")
    assert refused.returncode == 1 and "Unauthorized" in refused.stderr
    client = lab.state.tenant.signs_in("servicePrincipal", "data-reader").client_id
    given = ("--assignee", client, "--role", "IoT Hub Registry Contributor", "--scope", hub)
    assert owner("role", "assignment", "create", *given)["scope"] == hub
    owner("role", "assignment", "delete", *given)
    refused = owner.run("role", "assignment", "create", *given[:2], "--role", "Storage Blob Data Owner", *given[4:])
    assert refused.returncode == 1 and "doesn't exist" in refused.stderr


def test_az_creates_a_hub_that_serves_and_deletes_it(lab, tmp_path):
    """A hub as az makes it without options: a device of it sends, and its own endpoint has the message."""
    az = Az(lab, tmp_path, "service-principal", "owner")
    made = az("iot", "hub", "create", "--name", "second", "--resource-group", "lab-group", "--partition-count", "2")
    assert made["properties"]["hostName"] == "second.azure-devices.net" and made["location"] == "westeurope"
    assert [each["name"] for each in az("iot", "hub", "list")] == ["lab-hub", "second"]
    hub = lab.call(lab.state.at, "second.azure-devices.net")
    device = {"deviceId": "d", "authentication": {"type": "sas"}}
    url = "https://second.azure-devices.net/devices/d?api-version=2021-04-12"
    entra = ("--resource", "https://iothubs.azure.net")
    known = az("rest", "--method", "put", "--url", url, "--body", json.dumps(device), *entra)
    key = known["authentication"]["symmetricKey"]["primaryKey"]
    told = tmp_path / "device.txt"
    told.write_text(f"HostName=second.azure-devices.net;DeviceId=d;SharedAccessKey={key}", encoding="utf-8")
    done = az.run("iot", "diag", "simulate", "--connection-string", f"@{told}", "--message-count", "2")
    assert done.returncode == 0, done.stderr
    assert sum(len(each.events) for each in hub.hub.stream.partitions.values()) == 2
    watch = ("iot", "diag", "monitor", "events", "--max-messages", "2", "--since", "10m", "--duration", "20")
    seen = az.run(*watch, "--hub-name", "second")
    assert seen.returncode == 0 and len(seen.stdout.splitlines()) == 2, seen.stderr
    refused = az.run("iot", "hub", "delete", "--name", "lab-hub", "--resource-group", "lab-group")
    assert refused.returncode == 1 and "stays as long as the lab" in refused.stderr
    az("iot", "hub", "delete", "--name", "second", "--resource-group", "lab-group")
    assert [each["name"] for each in az("iot", "hub", "list")] == ["lab-hub"]
    gone = az.run("iot", "diag", "simulate", "--connection-string", f"@{told}", "--message-count", "1")
    assert gone.returncode != 0


def test_az_shows_the_metrics_of_what_happened(lab, tmp_path):
    az = Az(lab, tmp_path, "service-principal", "reader")
    state = lab.state
    device = state.hub.devices["device-1"]
    lab.call(lambda: ingress.take(state.runtime, device, b"{}", system={}, properties={}))
    hub = az("iot", "hub", "show", "--name", "lab-hub")["id"]
    names = [each["name"]["value"] for each in az("monitor", "metrics", "list-definitions", "--resource", hub)]
    assert {"connectedDeviceCount", "d2c.telemetry.ingress.allProtocol", "dailyMessageQuotaUsed"} <= set(names)
    words = ("--metric", "d2c.telemetry.ingress.success", "--aggregation", "Total")
    found = az("monitor", "metrics", "list", "--resource", hub, *words)
    (metric,) = found["value"]
    assert metric["name"]["localizedValue"] == "Telemetry messages sent"
    assert sum(point["total"] for point in metric["timeseries"][0]["data"]) >= 1
    (app,) = az("resource", "list", "--resource-type", "Microsoft.IoTCentral/iotApps")
    lab.call(lambda: application.send_samples(lab.state.apps[0], 0))
    found = az("monitor", "metrics", "list", "--resource", app["id"], *words)
    assert sum(point["total"] for point in found["value"][0]["timeseries"][0]["data"]) >= 3
    devices = ("monitor", "metrics", "list", "--resource", app["id"], "--metric", "connectedDeviceCount")
    assert az(*devices, "--interval", "5m")["value"][0]["name"]["localizedValue"] == "Total Connected Devices"
    assert "time grain" in az.run(*devices, "--interval", "1m").stderr
    wrong = az.run("monitor", "metrics", "list", "--resource", hub, "--metric", "nonsense")
    assert wrong.returncode != 0 and "Valid metrics" in wrong.stderr


def test_az_gives_the_hub_an_authority_and_its_owner_verifies_it(lab, tmp_path):
    """az's own commands, from the certificate to a device that signs in by it."""
    az, factory = Az(lab, tmp_path, "service-principal", "owner"), certificates.make_authority("a factory")
    file, hub = tmp_path / "factory.pem", ("--hub-name", "lab-hub", "--name", "factory")
    file.write_bytes(factory.pem)
    made = az("iot", "hub", "certificate", "create", *hub, "--path", str(file))
    assert not made["properties"]["isVerified"]
    asked = az("iot", "hub", "certificate", "generate-verification-code", *hub, "--etag", made["etag"])
    file.write_bytes(factory.issue_device(asked["properties"]["verificationCode"])[0])
    done = az("iot", "hub", "certificate", "verify", *hub, "--etag", asked["etag"], "--path", str(file))
    assert done["properties"]["isVerified"]
    device = Device("by-ca", new_key(), new_key(), authentication="certificateAuthority")
    lab.call(lab.state.hub.devices.__setitem__, "by-ca", device)
    own, key = factory.issue_device("by-ca")
    (tmp_path / "own.pem").write_bytes(own)
    (tmp_path / "own.key").write_bytes(key)
    context = ssl.create_default_context(cafile=lab.description["caFile"])
    context.load_cert_chain(tmp_path / "own.pem", tmp_path / "own.key")
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, "by-ca", protocol=paho.MQTTv311)
    client.tls_set_context(context)
    client.username_pw_set(f"{lab.state.hub.host}/by-ca/?api-version=2021-04-12")
    codes = queue.SimpleQueue()
    client.on_connect = lambda _client, _data, _flags, code, _properties: codes.put(code)
    client.connect("localhost", lab.running.ports["mqtt"])
    client.loop_start()
    try:
        assert not codes.get(timeout=20).is_failure
    finally:
        client.disconnect()
        client.loop_stop()
    assert [each["name"] for each in az("iot", "hub", "certificate", "list", "--hub-name", "lab-hub")["value"]] == [
        "factory"
    ]
    az("iot", "hub", "certificate", "delete", *hub, "--etag", done["etag"])
    assert lab.call(lambda: dict(lab.state.hub.authorities)) == {}


def test_az_makes_and_lists_diagnostic_settings(lab, tmp_path):
    az = Az(lab, tmp_path, "service-principal", "owner")
    hub = az("iot", "hub", "show", "--name", "lab-hub")["id"]
    workspace = az("resource", "list", "--resource-type", "Microsoft.OperationalInsights/workspaces")[0]["id"]
    settings = ("monitor", "diagnostic-settings")
    named = ("--resource", hub, "--name", "by-az")
    az(
        *settings,
        "create",
        *named,
        "--workspace",
        workspace,
        "--logs",
        '[{"category": "Connections", "enabled": true}]',
    )
    (found,) = az(*settings, "list", "--resource", hub)
    assert found["workspaceId"] == workspace
    assert [row["category"] for row in found["logs"] if row["enabled"]] == ["Connections"]
    assert "Connections" in [row["name"] for row in az(*settings, "categories", "list", "--resource", hub)["value"]]
    shown = az("monitor", "log-analytics", "workspace", "show", "--ids", workspace)
    assert shown["customerId"] and shown["provisioningState"] == "Succeeded"
    az(*settings, "delete", *named)
    assert az(*settings, "list", "--resource", hub) == []


def test_az_makes_and_lists_metric_alerts(lab, tmp_path):
    az = Az(lab, tmp_path, "service-principal", "owner")
    hub = az("iot", "hub", "show", "--name", "lab-hub")["id"]
    group = ("-g", "lab-group")
    made = az("monitor", "action-group", "create", "-n", "people", *group, "--action", "email", "ops", "o@example.com")
    condition = "avg connectedDeviceCount < 1"
    az("monitor", "metrics", "alert", "create", "-n", "few", *group, "--scopes", hub, "--condition", condition,
       "--action", made["id"])  # fmt: skip
    (rule,) = az("monitor", "metrics", "alert", "list", *group)
    (criterion,) = rule["criteria"]["allOf"]
    assert (criterion["metricName"], criterion["operator"], criterion["threshold"]) == (
        "connectedDeviceCount", "LessThan", 1.0
    )  # fmt: skip
    assert rule["actions"][0]["actionGroupId"].endswith("/actionGroups/people")
    assert [each["name"] for each in az("monitor", "action-group", "list", *group)] == ["people"]
    az.run("monitor", "metrics", "alert", "delete", "-n", "few", *group)
    assert az("monitor", "metrics", "alert", "list") == []


def test_az_rest_asks_log_analytics(lab, tmp_path):
    """With a token for the API, which az makes by itself for a URL of its cloud."""
    from azext_iotdiag.insights.queries.catalogue import QUERIES

    az = Az(lab, tmp_path, "service-principal", "owner")
    workspace = az("monitor", "log-analytics", "workspace", "show", "--resource-group", "lab-group", "--workspace-name",
                   "lab-logs")  # fmt: skip
    hub = lab.call(lambda: lab.state.tenant.path_of(lab.state.hub))
    logs = json.dumps([{"category": "Connections", "enabled": True}])
    az("monitor", "diagnostic-settings", "create", "--name", "theirs", "--resource", hub, "--workspace",
       workspace["id"], "--logs", logs)  # fmt: skip
    lab.call(lambda: lab.state.runtime.record("mqtt", "connect", "refused", peer="127.0.0.1:1", who="d", log=401003))
    url = f"https://api.loganalytics.io/v1/workspaces/{workspace['customerId']}/query"
    body = json.dumps({"query": QUERIES["connection-errors"].text({"resource": hub}), "timespan": "PT1H"})
    told = az("rest", "--method", "post", "--url", url, "--body", body)
    (table,) = told["tables"]
    assert [row[:2] for row in table["rows"]] == [["d", "401003"]]
    wrong = json.dumps({"query": "AzureDiagnostics | | count"})
    refused = az.run("rest", "--method", "post", "--url", url, "--body", wrong)
    assert refused.returncode != 0 and "on line [1,19]" in refused.stderr
