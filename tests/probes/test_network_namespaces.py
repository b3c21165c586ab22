"""Networks that no local server can play, in a network namespace of Linux: nothing leaves this machine.

Each test runs the probes in a process of its own, which has no interface but the loopback.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
UNSHARE = ("unshare", "--user", "--map-root-user", "--net")

# Runs the commands, lets HOST lead to an address, and prints the states of the ways and the codes of the findings.
CHILD = """
import json, os, socket, subprocess, sys
address, commands, ports = json.loads(sys.argv[1])
for command in commands:
    subprocess.run(command.split(), check=True)
from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.verdict import diagnose
from azext_iotdiag.model.check import Link
from tests.plugins import hub_peers
asked = socket.getaddrinfo
def look_up(host, port, **options):
    return asked(address if host == hub_peers.HOST else host, port, type=socket.SOCK_STREAM)
socket.getaddrinfo = look_up
listening = [socket.create_server(("127.0.0.1", port)) for port in ports]
wanted = hub_peers.asked()
facts = hub_peers.measured(wanted, "resolved", "ways")
states = [each.state.value for each in way_states.judged(facts["ways"].value, wanted)]
reasons = diagnose((Link.NETWORK,), facts, lambda: 0.0).verdict.reasons
print(json.dumps([states, [each.finding.entry.code for each in reasons]]))
"""


def can(*words: str) -> bool:
    """Whether such a command works in a namespace."""
    if shutil.which("unshare") is None or shutil.which(words[0]) is None:
        return False
    return subprocess.run([*UNSHARE, *words], capture_output=True, timeout=PATIENCE, check=False).returncode == 0


namespaces = pytest.mark.skipif(
    not can("ip", "link", "set", "lo", "up"), reason="this machine has no ip, or forbids network namespaces"
)
filters = pytest.mark.skipif(not can("nft", "list", "ruleset"), reason="this machine has no nft, or no rights for it")


def seen(address: str, *commands: str, ports: tuple[int, ...] = ()) -> tuple[list[str], list[str]]:
    """The states of the five ways to a host of this address, and the codes, where these commands set up the network."""
    told = json.dumps([address, ["ip link set lo up", *commands], ports])
    done = subprocess.run(
        [*UNSHARE, sys.executable, "-c", CHILD, told], capture_output=True, text=True, timeout=PATIENCE, check=False,
        cwd=ROOT, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    states, codes = json.loads(done.stdout)
    return states, codes


@namespaces
def test_a_host_with_ipv6_alone_in_a_network_without() -> None:
    assert seen("2603:1030::1") == (["unreachable"] * 5, ["ipv6-only-host"])


@namespaces
def test_a_network_without_a_route() -> None:
    assert seen("203.0.113.1") == (["unreachable"] * 5, ["server-unreachable"])


@namespaces
def test_a_machine_that_forbids_the_connection() -> None:
    """As its own firewall does: the system says so at once, and no packet leaves."""
    found = seen("203.0.113.1", "ip route add prohibit 203.0.113.0/24")
    assert found == (["forbidden here"] * 5, ["connection-not-allowed"])


RULES = ("nft add table inet test", "nft add chain inet test out { type filter hook output priority 0 ; }")


@namespaces
@filters
def test_a_firewall_that_drops_two_ports() -> None:
    """Nothing listens at 443 and at the others a server does, which no packet reaches."""
    drop = "nft add rule inet test out tcp dport { 8883, 5671 } drop"
    assert seen("127.0.0.1", *RULES, drop, ports=(8883, 5671))[0] == ["filtered"] * 2 + ["refused"] * 3


@namespaces
@filters
def test_a_firewall_that_refuses_for_the_server() -> None:
    reject = "nft add rule inet test out tcp dport 8883 reject with tcp reset"
    assert seen("127.0.0.1", *RULES, reject, ports=(8883,))[0][0] == "refused"
