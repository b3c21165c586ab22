"""`network test` through az and the lab: here, by its script, and with what the script wrote."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import Flow
from tests.plugins import az, hostile

pytestmark = pytest.mark.slow
COMMAND = ("iot", "diag", "network", "test")
FAULTS = {
    "port-blocked": "port-5671-blocked",
    "tls-broken": "tls-handshake-failed",
    "not-amqp": "not-a-hub",
    "websocket-refused": "websocket-refused",
    "unknown-ca": "tls-intercepted",
    "certificate-expired": "certificate-expired",
    "certificate-wrong-name": "certificate-for-another-name",
}


def run(flow: Flow, *arguments: str, **environment: str) -> az.Run:
    return flow.run(COMMAND, *arguments, **environment)


def result(done: az.Run) -> dict[str, Any]:
    found = json.loads(done.out)
    assert isinstance(found, dict)
    return found


def codes(found: dict[str, Any]) -> list[str]:
    return [each["code"] for check in found["checks"] for each in check["findings"] if each["severity"] != "note"]


def hub(flow: Flow) -> str:
    return str(flow.lab.description["hub"])


def scripted(flow: Flow, folder: Path, *arguments: str) -> Path:
    """What the script wrote that the command prints, run by a small shell with the lab's roots."""
    made = run(flow, "--host", hub(flow), "--script", "sh", *arguments)
    assert made.code == 0 and made.out.startswith(b"#!/bin/sh\n")
    shell = shutil.which("dash") or "sh"
    roots = flow.lab.description["caFile"]
    environment = {**ENV, **flow.environment}
    done = subprocess.run(
        [shell, "-s", "--", roots], input=made.out, capture_output=True, timeout=60, check=False, env=environment
    )
    assert (done.returncode, done.stderr) == (0, b"")
    path = folder / "facts.json"
    path.write_bytes(done.stdout)
    assert not [secret for secret in flow.secrets if secret in done.stdout.decode()]
    return path


ENV = {"PATH": "/usr/bin:/bin:/usr/local/bin"}
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")


def test_a_hub_by_its_name_without_a_login(flow: Flow) -> None:
    done = run(flow, "-n", hub(flow).partition(".")[0])
    found = result(done)
    assert (done.code, found["verdict"]["state"], found["host"], found["place"]) == (0, "healthy", hub(flow), "here")
    assert found["usable"] == ["mqtt", "amqp", "https", "mqtt-ws", "amqp-ws"]
    assert [way["answer"] for way in found["ways"]] == ["CONNACK 5", "AMQP 1.0", "HTTP 401", "HTTP 101", "HTTP 101"]
    assert found["tlsVersions"] == {"accepted": ["TLSv1.2", "TLSv1.3"], "refused": []}
    assert (codes(found), found["proxy"]) == ([], None)


def test_through_the_proxy(flow: Flow) -> None:
    proxy = flow.lab.description["endpoints"]["proxy"]
    done = run(flow, "--host", hub(flow), HTTPS_PROXY=f"http://{proxy}")
    found = result(done)
    assert done.code == 0 and found["proxy"] == proxy
    assert [(way["proxy"], way["state"]) for way in found["ways"]] == [(None, "open")] * 5 + [(proxy, "open")] * 5


def test_only_the_protocols_that_were_asked_for(flow: Flow) -> None:
    found = result(run(flow, "--host", hub(flow), "--protocol", "https", "mqtt"))
    assert [way["protocol"] for way in found["ways"]] == ["mqtt", "https"]


@pytest.mark.parametrize(("fault", "code"), FAULTS.items())
def test_what_the_lab_breaks_is_found(flow: Flow, fault: str, code: str) -> None:
    flow.lab.break_(fault)
    done = run(flow, "--host", hub(flow))
    assert done.code == 4 and codes(result(done)) == [code]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("proxy-refuses", "proxy-refuses"),
        ("proxy-wants-password", "proxy-wants-password"),
        ("proxy-answers-html", "proxy-is-none"),
    ],
)
def test_a_proxy_that_breaks_is_a_warning_where_it_is_not_needed(flow: Flow, fault: str, code: str) -> None:
    flow.lab.break_(fault)
    proxy = f"http://{flow.lab.description['endpoints']['proxy']}"
    done = run(flow, "--host", hub(flow), HTTPS_PROXY=proxy)
    assert (done.code, codes(result(done))) == (0, [code])
    nowhere = ",".join(f"{hub(flow)}:{port}=127.0.0.1:1" for port in (8883, 5671, 443))
    needed = run(flow, "--host", hub(flow), "--protocol", "https", AZURE_IOTDIAG_CONNECT_TO=nowhere, HTTPS_PROXY=proxy)
    assert needed.code == 4 and code in codes(result(needed))


@pytest.mark.parametrize("fault", ["connack-refused", "device-dropped", "token-refused", "server-busy"])
def test_what_is_no_matter_of_the_network(flow: Flow, fault: str) -> None:
    flow.lab.break_(fault)
    done = run(flow, "--host", hub(flow))
    assert (done.code, codes(result(done))) == (0, [])


def test_other_hosts_of_the_lab(flow: Flow) -> None:
    """A provisioning service and a namespace of Event Hubs speak protocols of their own."""
    namespace = flow.lab.description["endpoints"]["namespace"]
    found = result(run(flow, "--host", namespace))
    assert found["usable"] == ["amqp", "https", "amqp-ws"] and codes(found) == []
    service = result(run(flow, "--host", flow.lab.description["provisioning"]["host"], "--protocol", "mqtt", "https"))
    assert service["usable"] == ["mqtt", "https"] and codes(service) == []


@needs_openssl
def test_the_script_goes_round(flow: Flow, tmp_path: Path) -> None:
    path = scripted(flow, tmp_path)
    done = run(flow, "--facts", str(path))
    found = result(done)
    assert (done.code, found["verdict"]["state"], found["place"]) == (0, "healthy", "device")
    here = result(run(flow, "--host", hub(flow)))
    told = [(way["protocol"], way["state"], way["answer"]) for way in here["ways"]]
    assert [(way["protocol"], way["state"], way["answer"]) for way in found["ways"]] == told
    assert abs(found["clockAheadSeconds"]) <= 3
    joined = flow.run(("iot", "diag", "check"), "--facts", str(path))
    assert joined.code == 0 and result(joined)["verdict"]["state"] == "healthy"


@needs_openssl
@pytest.mark.parametrize(("fault", "code"), FAULTS.items())
def test_the_script_finds_what_is_found_here(flow: Flow, tmp_path: Path, fault: str, code: str) -> None:
    flow.lab.break_(fault)
    path = scripted(flow, tmp_path)
    flow.lab.mend(fault)
    done = run(flow, "--facts", str(path))
    assert done.code == 4 and codes(result(done)) == [code]


def test_a_person_sees_the_table(flow: Flow) -> None:
    """The answer comes first; what it is made of stands below."""
    done = az.az(*COMMAND, "--host", hub(flow), "--protocol", "mqtt", environment=flow.environment, terminal=True)
    lines = done.out.decode().splitlines()
    assert lines[0].endswith("√ Every protocol that was asked for can be used.")
    assert f"  Host       {hub(flow)}" in lines
    assert any(line.startswith("  8883  MQTT                 open, CONNACK 5, ") for line in lines)


def test_the_forms_of_az(flow: Flow) -> None:
    table = run(flow, "--host", hub(flow), "--protocol", "mqtt", "-o", "table").out.decode().splitlines()
    assert table[0].split() == ["Port", "Protocol", "Route", "State", "By", "Answer", "Seconds"]
    assert table[2].split()[:4] == ["8883", "mqtt", "direct", "open"]
    query = ("--query", "ways[].[port,state]", "-o", "tsv")
    assert run(flow, "--host", hub(flow), "--protocol", "mqtt", *query).out == b"8883\topen\n"


def test_a_host_that_swallows_packets_takes_less_than_15_s(flow: Flow) -> None:
    with hostile.swallowing() as port:
        ways: Sequence[str] = [f"{hub(flow)}:{each}=127.0.0.1:{port}" for each in (8883, 5671, 443)]
        begun = time.monotonic()
        done = run(flow, "--host", hub(flow), AZURE_IOTDIAG_CONNECT_TO=",".join(ways))
        assert time.monotonic() - begun < 15
    assert done.code == 4 and codes(result(done)) == ["server-unreachable"]
