"""`health show` of a lab in memory, and of answers that a lab would not give."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from azext_iotdiag.clients import resource_health
from azext_iotdiag.lab.lab import Lab, new_lab
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.health import HealthRead
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes.context import Context, Resource
from azext_iotdiag.render import health as render
from azext_iotdiag.sessions import health
from tests.plugins import http_in_memory
from tests.plugins.lab_requests import token

NOW = 1_800_000_000.0


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    state = new_lab(clock=lambda: NOW)
    made = http_in_memory.to_lab(state)
    monkeypatch.setattr(context_module, "Http", lambda host, connections, **options: made(host, **options))
    return state


def read(state: Lab, what=None) -> HealthRead:
    what = what or state.hub
    reader = state.tenant.named("servicePrincipal", "Reader")
    host = getattr(what, "host", "x")
    resource = Resource(state.tenant.path_of(what), host, "https://management.azure.com", partial(token, state, reader))
    return health.read(Context(resource=resource))


def issue(**more) -> dict:
    impact = {"impactedService": "IoT Hub", "impactedRegions": [{"impactedRegion": "West Europe"}]}
    properties = {"eventType": "ServiceIssue", "status": "Active", "title": "IoT Hub - West Europe - Mitigating",
                  "impactStartTime": "2027-01-15T07:00:00.1234567Z", "impact": [impact], **more}  # fmt: skip
    return {"name": "7TN_-DZ8", "properties": properties}


def test_available_proves_nothing_of_quota_rules_and_routes(lab: Lab) -> None:
    found = read(lab)
    assert found.exit_code == exit_codes.HEALTHY
    said = list(render.lines(found))
    assert said[0] == "√ Azure reports lab-hub.azure-devices.net as available."
    assert "no evidence against quota, network rules or routes" in said[1]
    assert said[-1] == "  → Look for the cause: `az iot diag check --hub-name lab-hub`"
    assert "No service issue is known for IoT in this region." in "\n".join(said)


def test_what_azure_reports_is_the_answer(lab: Lab, golden: Callable[[str, str], None]) -> None:
    read(lab)
    lab.faults.start("server-silent")
    other = issue(title="Storage", impact=[{"impactedService": "Storage", "impactedRegions": []}])
    lab.tenant.issues += [issue(), other]
    found = read(lab)
    assert found.exit_code == exit_codes.PROBLEM and [each.id for each in found.active] == ["7TN_-DZ8"]
    golden("health.txt", "".join(f"{line}\n" for line in render.lines(found)))
    golden("health.json", json.dumps(render.data(found), indent=2, ensure_ascii=False) + "\n")
    assert [row["Health"] for row in render.table(render.data(found))][1:3] == ["Unavailable", "Available"]


@pytest.mark.parametrize(
    "more",
    [
        {"status": "Resolved"},
        {"eventType": "PlannedMaintenance"},
        {"impact": [{"impactedService": "IoT Hub", "impactedRegions": [{"impactedRegion": "East US"}]}]},
        {"impact": [{"impactedService": "Storage", "impactedRegions": [{"impactedRegion": "West Europe"}]}]},
        {"impact": []},
    ],
)
def test_what_is_over_or_elsewhere_is_no_problem(lab: Lab, more) -> None:
    lab.tenant.issues.append(issue(**more))
    assert read(lab).exit_code == exit_codes.HEALTHY


def test_of_a_provisioning_service_it_is_said_that_it_is_not_offered(lab: Lab) -> None:
    found = read(lab, lab.provisioning[0])
    assert (found.offered, found.exit_code) == (False, exit_codes.HEALTHY)
    assert render.answer(found) == "√ Azure reports no service issue. Resource Health is not offered for this type."


def test_who_reads_one_group_alone_is_told_of_service_issues(lab: Lab) -> None:
    group = f"{lab.tenant.subscriptions[0].path}/resourceGroups/lab-group"
    reader = lab.tenant.named("servicePrincipal", "Reader")
    assert reader is not None
    lab.tenant.assignments[:] = [
        each._replace(scope=group) if each.principal == reader.object_id else each for each in lab.tenant.assignments
    ]
    found = read(lab)
    said = "\n".join(render.lines(found))
    assert found.exit_code == exit_codes.HEALTHY and found.issues is None
    assert "AuthorizationFailed" in said and "role Reader at the subscription" in said
    of_dps = read(lab, lab.provisioning[0])
    assert of_dps.exit_code == exit_codes.UNDETERMINED and render.answer(of_dps).startswith(
        "? Service issues could not"
    )


def test_who_may_read_nothing_is_told(lab: Lab) -> None:
    reader = lab.tenant.named("servicePrincipal", "Reader")
    lab.tenant.assignments.clear()
    lab.tenant.named = lambda *_: reader  # type: ignore[method-assign]
    found = read(lab)
    assert found.exit_code == exit_codes.UNDETERMINED and render.answer(found).startswith("? The health of lab-hub")


def test_an_unknown_state_is_undetermined() -> None:
    found = HealthRead("h", current=resource_health._availability({"properties": {"recommendedActions": 7}}), issues=())
    assert found.exit_code == exit_codes.UNDETERMINED
    assert render.answer(found) == "? Azure has no signal of h: Unknown."


def test_odd_rows_are_read() -> None:
    odd = resource_health._issue({"properties": {"impact": [7, {"impactedRegions": [7]}], "impactStartTime": "x"}}, "r")
    assert (odd.here, odd.since, odd.services) == (False, None, ("None",))


def test_an_application_has_resource_health_too(lab: Lab) -> None:
    found = read(lab, lab.apps[0].app)
    assert found.offered and found.current is not None and found.current.state == "Available"
    assert found.exit_code == exit_codes.HEALTHY and found.region
    (app,) = lab.apps
    found = replace(found, host=app.host)
    assert list(render.lines(found))[-1] == f"  → Look for the cause: `az iot diag check --app-id {app.app.subdomain}`"
