"""`simulate` as az calls it: what it hands back, says and raises, and with which exit code it ends."""

from __future__ import annotations

import base64
import socket
from pathlib import Path

import pytest
from azure.cli.core.azclierror import ArgumentUsageError

from azext_iotdiag import boundary
from azext_iotdiag.clients.deadlines import Deadlines, applying
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.knowledge import mqtt, tls
from azext_iotdiag.sessions.simulate import CertificateFiles, NoKey
from azext_iotdiag.simulate.telemetry import Body
from azext_iotdiag.simulate.template import BodyTemplate
from tests.custom.simulating import codes, owner, play, string

WRONG_KEY = base64.b64encode(b"x" * 32).decode()


@pytest.mark.parametrize("kind", ["json", "text", "gzip", "binary"])
def test_summary(lab, cmd, capsys, kind):
    result = play(cmd, string(lab), count=3, kind=kind)
    assert result.pop("seconds") < 10
    assert result.pop("verdict")["state"] == "healthy"
    assert result == {
        "version": 1, "device": "device-1", "sent": 3, "acknowledged": 3, "ended": "count", "findings": []
    }  # fmt: skip
    assert len(lab.messages()) == 3
    assert cmd.exit_code() == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"Connecting to {lab.host} as device-1 ...\nConnected.\nTwin read")
    assert "3 sent, 3 acknowledged in " in said.err


def test_what_is_sent_is_dressed(lab, cmd):
    named = {"line": "7 & 8", "$.mid": "m"}
    more = {"component": "pump", "content_type": "text/html", "model_id": "dtmi:com:example:Pump;1"}
    play(cmd, string(lab), kind="text", template=BodyTemplate("{n} {device}"), count=2, properties=named, **more)
    first, second = lab.messages()
    assert (first.body, second.body) == (b"1 device-1", b"2 device-1")
    assert first.properties == {"content-type": "text/html", "content-encoding": "utf-8", "message-id": "m"}
    assert first.application == {"line": "7 & 8"}
    assert first.annotations["dt-subject"] == "pump"
    assert first.annotations["dt-dataschema"] == "dtmi:com:example:Pump;1"


def test_a_file_begins_again_when_it_is_over(lab, cmd):
    bodies = [Body(text, "application/json", "utf-8") for text in (b"1", b"2")]
    play(cmd, string(lab), recorded=tuple(bodies), count=5)
    assert [message.body for message in lab.messages()] == [b"1", b"2", b"1", b"2", b"1"]


def test_a_refused_device_is_a_finding(lab, cmd, capsys):
    result = play(cmd, string(lab, key=WRONG_KEY))
    assert (result["sent"], result["ended"], codes(result)) == (0, "refused", ["device-refused"])
    assert cmd.exit_code() == 4
    said = capsys.readouterr().err
    assert "mqtt:5" in said and "does not say why [device-refused]" in said
    for reason in ("key is not the device's", "does not know the device", "disabled", "expired", "IP rule"):
        assert reason in said
    assert WRONG_KEY not in said and "sig=" not in said
    assert max(map(len, said.splitlines())) > 120, "no line is wrapped in a pipe"


@pytest.mark.parametrize(("code", "entry"), [
    (1, mqtt.VERSION_REFUSED), (2, mqtt.CLIENT_ID_REFUSED), (3, mqtt.SERVER_UNAVAILABLE), (4, mqtt.DEVICE_REFUSED),
])  # fmt: skip
def test_each_refusal_has_a_reason_of_its_own(lab, cmd, code, entry):
    lab.hosted.break_("connack-refused", code=code)
    result = play(cmd, string(lab))
    assert (result["ended"], codes(result), cmd.exit_code()) == ("refused", [entry.code], 4)


@pytest.mark.parametrize(("fault", "entry", "code"), [
    ("connack-missing", mqtt.CONNACK_MISSING, 4), ("puback-missing", mqtt.PUBACK_MISSING, 4),
    ("twin-error", mqtt.TWIN_REQUEST_FAILED, 4), ("unknown-ca", tls.CERTIFICATE_UNTRUSTED, 5),
    ("certificate-expired", tls.CERTIFICATE_EXPIRED, 5), ("tls-broken", tls.HANDSHAKE_FAILED, 5),
    ("certificate-wrong-name", tls.CERTIFICATE_FOR_ANOTHER_NAME, 5), ("server-silent", mqtt.PORT_8883_BLOCKED, 5),
])  # fmt: skip
def test_faults_of_the_hub(lab, cmd, fault, entry, code):
    lab.hosted.break_(fault)
    with applying(Deadlines(step=0.5, connack=0.5)):
        assert codes(play(cmd, string(lab))) == [entry.code]
    assert cmd.exit_code() == code


def test_a_closed_port(lab, cmd, monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("AZURE_IOTDIAG_CONNECT_TO", f"{lab.host}:8883=127.0.0.1:{port}")
    assert codes(play(cmd, string(lab))) == ["port-8883-blocked"]
    assert cmd.exit_code() == 5 and "this step failed: the TCP connection" in capsys.readouterr().err


def test_a_message_that_the_hub_ends_the_connection_for(lab, cmd):
    result = play(cmd, string(lab), recorded=(Body(bytes(262_145), "", ""),))
    assert (codes(result), result["sent"], result["acknowledged"]) == (["mqtt-connection-closed"], 1, 0)
    assert cmd.exit_code() == 4


def test_a_device_whose_key_the_hub_hands_out(lab, cmd):
    assert play(cmd, login=owner(lab), device="device-2")["device"] == "device-2"
    assert len(lab.messages("device-2")) == 1 and cmd.exit_code() == 0


@pytest.mark.parametrize(("policy", "name", "code"), [
    ("iothubowner", "device-9", "device-unknown"), ("service", "device-1", "registry-refused"),
    ("iothubowner", "device-1", "device-disabled"),
])  # fmt: skip
def test_a_device_that_the_hub_does_not_hand_out(lab, cmd, policy, name, code):
    if code == "device-disabled":
        lab.hosted.call(setattr, lab.device(), "status", "disabled")
    assert codes(play(cmd, login=owner(lab, policy), device=name)) == [code]
    assert cmd.exit_code() == 4 and not lab.records("connect")


def test_causes_that_the_hub_rules_out_are_left_away(lab, cmd, capsys):
    lab.hosted.break_("connack-refused", code=5)
    assert codes(play(cmd, login=owner(lab), device="device-1")) == ["device-refused"]
    said = capsys.readouterr().err
    assert "IP rule" in said and "does not know the device" not in said and "is disabled" not in said


def test_a_message_that_is_too_large_is_its_own_first_cause(lab, cmd, capsys):
    result = play(cmd, string(lab), kind="text", template=BodyTemplate("x" * 300_000))
    assert (codes(result), cmd.exit_code()) == (["mqtt-connection-closed"], 4)
    said = " ".join(capsys.readouterr().err.split())
    assert "1. A message is larger than 256 KB" in said and "2. The same device connected again" in said


def test_a_small_message_is_not_called_too_large(lab, cmd, capsys):
    lab.hosted.break_("device-dropped", after=0, times=0)
    assert codes(play(cmd, string(lab), count=50, interval=0.1)) == ["mqtt-connection-closed"]
    assert "larger than 256 KB" not in capsys.readouterr().err


def test_a_device_without_a_key(lab, cmd):
    lab.hosted.call(setattr, lab.device(), "authentication", "selfSigned")
    with pytest.raises(NoKey, match="selfSigned") as caught:
        play(cmd, login=owner(lab), device="device-1")
    said = boundary.as_az_error(caught.value)
    assert isinstance(said, ArgumentUsageError) and "--certificate-file-path" in said.recommendations[0]


@pytest.mark.parametrize("proxied", [False, True])
def test_over_websocket(lab, cmd, monkeypatch, capsys, proxied):
    if proxied:
        monkeypatch.delenv("AZURE_IOTDIAG_CONNECT_TO")
        monkeypatch.setenv("HTTPS_PROXY", f"http://{lab.hosted.description['endpoints']['proxy']}")
    result = play(cmd, string(lab), transport="mqtt_ws", count=2)
    assert (result["acknowledged"], codes(result)) == (2, [])
    assert ("through the proxy" in capsys.readouterr().err) is proxied


@pytest.mark.parametrize(("fault", "code"), [
    ("proxy-refuses", "proxy-refuses"), ("proxy-wants-password", "proxy-wants-password"),
    ("websocket-refused", "websocket-refused"), ("", "proxy-unreachable"),
])  # fmt: skip
def test_a_way_over_websocket_that_is_closed(lab, cmd, monkeypatch, fault, code):
    monkeypatch.setenv(
        "HTTPS_PROXY", f"http://{lab.hosted.description['endpoints']['proxy'] if fault else '127.0.0.1:1'}"
    )
    if fault:
        lab.hosted.break_(fault)
    assert codes(play(cmd, string(lab), transport="mqtt_ws")) == [code]
    assert cmd.exit_code() == 5


@pytest.mark.parametrize(("name", "answer"), [("wrong-key", "refused the sign-in"), ("bad-json", "acknowledged all")])
def test_a_misbehaviour_ends_well(lab, cmd, name, answer):
    result = play(cmd, string(lab), misbehave=name)
    assert (result["ended"], result["misbehaviour"]["name"], codes(result)) == ("misbehaved", name, [])
    assert answer in result["misbehaviour"]["answer"] and cmd.exit_code() == 0


def test_a_certificate_proves_a_device(lab, cmd, tmp_path):
    from azext_iotdiag.lab.hub import client_certificates
    from azext_iotdiag.lab.net import certificates

    pems = certificates.self_signed("device-1")
    files = [str(tmp_path / name) for name in ("certificate.pem", "key.pem")]
    for file, pem in zip(files, pems, strict=True):
        Path(file).write_bytes(pem)
    prints = client_certificates.thumbprints(certificates.load(pems[0])[0])
    lab.hosted.call(lambda: (setattr(lab.device(), "authentication", "selfSigned"),
                             setattr(lab.device(), "thumbprints", prints)))  # fmt: skip
    given = DeviceConnectionString(lab.host, "device-1", x509=True)
    assert play(cmd, given, certificate=CertificateFiles(*files))["acknowledged"] == 1
    assert lab.messages()[0].annotations["iothub-connection-auth-method"].count("x509")


def test_telemetry_of_a_model(lab, cmd):
    from azext_iotdiag.payload import read_model

    contents = [{"@type": "Telemetry", "name": "pressure", "schema": "double"}]
    model = {"@context": "dtmi:dtdl:context;2", "@type": "Interface", "@id": "dtmi:b;1", "contents": contents}
    play(cmd, string(lab), model=read_model(model).document, count=2)
    assert all(b'{"pressure": ' in message.body for message in lab.messages())
