"""Subscriptions of Event Grid to the lab's hub."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant.tenant import GROUP
from tests.lab.net.test_odd_shapes import variants
from tests.plugins.lab_requests import arm

BODY = {"properties": {"destination": {"endpointType": "WebHook", "properties": {}},
                       "filter": {"includedEventTypes": ["Microsoft.Devices.DeviceDisconnected"]}}}  # fmt: skip


@pytest.fixture
def ask():
    state = new_lab(clock=lambda: 1_800_000_000.0)
    hub = f"{state.tenant.subscriptions[0].path}/resourceGroups/{GROUP}/providers/Microsoft.Devices/IotHubs/lab-hub"

    def asked(name="", method="GET", role="Owner", version="2022-06-15", **more):
        path = f"{hub}/providers/Microsoft.EventGrid/eventSubscriptions{'/' + name if name else ''}"
        return arm(state, path, method=method, role=role, version=version, **more)

    return asked


def test_a_subscription_is_kept_listed_and_deleted(ask):
    assert ask("mine", "PUT", body=BODY).status == 201
    (row,) = ask().body["value"]
    assert row["name"] == "mine" and row["properties"]["filter"] == BODY["properties"]["filter"]
    assert ask("MINE").body["properties"]["topic"].endswith("/IotHubs/lab-hub")
    assert ask("mine", "DELETE").status == 200 and ask("mine", "DELETE").status == 204 and ask("mine").status == 404


def test_without_a_filter_all_events_are_meant(ask):
    assert ask("all", "PUT", body={"properties": {"destination": {"endpointType": "EventHub"}}}).status == 201
    assert len(ask("all").body["properties"]["filter"]["includedEventTypes"]) == 5


def test_what_is_wrong_is_refused(ask):
    for odd in variants(BODY):
        assert ask("odd", "PUT", body=odd).status in (201, 400), odd
    assert ask("x", "PUT", role="Reader", body=BODY).status == 403
    assert ask(version="2018-01-01").status == 400
    assert ask(method="POST").status == 405 and ask("x", "POST").status == 405
