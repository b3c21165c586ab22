"""What an IoT Central application is asked, how its pages are joined, and how its refusals and tokens are read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azext_iotdiag.clients import central as clients
from azext_iotdiag.clients.central import Central, read_error
from azext_iotdiag.clients.deadlines import Clock, Deadlines
from azext_iotdiag.clients.http import HttpAnswer
from azext_iotdiag.credential import sas
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.target import Secret, Target

APP = "app.azureiotcentral.com"
TARGET = Target(app=APP, authorization=lambda: Secret("SharedAccessSignature x"))
TOKEN = sas.sign("sb://ns/hub", b"key", 2_000_000_000, "service")


def answer(data: Any, status: int = 200) -> HttpAnswer:
    return HttpAnswer(status, {}, data if isinstance(data, bytes) else json.dumps(data).encode())


class Http:
    """Stands in for the connection: gives answers, notes requests."""

    def __init__(self, answers):
        self.host = APP
        self.answers = list(answers)
        self.asked = []

    def request(self, method, target, step, *, headers, body, patience):
        self.asked.append((method, target))
        assert headers == {"Authorization": "SharedAccessSignature x"} and body == b""
        return self.answers.pop(0)

    def failed(self, kind, step, description, condition=""):
        return StepFailed(Failure(kind, step, APP, 443, "", condition, description))

    def close(self):
        pass


@pytest.fixture
def app(monkeypatch):
    def make(*answers, pauses=None):
        http = Http(answers)
        monkeypatch.setattr(clients, "Http", lambda host, **_: http)
        sleep = (pauses if pauses is not None else []).append
        return Central(TARGET, deadlines=Deadlines(clock=Clock(sleep=sleep))), http

    return make


def test_pages_are_joined(app) -> None:
    client, http = app(
        answer({"value": [{"id": "a"}], "nextLink": f"https://{APP}/api/devices?x=1&$skiptoken=5"}),
        answer({"value": [{"id": "b"}]}),
    )
    assert [each["id"] for each in client.devices()] == ["a", "b"]
    assert http.asked == [
        ("GET", "/api/devices?api-version=2022-07-31&maxpagesize=100"), ("GET", "/api/devices?x=1&$skiptoken=5")
    ]  # fmt: skip


def test_a_page_at_another_host_is_not_asked_for(app) -> None:
    client, http = app(answer({"value": [], "nextLink": "https://evil.example/api/devices"}))
    with pytest.raises(StepFailed, match=r"another host, evil\.example"):
        list(client.devices())
    assert len(http.asked) == 1


def test_ids_are_written_as_a_part_of_the_path(app) -> None:
    client, http = app(answer({"id": "x"}), answer({}), answer({}))
    client.device("a/b?c")
    client.template("dtmi:x;1")
    client.properties("d")
    assert [path.partition("?")[0] for _, path in http.asked] == [
        "/api/devices/a%2Fb%3Fc", "/api/deviceTemplates/dtmi%3Ax%3B1", "/api/devices/d/properties"
    ]  # fmt: skip


def test_requests_keep_a_pace(app) -> None:
    pauses: list[float] = []
    client, _ = app(answer({}), answer({}), pauses=pauses)
    client.device("a")
    client.device("b")
    assert len(pauses) == 1 and 0 < pauses[0] <= clients.PACE_SECONDS


@pytest.mark.parametrize(("status", "kind"), [
    (400, Kind.REFUSED), (401, Kind.UNAUTHORIZED), (403, Kind.UNAUTHORIZED), (404, Kind.MISSING), (429, Kind.BUSY),
    (503, Kind.BUSY), (422, Kind.REFUSED),
])  # fmt: skip
def test_refusals(app, status: int, kind: Kind) -> None:
    client, _ = app(answer({"error": {"code": "C", "message": "no\nway", "requestId": "r1"}}, status))
    with pytest.raises(StepFailed) as caught:
        client.device("d")
    failure = caught.value.failure
    assert (failure.kind, failure.condition, failure.description) == (
        kind, f"http:{status}", "C: no way (request r1)"
    )  # fmt: skip


@pytest.mark.parametrize(("body", "told"), [
    ({"error": {"code": "A", "message": "m"}}, ("A", "m")), ({"message": "m"}, ("", "m")),
    (b"<html>oops", ("", "<html>oops")), (b"", ("", "HTTP 500")), ({"error": "text"}, ("", '{"error": "text"}')),
])  # fmt: skip
def test_forms_of_a_refusal(body: Any, told: tuple[str, str]) -> None:
    assert read_error(answer(body, 500)) == told


@pytest.mark.parametrize("body", [b"[]", b"no json", b""])
def test_what_is_no_answer_of_an_application(app, body: bytes) -> None:
    client, _ = app(answer(body))
    with pytest.raises(StepFailed) as caught:
        client.device("d")
    assert caught.value.failure.kind is Kind.NOT_HTTP


@pytest.mark.parametrize(("hostname", "host"), [
    ("sb://ns.servicebus.windows.net/", "ns.servicebus.windows.net"),
    ("https://ns.servicebus.windows.net:443/", "ns.servicebus.windows.net"),
    ("ns.servicebus.windows.net", "ns.servicebus.windows.net"),
])  # fmt: skip
def test_tokens_of_streams(app, hostname: str, host: str) -> None:
    told = {"sasToken": TOKEN, "entityPath": "hub", "hostname": hostname}
    client, http = app(answer({"one": {"expiry": 5, "eventhubSasToken": told}}))
    (found,) = client.event_tokens(0)
    assert (found.hub, found.host, found.entity, found.token.reveal()) == ("one", host, "hub", TOKEN)
    assert found.expires == 2_000_000_000  # what the token itself says
    assert http.asked == [("POST", "/system/iothubs/generateEventSasTokens")]


@pytest.mark.parametrize("told", [
    {"sasToken": "SharedAccessSignature sig=secret", "entityPath": "h", "hostname": "x"},
    {"sasToken": TOKEN, "hostname": "x"}, {"sasToken": TOKEN, "entityPath": "h", "hostname": "sb:///"}, "secret",
])  # fmt: skip
def test_tokens_that_cannot_be_read_are_not_shown(app, told: Any) -> None:
    client, _ = app(answer({"one": {"eventhubSasToken": told}}))
    with pytest.raises(StepFailed) as caught:
        client.event_tokens(0)
    failure = caught.value.failure
    assert failure.kind is Kind.NOT_HTTP and "sig" not in failure.description and "secret" not in failure.description
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_an_application_without_hubs(app) -> None:
    client, _ = app(answer({}))
    with pytest.raises(StepFailed, match="names no hub"):
        client.event_tokens(0)
