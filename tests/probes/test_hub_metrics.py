"""What a hub counted in the last hour, of a lab in memory."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from azext_iotdiag.lab.hub.routing import ingress
from azext_iotdiag.lab.lab import Lab, new_lab
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.hub_metrics import HubMetrics
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes import hub_metrics
from azext_iotdiag.probes.context import Context, Resource
from tests.plugins import clocks, http_in_memory
from tests.plugins.lab_requests import token

NOW = 1_800_000_000


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    state = new_lab(clock=lambda: NOW - 90.0)
    made = http_in_memory.to_lab(state)
    monkeypatch.setattr(context_module, "Http", lambda host, connections, **options: made(host, **options))
    return state


def context(lab: Lab, role: str = "Reader") -> Context:
    reader = lab.tenant.named("servicePrincipal", role)
    id_ = lab.tenant.path_of(lab.hub)
    resource = Resource(id_, lab.hub.host, "https://management.azure.com", partial(token, lab, reader))
    return Context(resource=resource, deadlines=clocks.deadlines(lambda: float(NOW)))


def send(lab: Lab) -> None:
    ingress.take(lab.runtime, lab.hub.devices["device-1"], b"{}", system={}, properties={})


def test_what_was_counted(lab: Lab) -> None:
    send(lab)
    lab.hub.settings.update({"routing": {"routes": [], "fallbackRoute": {
        "source": "DeviceMessages", "condition": "true", "endpointNames": ["events"], "isEnabled": False,
    }}})  # fmt: skip
    send(lab)
    until = NOW * 1000
    assert hub_metrics.measure(context(lab), 15.0, {}) == HubMetrics(
        until - 3_600_000, until, attempted=2, accepted=2, orphaned=1, built_in=1
    )


def test_of_a_hub_that_counted_nothing_nothing_is_known(lab: Lab) -> None:
    found = hub_metrics.measure(context(lab), 15.0, {})
    assert replace(found, since=0, until=0) == HubMetrics(0, 0) and not found.lost_all and found.minutes == 60


def test_who_may_not_read_them_is_refused(lab: Lab) -> None:
    refused = context(lab)
    lab.tenant.assignments.clear()
    with pytest.raises(StepFailed, match="metrics"):
        hub_metrics.measure(refused, 15.0, {})
