"""What Advisor finds wrong with a hub."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub import advice, sessions
from azext_iotdiag.lab.hub.session import DeviceSession
from azext_iotdiag.lab.lab import new_lab

NOW = 1_800_000_000.0


@pytest.fixture
def runtime():
    return new_lab(clock=lambda: NOW).runtime


def said(runtime):
    return [each.text for each in advice.recommendations(runtime)]


def connect(runtime, times=1, device="device-1"):
    for _ in range(times):
        sessions.connect(runtime, DeviceSession(runtime.hub.devices[device], "mqtt", "", lambda _code, _why: None))


def test_a_hub_that_is_well(runtime):
    connect(runtime, 3)  # twice replaced: it may have restarted
    assert said(runtime) == []


def test_two_clients_with_one_identity(runtime):
    connect(runtime, 4)
    assert said(runtime) == ["IoT Hub Potential Device Storm Detected"]
    runtime.clock = lambda: NOW + 86_401
    assert said(runtime) == []


def test_reconnects_now_and_then_are_no_storm(runtime):
    for number in range(10):
        runtime.clock = lambda number=number: NOW + number * 400
        connect(runtime)
    assert said(runtime) == []


@pytest.mark.parametrize(("sdk", "language", "version"), [
    ("iothubclient/1.3.7 (native; Linux)", "C", "1.3.7"),
    (".NET/1.19.0 (.NET Core)", "C#", "1.19.0"),
    ("azure-iot-device/1.9.4 (node v10)", "Node", "1.9.4"),
    ("azure-iot-device-iothub-py/1.4.6", "Python", "1.4.6"),
])  # fmt: skip
def test_old_sdks(runtime, sdk, language, version):
    runtime.hub.devices["device-1"].sdk = runtime.hub.devices["device-2"].sdk = sdk
    (found,) = advice.recommendations(runtime)
    assert found.details["language"] == language and found.details["currentVersion"] == version
    assert found.details["deviceCount"] == "2" and found.type_id.startswith("d448c687")


@pytest.mark.parametrize("sdk", [
    "", "iothubclient/1.10.0", "azure-iot-device/1.18.4 (node)", "azure-iot-device-iothub-py/2.14.0(…)", "paho/1.0.0",
    ".NET/", ".NET/x.y", "com.microsoft.azure.sdk.iot.iot-device-client/1.0.0",
])  # fmt: skip
def test_sdks_that_are_new_or_not_known(runtime, sdk):
    runtime.hub.devices["device-1"].sdk = sdk
    assert said(runtime) == []


@pytest.mark.parametrize("fallback", [None, {"isEnabled": False}, {"isEnabled": "false"}])
def test_a_fallback_that_is_off(runtime, fallback):
    runtime.hub.settings.properties["routing"]["fallbackRoute"] = fallback
    assert said(runtime) == ["IoT Hub Fallback Route Disabled"]
