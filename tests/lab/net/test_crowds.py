"""Ten thousand who connect and say nothing, or half a word: the lab answers others meanwhile, and does not grow."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from pathlib import Path

import pytest

from azext_iotdiag.lab.net import listener
from azext_iotdiag.lab.process import limits
from tests.lab.net.tls import client_context
from tests.plugins.lab_fixture import open_lab

MANY = 10_000
LARGEST_GROWTH = 450_000_000  # bytes; without a bound it is 600 million, and grows with each that comes
SECONDS = 60
CROWD = """
import resource, socket, sys
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16384) if hard > 0 else 16384, hard))
held = []
for number in range(int(sys.argv[2])):
    held.append(socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=30))
    if number % 2:
        try:
            held[-1].sendall(b"\\x16\\x03\\x01\\x02\\x00")  # the head of a TLS record that does not come
        except ConnectionError:
            pass
print(len(held), flush=True)
sys.stdin.read()
"""


def memory():
    """Bytes of memory that this process has in use."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


def possible():
    """How many connections a process may open here."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return MANY if hard == resource.RLIM_INFINITY else min(MANY, hard - 100)


@pytest.fixture
def room():
    """As many open files for the lab as `lab start` takes for it; the limit is put back afterwards."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    limits.raise_limits()
    if 0 <= resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 2 * listener.HALF_OPEN_LIMIT:
        pytest.skip("this user may not open enough files")
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="there is no /proc to read the memory from")
def test_half_open_connections(tmp_path, room):
    with open_lab(tmp_path) as lab:
        trust = client_context_of(lab)

        def ask():
            asked = http.client.HTTPSConnection("127.0.0.1", lab.running.ports["https"], timeout=SECONDS, context=trust)
            try:
                asked.request("GET", "/devices/device-1?api-version=2021-04-12")
                return asked.getresponse().status
            finally:
                asked.close()

        assert ask() == 401
        before = memory()
        with subprocess.Popen(
            [sys.executable, "-c", CROWD, str(lab.running.ports["https"]), str(possible())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as crowd:  # fmt: skip
            try:
                assert crowd.stdin is not None and crowd.stdout is not None
                assert ask() == 401, "while they come"
                assert int(crowd.stdout.readline()) == possible()
                assert ask() == 401, "while they stay"
                opened = lab.running.listeners["https"]
                wait(lambda: opened.connections <= listener.HALF_OPEN_LIMIT, "the places of those who made room")
                assert memory() - before < LARGEST_GROWTH
                crowd.stdin.close()
                crowd.wait(SECONDS)
            finally:
                crowd.kill()
        wait(lambda: not opened.connections, "the end of all")
        refused = lab.call(lab.state.audit.recent, 10)
        assert any("others wait for theirs" in one.reason or "left the TLS handshake" in one.reason for one in refused)


def client_context_of(lab):
    """What a client trusts; the name is not the subject here."""
    trust = client_context()
    trust.load_verify_locations(cadata=lab.running.ca_pem.decode())
    trust.check_hostname = False
    return trust


def wait(condition, what):
    ends = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < ends, f"waited {SECONDS} s for {what}"
        time.sleep(0.01)
