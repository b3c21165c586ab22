"""The script that tests a network elsewhere, run by real shells: what it writes is read back and judged the same."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.verdict import diagnose
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.facts import Facts, Vantage
from azext_iotdiag.model.network import NetworkAsked, Protocol
from azext_iotdiag.probes import script
from tests.plugins import hostile
from tests.plugins.hub_peers import (
    AUTHORITY,
    HOST,
    PAGE,
    STRANGER,
    UNAUTHORIZED,
    Standing,
    asked,
    only_mqtt_5,
    standing,
)

__all__ = ["standing"]
pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")
SHELLS = [
    pytest.param(name, marks=pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not on this machine"))
    for name in ("dash", "bash")
]
PATIENCE = 60.0
MQTT, AMQP, HTTPS, MQTT_WS, _ = Protocol
LONG_AGO = datetime.now(timezone.utc) - timedelta(days=30)


def text_of(wanted: NetworkAsked) -> str:
    """The script, with waits of seconds that no test has to sit through."""
    made = script.made("sh", wanted)
    # A script counts whole seconds, so that one second may be none; a busy machine takes two to start openssl.
    hurried = made.replace("connect_seconds=10", "connect_seconds=4").replace("answer_seconds=5", "answer_seconds=3")
    assert made.count("_seconds=") - hurried.count("_seconds=4") - hurried.count("_seconds=3") == 0
    return hurried


def run(shell: str, wanted: NetworkAsked, folder: Path, *arguments: str) -> Facts:
    """The facts that a shell wrote. The script leaves nothing behind."""
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        [shell, "-s", "--", *arguments], input=text_of(wanted), capture_output=True, text=True, timeout=PATIENCE,
        check=False, env={**os.environ, "TMPDIR": str(temporary)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert not list(temporary.iterdir())
    return facts_json.load(json.loads(done.stdout)).facts


def states(facts: Facts, wanted: NetworkAsked) -> list[str]:
    ways = facts["ways"].value
    assert ways is not None
    return [each.state.value for each in way_states.judged(ways, wanted)]


@pytest.fixture
def trusted(standing: Standing) -> str:
    """A file with the authority that a device trusts."""
    path = standing.folder / "roots.pem"
    path.write_bytes(AUTHORITY.pem)
    return str(path)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_hub_that_answers(standing: Standing, trusted: str, tmp_path: Path, shell: str) -> None:
    standing.at(8883, standing.tls(hostile.saying(b"\x20\x02\x00\x05")))
    standing.at(5671, standing.tls(hostile.saying(b"AMQP\x03\x01\x00\x00")))
    standing.at(443, standing.tls(hostile.saying(UNAUTHORIZED)))
    wanted = asked(MQTT, AMQP, HTTPS)
    facts = run(shell, wanted, tmp_path, trusted)
    assert states(facts, wanted) == ["open"] * 3
    assert all(fact.place is Vantage.DEVICE for fact in facts.values())
    assert facts["network_asked"].value == wanted
    ways = facts["ways"].value
    assert ways is not None and [each.reply for each in ways] == ["CONNACK 5", "AMQP 1.0", "HTTP 401"]
    shown = ways[0].handshake
    assert shown is not None and (shown.version, shown.cipher[:4]) == ("TLSv1.3", "TLS_")
    (own,) = shown.certificates
    assert own.names == (HOST,) and own.issuer == "CN=iot-diag lab of a test" and len(own.sha1) == 40
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", own.not_after) and shown.message > 300
    ahead = datetime.now(timezone.utc) - datetime(2026, 11, 30, 12, tzinfo=timezone.utc)
    clock = facts["clock"].value
    assert clock is not None and abs(clock.ahead - ahead.total_seconds()) < 30 and clock.host == HOST


def test_the_certificate_is_read_as_python_reads_it(standing: Standing, trusted: str, tmp_path: Path) -> None:
    from tests.plugins.hub_peers import measured

    standing.at(443, standing.tls(hostile.saying(UNAUTHORIZED)))
    wanted = asked(HTTPS)
    here, there = measured(wanted)["ways"].value, run("sh", wanted, tmp_path, trusted)["ways"].value
    assert here is not None and there is not None
    seen = [each.handshake for each in (*here, *there)]
    assert seen[0] is not None and seen[1] is not None
    assert seen[0].certificates == seen[1].certificates and seen[0].message == seen[1].message


WAYS = {
    "refused": (MQTT, None, "refused"),
    "reset": (MQTT, lambda standing: hostile.saying(), "reset"),
    "silent": (MQTT, lambda standing: hostile.silent, "silent"),
    "silent behind TLS": (MQTT, lambda standing: standing.tls(hostile.silent), "no answer"),
    "closed behind TLS": (AMQP, lambda standing: standing.tls(hostile.saying()), "closed"),
    "no TLS": (HTTPS, lambda standing: hostile.saying(b"220 mail ready\r\n"), "TLS fails"),
    "expired": (
        HTTPS,
        lambda standing: standing.tls(hostile.silent, start=LONG_AGO, days=3),
        "wrong certificate",
    ),
    "another name": (HTTPS, lambda standing: standing.tls(hostile.silent, "other.example.net"), "wrong certificate"),
    "intercepted": (HTTPS, lambda standing: standing.tls(hostile.silent, authority=STRANGER), "intercepted"),
    "a broker": (MQTT, lambda standing: standing.tls(hostile.saying(b"\x20\x02\x00\x00")), "other server"),
    "MQTT 5": (MQTT, lambda standing: standing.tls(hostile.saying(b"\x20\x03\x00\x84\x00")), "MQTT 5 only"),
    "MQTT 5, silently": (MQTT, lambda standing: standing.tls(only_mqtt_5), "MQTT 5 only"),
    "closed at CONNECT": (MQTT, lambda standing: standing.tls(hostile.saying()), "open"),
    "a portal": (HTTPS, lambda standing: standing.tls(hostile.saying(PAGE)), "web page"),
    "a portal at WebSocket": (MQTT_WS, lambda standing: standing.tls(hostile.saying(PAGE)), "web page"),
    "no WebSocket": (
        MQTT_WS,
        lambda standing: standing.tls(hostile.saying(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")),
        "no WebSocket",
    ),
    "nginx": (
        HTTPS,
        lambda standing: standing.tls(hostile.saying(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")),
        "other server",
    ),
}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", WAYS)
def test_each_kind_of_trouble(standing: Standing, trusted: str, tmp_path: Path, name: str, shell: str) -> None:
    """The same words as for what is measured here, and never a healthy verdict."""
    protocol, peer, expected = WAYS[name]
    if peer is not None:
        standing.at(protocol.port, peer(standing))
    facts = run(shell, asked(protocol), tmp_path, trusted)
    assert states(facts, asked(protocol)) == [expected]
    verdict = diagnose((Link.MACHINE, Link.NETWORK), facts, lambda: 0.0).verdict
    assert verdict.exit_code == (0 if expected == "open" else 4)
    assert all("this machine" not in each.finding.message for each in verdict.reasons)


def test_packets_that_are_swallowed(standing: Standing, tmp_path: Path) -> None:
    with hostile.swallowing() as port:
        standing.leads(8883, port)
        assert states(run("sh", asked(MQTT), tmp_path), asked(MQTT)) == ["filtered"]


def test_a_name_without_an_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also where there is no tool to ask the name service, as on a small device."""
    monkeypatch.delenv("AZURE_IOTDIAG_CONNECT_TO", raising=False)
    wanted = asked(MQTT, host="iot-diag-test.invalid")
    facts = run("sh", wanted, tmp_path)
    assert states(facts, wanted) == ["no address"]
    without = {name: fact for name, fact in facts.items() if name in ("network_asked", "ways")}
    for each in (facts, without):
        (reason,) = diagnose((Link.NETWORK,), each, lambda: 0.0).verdict.reasons
        assert reason.finding.entry.code == "name-not-resolved"


def test_nothing_is_sent_to_a_server_that_is_not_trusted(standing: Standing, trusted: str, tmp_path: Path) -> None:
    came: list[bytes] = []

    def listen(sock) -> None:
        came.append(sock.recv(65_536))

    standing.at(8883, standing.tls(listen, authority=STRANGER))
    run("sh", asked(MQTT), tmp_path, trusted)
    assert came and not any(came)


def test_a_file_of_roots_that_cannot_be_read(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-s", "--", str(tmp_path / "none.pem")], input=text_of(asked(MQTT)), capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "") and "cannot be read" in done.stderr


def running(group: int) -> list[str]:
    """The programs of a process group that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _, rest = path.read_text(encoding="utf-8").rpartition(")")
            state, _, pgrp = rest.split()[:3]
            found += [name] if int(pgrp) == group and state not in "ZX" else []
    return found


def with_openssl(folder: Path, body: str) -> dict[str, str]:
    """An environment in which openssl is this shell program."""
    program = folder / "openssl"
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="ascii")
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


@pytest.mark.parametrize("version", ["LibreSSL 3.3.6", "OpenSSL 1.0.2k-fips", "OpenSSL 1.1.0l"])
def test_another_openssl_is_no_network_without_answers(tmp_path: Path, version: str) -> None:
    """It would not know the options, and every port would look filtered."""
    done = subprocess.run(
        ["sh", "-s"], input=text_of(asked(MQTT)), capture_output=True, text=True, timeout=PATIENCE, check=False,
        env=with_openssl(tmp_path, f"echo {version}"),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "") and version in done.stderr


def test_an_openssl_that_ends_without_a_word_of_the_network(tmp_path: Path) -> None:
    """What it did not say is not known."""
    fake = 'case $1 in version) echo OpenSSL 3.0.1 ;; *) echo "Option unknown option -state" >&2; exit 1 ;; esac'
    done = subprocess.run(
        ["sh", "-s"], input=text_of(asked(MQTT)), capture_output=True, text=True, timeout=PATIENCE, check=True,
        env=with_openssl(tmp_path, fake),
    )  # fmt: skip
    facts = facts_json.load(json.loads(done.stdout)).facts
    assert states(facts, asked(MQTT)) == ["unknown"]
    assert (
        diagnose(
            (Link.NETWORK,), {"ways": facts["ways"], "network_asked": facts["network_asked"]}, lambda: 0.0
        ).verdict.exit_code
        == 5
    )


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")
@pytest.mark.parametrize("shell", SHELLS)
def test_an_interrupt_leaves_nothing(standing: Standing, tmp_path: Path, shell: str) -> None:
    standing.at(8883, hostile.silent)
    path = tmp_path / "network.sh"
    path.write_text(script.made("sh", asked(MQTT)), encoding="ascii")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        [shell, str(path)], stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": str(temporary)}, start_new_session=True
    ) as process:
        ends = time.monotonic() + PATIENCE
        while not any(temporary.glob("*/mqtt.err")) and time.monotonic() < ends:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        while (left := running(process.pid)) and time.monotonic() < ends:  # what it began ends with it
            time.sleep(0.05)
    assert not left and time.monotonic() - ends < 5 - PATIENCE
    assert not list(temporary.iterdir())


def test_words_of_any_byte_reach_the_server(tmp_path: Path) -> None:
    """printf reads the format in octal digits; each byte must come out as it is."""
    every = bytes(range(256)) + b"%s \\n '\"$(x)`"
    done = subprocess.run(["sh", "-c", f"printf '{script._octal(every)}'"], capture_output=True, check=True)
    assert done.stdout == every


@pytest.mark.skipif(shutil.which("pwsh") is None, reason="PowerShell is not on this machine")
@pytest.mark.parametrize(
    "name", ["refused", "expired", "intercepted", "a broker", "MQTT 5", "a portal", "no WebSocket"]
)
def test_each_kind_of_trouble_in_powershell(standing: Standing, tmp_path: Path, name: str) -> None:
    protocol, peer, expected = WAYS[name]
    if peer is not None:
        standing.at(protocol.port, peer(standing))
    path = tmp_path / "network.ps1"
    path.write_text(script.made("powershell", asked(protocol)), encoding="ascii")
    trusted = {"SSL_CERT_FILE": os.environ["REQUESTS_CA_BUNDLE"]}
    done = subprocess.run(
        ["pwsh", "-NoProfile", "-File", str(path)], capture_output=True, text=True, timeout=PATIENCE, check=True,
        env={**os.environ, **trusted},
    )  # fmt: skip
    assert states(facts_json.load(json.loads(done.stdout)).facts, asked(protocol)) == [expected]


def test_the_script_for_powershell_holds_the_same_words() -> None:
    """Whether it runs is tested where PowerShell is; that it holds what it needs is tested everywhere."""
    made = script.made("powershell", asked(MQTT, AMQP))
    assert made.isascii() and made.count("{") == made.count("}") and made.count("(") == made.count(")")
    assert f"$HostName = '{HOST}'" in made and "$IsAddress = $false" in made
    assert "'amqp' = '414d515003010000'" in made and "$Ports = @{ 'mqtt' = 8883; 'amqp' = 5671 }" in made
    encoded = re.search(r"\$AskedAsJson = '(.*)'", made)
    assert encoded is not None
    assert facts_json.decode(json.loads(encoded[1]), NetworkAsked, "") == asked(MQTT, AMQP)


def test_a_script_holds_no_more_than_the_host() -> None:
    made = script.made("sh", asked(MQTT))
    assert made.isascii() and "SharedAccess" not in made and "\r" not in made
    assert b"".join(script.chunks("sh", asked(MQTT)))[:10] == b"#!/bin/sh\n"
