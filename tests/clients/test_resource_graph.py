"""Services of many subscriptions by Resource Graph: pages, windows, and what the lab's answers are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azext_iotdiag.clients import resource_graph
from azext_iotdiag.clients.arm import Arm, ArmError
from azext_iotdiag.clients.http import HttpAnswer
from azext_iotdiag.clients.resource_graph import FoundService
from azext_iotdiag.lab.lab import Lab, new_lab
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, Resource, Subscription
from azext_iotdiag.model.failure import StepFailed
from tests.plugins.http_in_memory import to, to_lab
from tests.plugins.lab_requests import ARM, token


def of_lab(state: Lab, role: str = "Owner") -> Arm:
    text = token(state, state.tenant.named("servicePrincipal", role))
    return Arm(ARM, lambda: text, http=to_lab(state))


def test_all_services_of_the_lab() -> None:
    state = new_lab()
    mine = state.tenant.subscriptions[0]
    found = {each.type: each for each in resource_graph.services(of_lab(state), [mine.id])}
    assert {type_: each.host for type_, each in found.items()} == {
        "microsoft.devices/iothubs": state.hub.host,
        "microsoft.devices/provisioningservices": state.provisioning[0].host,
        "microsoft.iotcentral/iotapps": "lab-app.azureiotcentral.com",
    }
    hub = found["microsoft.devices/iothubs"]
    assert (hub.name, hub.group, hub.subscription) == ("lab-hub", "lab-group", mine.id)
    assert [each.name for each in resource_graph.services(of_lab(state), [mine.id], [HUB_TYPE])] == ["lab-hub"]


def test_only_what_the_caller_may_read_and_asked_for() -> None:
    state = new_lab()
    other = Subscription("00000000-0000-0000-0000-000000000009", "Other", groups={"g": "westeurope"})
    other.resources.append(Resource(HUB_TYPE, "hidden", "g", state.hub))
    state.tenant.subscriptions.append(other)
    ids = [each.id for each in state.tenant.subscriptions]
    assert "hidden" not in [each.name for each in resource_graph.services(of_lab(state), ids)]
    assert list(resource_graph.services(of_lab(state), [other.id])) == []
    assert list(resource_graph.services(of_lab(state), [])) == []


def page(rows: list[Any], token_: Any = None, **headers: str) -> HttpAnswer:
    body = {"data": rows, **({"$skipToken": token_} if token_ is not None else {})}
    return HttpAnswer(200, headers, json.dumps(body).encode())


ROW = {"id": "/s", "name": "h", "type": "t", "properties": {"hostName": "H.x"}}


def test_pages_and_a_window_that_is_used_up() -> None:
    bodies: list[dict] = []
    pauses: list[float] = []
    spent = {"x-ms-user-quota-remaining": "0", "x-ms-user-quota-resets-after": "00:00:04"}
    answers = [page([ROW], "a", **spent), page([ROW], "b"), page([])]

    def serve(_method: str, _host: str, _target: str, body: bytes) -> HttpAnswer:
        bodies.append(json.loads(body))
        return answers.pop(0)

    arm = Arm(ARM, lambda: "t", http=to(serve))
    found = list(resource_graph.services(arm, ["s"], sleep=pauses.append))
    assert found == [FoundService("t", "/s", "h", "", "", "h.x", "", ROW["properties"])] * 2
    assert [each["options"].get("$skipToken") for each in bodies] == [None, "a", "b"] and pauses == [4.0]


@pytest.mark.parametrize(("remaining", "resets", "pause"), [
    ("3", "00:00:04", 0.0), ("0", "00:00:04", 4.0), ("0", "00:01:00", 30.0), ("0", "soon", 5.0), ("", "", 0.0),
])  # fmt: skip
def test_how_long_to_wait(remaining: str, resets: str, pause: float) -> None:
    headers = {"x-ms-user-quota-remaining": remaining, "x-ms-user-quota-resets-after": resets}
    assert resource_graph.pause_of(HttpAnswer(200, headers, b"")) == pause


def test_more_subscriptions_than_one_question_takes() -> None:
    bodies: list[dict] = []

    def serve(_method: str, _host: str, _target: str, body: bytes) -> HttpAnswer:
        bodies.append(json.loads(body))
        return page([])

    list(resource_graph.services(Arm(ARM, lambda: "t", http=to(serve)), [str(n) for n in range(1001)]))
    assert [len(each["subscriptions"]) for each in bodies] == [1000, 1]


@pytest.mark.parametrize("answer", [
    (200, {"data": [1]}), (200, {}), (200, b"<html>"), page([], "a"), page([], 7), (302, {}),
])  # fmt: skip
def test_answers_that_are_of_no_use(answer: Any) -> None:
    arm = Arm(ARM, lambda: "t", http=to(lambda *_: answer))
    with pytest.raises(StepFailed):
        list(resource_graph.services(arm, ["s"], sleep=lambda _: None))


def test_the_lab_refuses_what_the_service_refuses() -> None:
    state = new_lab()
    now = [1_000_000.0]
    state.runtime.clock = lambda: now[0]
    arm = of_lab(state)
    version, step = resource_graph.VERSION, "x"
    with pytest.raises(ArmError, match="does not know the table 'alerts'"):
        arm.post(resource_graph.PATH, version, step, {"query": "alerts"})
    for _ in range(14):
        arm.post(resource_graph.PATH, version, step, {"query": "resources"})
    with pytest.raises(ArmError) as error:
        arm.post(resource_graph.PATH, version, step, {"query": "resources"})
    assert (error.value.status, error.value.code) == (429, "RateLimiting")
    now[0] += 6
    first = arm.post(
        resource_graph.PATH, version, step, {"query": "resources | order by name asc", "options": {"$top": 2}}
    )
    told = json.loads(first.body)
    assert (told["totalRecords"], told["count"], told["$skipToken"]) == (4, 2, "2")
    assert [row["name"] for row in told["data"]] == ["lab-app", "lab-dps"]
