"""The third article end to end: a rule on connected devices, a device that drops, and the webhook that hears of it."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from azext_iotdiag.lab.tenant.tenant import ACTION_GROUP_TYPE, GROUP, Resource
from tests.flows.conftest import Flow
from tests.flows.devices import connected
from tests.plugins import az as plugin

pytestmark = pytest.mark.slow
Run = Callable[..., plugin.Run]
SECONDS = 20


@pytest.fixture
def webhook() -> Iterator[tuple[str, queue.SimpleQueue]]:
    """The address of a webhook on this machine, and what it was sent."""
    heard: queue.SimpleQueue = queue.SimpleQueue()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/alerts", heard
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_webhook_hears_when_devices_drop(flow: Flow, run_as: Run, webhook) -> None:
    uri, heard = webhook
    receiver = {"name": "hook", "serviceUri": uri, "useCommonAlertSchema": True}
    properties = {"groupShortName": "people", "enabled": True, "webhookReceivers": [receiver]}
    group = Resource(ACTION_GROUP_TYPE, "people", GROUP, properties=properties)
    flow.lab.call(flow.lab.state.tenant.subscriptions[0].resources.append, group)

    client = connected(flow)
    made = run_as(("alert", "create"), "--threshold", "1", "--action-group", "people", "--yes")
    assert made.code == 0 and json.loads(made.out)["carriedOut"] is True, made.err
    client.disconnect()
    client.loop_stop()
    flow.wait_for(lambda: not flow.lab.state.runtime.sessions, "the end of the session")

    flow.lab.break_("clock-ahead", seconds=600)  # five minutes without a device are over
    body = heard.get(timeout=SECONDS)
    essentials = body["data"]["essentials"]
    assert (body["schemaId"], essentials["monitorCondition"]) == ("azureMonitorCommonAlertSchema", "Fired")
    assert essentials["alertRule"] == "az-iot-diag-lab-hub-connected-devices"
    assert body["data"]["alertContext"]["condition"]["allOf"][0]["metricValue"] == 0
    flow.lab.mend()

    listed = run_as(("alert", "list"))
    assert (listed.code, json.loads(listed.out)["rules"][0]["fires"]) == (0, True)
    assert "fires now: az-iot-diag-lab-hub-connected-devices" in listed.err
