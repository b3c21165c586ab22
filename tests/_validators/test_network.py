"""What people type for `network test`: judged before any connection, with what to do instead."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import network
from azext_iotdiag.clients.address import CONNECT_TO
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.network import Cloud, HostKind, NetworkAsked, Protocol
from tests.checks.judging import known
from tests.checks.reached import asked, filtered
from tests.validating import command, refuse_sockets

PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")


class Default(str):
    """A value that az took from its settings."""

    is_default = True


@pytest.fixture
def cmd(tmp_path, monkeypatch):
    for name in (*PROXIES, CONNECT_TO, "ACC_CLOUD", "AZUREPS_HOST_ENVIRONMENT", *network._BUILD_AGENTS):
        monkeypatch.delenv(name, raising=False)
    refuse_sockets(monkeypatch)
    made = command(str(tmp_path), monkeypatch)
    made.cli_ctx.cloud = SimpleNamespace(name="AzureCloud")
    return made


def run(cmd: Any, **given_: Any) -> SimpleNamespace:
    names = ("host", "hub_name", "protocols", "script", "facts")
    namespace = SimpleNamespace(**{**dict.fromkeys(names), **given_})
    network.test(cmd, namespace)
    return namespace


@pytest.mark.parametrize(
    ("typed", "host", "kind", "cloud"),
    [
        ({"hub_name": "Pumps"}, "pumps.azure-devices.net", HostKind.HUB, Cloud.PUBLIC),
        ({"hub_name": "pumps.azure-devices.cn"}, "pumps.azure-devices.cn", HostKind.HUB, Cloud.CHINA),
        ({"host": "pumps.azure-devices.us"}, "pumps.azure-devices.us", HostKind.HUB, Cloud.GOVERNMENT),
        ({"host": "d.azure-devices-provisioning.net"}, "d.azure-devices-provisioning.net", HostKind.DPS, Cloud.PUBLIC),
        ({"host": "ns.servicebus.windows.net"}, "ns.servicebus.windows.net", HostKind.EVENT_HUBS, Cloud.UNKNOWN),
        ({"host": "a.blob.core.windows.net"}, "a.blob.core.windows.net", HostKind.STORAGE, Cloud.UNKNOWN),
        ({"host": "app.azureiotcentral.com"}, "app.azureiotcentral.com", HostKind.CENTRAL, Cloud.UNKNOWN),
        ({"host": "b.ts.eventgrid.azure.net"}, "b.ts.eventgrid.azure.net", HostKind.EVENT_GRID, Cloud.UNKNOWN),
        ({"host": "gateway.example.net"}, "gateway.example.net", HostKind.UNKNOWN, Cloud.UNKNOWN),
        ({"host": "10.0.0.4"}, "10.0.0.4", HostKind.UNKNOWN, Cloud.UNKNOWN),
        ({"host": "[2603:1030::1]"}, "2603:1030::1", HostKind.UNKNOWN, Cloud.UNKNOWN),
        ({"host": "h.example.net", "hub_name": Default("pumps")}, "h.example.net", HostKind.UNKNOWN, Cloud.UNKNOWN),
        ({"hub_name": Default("pumps")}, "pumps.azure-devices.net", HostKind.HUB, Cloud.PUBLIC),
    ],
)  # fmt: skip
def test_which_host_is_meant(cmd, typed, host: str, kind: HostKind, cloud: Cloud) -> None:
    """A hub's name needs no login."""
    target = run(cmd, **typed).target
    assert (target.host, target.kind, target.cloud) == (host, kind, cloud)


def test_the_cloud_of_az_makes_the_name(cmd) -> None:
    cmd.cli_ctx.cloud.name = "AzureChinaCloud"
    assert run(cmd, hub_name="pumps").target.host == "pumps.azure-devices.cn"


@pytest.mark.parametrize(
    ("host", "typed", "protocols"),
    [
        ("pumps.azure-devices.net", None, tuple(Protocol)),
        ("ns.servicebus.windows.net", None, (Protocol.AMQP, Protocol.HTTPS, Protocol.AMQP_WS)),
        ("a.blob.core.windows.net", None, (Protocol.HTTPS,)),
        ("pumps.azure-devices.net", ["https", "mqtt"], (Protocol.MQTT, Protocol.HTTPS)),
    ],
)
def test_which_protocols_are_tried(cmd, host: str, typed, protocols) -> None:
    assert run(cmd, host=host, protocols=typed).target.protocols == protocols


@pytest.mark.parametrize(
    ("typed", "error", "says"),
    [
        ({}, RequiredArgumentMissingError, "--hub-name or --host"),
        ({"host": "h.example.net", "hub_name": "pumps"}, MutuallyExclusiveArgumentError, "give one of them"),
        ({"host": "https://h.example.net"}, InvalidArgumentValueError, "is a URL"),
        ({"host": "h.example.net:8883"}, InvalidArgumentValueError, "holds a port"),
        ({"host": "h example"}, InvalidArgumentValueError, "is not a host name"),
        ({"host": "h'; rm x"}, InvalidArgumentValueError, "is not a host name"),
        ({"host": "a" * 64 + ".net"}, InvalidArgumentValueError, "is not a host name"),
        ({"host": ""}, InvalidArgumentValueError, "is not a host name"),
        ({"hub_name": "no hub"}, InvalidArgumentValueError, "no hub's name"),
        ({"hub_name": "app.azureiotcentral.com"}, InvalidArgumentValueError, "IoT Central"),
        ({"facts": "f", "host": "h.example.net"}, MutuallyExclusiveArgumentError, "--facts and --host"),
        ({"facts": "f", "hub_name": "pumps"}, MutuallyExclusiveArgumentError, "--facts and --hub-name"),
        ({"facts": "f", "script": "sh"}, MutuallyExclusiveArgumentError, "--facts and --script"),
        ({"facts": "f", "protocols": ["mqtt"]}, MutuallyExclusiveArgumentError, "--facts and --protocol"),
        ({"facts": "/nowhere/f.json"}, InvalidArgumentValueError, "cannot be read"),
    ],
)
def test_what_contradicts_itself_or_cannot_be(cmd, typed, error, says: str) -> None:
    with pytest.raises(error) as caught:
        run(cmd, **typed)
    assert says in str(caught.value)


def test_the_proxy_and_the_place_are_noted(cmd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.example.net:3128")
    monkeypatch.setenv("ACC_CLOUD", "PROD")
    target = run(cmd, hub_name="pumps").target
    assert (target.proxy, target.variable, target.observer) == ("proxy.example.net:3128", "HTTPS_PROXY", "Cloud Shell")
    assert "secret" not in repr(target)
    of_script = run(cmd, hub_name="pumps", script="sh").target
    assert (of_script.proxy, of_script.observer) == ("", ""), "it is not known where the script runs"


def test_a_proxy_that_cannot_be_used(cmd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "https://proxy.example.net")
    with pytest.raises(InvalidArgumentValueError):
        run(cmd, hub_name="pumps")


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_facts_say_what_was_tested(cmd, tmp_path: Path, encoding: str) -> None:
    """Windows PowerShell redirects into a file of UTF-16 with a mark before it."""
    facts = known(network_asked=asked(Protocol.MQTT), ways=(filtered(Protocol.MQTT),))
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    path = str(tmp_path / "facts.json")
    Path(path).write_text(mark + json.dumps(facts_json.dump(facts, "1")), encoding=encoding)
    judged = run(cmd, facts=path, hub_name=Default("other"))
    assert judged.target == asked(Protocol.MQTT)
    assert judged.options.facts["ways"].value == (filtered(Protocol.MQTT),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("no JSON", "is not JSON"),
        ("[]", "this is no facts file"),
        ("[" * 100_000, "is not JSON"),
        (json.dumps(facts_json.dump({}, "1")), "'network_asked' is missing"),
        (json.dumps(facts_json.dump(given(1.0, network_asked=NetworkAsked("h")), "1")), "'ways' is missing"),
        (json.dumps({"kind": facts_json.KIND, "version": "1.0", "facts": {"ways": {"value": 1}}}), "facts.ways"),
    ],
)
def test_what_is_no_file_of_such_facts(cmd, tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InvalidArgumentValueError) as caught:
        run(cmd, facts=write(tmp_path / "facts.json", text))
    assert says in str(caught.value)
