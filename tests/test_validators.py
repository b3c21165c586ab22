"""Arguments as people type them: what becomes of good ones, and that bad ones end before any network call."""

from __future__ import annotations

import socket
import time

import pytest
from azure.cli.core.azclierror import ArgumentUsageError, InvalidArgumentValueError, RequiredArgumentMissingError
from knack.validators import DefaultStr

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.model.target import Secret, Target
from tests.credential.malformed import DEVICE, DPS, EVENT_HUB, HUB, KEY, MODULE, TOKEN, TOKEN_DEVICE, X509
from tests.validating import command, logged, monitor, refuse_sockets, said, simulate


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


def test_the_watch_on_the_network_bites():
    with pytest.raises(AssertionError, match="network"):
        socket.create_connection(("127.0.0.1", 9))


def test_a_hubs_string_becomes_a_target(cmd, log):
    assert monitor(cmd).login == Target(hub="lab.azure-devices.net", policy="service", credential=Secret(KEY))
    assert not log


def test_an_event_hubs_string_becomes_a_target(cmd, log):
    assert monitor(cmd, login=EVENT_HUB).login == Target(
        event_hub="ihsuprod.servicebus.windows.net",
        entity="iothub-ehub-lab-1-abc",
        policy="service",
        credential=Secret(KEY),
    )
    assert not log


def test_login_may_stand_in_the_environment(cmd, monkeypatch):
    monkeypatch.setenv("AZURE_IOTDIAG_LOGIN", EVENT_HUB)
    assert monitor(cmd, login=None).login.entity == "iothub-ehub-lab-1-abc"
    assert monitor(cmd, login=HUB).login.hub == "lab.azure-devices.net"


def test_login_may_stand_in_azs_configuration(cmd):
    cmd.cli_ctx.config.set_value("iotdiag", "login", HUB)
    assert monitor(cmd, login=None).login.hub == "lab.azure-devices.net"


@pytest.mark.parametrize("configured", [None, ""])
def test_without_login_the_ways_to_give_it_are_named(cmd, monkeypatch, configured):
    if configured is not None:
        monkeypatch.setenv("AZURE_IOTDIAG_LOGIN", configured)
    with pytest.raises(RequiredArgumentMissingError) as caught:
        monitor(cmd, login=None)
    for word in ("--login", "AZURE_IOTDIAG_LOGIN", "@FILE", "az iot diag lab start"):
        assert word in said(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            DEVICE,
            [
                "device's own connection string",
                "--login",
                "az iot hub connection-string show -n lab --policy-name service",
            ],
        ),
        (TOKEN_DEVICE, ["device's own connection string"]),
        (X509, ["device's own connection string"]),
        (MODULE, ["module's own connection string"]),
        (DPS, ["Device Provisioning Service", "az iot hub connection-string show -n HUB --policy-name service"]),
        (DEVICE.replace("lab.azure-devices.net", "localhost"), ["show -n HUB"]),
        (EVENT_HUB.rpartition(";")[0], ["EntityPath is missing", ";EntityPath=NAME"]),
        ("", ["--login", "empty"]),
        ("@hub.txt", ["no file of that name"]),
    ],
)
def test_a_string_of_the_wrong_kind_for_login(cmd, text, words):
    with pytest.raises(InvalidArgumentValueError) as caught:
        monitor(cmd, login=text)
    for word in words:
        assert word in said(caught.value)


@pytest.mark.parametrize("policy", ["device", "registryRead", "registryReadWrite"])
@pytest.mark.parametrize("text", [HUB, EVENT_HUB])
def test_a_policy_that_lacks_the_right_is_a_warning(cmd, log, policy, text):
    assert monitor(cmd, login=text.replace("=service", f"={policy}")).login.policy == policy
    assert len(log) == 1
    assert log[0].startswith("WARNING")
    assert policy in log[0]
    assert "ServiceConnect" in log[0]


@pytest.mark.parametrize(
    "given",
    [
        {"max_messages": 1},
        {"duration": 1},
        {"duration": 0.5},
        {"timeout": 0},
        {"timeout": 400, "duration": 300},
        {"device_id": "pump-1"},
        {"device_id": "*"},
        {"device_id": "p?mp-*"},
        {"device_id": "-:.+%_#*?!(),=@;$'"},
        {"consumer_group": "diag"},
        {"device_query": "SELECT * FROM devices"},
        {"device_query": "\n select deviceId from devices.modules"},
    ],
)
def test_good_arguments_are_left_as_they_are(cmd, log, given):
    namespace = monitor(cmd, **given)
    assert {name: getattr(namespace, name) for name in given} == given
    assert not log


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"max_messages": 0}, "--max-messages is 0; it must be 1 or more"),
        ({"max_messages": -1}, "--max-messages is -1"),
        ({"duration": 0}, "--duration is 0; it must be more than 0"),
        ({"duration": -5}, "--duration is -5"),
        ({"duration": float("nan")}, "--duration is not a finite number"),
        ({"timeout": -1}, "--timeout is -1; it must be 0 or more"),
        ({"device_id": ""}, "--device-id is empty"),
        ({"device_id": "pump 1"}, "--device-id can match no device"),
        ({"device_id": "pump/1"}, "--device-id can match no device"),
        ({"device_id": "pümp"}, "--device-id can match no device"),
        ({"device_id": "pump-1\n"}, "--device-id can match no device"),
        ({"device_id": "p" * 129}, "--device-id can match no device"),
        ({"device_query": ""}, "--device-query is no query"),
        ({"device_query": "tags.site = 'north'"}, "--device-query is no query: a query begins with SELECT"),
        ({"device_query": "selected"}, "--device-query is no query"),
        ({"device_query": "SELECT " + "x" * 8192}, "--device-query has 8199 characters; a hub takes at most 8192"),
        ({"device_query": "SELECT * FROM devices", "login": EVENT_HUB}, "opens the messages alone"),
        ({"consumer_group": ""}, "--consumer-group is empty"),
        ({"consumer_group": "a b"}, "--consumer-group holds a blank"),
        ({"consumer_group": "a/Partitions/0"}, "--consumer-group holds a blank or '/'"),
        ({"since": "yesterday"}, "--since: 'yesterday' is not a time"),
        (
            {"since": "9999999999"},
            "--since: the time 2286-11-20T17:46:39Z lies in the future: this machine's clock says",
        ),
    ],
)
def test_bad_arguments_are_one_clear_error(cmd, given, word):
    with pytest.raises(InvalidArgumentValueError) as caught:
        monitor(cmd, **given)
    assert word in str(caught.value)


def test_since_becomes_milliseconds(cmd, log):
    assert abs(monitor(cmd, since="1h").since - (time.time() - 3600) * 1000) < 5000
    assert monitor(cmd).since is None
    assert not log


def test_since_without_a_zone_is_said_to_be_utc(cmd, log):
    assert monitor(cmd, since="2020-01-02T03:04:05").since == 1577934245000
    assert "WARNING --since names no time zone and is taken as UTC: 2020-01-02T03:04:05Z." in log


def test_since_beyond_the_retention_is_a_warning(cmd, log):
    monitor(cmd, since="8d")
    assert any("7 days" in line for line in log)


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
        (MODULE, ["module", "not simulated yet"]),
        (X509, ["x509", "not simulated yet"]),
        (DEVICE + ";GatewayHostName=edge", ["GatewayHostName", "not simulated yet"]),
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
    assert (namespace.body_kind, namespace.data) == (becomes, data)
    assert bool(log) is bool(warned)
    assert all(line.startswith("WARNING --data is not JSON") and warned in line for line in log)
