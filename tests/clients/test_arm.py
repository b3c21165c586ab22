"""The resource manager's client against answers that a lab would not give."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.clients import arm
from azext_iotdiag.clients.http import HttpAnswer
from azext_iotdiag.model.failure import Kind, StepFailed

ENDPOINT = "https://management.example/"
HUB = {
    "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/h",
    "name": "h",
    "properties": {"hostName": "H.azure-devices.net"},
}


@pytest.fixture
def asked(monkeypatch):
    """What was asked; `answers` holds what is answered, one after the other."""

    class Asked(list):
        def __init__(self):
            self.answers: list[tuple[int, object]] = []

    seen = Asked()

    def request(_self, method, target, _step, headers, **_):
        seen.append((method, target, headers["Authorization"]))
        status, data = seen.answers.pop(0)
        return HttpAnswer(status, {}, data if isinstance(data, bytes) else json.dumps(data).encode())

    monkeypatch.setattr(arm.Http, "request", request)
    return seen


def manager():
    return arm.Arm(ENDPOINT, lambda: "t")


def test_a_list_of_several_pages(asked):
    asked.answers = [(200, {"value": [HUB], "nextLink": f"{ENDPOINT}next?a=b"}), (200, {"value": [HUB]})]
    hubs = manager().hubs("s", "a group")
    assert [(hub.name, hub.group, hub.host, hub.local_auth) for hub in hubs] == [
        ("h", "g", "h.azure-devices.net", True)
    ] * 2
    path = "/subscriptions/s/resourceGroups/a%20group/providers/Microsoft.Devices/IotHubs"
    assert [target for _, target, _ in asked] == [f"{path}?api-version=2023-06-30", "/next?a=b"]
    assert asked[0][2] == "Bearer t"


def test_the_token_is_sent_to_no_other_host(asked):
    asked.answers = [(200, {"value": [], "nextLink": "https://evil.example/x"})]
    with pytest.raises(StepFailed, match=r"evil\.example"):
        manager().hubs("s")
    assert len(asked) == 1


def test_a_list_without_an_end(asked, monkeypatch):
    monkeypatch.setattr(arm, "_PAGES", 3)
    asked.answers = [(200, {"value": [], "nextLink": f"{ENDPOINT}next?{number}"}) for number in range(3)]
    with pytest.raises(StepFailed, match="more than 3 pages"):
        manager().hubs("s")


POLICY = {"keyName": "p", "rights": "ServiceConnect", "primaryKey": "a2V5", "secondaryKey": ""}


@pytest.mark.parametrize("row", [
    {}, {**POLICY, "keyName": 7}, {**POLICY, "rights": None}, {**POLICY, "rights": ["ServiceConnect"]},
    {**POLICY, "primaryKey": "no base64, and SECRET"}, {**POLICY, "secondaryKey": {"SECRET": 1}},
    {**POLICY, "primaryKey": ""},
])  # fmt: skip
def test_policies_of_the_wrong_shape(asked, row):
    asked.answers = [(200, {"value": [POLICY, row]})]
    with pytest.raises(StepFailed) as failed:
        manager().policies(arm.Service("/s", "h", "g", "h", {}))
    assert failed.value.failure.kind is Kind.NOT_HTTP and "SECRET" not in str(failed.value)


def test_no_word_of_an_answer_with_keys_is_shown(asked):
    asked.answers = [(200, b'{"value": [{"primaryKey": "SECRET"')]
    with pytest.raises(StepFailed) as failed:
        manager().policies(arm.Service("/s", "h", "g", "h", {}))
    assert "SECRET" not in str(failed.value)


@pytest.mark.parametrize("row", [{**HUB, "id": None}, {**HUB, "name": ["h"]}, "h", None, 5])
def test_hubs_of_the_wrong_shape(asked, row):
    asked.answers = [(200, {"value": [row]})]
    with pytest.raises(StepFailed) as failed:
        manager().hubs("s")
    assert failed.value.failure.kind is Kind.NOT_HTTP


@pytest.mark.parametrize("properties", [
    None, [], "x", {"hostName": 7, "networkRuleSets": [], "ipFilterRules": 3, "publicNetworkAccess": {}},
    {"networkRuleSets": {"defaultAction": "Deny", "ipRules": 7}},
])  # fmt: skip
def test_properties_of_the_wrong_type_are_none(asked, properties):
    asked.answers = [(200, {"value": [{**HUB, "properties": properties}]})]
    (hub,) = manager().hubs("s")
    assert (hub.host, hub.is_private, hub.rules_cover_messages, hub.has_ip_filter) == ("", False, False, False)
    assert hub.lets_in in (None, 0)


def test_a_redirect_is_not_followed(asked, monkeypatch):
    monkeypatch.setattr(
        arm.Http, "request", lambda *_, **__: HttpAnswer(302, {"location": "https://portal.example/x?token=1"}, b"{}")
    )
    with pytest.raises(StepFailed, match=r"HTTP 302 leads to portal\.example, and is not followed") as failed:
        manager().hubs("s")
    assert failed.value.failure.kind is Kind.NOT_HTTP


@pytest.mark.parametrize("data", [b"<html>", b"[]", b'{"value": 1}', b"{}"])
def test_what_is_no_answer(asked, data):
    asked.answers = [(200, data)]
    with pytest.raises(StepFailed) as failed:
        manager().hubs("s")
    assert failed.value.failure.kind is Kind.NOT_HTTP


@pytest.mark.parametrize(("status", "data", "code", "text"), [
    (404, {"error": {"code": "ResourceNotFound", "message": "gone"}}, "ResourceNotFound", "ResourceNotFound: gone"),
    (502, b"<html>bad gateway</html>", "", "HTTP 502: <html>bad gateway</html>"),
    (403, b"[]", "", "HTTP 403: []"),
    (400, {"error": None}, "", "{\"error\": null}"),
])  # fmt: skip
def test_errors_in_any_shape(asked, status, data, code, text):
    asked.answers = [(status, data)]
    with pytest.raises(arm.ArmError) as error:
        manager().hubs("s")
    assert (error.value.status, error.value.code, str(error.value)) == (status, code, text)


def test_a_missing_right_is_named(asked):
    message = "The client 'c' does not have authorization to perform action 'A/b/read' over scope '/s/x' or"
    asked.answers = [(403, {"error": {"code": "AuthorizationFailed", "message": message}})]
    with pytest.raises(arm.ArmError) as error:
        manager().hubs("s")
    assert (error.value.action, error.value.scope) == ("A/b/read", "/s/x")
