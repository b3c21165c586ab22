"""Metric alerts of the lab on a clock that the tests move: when they fire and resolve, and what is sent."""

from __future__ import annotations

import asyncio
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from azext_iotdiag.lab.monitor import definitions, firing, webhook
from tests.lab.monitor.test_rules import Played, dynamic

NOW = 1_800_000_000.0


class Moving(Played):
    """A lab whose clock a test moves, with a webhook among the people."""

    def __init__(self, uri="http://127.0.0.1:9/alerts", common=True):
        super().__init__()
        self.now = NOW
        self.state.runtime.clock = lambda: self.now
        self.state.audit._clock = lambda: self.now
        receiver = {"name": "hook", "serviceUri": uri, "useCommonAlertSchema": common}
        assert self.put("actionGroups", "people", self.people(webhookReceivers=[receiver])).status == 201

    def rule(self, **properties):
        assert self.put("metricAlerts", "few", self.metric(**properties)).status in (200, 201)

    def connected(self, count):
        self.state.runtime.metrics.note(definitions.CONNECTED, self.now, count)

    def minutes(self, count):
        """Pass so many minutes, and say what was sent in each."""
        found = []
        for _ in range(count):
            self.now += 60
            found.append([each.body["data"]["essentials"]["monitorCondition"] for each in firing.look(self.state)])
        return found

    def status(self):
        return [row["properties"]["status"] for row in self.ask("metricAlerts", "few/status", version="2018-03-01")
                .body["value"]]  # fmt: skip


@pytest.fixture
def played():
    return Moving()


def test_a_rule_fires_once_and_resolves_after_three_good_looks(played):
    played.connected(5)
    played.rule()
    assert played.status() == [] and played.minutes(6) == [[]] * 6 and played.status() == ["Healthy"]
    played.connected(0)
    assert played.minutes(6) == [[], [], [], ["Fired"], [], []]  # the average of five minutes falls below 2
    assert played.status() == ["Unhealthy"]
    played.connected(5)
    assert played.minutes(6) == [[], [], [], ["Resolved"], [], []]
    assert played.status() == ["Healthy"]
    told = [each.reason for each in played.state.audit.recent(100) if each.action == "alert"]
    assert told == ["fired: connectedDeviceCount is 1 (LessThan 2)",
                    "resolved: connectedDeviceCount is 4 (LessThan 2)"]  # fmt: skip


def test_what_is_sent_is_the_common_alert_schema(played):
    played.connected(0)
    played.rule(description="few devices")
    played.now += 60
    (notice,) = firing.look(played.state)
    essentials, context = notice.body["data"]["essentials"], notice.body["data"]["alertContext"]
    assert notice.body["schemaId"] == "azureMonitorCommonAlertSchema"
    assert essentials["alertTargetIDs"] == [played.hub.lower()] and essentials["configurationItems"] == ["lab-hub"]
    assert (essentials["severity"], essentials["description"]) == ("Sev2", "few devices")
    assert essentials["firedDateTime"] == "2027-01-15T08:01:00.000Z"
    (criterion,) = context["condition"]["allOf"]
    assert (criterion["metricValue"], criterion["threshold"], criterion["operator"]) == (0, "2", "LessThan")
    assert context["condition"]["windowStartTime"] == "2027-01-15T07:56:00.000Z"


def test_counts_are_summed_over_the_window(played):
    row = {**played.metric()["properties"]["criteria"]["allOf"][0], "metricName": definitions.ORPHANED,
           "operator": "GreaterThan", "threshold": 1, "timeAggregation": "Total"}  # fmt: skip
    criteria = {**played.metric()["properties"]["criteria"], "allOf": [row]}
    played.rule(criteria=criteria)
    assert played.minutes(2) == [[], []]  # nothing was ever counted
    played.state.runtime.count(definitions.ORPHANED)
    assert played.minutes(1) == [[]]
    played.state.runtime.count(definitions.ORPHANED)
    assert played.minutes(1) == [["Fired"]]


def test_a_rule_that_is_off_and_a_dynamic_one_say_nothing(played):
    played.connected(0)
    played.rule(enabled=False)
    assert played.minutes(3) == [[]] * 3
    played.rule(criteria=dynamic())
    assert played.minutes(3) == [[]] * 3


def test_a_rule_is_looked_at_as_often_as_it_says(played):
    played.connected(0)
    played.rule(evaluationFrequency="PT5M", autoMitigate=False)
    assert played.minutes(7) == [["Fired"], [], [], [], [], ["Fired"], []]


def test_a_group_that_is_off_is_sent_nothing(played):
    played.connected(0)
    played.put("actionGroups", "people", played.people(enabled=False))
    played.rule()
    assert played.minutes(2) == [[], []] and played.status() == ["Unhealthy"]


@pytest.fixture
def heard():
    """What a webhook on this machine was sent, and its address."""
    bodies = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200 if self.path == "/alerts" else 500)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", bodies
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "common", "reason"),
    [("/alerts", True, ""), ("/wrong", True, "answered with 500"), ("/alerts", False, "common alert schema alone")],
)
def test_a_webhook_on_this_machine_is_sent_it(heard, path, common, reason):
    uri, bodies = heard
    played = Moving(uri + path, common)
    played.connected(0)
    played.rule()
    played.now += 60
    asyncio.run(webhook.send(played.state, firing.look(played.state)))
    assert len(bodies) == common
    (sent,) = [each for each in played.state.audit.recent(10) if each.action == "webhook"]
    assert sent.outcome == ("refused" if reason else "accepted") and reason in sent.reason


@pytest.mark.parametrize("uri", ["https://hooks.example.com/x?code=secret", "http://10.0.0.1/x", "http://127.0.0.1:9/"])
def test_nothing_leaves_this_machine(uri):
    played = Moving(uri)
    played.connected(0)
    played.rule()
    played.now += 60
    asyncio.run(webhook.send(played.state, firing.look(played.state)))
    (sent,) = [each for each in played.state.audit.recent(10) if each.action == "webhook"]
    assert sent.outcome == "refused" and sent.reason and "secret" not in str(sent)
