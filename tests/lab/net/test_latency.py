"""The fault latency: each round trip takes that much longer, and no message waits for another."""

from __future__ import annotations

import asyncio
import time

import pytest

from azext_iotdiag.clients import transport
from azext_iotdiag.lab.net.latency import Delayed
from tests.plugins.lab_fixture import lab
from tests.plugins.reading import ENVIRONMENT, direct_target_of, reading, send

__all__ = ["lab"]

TRIP = 0.1


@pytest.fixture(autouse=True)
def environment(lab, monkeypatch):
    """The names of the lab's hub lead to the lab, as `lab start` says."""
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, lab.description["environment"][name])


def test_a_connection_takes_its_round_trips(lab):
    lab.break_("latency", milliseconds=int(1000 * TRIP))
    began = time.monotonic()
    transport.connect(lab.state.hub.host, 5671, 10.0).close()
    assert time.monotonic() - began >= 2 * TRIP, "one for TCP, one for TLS 1.3"
    lab.mend()
    began = time.monotonic()
    transport.connect(lab.state.hub.host, 5671, 10.0).close()
    assert time.monotonic() - began < 2 * TRIP


@pytest.mark.parametrize("since", [None, 1])
def test_messages_follow_each_other_as_fast_as_before(lab, since):
    lab.break_("latency", milliseconds=int(1000 * TRIP))
    began = time.monotonic()
    with reading(direct_target_of(lab), since=since) as read:
        read.opened()
        opened = time.monotonic() - began
        # TCP, TLS, SASL, open with the links to $cbs, the token with those to $management, partitions, links; and
        # those who read from now on wait for the newest messages as well.
        assert opened >= (7 + (since is None)) * TRIP
        began = time.monotonic()
        send(lab, *[b"%d" % number for number in range(500)])
        read.take(500)
        assert TRIP / 2 <= time.monotonic() - began < 20 * TRIP, "far less than a round trip each"


def test_what_was_said_last_arrives_before_the_end():
    async def main() -> bytes:
        async def serve(reader, writer):
            way = Delayed(reader, writer, 0.05)
            way.write(await way.reader.read(100))
            await way.drain()
            way.write(b" and goodbye")
            await way.end()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello")
        said = await asyncio.wait_for(reader.read(-1), 10)
        writer.close()
        server.close()
        return said

    assert asyncio.run(main()) == b"hello and goodbye"
