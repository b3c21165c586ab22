"""Devices are made, shown, changed and removed over REST."""

from __future__ import annotations

import base64

import pytest

from azext_iotdiag.lab.hub import sessions
from azext_iotdiag.lab.hub.rest import registry
from azext_iotdiag.lab.lab import new_lab
from tests.plugins.rest_calls import call, refused

NOW = 1_700_000_000.0
KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def state():
    return new_lab(clock=lambda: NOW).runtime


def test_a_device(state):
    answered = call(state, "GET", "devices/device-1")
    device = state.hub.devices["device-1"]
    assert answered.headers == {"ETag": f'"{device.etag}"'}
    assert answered.body == {
        "deviceId": "device-1", "generationId": device.generation_id, "etag": device.etag,
        "connectionState": "Disconnected", "status": "enabled", "statusReason": None,
        "connectionStateUpdatedTime": "0001-01-01T00:00:00Z", "statusUpdatedTime": "0001-01-01T00:00:00Z",
        "lastActivityTime": "0001-01-01T00:00:00Z", "cloudToDeviceMessageCount": 0,
        "authentication": {
            "symmetricKey": {"primaryKey": device.primary.reveal(), "secondaryKey": device.secondary.reveal()},
            "x509Thumbprint": {"primaryThumbprint": None, "secondaryThumbprint": None}, "type": "sas",
        },
        "capabilities": {"iotEdge": False},
    }  # fmt: skip


@pytest.mark.parametrize("device_id", ["device-9", "Device-1"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "devices"), ("DELETE", "devices"), ("GET", "twins"), ("PATCH", "twins")]
)
def test_a_device_that_is_not_there(state, device_id, method, path):
    answered = call(state, method, f"{path}/{device_id}", {})
    assert refused(answered) == (404, "DeviceNotFound")
    assert answered.body["Message"].endswith(f";{device_id}")


def test_the_list(state):
    assert [each["deviceId"] for each in call(state, "GET", "devices").body] == ["device-1", "device-2", "device-3"]
    top = {"api-version": "2021-04-12", "top": "2"}
    assert len(call(state, "GET", "devices", query=top).body) == 2
    for wrong in ("0", "1001", "x", "-1", ""):
        assert refused(call(state, "GET", "devices", query={**top, "top": wrong}))[0] == 400


def test_a_new_device(state):
    asked = {"deviceId": "new!", "status": "disabled", "statusReason": "spare",
             "authentication": {"symmetricKey": {"primaryKey": KEY}}}  # fmt: skip
    made = call(state, "PUT", "devices/new!", asked).body
    assert (made["status"], made["statusReason"], made["statusUpdatedTime"]) == (
        "disabled", "spare", "2023-11-14T22:13:20Z",
    )  # fmt: skip
    assert made["authentication"]["symmetricKey"]["primaryKey"] == KEY
    assert len(base64.b64decode(made["authentication"]["symmetricKey"]["secondaryKey"])) == 32
    assert call(state, "GET", "devices/new!").body == made
    assert call(state, "GET", "twins/new!").body["status"] == "disabled"
    assert refused(call(state, "PUT", "devices/new!", asked)) == (409, "DeviceAlreadyExists")


def test_x509_devices_show_no_keys(state):
    asked = {
        "deviceId": "x",
        "authentication": {"type": "selfSigned", "x509Thumbprint": {"primaryThumbprint": "ab" * 20}},
    }
    shown = call(state, "PUT", "devices/x", asked).body["authentication"]
    assert shown["x509Thumbprint"] == {"primaryThumbprint": "AB" * 20, "secondaryThumbprint": None}
    assert shown["symmetricKey"] == {"primaryKey": None, "secondaryKey": None}


def test_a_change_needs_the_etag(state):
    device = state.hub.devices["device-1"]
    before, asked = device.etag, {"deviceId": "device-1", "status": "disabled"}
    assert refused(call(state, "PUT", "devices/device-1", asked, if_match='"x"')) == (412, "PreconditionFailed")
    changed = call(state, "PUT", "devices/device-1", asked, if_match=f'"{before}"')
    assert changed.body["status"] == "disabled" and changed.body["etag"] != before
    assert changed.body["authentication"]["symmetricKey"]["primaryKey"] == device.primary.reveal()
    assert refused(call(state, "PUT", "devices/none", {"deviceId": "none"}, if_match="*")) == (404, "DeviceNotFound")
    assert refused(call(state, "DELETE", "devices/device-1", if_match=f'"{before}"')) == (412, "PreconditionFailed")
    assert call(state, "DELETE", "devices/device-1", if_match="*").status == 204
    assert "device-1" not in state.hub.devices


@pytest.mark.parametrize("change", [
    {"deviceId": "other"}, {"status": "asleep"}, {"statusReason": "x" * 129}, {"statusReason": 1},
    {"authentication": [1]}, {"authentication": {"type": "magic"}}, {"authentication": {"symmetricKey": "x"}},
    {"authentication": {"symmetricKey": {"primaryKey": "short"}}},
    {"authentication": {"symmetricKey": {"primaryKey": 7}}},
    {"authentication": {"symmetricKey": {"secondaryKey": base64.b64encode(b"x" * 65).decode()}}},
    {"authentication": {"x509Thumbprint": {"primaryThumbprint": "xyz"}}},
    {"authentication": {"x509Thumbprint": {"primaryThumbprint": 7}}}, {"capabilities": "x"},
])  # fmt: skip
def test_what_no_device_can_be(state, change):
    assert refused(call(state, "PUT", "devices/new", {"deviceId": "new", **change})) == (400, "ArgumentInvalid")
    assert "new" not in state.hub.devices


@pytest.mark.parametrize(("path", "body"), [
    ("a b", {"deviceId": "a b"}), ("x" * 129, {"deviceId": "x" * 129}), ("a", []), ("a", None),
])  # fmt: skip
def test_what_no_id_can_be(state, path, body):
    assert refused(call(state, "PUT", f"devices/{path}", body)) == (400, "ArgumentInvalid")


def test_a_lab_stays_small(state, monkeypatch):
    monkeypatch.setattr(registry, "LARGEST_REGISTRY", 3)
    assert refused(call(state, "PUT", "devices/new", {"deviceId": "new"})) == (413, "TooManyDevices")


def test_a_device_that_may_not_connect_any_more_is_cut_off(state):
    ends = []
    for name in ("device-1", "device-2"):
        device = state.hub.devices[name]
        sessions.connect(state, sessions.DeviceSession(device, "mqtt", "here", lambda code, _why: ends.append(code)))
    call(state, "PUT", "devices/device-1", {"deviceId": "device-1", "status": "disabled"}, if_match="*")
    call(state, "DELETE", "devices/device-2")
    assert ends == [403012, 404001]


def test_statistics(state):
    state.hub.devices["device-1"].status = "disabled"
    state.hub.devices["device-2"].connected = True
    counts = {"totalDeviceCount": 3, "enabledDeviceCount": 2, "disabledDeviceCount": 1}
    assert call(state, "GET", "statistics/devices").body == counts
    assert call(state, "GET", "statistics/service").body == {"connectedDeviceCount": 1}


@pytest.mark.parametrize(("given", "edge"), [(True, True), ("true", True), ("False", False), (None, False)])
def test_a_truth_value_may_be_a_text(state, given, edge):
    asked = {"deviceId": "d", "capabilities": {"iotEdge": given}}
    assert call(state, "PUT", "devices/d", asked).body["capabilities"] == {"iotEdge": edge}
    assert refused(call(state, "PUT", "devices/e", {"deviceId": "e", "capabilities": {"iotEdge": 1}})) == (
        400, "ArgumentInvalid"
    )  # fmt: skip
