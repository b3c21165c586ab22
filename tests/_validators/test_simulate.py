"""The arguments of `simulate` as people type them."""

from __future__ import annotations

import pytest
from azure.cli.core.azclierror import ArgumentUsageError, InvalidArgumentValueError, RequiredArgumentMissingError
from knack.validators import DefaultStr

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.model.target import Secret
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
