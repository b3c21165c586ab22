"""Twins are shown, changed, replaced and queried over REST."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub import sessions
from azext_iotdiag.lab.lab import new_lab
from tests.plugins.rest_calls import call, refused

ALL = {"query": "SELECT * FROM devices"}


@pytest.fixture
def state():
    return new_lab(device_count=250).runtime


def query(state, text=ALL["query"], **headers):
    return call(state, "POST", "devices/query", {"query": text}, **headers)


def test_a_twin_changes_and_whoever_listens_hears_it(state):
    heard, device = [], state.hub.devices["device-1"]
    session = sessions.DeviceSession(device, "mqtt", "here", lambda *_: None, on_desired=heard.append)
    sessions.connect(state, session)
    first = call(state, "GET", "twins/device-1")
    assert first.headers == {"ETag": '"AAAAAAAAAAE="'}
    call(state, "PATCH", "twins/device-1", {"tags": {"site": "north"}}, if_match='"AAAAAAAAAAE="')
    changed = call(state, "PATCH", "twins/device-1", {"properties": {"desired": {"every": 5}}}).body
    assert (changed["tags"], changed["properties"]["desired"]["every"]) == ({"site": "north"}, 5)
    replaced = call(state, "PUT", "twins/device-1", {"tags": {"a": 1}, "properties": {"desired": {"b": 2}}})
    assert replaced.body["tags"] == {"a": 1}
    assert replaced.headers == {"ETag": f'"{replaced.body["etag"]}"'}
    assert heard == [{"every": 5, "$version": 2}, {"b": 2, "$version": 3}]
    assert call(state, "GET", "twins/device-1").body == replaced.body


def test_a_twin_that_changed_meanwhile(state):
    answered = call(state, "PATCH", "twins/device-1", {"tags": {"site": "north"}}, if_match='"AAAAAAAAAAI="')
    assert refused(answered) == (412, "PreconditionFailed")
    assert refused(call(state, "PATCH", "twins/device-1", {"tags": {"a b": 1}})) == (400, "ArgumentInvalid")
    assert "tags" not in call(state, "GET", "twins/device-1").body


@pytest.mark.parametrize("asked", [{"tags": {"a": [1]}}, {"properties": {"desired": {"a": {"b": []}}}}])
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_arrays_need_a_newer_version(state, method, asked):
    """Azure/azure-iot-explorer issue 305: those before 2019-10-01 are refused, with the words of csharp issue 65."""
    for version in ("2018-06-30", "2019-07-01-preview"):
        answered = call(state, method, "twins/device-1", asked, query={"api-version": version})
        assert refused(answered) == (400, "ArgumentInvalid")
        assert "Provided json is not a valid 'tags' or 'properties' object: arrays are not" in answered.body["Message"]
    plain = {"tags": {"a": {"b": "c"}}}
    assert call(state, method, "twins/device-1", plain, query={"api-version": "2018-06-30"}).status == 200
    assert call(state, method, "twins/device-1", asked, query={"api-version": "2019-10-01"}).status == 200


@pytest.mark.parametrize(("asked", "pages"), [
    ({}, [100, 100, 50]), ({"x_ms_max_item_count": "7000"}, [250]), ({"x_ms_max_item_count": "125"}, [125, 125]),
])  # fmt: skip
def test_pages(state, asked, pages):
    sizes, ids, token = [], [], {}
    while True:
        answered = query(state, **asked, **token)
        assert answered.headers["x-ms-item-type"] == "Twin"
        sizes.append(len(answered.body))
        ids += [row["deviceId"] for row in answered.body]
        if "x-ms-continuation" not in answered.headers:
            break
        token = {"x_ms_continuation": answered.headers["x-ms-continuation"]}
    assert (sizes, ids) == (pages, list(state.hub.devices))


@pytest.mark.parametrize("headers", [
    {"x_ms_max_item_count": "0"}, {"x_ms_max_item_count": "-1"}, {"x_ms_max_item_count": "x"},
    {"x_ms_continuation": "x"}, {"x_ms_continuation": "WzFd"}, {"x_ms_continuation": "WzEsMl0="},
])  # fmt: skip
def test_headers_that_are_no_good(state, headers):
    assert refused(query(state, **headers)) == (400, "ArgumentInvalid")


def test_a_continuation_belongs_to_its_query(state):
    token = query(state).headers["x-ms-continuation"]
    other = query(state, "SELECT deviceId FROM devices", x_ms_continuation=token)
    assert refused(other) == (400, "ArgumentInvalid")


@pytest.mark.parametrize("body", [{}, [], {"query": ""}, {"query": 1}, None])
def test_no_query(state, body):
    assert refused(call(state, "POST", "devices/query", body)) == (400, "ArgumentNull")


def test_a_query_that_is_wrong(state):
    answered = query(state, "SELECT * FROM c")
    assert refused(answered) == (400, "ArgumentInvalid")
    assert "SQL query parse failed" in answered.body["Message"]


def test_what_is_projected(state):
    answered = query(state, "SELECT COUNT() AS n FROM devices WHERE status = 'enabled'")
    assert (answered.body, answered.headers) == ([{"n": 250}], {"x-ms-item-type": "Raw"})
    assert query(state, "SELECT * FROM devices.modules").body == []
