"""Microsoft.Insights below a hub: metrics of what really happened, and how a wrong question is refused."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import quote

import pytest

from azext_iotdiag.lab.dps import provisioning
from azext_iotdiag.lab.hub import sessions
from azext_iotdiag.lab.hub.routing import ingress
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant.roles import HUB_READER
from azext_iotdiag.lab.tenant.tenant import GROUP
from tests.plugins.lab_requests import arm

NOW = 1_800_000_000.0 - 1_800_000_000 % 60
LAST = "2027-01-15T07:56:00Z/2027-01-15T08:01:00Z"


class Played:
    """A lab whose clock a test moves."""

    def __init__(self):
        self.now = NOW
        self.state = new_lab(clock=lambda: self.now)
        subscription = self.state.tenant.subscriptions[0].path
        self.hub = f"{subscription}/resourceGroups/{GROUP}/providers/Microsoft.Devices/IotHubs/lab-hub"
        self.dps = f"{subscription}/resourceGroups/{GROUP}/providers/Microsoft.Devices/provisioningServices/lab-dps"

    def send(self, device="device-1", body=b"{}"):
        ingress.take(self.state.runtime, self.state.hub.devices[device], body, system={}, properties={})

    def route(self, **routing):
        self.state.hub.settings.update({"routing": routing})

    def ask(self, what, role="Reader", version="2024-02-01", resource="", **query):
        more = "&".join(f"{name}={quote(value)}" for name, value in query.items())
        path = f"{resource or self.hub}/providers/Microsoft.Insights/{what}?{more}"
        return arm(self.state, path, role=role, version=version)

    def series(self, metric, **query):
        """The values of a metric by their minute."""
        answer = self.ask("metrics", metricnames=metric, **{"timespan": LAST, **query})
        assert answer.status == 200, answer.body
        (row,) = answer.body["value"]
        return [list(point.values())[1:] for found in row["timeseries"] for point in found["data"]]


@pytest.fixture
def played():
    return Played()


def test_messages_are_counted_on_their_way(played):
    played.now = NOW - 120
    played.send()
    played.send()
    played.now = NOW
    played.send()
    for metric in ("d2c.telemetry.ingress.allProtocol", "d2c.telemetry.ingress.success", "d2c.telemetry.egress.success",
                   "d2c.endpoints.egress.builtIn.events"):  # fmt: skip
        assert played.series(metric) == [[0], [0], [2], [0], [1]], metric
    assert played.series("dailyMessageQuotaUsed")[2:] == [[2], [2], [3]]
    assert played.series("dailyMessageQuotaUsed")[0] == []  # nothing was known then


def test_what_no_route_takes_is_orphaned_and_what_the_fallback_takes_is_counted(played):
    other = {"name": "cold", "source": "DeviceMessages", "condition": "a = 'b'", "endpointNames": ["events"],
             "isEnabled": True}  # fmt: skip
    fallback = {"source": "DeviceMessages", "condition": "true", "endpointNames": ["events"], "isEnabled": True}
    played.route(routes=[other], fallbackRoute=fallback)
    played.send()
    played.route(routes=[other], fallbackRoute={**fallback, "isEnabled": False})
    played.send()
    assert played.series("d2c.telemetry.egress.fallback")[-1] == [1]
    assert played.series("d2c.telemetry.egress.orphaned")[-1] == [1]
    assert played.series("d2c.telemetry.ingress.success")[-1] == [2]
    assert played.series("d2c.telemetry.egress.success")[-1] == [1]


def test_connected_devices_are_those_that_are(played):
    device = played.state.hub.devices["device-1"]
    session = SimpleNamespace(device=device, protocol="mqtt", peer="p", end=None)
    played.now = NOW - 180
    sessions.connect(played.state.runtime, session)
    played.now = NOW - 30
    sessions.leave(played.state.runtime, session)
    played.now = NOW
    assert played.series("connectedDeviceCount") == [[], [1], [1], [0.5], [0]]
    assert played.series("connectedDeviceCount", aggregation="Maximum")[3] == [1]
    assert played.series("totalDeviceCount")[-1] == [3]


def test_a_longer_interval_puts_minutes_together(played):
    played.send()
    assert played.series("d2c.telemetry.ingress.success", interval="PT5M") == [[1]]


def test_a_metric_without_any_value_has_no_series(played):
    assert played.series("c2d.methods.success") == []


def test_the_last_hour_is_the_usual_time_and_the_future_has_no_value(played):
    played.send()
    body = played.ask("metrics", metricnames="d2c.telemetry.ingress.success").body
    assert len(body["value"][0]["timeseries"][0]["data"]) == 61 and body["interval"] == "PT1M"
    later = "2027-01-15T07:59:00Z/2027-01-15T09:00:00Z"
    assert played.series("d2c.telemetry.ingress.success", timespan=later) == [[0], [1]]


def test_names_and_units_are_those_of_the_portal(played):
    played.send()
    body = played.ask("metrics", metricnames="D2C.Telemetry.Ingress.Success,connectedDeviceCount").body
    assert [each["name"] for each in body["value"]] == [
        {"value": "d2c.telemetry.ingress.success", "localizedValue": "Telemetry messages sent"},
        {"value": "connectedDeviceCount", "localizedValue": "Connected devices"},
    ]
    assert body["namespace"] == "Microsoft.Devices/IotHubs" and body["value"][0]["unit"] == "Count"


def test_definitions(played):
    rows = played.ask("metricDefinitions").body["value"]
    by_name = {row["name"]["value"]: row for row in rows}
    assert by_name["connectedDeviceCount"]["primaryAggregationType"] == "Average"
    assert by_name["d2c.telemetry.ingress.allProtocol"]["primaryAggregationType"] == "Total"
    assert by_name["connectedDeviceCount"]["metricAvailabilities"][0]["timeGrain"] == "PT1M"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"metricnames": "nonsense"}, "Valid metrics: d2c.telemetry"),
        ({"timespan": "yesterday/today"}, "invalid time input: yesterday"),
        ({"timespan": "2027-99-15T07:56:00Z/2027-01-15T08:01:00Z"}, "invalid time input: 2027-99"),
        ({"timespan": "2027-01-15T09:00:00Z/2027-01-15T08:00:00Z"}, "not later than its start"),
        ({"timespan": "2025-01-15T09:00:00Z/2027-01-15T08:00:00Z"}, "longer than 31 days"),
        ({"interval": "PT2M"}, "invalid time grain input: PT2M"),
        ({"aggregation": "Median"}, "invalid aggregation input: median"),
    ],
)
def test_wrong_questions(played, query, says):
    answer = played.ask("metrics", **query)
    assert answer.status == 400 and says in answer.body["error"]["message"]


def test_other_versions_and_methods_are_refused(played):
    assert played.ask("metrics", version="2016-09-01").status == 400
    path = f"{played.hub}/providers/Microsoft.Insights/metrics"
    assert arm(played.state, path, version="2024-02-01", method="POST").status == 405
    assert played.ask("nothing").status == 404


def test_who_may_read_devices_alone_sees_no_metric(played):
    tenant = played.state.tenant
    reader = tenant.named("servicePrincipal", "Reader").object_id
    tenant.assignments[:] = [
        each._replace(role=HUB_READER) if each.principal == reader else each for each in tenant.assignments
    ]
    answer = played.ask("metrics", role="IoT Hub Data Reader")
    assert answer.status == 403 and "'Microsoft.Insights/metrics/read'" in answer.body["error"]["message"]


def test_of_a_provisioning_service_attempts_and_assignments_are_counted(played):
    dps = played.state.provisioning[0]
    provisioning.count_refusal([dps], dps.id_scope, NOW)
    provisioning.count_refusal([dps], "another", NOW)
    names = [row["name"]["value"] for row in played.ask("metricDefinitions", resource=played.dps).body["value"]]
    assert names == ["AttestationAttempts", "RegistrationAttempts", "DeviceAssignments"]
    assert played.series("AttestationAttempts", resource=played.dps)[-1] == [1]
    assert played.series("DeviceAssignments", resource=played.dps) == []
    wrong = played.ask("metrics", resource=played.dps, metricnames="connectedDeviceCount").body["error"]["message"]
    assert "resource Type: provisioningServices, metric: connectedDeviceCount" in wrong
