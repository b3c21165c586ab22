"""Credentials in the place of names, ids, times and paths, in the real command line of az."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.credential.malformed import leaks
from tests.plugins import az

KEY = "c2VjcmV0LWtleS1vZi10aGUtdGVzdC10aGF0LW5vLW9uZS1rbm93cw=="
HUB = f"HostName=hub.azure-devices.net;SharedAccessKeyName=owner;SharedAccessKey={KEY}"
DEVICE = f"HostName=hub.azure-devices.net;DeviceId=pump;SharedAccessKey={KEY}"
EVENT_HUB = f"Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey={KEY};EntityPath=e"
TOKEN = f"SharedAccessSignature sr=hub.azure-devices.net&sig={KEY.replace('=', '%3D')}&se=1800000000&skn=owner"
CHECK, MONITOR = ("check",), ("monitor", "events")


@pytest.mark.parametrize(("arguments", "option", "text", "kind", "instead"), [
    ((*MONITOR, "-n"), "--hub-name", HUB, "a hub's connection string", "--login @FILE"),
    ((*MONITOR, "-n", "hub", "-d"), "--device-id", DEVICE, "a device's connection string", "--connection-string @FILE"),
    ((*MONITOR, "-n", "hub", "--cg"), "--consumer-group", EVENT_HUB, "an Event Hub's", "--login @FILE"),
    ((*MONITOR, "-n", "hub", "--since"), "--since", TOKEN, "a SAS token", "--help names the option"),
    ((*MONITOR, "--app-id"), "--app-id", HUB, "a hub's connection string", "--login @FILE"),
    ((*CHECK, "-n", "hub", "-g"), "--resource-group", HUB, "a hub's connection string", "--login @FILE"),
    ((*CHECK, "--host"), "--host", HUB, "a hub's connection string", "--login @FILE"),
    ((*CHECK, "-n", "hub", "--save-facts"), "--save-facts", HUB, "a hub's connection string", "--login @FILE"),
    ((*CHECK, "--facts"), "--facts", HUB, "a hub's connection string", "--login @FILE"),
    (("report", "create", "-n", "hub", "--to-file"), "--to-file", HUB, "a hub's connection string", "--login @FILE"),
    (("device", "create", "-n", "hub", "-d"), "--device-id", DEVICE, "a device's", "--connection-string @FILE"),
    (("device", "list", "--dps-name"), "--dps-name", HUB, "a hub's connection string", "--login @FILE"),
    (("logs", "errors", "--file", "a.csv"), "--file", TOKEN, "a SAS token", "--help names the option"),
    (("method", "ping", "-n", "hub", "-d", "pump", "--method-name"), "--method-name", HUB, "a hub's", "--login @FILE"),
    (("alert", "create", "-n", "hub", "--yes", "--email"), "--email", HUB, "a hub's", "--login @FILE"),
    (("lab", "stop", "--name"), "--name", HUB, "a hub's connection string", "--login @FILE"),
])  # fmt: skip
def test_a_credential_is_refused_where_none_belongs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments, option: str, text: str, kind: str, instead: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run = az.az("iot", "diag", *arguments, text)
    assert run.code == 1 and f"ERROR: {option}: this is {kind}" in run.err and instead in run.err, run.err
    assert not leaks(run.err) and KEY not in run.err and run.out == b"" and [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("device", ["a" * 64, "CN=pump-7;O=example-works;serial=0123456789", f"{'b' * 43}="])
def test_an_unusual_id_is_no_credential(device: str) -> None:
    run = az.az("iot", "diag", "monitor", "events", "-d", device)
    assert run.code == 1 and "Which hub?" in run.err
