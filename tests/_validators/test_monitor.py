"""The arguments of `monitor` as people type them: what becomes of good ones, and that bad ones are refused offline."""

from __future__ import annotations

import socket
import time

import pytest
from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError
from knack.validators import DefaultStr

from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.sessions.asked import MessagesAsked, MonitorOptions, SessionLimits
from tests.credential.malformed import DEVICE, DPS, EVENT_HUB, HUB, KEY, MODULE, TOKEN_DEVICE, X509
from tests.validating import command, logged, monitor, refuse_sockets, said


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
    assert monitor(cmd).target == Target(hub="lab.azure-devices.net", policy="service", credential=Secret(KEY))
    assert not log


def test_an_event_hubs_string_becomes_a_target(cmd, log):
    assert monitor(cmd, login=EVENT_HUB).target == Target(
        event_hub="ihsuprod.servicebus.windows.net",
        entity="iothub-ehub-lab-1-abc",
        policy="service",
        credential=Secret(KEY),
    )
    assert not log


def test_login_may_stand_in_the_environment(cmd, monkeypatch):
    monkeypatch.setenv("AZURE_IOTDIAG_LOGIN", EVENT_HUB)
    assert monitor(cmd, login=None).target.entity == "iothub-ehub-lab-1-abc"
    assert monitor(cmd, login=HUB).target.hub == "lab.azure-devices.net"


def test_login_may_stand_in_azs_configuration(cmd):
    cmd.cli_ctx.config.set_value("iotdiag", "login", HUB)
    assert monitor(cmd, login=None).target.hub == "lab.azure-devices.net"


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
    assert monitor(cmd, login=text.replace("=service", f"={policy}")).target.policy == policy
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
        {"module_id": "camera-*"},
        {"component": "thermostat_1"},
        {"component": "*"},
        {"interface": "dtmi:com:example:Pump;1"},
        {"interface": "dtmi:com:*"},
        {"interface": "urn:example:Pump:1"},
        {"content_type": "application/json; charset=utf-16"},
        {"device_query": "SELECT * FROM devices"},
        {"device_query": "\n select deviceId from devices.modules"},
    ],
)
def test_good_arguments_are_left_as_they_are(cmd, log, given):
    options = monitor(cmd, **given).options
    asked = options.asked
    read = {
        **{f"{name}_id": getattr(asked.filters, name) for name in ("device", "module")},
        **{name: getattr(asked.filters, name) for name in ("component", "interface")},
        **{name: getattr(asked, name) for name in ("consumer_group", "device_query")},
        "max_messages": asked.limits.count,
        "duration": asked.limits.duration,
        "timeout": asked.limits.idle or 0,
        "content_type": options.content_type,
    }
    assert {name: read[name] for name in given} == given
    assert not log


def test_what_is_asked_for_without_any_option(cmd):
    namespace = monitor(cmd)
    assert namespace.options == MonitorOptions(MessagesAsked(limits=SessionLimits(idle=300)))
    assert set(vars(namespace)) == {"target", "options"}


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
        ({"module_id": ""}, "--module-id is empty"),
        ({"module_id": "a/b"}, "--module-id can match no module"),
        ({"component": ""}, "--component is empty"),
        ({"component": "ther mo"}, "--component can match no component"),
        ({"component": "dtmi:a;1"}, "--component can match no component"),
        ({"interface": ""}, "--interface is empty"),
        ({"interface": "a b"}, "--interface can match no interface"),
        ({"content_type": "json"}, "--content-type: 'json' is not a content type"),
        ({"content_type": ""}, "--content-type: '' is not a content type"),
        ({"content_type": "text/plain;charset=klingon"}, "--content-type: the charset 'klingon' is not known"),
        ({"expect_every": "5"}, "--expect-every: '5' is not a length of time; write it as 90s, 10m"),
        ({"expect_every": ""}, "--expect-every: '' is not a length of time"),
        ({"expect_every": "-5m"}, "--expect-every: '-5m' is not"),
        ({"expect_every": "0s"}, "--expect-every is 0.0; it must be 1 or more"),
        ({"device_query": ""}, "--device-query is no query"),
        ({"device_query": "tags.site = 'north'"}, "--device-query is no query: a query begins with SELECT"),
        ({"device_query": "selected"}, "--device-query is no query"),
        ({"device_query": "SELECT " + "x" * 8192}, "--device-query has 8199 characters; a hub takes at most 8192"),
        ({"device_query": "SELECT * FROM devices", "login": EVENT_HUB}, "opens the messages alone"),
        ({"consumer_group": ""}, "--consumer-group is empty"),
        ({"share": "5/4"}, "--share: there is no share 5 of 4"),
        ({"share": "half"}, "--share: 'half' does not read NUMBER/OF"),
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
    assert abs(monitor(cmd, since="1h").options.asked.since - (time.time() - 3600) * 1000) < 5000
    assert monitor(cmd).options.asked.since is None
    assert not log


def test_since_without_a_zone_is_said_to_be_utc(cmd, log):
    assert monitor(cmd, since="2020-01-02T03:04:05").options.asked.since == 1577934245000
    assert "WARNING --since names no time zone and is taken as UTC: 2020-01-02T03:04:05Z." in log


def test_since_beyond_the_retention_is_a_warning(cmd, log):
    monitor(cmd, since="8d")
    assert any("7 days" in line for line in log)


@pytest.mark.parametrize(("given", "becomes"), [
    (["sys"], {"sys"}), (["app", "anno", "app"], {"app", "anno"}), (["all"], {"sys", "app", "anno"}),
    (["all", "sys"], {"sys", "app", "anno"}), (None, None),
])  # fmt: skip
def test_properties_become_a_set(cmd, log, given, becomes):
    assert monitor(cmd, properties=given).options.properties == becomes
    assert not log


@pytest.mark.parametrize(("given", "timeout", "warned"), [
    ({}, 300, ""), ({"expect_every": "30s"}, 300, ""), ({"expect_every": "10m"}, 660, ""),
    ({"expect_every": "10m", "timeout": 700}, 700, ""), ({"expect_every": "10m", "timeout": 0}, 0, ""),
    ({"expect_every": "10m", "timeout": 300}, 300, "--timeout ends the stream after 300 s"),
    ({"expect_every": "10m", "duration": 60}, 660, "--duration ends the stream after 60 s"),
    ({"expect_every": "10m", "duration": 60, "since": "1h"}, 660, ""),
])  # fmt: skip
def test_silence_that_is_looked_for_does_not_end_the_stream_too_early(cmd, log, given, timeout, warned):
    assert monitor(cmd, **given).options.asked.limits.idle == (timeout or None)
    assert [warned in line for line in log] == ([True] if warned else [])


def test_expect_every_becomes_seconds(cmd):
    assert monitor(cmd).options.asked.expect_every is None
    assert monitor(cmd, expect_every="1.5h").options.asked.expect_every == 5400


def test_what_is_azure_iots_alone_is_said_to_have_no_effect(cmd, log):
    monitor(cmd, yes=True, repair=True)
    assert [line.split(":")[0] for line in log] == ["WARNING --yes has no effect", "WARNING --repair has no effect"]


@pytest.mark.parametrize(("asked", "proxy", "becomes"), [
    (None, "", "amqp"), (None, "http://proxy.example", "amqp_ws"), ("amqp", "http://proxy.example", "amqp"),
    (DefaultStr("amqp_ws"), "", "amqp_ws"), ("amqp", "nonsense://", "amqp"),
])  # fmt: skip
def test_the_transport_follows_the_proxy(cmd, monkeypatch, asked, proxy, becomes):
    monkeypatch.setenv("https_proxy", proxy)
    assert monitor(cmd, transport=asked).options.asked.transport == becomes


@pytest.mark.parametrize(("variable", "value", "reader", "words"), [
    ("AZURE_IOTDIAG_CONNECT_TO", "nonsense", "wire", "'nonsense' has no '='"),
    ("REQUESTS_CA_BUNDLE", "/no/such/file.pem", "wire", "certificates to trust cannot be read"),
    ("https_proxy", "ftp://proxy.example:1", "wire", "https_proxy begins with ftp://"),
    ("https_proxy", "socks5://proxy.example:1", "sdk", "SOCKS proxy"),
])  # fmt: skip
def test_an_environment_that_cannot_work(cmd, monkeypatch, variable, value, reader, words):
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidArgumentValueError) as caught:
        monitor(cmd, reader=reader)
    assert words in said(caught.value)
