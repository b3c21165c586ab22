"""The arguments of `simulate` as people type them."""

from __future__ import annotations

import json

import pytest
from azure.cli.core.azclierror import (
    ArgumentUsageError,
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)
from knack.validators import DefaultStr

from azext_iotdiag._validators import hub_login
from azext_iotdiag._validators import simulate as of_simulate
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.lab.net import certificates
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.simulate.twin_and_methods import ECHO, Answers, Reply
from tests.credential.malformed import DEVICE, DPS, EVENT_HUB, HUB, KEY, MODULE, TOKEN, TOKEN_DEVICE, X509
from tests.validating import command, logged, refuse_sockets, said, simulate


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    refuse_sockets(monkeypatch)


@pytest.fixture
def cmd(tmp_path, monkeypatch):
    return command(str(tmp_path), monkeypatch)


@pytest.fixture
def log():
    with logged() as lines:
        yield lines


def test_a_devices_string_is_read(cmd, log):
    assert simulate(cmd).connection_string == DeviceConnectionString("lab.azure-devices.net", "pump-1", key=Secret(KEY))
    assert simulate(cmd, connection_string=TOKEN_DEVICE).connection_string.signature == Secret(TOKEN)
    assert not log


def test_the_devices_string_may_stand_in_the_environment(cmd, monkeypatch):
    monkeypatch.setenv("AZURE_IOTDIAG_CONNECTION_STRING", DEVICE)
    assert simulate(cmd, connection_string=None).connection_string.device == "pump-1"


def test_without_a_connection_string_the_ways_to_give_it_are_named(cmd):
    with pytest.raises(RequiredArgumentMissingError) as caught:
        simulate(cmd, connection_string=None)
    for word in ("--connection-string", "AZURE_IOTDIAG_CONNECTION_STRING", "@FILE", "az iot diag lab start"):
        assert word in said(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            HUB,
            ["hub's service connection string", "az iot hub device-identity connection-string show -n lab -d DEVICE"],
        ),
        (EVENT_HUB, ["Event Hub's connection string", "show -n HUB -d DEVICE"]),
        (DPS, ["Device Provisioning Service's connection string", "show -n HUB -d DEVICE"]),
        ("", ["--connection-string", "empty"]),
    ],
)
def test_a_string_of_the_wrong_kind_for_simulate(cmd, text, words):
    with pytest.raises(InvalidArgumentValueError) as caught:
        simulate(cmd, connection_string=text)
    for word in words:
        assert word in said(caught.value)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"message_interval": -0.1}, "--message-interval is -0.1; it must be 0 or more"),
        ({"message_interval": float("inf")}, "--message-interval is not a finite number"),
        ({"message_count": -1}, "--message-count is -1; it must be 0 or more"),
    ],
)
def test_bad_numbers_for_simulate(cmd, given, word):
    with pytest.raises(InvalidArgumentValueError, match="--message") as caught:
        simulate(cmd, **given)
    assert word in str(caught.value)


@pytest.mark.parametrize("kind", ["gzip", "binary"])
def test_data_contradicts_a_body_that_is_no_text(cmd, kind):
    with pytest.raises(ArgumentUsageError, match=f"--data and --body-kind {kind} contradict"):
        simulate(cmd, data="hello", body_kind=kind)
    assert simulate(cmd, body_kind=kind).body_kind == kind


@pytest.mark.parametrize(
    ("data", "kind", "becomes", "warned"),
    [
        ('{"a": 1}', DefaultStr("json"), "json", ""),
        ("12", DefaultStr("json"), "json", ""),
        ("hello", DefaultStr("json"), "text", ""),
        ("", DefaultStr("json"), "text", ""),
        ("{a: 1}", DefaultStr("json"), "text", "as text"),
        ("{a: 1}", "json", "json", "as JSON"),
        ("hello", "json", "json", "as JSON"),
        ("hello", "text", "text", ""),
        ('{"a": 1}', "text", "text", ""),
    ],
)
def test_data_that_is_no_json_is_not_passed_off_as_json_unasked(cmd, log, data, kind, becomes, warned):
    namespace = simulate(cmd, data=data, body_kind=kind)
    assert namespace.body_kind == becomes
    assert next(namespace.data.fills("device-1", lambda: 0.0)) == data
    assert bool(log) is bool(warned)
    assert all(line.startswith("WARNING --data is not JSON") and warned in line for line in log)


def test_data_with_placeholders(cmd, log):
    namespace = simulate(cmd, data='{"n": {n}, "t": {random 1 2}, "w": "{choice a b}"}')
    assert namespace.body_kind == "json" and not log
    simulate(cmd, data="{temperature}")
    assert any("{temperature}, which is no placeholder" in line and "{random LOW HIGH}" in line for line in log)
    with pytest.raises(InvalidArgumentValueError, match=r"--data: .*two numbers"):
        simulate(cmd, data="{random 1}")


def test_a_module_and_a_gateway(cmd):
    assert simulate(cmd, connection_string=MODULE).connection_string.module
    assert simulate(cmd, connection_string=DEVICE + ";GatewayHostName=edge").connection_string.gateway == "edge"


def test_a_device_of_the_hub(cmd, monkeypatch):
    target = Target(hub="lab.azure-devices.net", policy="service", credential=Secret(KEY))
    namespace = simulate(cmd, connection_string=None, login=HUB, device_id="pump-1", module_id="m")
    assert (namespace.connection_string, namespace.login) == (None, target)
    monkeypatch.setenv("AZURE_IOTDIAG_LOGIN", HUB)
    monkeypatch.setenv("AZURE_IOTDIAG_CONNECTION_STRING", DEVICE)
    assert simulate(cmd, connection_string=None, new_device=True).login == target
    assert simulate(cmd, connection_string=None).connection_string.device == "pump-1"


@pytest.mark.parametrize(("given", "error", "word"), [
    ({"login": HUB}, MutuallyExclusiveArgumentError, "--connection-string"),
    ({"device_id": "d"}, MutuallyExclusiveArgumentError, "--device-id"),
    ({"connection_string": None, "device_id": "d"}, RequiredArgumentMissingError, "Neither --hub-name nor --login"),
    ({"connection_string": None, "login": HUB}, RequiredArgumentMissingError, "--device-id is missing"),
    ({"connection_string": None, "login": HUB, "module_id": "m"}, RequiredArgumentMissingError, "--device-id is"),
    ({"connection_string": None, "login": HUB, "new_device": True, "device_id": "d"}, MutuallyExclusiveArgumentError,
     "--new-device"),
    ({"connection_string": None, "login": DEVICE, "new_device": True}, InvalidArgumentValueError, "a device's own"),
    ({"connection_string": None, "login": EVENT_HUB, "new_device": True}, InvalidArgumentValueError, "Event Hub"),
    ({"connection_string": None, "login": HUB, "device_id": "a#b"}, InvalidArgumentValueError, "no topic of MQTT"),
    ({"connection_string": DEVICE.replace("pump-1", "a+b")}, InvalidArgumentValueError, "no topic of MQTT"),
    ({"connection_string": X509}, RequiredArgumentMissingError, "--certificate-file-path"),
    ({"certificate_file_path": "c.pem"}, ArgumentUsageError, "x509=true"),
    ({"connection_string": X509, "certificate_file_path": "/no/c.pem"}, InvalidArgumentValueError, "cannot be read"),
    ({"connection_string": TOKEN_DEVICE, "misbehave": "wrong-key"}, ArgumentUsageError, "needs a device that"),
    ({"connection_string": DEVICE.replace("pump-1", "7"), "misbehave": "wrong-case"}, ArgumentUsageError, "no letters"),
    ({"data": "x", "data_file_path": "y"}, MutuallyExclusiveArgumentError, "--data-file-path"),
    ({"data_file_path": "/no/file.csv"}, InvalidArgumentValueError, "cannot be read"),
    ({"data_file_path": "/no/file.csv", "body_kind": "json"}, ArgumentUsageError, "--body-kind"),
    ({"data": "x", "model": "y"}, MutuallyExclusiveArgumentError, "--data and --model"),
    ({"model": "/no/model.json"}, InvalidArgumentValueError, "--model"),
    ({"model": "/no/model.json", "body_kind": "json"}, ArgumentUsageError, "--body-kind"),
    ({"properties": ["a"]}, InvalidArgumentValueError, "NAME=VALUE"),
    ({"properties": ["a=1", "a=2"]}, InvalidArgumentValueError, "twice"),
    ({"init_reported_properties": "[1]"}, InvalidArgumentValueError, "JSON object"),
    ({"init_reported_properties": '{"a": }'}, InvalidArgumentValueError, "line 1, column 7"),
    ({"method_response": '{"a": 1}'}, InvalidArgumentValueError, "status and payload"),
    ({"method_response": '{"a": {"status": "200"}}'}, InvalidArgumentValueError, "no status"),
    ({"method_response_code": -1}, InvalidArgumentValueError, "no status"),
    ({"method_response_payload": "{"}, InvalidArgumentValueError, "--method-response-payload"),
    ({"model_id": "Pump"}, InvalidArgumentValueError, "DTMI"),
    ({"component": "a b"}, InvalidArgumentValueError, "component"),
])  # fmt: skip
def test_what_does_not_go_together(cmd, given, error, word):
    with pytest.raises(error) as caught:
        simulate(cmd, **given)
    assert word in said(caught.value) and KEY not in said(caught.value)


def test_a_file_says_how_many_messages_there_are(cmd, tmp_path):
    (tmp_path / "a.jsonl").write_text("1\n2\n3\n")
    namespace = simulate(cmd, data_file_path=str(tmp_path / "a.jsonl"))
    assert (namespace.message_count, len(namespace.data_file_path)) == (3, 3)
    assert simulate(cmd, data_file_path=str(tmp_path / "a.jsonl"), message_count=7).message_count == 7
    (tmp_path / "a.jsonl").write_text("1\n{\n")
    with pytest.raises(InvalidArgumentValueError, match="line 2, column 2"):
        simulate(cmd, data_file_path=str(tmp_path / "a.jsonl"))


def test_properties_and_answers(cmd):
    namespace = simulate(
        cmd, properties=["a=1", "b=x=y;$.mid=7"], init_reported_properties='{"fw": 1}',
        method_response='{"reboot": {"status": 500}, "open": {"payload": null}}', method_response_payload="[1]",
    )  # fmt: skip
    assert namespace.properties == {"a": "1", "b": "x=y", "$.mid": "7"}
    assert namespace.init_reported_properties == {"fw": 1}
    assert namespace.method_response == Answers({"reboot": Reply(500, ECHO), "open": Reply(200, None)}, Reply(200, [1]))
    assert simulate(cmd).method_response == Answers()


@pytest.mark.parametrize(("proxy", "asked", "used"), [
    ("", None, "mqtt"), ("", "mqtt_ws", "mqtt_ws"), ("http://p:1", None, "mqtt_ws"), ("http://p:1", "mqtt", "mqtt"),
])  # fmt: skip
def test_a_proxy_means_websocket(cmd, monkeypatch, proxy, asked, used):
    if proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert simulate(cmd, transport=asked).transport == used


@pytest.mark.parametrize(("name", "value"), [
    ("AZURE_IOTDIAG_CONNECT_TO", "nonsense"), ("REQUESTS_CA_BUNDLE", "/no/such/file.pem"), ("HTTPS_PROXY", "ftp://x"),
])  # fmt: skip
def test_bad_settings_come_before_the_network(cmd, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidArgumentValueError):
        simulate(cmd)


def test_certificates(cmd, tmp_path):
    for name, data in zip(("c.pem", "k.pem", "c2.pem", "k2.pem"),
                          (*certificates.self_signed("a"), *certificates.self_signed("b")), strict=True):  # fmt: skip
        (tmp_path / name).write_bytes(data)

    def judged(certificate, key):
        return simulate(cmd, connection_string=X509, certificate_file_path=str(tmp_path / certificate),
                        key_file_path=str(tmp_path / key) if key else None)  # fmt: skip

    assert judged("c.pem", "k.pem").passphrase == Secret("")
    for certificate, key in (("c.pem", "k2.pem"), ("k.pem", "k.pem"), ("c.pem", None)):
        with pytest.raises(InvalidArgumentValueError, match="--certificate-file-path"):
            judged(certificate, key)
    files = {"certificate_file_path": str(tmp_path / "c.pem"), "key_file_path": str(tmp_path / "k.pem")}
    of_hub = simulate(cmd, connection_string=None, login=HUB, device_id="d", **files)
    assert of_hub.connection_string == DeviceConnectionString("lab.azure-devices.net", "d", x509=True)


def test_a_model(cmd, tmp_path):
    model = {"@context": "dtmi:dtdl:context;2", "@type": "Interface", "@id": "dtmi:com:example:Pump;1",
             "contents": [{"@type": "Telemetry", "name": "pressure", "schema": "double"}]}  # fmt: skip
    (tmp_path / "pump.json").write_text(json.dumps(model))
    namespace = simulate(cmd, model=str(tmp_path / "pump.json"))
    assert (namespace.model.root.id, namespace.model_id) == ("dtmi:com:example:Pump;1",) * 2
    assert simulate(cmd, model=str(tmp_path / "pump.json"), model_id="dtmi:b;1").model_id == "dtmi:b;1"
    (tmp_path / "pump.json").write_text(json.dumps({**model, "contents": []}))
    with pytest.raises(InvalidArgumentValueError, match="defines no telemetry"):
        simulate(cmd, model=str(tmp_path / "pump.json"))


def test_a_hub_by_its_name(cmd, monkeypatch):
    asked = []
    target = Target(hub="h.azure-devices.net", policy="p", credential=Secret(KEY))
    monkeypatch.setattr(hub_login, "hub", lambda _cmd, *words: asked.append(words) or target)
    namespace = simulate(cmd, connection_string=None, hub_name="h", device_id="d", resource_group_name="g")
    assert (namespace.login, namespace.connection_string) == (target, None)
    simulate(cmd, connection_string=None, hub_name=DefaultStr("h"), new_device=True)
    assert asked == [("h", "g", {"RegistryRead"}, None), ("h", None, {"RegistryRead", "RegistryWrite"}, None)]
    assert simulate(cmd, hub_name=DefaultStr("h")).connection_string.device == "pump-1", "a mere default is no wish"
    for given in ({"connection_string": None, "login": HUB}, {}):
        with pytest.raises(MutuallyExclusiveArgumentError, match="--hub-name"):
            simulate(cmd, hub_name="h", device_id="d", **given)
    assert len(asked) == 2


def test_what_was_judged_is_handed_over_in_one_piece(cmd):
    def handed(**given):
        namespace = simulate(cmd, **given)
        of_simulate.hand_over_all(namespace)
        assert set(vars(namespace)) == {"target", "options"}
        return namespace

    own = handed(data="{n}", message_count=3, misbehave="bad-json", component="pump", properties=["a=1"])
    assert own.target == Target(hub="lab.azure-devices.net") and own.options.given.device == "pump-1"
    assert (own.options.count, own.options.misbehave, own.options.messages.kind) == (3, "bad-json", "json")
    assert (own.options.messages.component, own.options.messages.properties) == ("pump", {"a": "1"})
    assert own.options.certificate is None and KEY not in repr(own)
    hubs = handed(connection_string=None, login=HUB, device_id="pump-1", module_id="m")
    assert hubs.target.policy and (hubs.options.given, hubs.options.device, hubs.options.module) == (
        None,
        "pump-1",
        "m",
    )
