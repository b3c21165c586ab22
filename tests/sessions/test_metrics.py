"""`metrics show` of a lab's hub in memory, and of answers that a lab would not give."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from azext_iotdiag.lab.central import application
from azext_iotdiag.lab.hub.routing import ingress
from azext_iotdiag.lab.lab import Lab, new_lab
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.metrics import MetricsRead, Point
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes.context import Context, Resource
from azext_iotdiag.render import metrics as render
from azext_iotdiag.sessions import metrics
from tests.plugins import http_in_memory
from tests.plugins.lab_requests import token

NOW = 1_800_000_000 - 1_800_000_000 % 3600
MILLISECONDS = NOW * 1000
MINUTE = 60_000


def _without_connections(make: Callable, host: str, **options):
    options.pop("connections")
    return make(host, **options)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab that is asked in place of Azure."""
    state = new_lab(clock=lambda: NOW - 30.0)
    monkeypatch.setattr(context_module, "Http", partial(_without_connections, http_in_memory.to_lab(state)))
    return state


def read(state: Lab, minutes: int = 30) -> MetricsRead:
    id_ = state.tenant.path_of(state.hub)
    reader = state.tenant.named("servicePrincipal", "Reader")
    resource = Resource(id_, state.hub.host, "https://management.azure.com", lambda: token(state, reader))
    return metrics.read(Context(resource=resource), MILLISECONDS - minutes * MINUTE, MILLISECONDS)


def send(state: Lab, times: int) -> None:
    for _ in range(times):
        ingress.take(state.runtime, state.hub.devices["device-1"], b"{}", system={}, properties={})


def without_routes(state: Lab) -> None:
    state.hub.settings.update({"routing": {"routes": [], "fallbackRoute": {
        "source": "DeviceMessages", "condition": "true", "endpointNames": ["events"], "isEnabled": False,
    }}})  # fmt: skip


def test_where_messages_went(lab: Lab) -> None:
    send(lab, 7)
    found = read(lab)
    assert found.exit_code == exit_codes.HEALTHY and found.lacking == ()
    assert found.value("d2c.telemetry.ingress.success") == 7 and found.value("totalDeviceCount") == 3
    assert found.quota is not None and found.quota.messages == 7
    assert render.answer(found) == "√ 7 of 7 messages were accepted, 7 reached the built-in endpoint."


def test_what_no_route_took_is_the_answer(lab: Lab) -> None:
    without_routes(lab)
    send(lab, 2)
    found = read(lab)
    assert [each.entry.code for each in found.findings] == ["route-orphaned"]
    assert found.exit_code == exit_codes.PROBLEM
    assert render.answer(found).startswith("× No route took 2 messages, and the fallback route is off. 2 of 2 ")


def test_that_nothing_was_sent_is_the_answer(lab: Lab) -> None:
    found = read(lab)
    assert found.exit_code == exit_codes.HEALTHY
    assert render.answer(found).startswith(
        "! No device sent telemetry to lab-hub.azure-devices.net since 2027-01-15T07:30"
    )


def test_who_may_not_read_them_is_told_the_right(lab: Lab) -> None:
    lab.tenant.assignments.clear()
    reader = lab.tenant.principals[1]
    lab.tenant.named = lambda *_: reader  # type: ignore[method-assign]
    found = read(lab)
    assert (found.exit_code, found.series) == (exit_codes.UNDETERMINED, ())
    assert "Microsoft.Insights/metricdefinitions/read" in found.findings[0].message.replace("D", "d")
    assert render.answer(found).startswith("? The metrics of lab-hub.azure-devices.net are not known.")


def test_a_metric_that_the_hub_does_not_have_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        context_module, "Http", partial(_without_connections, http_in_memory.to(_of_another_hub, asked))
    )
    resource = Resource("/subscriptions/s/h", "h.azure-devices.net", "https://management.example", lambda: "t")
    found = metrics.read(Context(resource=resource), MILLISECONDS - 7 * 86_400_000, MILLISECONDS)
    assert found.value("d2c.telemetry.ingress.success") == 4 and len(found.lacking) == 15
    assert found.series[0].points == (Point(MILLISECONDS, 4.0), Point(MILLISECONDS + MINUTE, None))
    assert "interval=PT1H" in asked[1] and "timespan=2027-01-08T08%3A00%3A00Z%2F2027-01-15T08%3A00%3A00Z" in asked[1]
    assert any("This hub has no metric connectedDeviceCount, " in line for line in render.lines(found))


def _of_another_hub(_method: str, _host: str, target: str, _body: bytes) -> tuple[int, dict]:
    name = {"value": "d2c.telemetry.ingress.success", "localizedValue": "Sent"}
    if "metricDefinitions" in target:
        return 200, {"value": [{"name": name}, {"name": {}}, {}]}
    if "quotaMetrics" in target:
        return 403, {"error": {"code": "AuthorizationFailed", "message": "no"}}
    data = [{"timeStamp": "2027-01-15T08:00:00Z", "total": 4}, {"timeStamp": "2027-01-15T08:01:00Z"}, {"timeStamp": 5}]
    return 200, {"value": [{"name": name, "timeseries": [{"data": data}]}, {"name": {"value": "other"}}, 7]}


def test_as_text_and_as_data(lab: Lab, golden: Callable[[str, str], None]) -> None:
    without_routes(lab)
    send(lab, 2)
    found = read(lab, minutes=5)
    golden("metrics.txt", "".join(f"{line}\n" for line in render.lines(found)))
    golden("metrics.json", json.dumps(render.data(found), indent=2, ensure_ascii=False) + "\n")


def test_as_a_table(lab: Lab) -> None:
    send(lab, 1)
    rows = render.table(render.data(read(lab)))
    assert rows[0]["Metric"].startswith("√ 1 of 1 messages")
    assert {"Metric": "totalDeviceCount", "Value": 3.0, "Portal": "Total devices"} in rows


def test_bars_go_from_nothing_to_the_highest_value() -> None:
    points = [Point(0, None), Point(1, 0.0), Point(2, 5.0), Point(3, 10.0)]
    assert render.sparkline(points).strip() == "▁▅█"
    assert len(render.sparkline(points)) == len(render.sparkline([])) == render.WIDTH
    assert render.sparkline([Point(n, float(n)) for n in range(240)])[-1] == "█"
    assert set(render.sparkline([Point(n, 0.0) for n in range(24)])) == {"▁"}


def of_dps(state: Lab) -> MetricsRead:
    dps = state.provisioning[0]
    reader = state.tenant.named("servicePrincipal", "Reader")
    resource = Resource(
        state.tenant.path_of(dps), dps.host, "https://management.azure.com", lambda: token(state, reader)
    )
    return metrics.read(Context(resource=resource), MILLISECONDS - 30 * MINUTE, MILLISECONDS)


def test_of_a_provisioning_service_refused_devices_are_told_from_silent_ones(lab: Lab) -> None:
    dps = lab.provisioning[0]
    silent = of_dps(lab)
    assert silent.exit_code == exit_codes.HEALTHY and silent.lacking == ()
    assert next(render.lines(silent)).startswith(f"! No device tried to register at {dps.host} since 2027-01-15T07:30")
    dps.metrics.count("AttestationAttempts", NOW - 60, 3)
    assert render.answer(of_dps(lab)) == (
        f"! 3 attestations were tried, 0 devices were assigned. Devices reach {dps.host}, and it refuses them."
    )
    dps.metrics.count("DeviceAssignments", NOW - 60, 2)
    found = of_dps(lab)
    assert render.answer(found) == "√ 3 attestations were tried, 2 devices were assigned."
    said = "\n".join(render.lines(found))
    assert "A metric counts all devices of the provisioning service." in said and found.quota is None


def of_app(state: Lab, minutes: int = 30) -> MetricsRead:
    (app,) = state.apps
    reader = state.tenant.named("servicePrincipal", "Reader")
    resource = Resource(
        state.tenant.path_of(app.app), app.host, "https://management.azure.com", lambda: token(state, reader)
    )
    return metrics.read(Context(resource=resource), MILLISECONDS - minutes * MINUTE, MILLISECONDS)


def test_an_application_has_metrics_of_its_own(lab: Lab, golden: Callable[[str, str], None]) -> None:
    (app,) = lab.apps
    application.send_samples(app, 0)
    backing = app.hubs[0]
    ingress.take(backing, next(iter(backing.hub.devices.values())), b"{}", system={}, properties={})
    found = of_app(lab)
    assert found.exit_code == exit_codes.HEALTHY and found.lacking == ()
    assert found.value("d2c.telemetry.ingress.success") == 3 + 1 and found.value("connectedDeviceCount") == 3
    assert found.value("provisionedDeviceCount") == sum(each.provisioned for each in app.members.values())
    assert render.answer(found) == "√ 4 of 4 messages were accepted."
    golden("metrics_of_app.txt", "\n".join(render.lines(found)))


def test_what_failed_in_an_application_is_named(lab: Lab) -> None:
    (app,) = lab.apps
    app.hubs[0].count("d2c.twin.update.failure")
    app.metrics.count("dataExport.error", NOW - 60, 2)
    assert render.answer(of_app(lab)).endswith("Failed: 1 property updates of devices, 2 data exports.")


def test_the_metrics_of_an_application_have_no_values_of_a_minute(lab: Lab) -> None:
    (app,) = lab.apps
    application.send_samples(app, 0)
    (series,) = (each for each in of_app(lab).series if each.metric.name == "d2c.telemetry.ingress.success")
    assert len(series.points) == 30 / 5
