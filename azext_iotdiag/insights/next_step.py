"""The command that leads on from what a device's log says."""

from __future__ import annotations

import re

from azext_iotdiag.insights import stages
from azext_iotdiag.insights.stages import Stage

_HUB = re.compile(r"\b([A-Za-z0-9][A-Za-z0-9-]{1,62})\.azure-devices\.(?:net|cn|us|de)\b", re.I)
_DEVICE = re.compile(
    r"\.azure-devices\.[a-z]+/([\w.-]{1,128})/|\bdevices/([\w.-]{1,128})/messages|"
    r"\bdevice ?_?id[\"']?\s?[:=]\s?[\"']?([\w.-]{1,128})",
    re.I,
)
_NO_NAME = frozenset({"null", "none", "undefined", "true", "false", "device", "deviceid", "id", "string", "the"})
_KEY = frozenset({
    "device-refused", "sdk-bad-credential", "token-refused", "sas-signed-by-another-key", "hub-401003", "hub-401002",
    "key-malformed", "sdk-unauthorized", "hub-401000",
})  # fmt: skip
_TOKEN = frozenset({"sas-expired", "sas-for-another-device", "sas-for-another-host", "sdk-token-expired", "clock-skew"})
_DEVICE_STATE = frozenset({
    "device-unknown", "device-disabled", "hub-403012", "hub-404001", "thumbprint-differs", "common-name-differs",
    "tls-client-certificate-refused", "mqtt-client-id-refused",
})  # fmt: skip


def names(text: str) -> tuple[str, str]:
    """The hub and the device that a piece of a log names, "" for each that it does not."""
    hub, device = _HUB.search(text), _DEVICE.search(text)
    named = next((group for group in device.groups() if group), "") if device else ""
    return hub[1] if hub else "", "" if named.lower() in _NO_NAME else named.strip(".")


_SHOW = "az iot diag device show --hub-name HUB --device-id DEVICE"
_KEY_TEST = "az iot diag key test --connection-string @device.txt --login @hub.txt"
_INSPECT = "az iot diag sas inspect --sas-token @token.txt --check-clock"
_NETWORK = "az iot diag network test --host HUB.azure-devices.net"
_PROVISIONING = "az iot diag check --hub-name HUB --dps-name DPS --device-id DEVICE --error CODE"
_CENTRAL = "az iot diag check --app-id APP --device-id DEVICE --error CODE"
_CHECK = "az iot diag check --hub-name HUB --device-id DEVICE --error CODE"
_EXPLAIN = "az iot diag explain CODE"


def after(code: str, hub: str = "", device: str = "") -> str:
    """The command to run next where a log's root is this code. HUB and DEVICE stand for what it does not name."""
    named = {"HUB": hub or "HUB", "DEVICE": device or "DEVICE", "CODE": code}
    return re.sub(r"\b(?:HUB|DEVICE|CODE)\b", lambda match: named[match[0]], _command(code))


def _command(code: str) -> str:
    if code in _KEY:
        return _KEY_TEST
    if code in _TOKEN:
        return _INSPECT
    if code in _DEVICE_STATE:
        return _SHOW
    if code.startswith("dps-"):
        return _PROVISIONING
    if code.startswith("central-"):
        return _CENTRAL
    if Stage.NAME <= stages.of(code) <= Stage.TLS:
        return _NETWORK
    return _EXPLAIN if stages.of(code) < Stage.NAME else _CHECK
