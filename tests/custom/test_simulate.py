"""`simulate` as az calls it: what it hands back, says and raises, and with which exit code it ends."""

from __future__ import annotations

import base64
import socket
from types import SimpleNamespace

import pytest
from azure.cli.core.azclierror import AzureConnectionError, InvalidArgumentValueError

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.custom.simulate import simulate
from azext_iotdiag.knowledge import device, mqtt
from azext_iotdiag.model.target import Secret
from azext_iotdiag.simulate import device as simulate_device
from tests.plugins.mqtt_lab import mqtt_lab

WRONG_KEY = base64.b64encode(b"x" * 32).decode()


class Cmd:
    """What a command gets from az, and what it did with it."""

    def __init__(self):
        self.ending = []
        self.cli_ctx = SimpleNamespace(
            data={"safe_params": []},
            register_event=lambda _event, act: self.ending.append(act),
            unregister_event=lambda _event, act: self.ending.remove(act),
        )

    def exit_code(self):
        for act in tuple(self.ending):
            with pytest.raises(SystemExit) as left:
                act()
            return left.value.code
        return 0


@pytest.fixture
def cmd():
    return Cmd()


@pytest.fixture
def lab(monkeypatch, tmp_path):
    with mqtt_lab() as running:
        (tmp_path / "ca.pem").write_text(running.ca_pem)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        monkeypatch.setenv("AZURE_IOTDIAG_CONNECT_TO", f"{running.host}:8883=127.0.0.1:{running.port}")
        yield running


def string(lab, device="device-1", key=None):
    return DeviceConnectionString(lab.host, device, key=Secret(key) if key else lab.device(device).primary)


@pytest.mark.parametrize("kind", ["json", "text", "gzip", "binary"])
def test_summary(lab, cmd, capsys, kind):
    result = simulate(cmd, string(lab), message_interval=0.0, message_count=3, body_kind=kind)
    assert result.pop("seconds") < 10
    assert result == {"version": 1, "device": "device-1", "sent": 3, "acknowledged": 3, "ended": "count"}
    assert len(lab.messages()) == 3
    assert cmd.exit_code() == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"Connecting to {lab.host} as device-1 ...\nConnected.\n")
    assert "3 sent, 3 acknowledged in " in said.err


def test_given_data(lab, cmd):
    simulate(cmd, string(lab), message_interval=0.0, message_count=1, body_kind="text", data="hello")
    (message,) = lab.messages()
    assert (message.body, message.properties["content-type"]) == (b"hello", "text/plain")


def test_a_refused_device_is_a_finding(lab, cmd, capsys, caplog):
    result = simulate(cmd, string(lab, key=WRONG_KEY), message_count=1)
    assert (result["sent"], result["ended"]) == (0, "refused")
    assert cmd.exit_code() == 4
    said = caplog.text + capsys.readouterr().err
    assert "mqtt:5" in said and "does not say why" in said
    for reason in ("key is not the device's", "does not know the device", "disabled", "expired", "IP rule"):
        assert reason in said
    assert WRONG_KEY not in said and "sig=" not in said


@pytest.mark.parametrize(("code", "entry"), [
    (2, mqtt.CLIENT_ID_REFUSED), (3, mqtt.SERVER_UNAVAILABLE), (4, mqtt.DEVICE_REFUSED),
])  # fmt: skip
def test_each_refusal_has_a_reason_of_its_own(lab, cmd, caplog, code, entry):
    lab.hosted.break_("connack-refused", code=code)
    assert simulate(cmd, string(lab), message_count=1)["ended"] == "refused"
    assert f"mqtt:{code}" in caplog.text and entry.title in caplog.text


@pytest.mark.parametrize(("fault", "entry"), [
    ("connack-missing", device.CONNACK_MISSING), ("puback-missing", device.PUBACK_MISSING),
])  # fmt: skip
def test_what_the_hub_does_not_answer(lab, cmd, monkeypatch, fault, entry):
    monkeypatch.setattr(simulate_device.connect, "__kwdefaults__", {"seconds": 0.3})
    monkeypatch.setattr(simulate_device.Connection.send, "__defaults__", (0.3,))
    lab.hosted.break_(fault)
    with pytest.raises(AzureConnectionError, match=entry.title):
        simulate(cmd, string(lab), message_count=1, message_interval=0.0)


def test_errors_name_what_failed(lab, cmd, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("AZURE_IOTDIAG_CONNECT_TO", f"{lab.host}:8883=127.0.0.1:{port}")
    with pytest.raises(AzureConnectionError, match="the TCP connection failed") as refused:
        simulate(cmd, string(lab))
    assert any("8883" in line for line in refused.value.recommendations)


def test_untrusted(lab, cmd, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(AzureConnectionError, match="the TLS handshake failed"):
        simulate(cmd, string(lab))


def test_bad_settings_come_before_the_network(lab, cmd, monkeypatch):
    monkeypatch.setenv("AZURE_IOTDIAG_CONNECT_TO", "nonsense")
    with pytest.raises(InvalidArgumentValueError, match="AZURE_IOTDIAG_CONNECT_TO"):
        simulate(cmd, string(lab))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file.pem")
    with pytest.raises(InvalidArgumentValueError, match="certificates to trust"):
        simulate(cmd, string(lab))
    with pytest.raises(InvalidArgumentValueError, match="no topic of MQTT"):
        simulate(cmd, DeviceConnectionString(lab.host, "a#b", key=Secret(WRONG_KEY)))
    assert not lab.records("connect")
