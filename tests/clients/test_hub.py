"""What a hub's REST API is asked, how its pages are joined, and how its refusals are read."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.clients import hub as clients
from azext_iotdiag.clients.http import HttpAnswer
from azext_iotdiag.clients.hub import Hub, HubError, read_error
from azext_iotdiag.credential import sas
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.method import MethodCall
from azext_iotdiag.model.target import Secret, Target

KEY = "a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5"
TARGET = Target(hub="hub.azure-devices.net", policy="iothubowner", credential=Secret(KEY))
TRACKING = "Tracking ID:0145380c-G:0-TimeStamp:11/10/2016 08:37:23"


def answer(data, status=200, **headers) -> HttpAnswer:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return HttpAnswer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


class Http:
    """Stands in for the connection: gives answers, notes requests."""

    def __init__(self, answers):
        self.answers = list(answers)
        self.asked = []

    connecting = 0.0

    def request(self, method, target, step, *, headers, body, patience):
        self.asked.append((method, target, headers, body))
        return self.answers.pop(0)

    def failed(self, kind, step, description, condition=""):
        return StepFailed(Failure(kind, step, TARGET.hub, 443, "", condition, description))

    def close(self):
        pass


@pytest.fixture
def hub(monkeypatch):
    def make(*answers, now=lambda: 1000.0):
        http = Http(answers)
        monkeypatch.setattr(clients, "Http", lambda host, **_: http)
        return Hub(TARGET, now), http

    return make


def test_pages_are_joined(hub) -> None:
    client, http = hub(
        answer([{"deviceId": "a"}], x_ms_continuation="t1"),
        answer([], x_ms_continuation="t2"),
        answer([{"deviceId": "b"}]),
    )
    assert list(client.query("SELECT 1")) == [[{"deviceId": "a"}], [], [{"deviceId": "b"}]]
    assert [headers.get("x-ms-continuation") for *_, headers, _ in http.asked] == [None, "t1", "t2"]
    method, target, headers, body = http.asked[0]
    assert (method, target) == ("POST", "/devices/query?api-version=2021-04-12")
    assert (headers["x-ms-max-item-count"], json.loads(body)) == ("1000", {"query": "SELECT 1"})
    token = sas.read(headers["Authorization"])
    assert (token.resource, token.policy, token.expires) == (TARGET.hub, "iothubowner", 4600)
    assert sas.matches(token, sas.iothub_key(KEY))


def test_a_token_is_renewed_before_it_ends(hub) -> None:
    clock = [1000.0]
    client, http = hub(*[answer({})] * 3, now=lambda: clock[0])
    for seconds in (0.0, 1700.0, 200.0):
        clock[0] += seconds
        client.twin("a")
    ends = [sas.read(headers["Authorization"]).expires for *_, headers, _ in http.asked]
    assert ends == [4600, 4600, 6500]


CALL = MethodCall("re boot", {"in": 5}, response_seconds=10, connect_seconds=60)


def test_a_method_is_called(hub) -> None:
    client, http = hub(answer({"status": 201, "payload": None}))
    called = client.call_method("a b", "m/1", CALL)
    assert (called.http, called.told, called.refused) == (200, {"status": 201, "payload": None}, None)
    method, target, headers, body = http.asked[0]
    assert (method, target) == ("POST", "/twins/a%20b/modules/m%2F1/methods?api-version=2021-04-12")
    assert json.loads(body) == {
        "methodName": "re boot", "payload": {"in": 5}, "responseTimeoutInSeconds": 10, "connectTimeoutInSeconds": 60,
    }  # fmt: skip
    assert headers["Authorization"].startswith("SharedAccessSignature ")


@pytest.mark.parametrize(("body", "status", "text"), [
    (b'{"status":200,"payload":{"a":1}\0}', 200, '{"a":1}\0'), (b'{"status":-1,"payload":done}', -1, "done"),
    (b' { "status" : 200 , "payload" : \xff } ', 200, "\\xff "),
])  # fmt: skip
def test_an_answer_of_a_device_that_is_no_json(hub, body, status, text) -> None:
    """A hub does not read what a device answers: Azure/azure-iot-sdk-c issue 1641."""
    client, _ = hub(answer(body))
    called = client.call_method("d", "", CALL)
    assert (called.http, called.told, called.text, called.refused) == (200, {"status": status}, text, None)


def test_a_hub_that_waits_for_a_device_is_given_that_time(monkeypatch) -> None:
    made = []
    monkeypatch.setattr(clients, "Http", lambda host, **given: made.append(given) or Http([answer({"status": 1})]))
    Hub(TARGET, lambda: 0.0).call_method("d", "", CALL)
    deadlines = made[1]["deadlines"]
    assert deadlines.request > 70 and deadlines.requests.tries == 1 and "connections" not in made[1]


def test_a_refusal_of_a_call_is_told_as_it_came(hub) -> None:
    client, _ = hub(answer({"Message": "ErrorCode:DeviceNotOnline;gone", "ExceptionMessage": TRACKING}, 404))
    called = client.call_method("d", "", CALL)
    assert (called.http, called.told, called.refused) == (404, {}, HubError("DeviceNotOnline", "gone", TRACKING))


def test_a_call_that_the_login_may_not_make_is_made_with_a_key(hub) -> None:
    client, http = hub(answer({}, 401), answer({"status": 200}))
    opening = [TARGET]
    client._target = Target(hub="h", authorization=lambda: Secret("Bearer x"), instead=lambda: opening.pop())
    assert client.call_method("d", "", CALL).http == 200
    assert [headers["Authorization"].split()[0] for *_, headers, _ in http.asked] == ["Bearer", "SharedAccessSignature"]


@pytest.mark.parametrize(("answered", "words"), [
    (answer(b"<html>portal</html>"), "it begins with '<html>portal</html>'"),
    (answer({}, 307, location="https://portal.example"), "portal.example"),
])  # fmt: skip
def test_what_answers_a_call_in_the_hubs_place(hub, answered, words) -> None:
    client, _ = hub(answered)
    with pytest.raises(StepFailed) as caught:
        client.call_method("d", "", CALL)
    assert caught.value.failure.kind is Kind.NOT_HTTP and words in caught.value.failure.description


def test_ids_are_encoded(hub) -> None:
    client, http = hub(answer({"deviceId": "a#/?"}), answer({}))
    assert client.twin("a#/?%") == {"deviceId": "a#/?"}
    client.device("a b")
    assert [target for _, target, *_ in http.asked] == [
        "/twins/a%23%2F%3F%25?api-version=2021-04-12", "/devices/a%20b?api-version=2021-04-12",
    ]  # fmt: skip


@pytest.mark.parametrize(("answered", "words"), [
    (answer(b"<html>portal</html>"), "it begins with '<html>portal</html>'"),
    (answer({"a": 1}), "no objects"),
    (answer([1]), "no objects"),
    (answer(b"[" * 100_000), "no JSON"),
])  # fmt: skip
def test_answers_that_are_none(hub, answered, words: str) -> None:
    client, _ = hub(answered)
    with pytest.raises(StepFailed) as failed:
        list(client.query("SELECT 1"))
    assert failed.value.failure.kind is Kind.NOT_HTTP and words in failed.value.failure.description


@pytest.mark.parametrize("rows", [[], [{"deviceId": "d"}]])
def test_pages_without_end_end(hub, rows) -> None:
    client, _ = hub(*[answer(rows, x_ms_continuation="t")] * 5)
    with pytest.raises(StepFailed) as failed:
        list(client.query("SELECT 1"))
    assert "do not end" in failed.value.failure.description


@pytest.mark.parametrize(("status", "kind"), [
    (400, Kind.REFUSED), (401, Kind.UNAUTHORIZED), (403, Kind.UNAUTHORIZED), (404, Kind.MISSING),
    (409, Kind.REFUSED), (429, Kind.BUSY), (500, Kind.BUSY), (503, Kind.BUSY),
])  # fmt: skip
def test_refusals(hub, status: int, kind: Kind) -> None:
    client, _ = hub(answer({"Message": "ErrorCode:Some;words"}, status))
    with pytest.raises(StepFailed) as failed:
        client.twin("a")
    failure = failed.value.failure
    assert (failure.kind, failure.condition, failure.description) == (kind, "Some", "words")


@pytest.mark.parametrize(("answered", "error"), [
    (answer({"Message": "ErrorCode:DeviceNotFound;pump", "ExceptionMessage": TRACKING}, 404,
            iothub_errorcode="DeviceNotFound"), HubError("DeviceNotFound", "pump", TRACKING)),
    (answer({"Message": "ErrorCode:ArgumentNull;BadRequest", "ExceptionMessage": TRACKING}, 400),
     HubError("ArgumentNull", "BadRequest", TRACKING)),
    (answer({"Message": json.dumps({"errorCode": 404103, "trackingId": "t", "message": "offline", "info": None}),
             "ExceptionMessage": ""}, 404), HubError("404103", "offline", "Tracking ID:t")),
    (answer({"errorCode": 401002, "trackingId": "t", "message": "Unauthorized", "info": None}, 401),
     HubError("401002", "Unauthorized", "Tracking ID:t")),
    (answer({"Message": {"errorCode": 400004, "message": "no"}}, 400), HubError("400004", "no")),
    (answer({"error": {"code": "NotFound", "message": "gone"}}, 404), HubError("NotFound", "gone")),
    (answer({"Message": "plain words"}, 400), HubError("", "plain words")),
    (answer({"Message": "{ not JSON"}, 400), HubError("", "{ not JSON")),
    (answer({"Message": None}, 400), HubError("", '{"Message": null}')),
    (answer(b"<html>\n<h1>Blocked</h1>", 403), HubError("", "<html> <h1>Blocked</h1>")),
    (answer(b"", 502), HubError("", "HTTP 502")),
    (answer([], 400, iothub_errorcode="X"), HubError("X", "[]")),
])  # fmt: skip
def test_the_forms_of_a_refusal(answered, error) -> None:
    assert read_error(answered) == error


def test_a_redirect_is_not_followed(hub) -> None:
    client, http = hub(answer([], 307, location="https://portal.example/?t=1"))
    with pytest.raises(StepFailed, match=r"HTTP 307 leads to portal\.example") as failed:
        list(client.query("SELECT 1"))
    assert (failed.value.failure.kind, len(http.asked)) == (Kind.NOT_HTTP, 1)


def test_a_refusal_in_words() -> None:
    assert str(HubError("X", "words", TRACKING)) == f"words ({TRACKING})"
    assert str(HubError("X", "two\n\twords ")) == "two words"


def made(*answers):
    hub = Hub(TARGET, lambda: 0.0)
    hub._http = Http(answers)
    return hub, hub._http


def test_an_identity_is_made_with_a_key_of_ours():
    hub, http = made(answer({"deviceId": "a b"}))
    hub.create_device("a b", Secret(KEY), "why")
    ((method, target, _headers, body),) = http.asked
    assert (method, target.partition("?")[0]) == ("PUT", "/devices/a%20b")
    sent = json.loads(body)
    assert sent["authentication"]["symmetricKey"] == {"primaryKey": KEY, "secondaryKey": KEY}
    assert (sent["deviceId"], sent["statusReason"]) == ("a b", "why")


@pytest.mark.parametrize("told", [b"<html>Log in to the hotel</html>", {"deviceId": "other"}, {}])
def test_an_answer_that_is_no_identity_made_nothing(told):
    hub, _http = made(answer(told))
    with pytest.raises(StepFailed) as caught:
        hub.create_device("d", Secret(KEY))
    assert caught.value.failure.kind is Kind.NOT_HTTP and "hotel" not in caught.value.failure.description


def test_an_identity_may_have_two_keys_and_no_reason():
    hub, http = made(answer({"deviceId": "d"}))
    hub.create_device("d", Secret(KEY), secondary=Secret("b3RoZXI="))
    sent = json.loads(http.asked[0][3])
    assert sent["authentication"]["symmetricKey"] == {"primaryKey": KEY, "secondaryKey": "b3RoZXI="}
    assert "statusReason" not in sent


def test_an_identity_is_deleted_only_in_the_version_that_was_read():
    hub, http = made(answer(b"", 204))
    assert hub.delete_device("d", "AAA=") and http.asked[0][2]["If-Match"] == '"AAA="'


EXISTS = answer({"Message": "ErrorCode:DeviceAlreadyExists;d"}, 409, iothub_errorcode="DeviceAlreadyExists")


@pytest.mark.parametrize(("key", "ours"), [(KEY, True), ("b3RoZXI=", False)])
def test_one_that_is_there_already_is_ours_if_it_has_our_key(key, ours):
    hub, _http = made(EXISTS, answer({"authentication": {"symmetricKey": {"primaryKey": key}}}))
    if ours:
        hub.create_device("d", Secret(KEY), "")
    else:
        with pytest.raises(StepFailed):
            hub.create_device("d", Secret(KEY), "")


def test_an_identity_is_deleted():
    hub, http = made(answer(b"", 204), answer({"Message": "ErrorCode:DeviceNotFound;d"}, 404), answer({}, 401))
    assert hub.delete_device("d") is True
    assert http.asked[0][:2] == ("DELETE", f"/devices/d?api-version={clients.API_VERSION}")
    assert http.asked[0][2]["If-Match"] == "*"
    assert hub.delete_device("d") is False
    with pytest.raises(StepFailed):
        hub.delete_device("d")


def test_a_module_is_asked_for():
    hub, http = made(answer({"moduleId": "m"}))
    assert hub.module("d", "m/x") == {"moduleId": "m"}
    assert http.asked[0][1].startswith("/devices/d/modules/m%2Fx?")
