"""A stream over a network that breaks its connections in every way: nothing is lost, and nothing comes twice.

A few breaks here; a hundred with IOTDIAG_SIEGE=1.
"""

from __future__ import annotations

import os
import random

import pytest

from azext_iotdiag.clients.telemetry.contract import TRANSPORTS
from azext_iotdiag.lab.hub.amqp import port as lab_amqp
from tests.plugins.breaking_relay import WAYS, relay
from tests.plugins.lab_fixture import lab
from tests.plugins.reading import ENVIRONMENT, direct_target_of, reading, send, trying_again

__all__ = ["lab"]

DROPS = 100 if os.environ.get("IOTDIAG_SIEGE") else 6
PORTS = {"amqp": "5671", "amqp_ws": "443"}
DEADLINES = trying_again(silence=0.8)  # of a connection that was swallowed
DEVICES = ("device-1", "device-2", "device-3")


@pytest.fixture
def through(lab, monkeypatch):
    """Leads the namespace's port of a transport through a relay to the lab."""
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, lab.description["environment"][name])
    monkeypatch.setattr(lab_amqp, "KEEP_ALIVE_SECONDS", 0.1)

    def make(transport: str):
        pairs = [pair.split("=") for pair in os.environ["AZURE_IOTDIAG_CONNECT_TO"].split(",")]
        place = f"{lab.state.hub.stream.host}:{PORTS[transport]}"
        to = next(where for name, where in pairs if name == place)
        made = relay(int(to.rpartition(":")[2]))
        return made, place, pairs

    return make


@pytest.mark.parametrize("since", [None, 1])
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_stream_of_drops(lab, through, monkeypatch, transport: str, since: int | None) -> None:
    made, place, pairs = through(transport)
    chance = random.Random(f"{transport} {since}")
    with made as broken:
        leading = ",".join(f"{name}={f'127.0.0.1:{broken.port}' if name == place else where}" for name, where in pairs)
        monkeypatch.setenv("AZURE_IOTDIAG_CONNECT_TO", leading)
        with reading(direct_target_of(lab), since=since, transport=transport, deadlines=DEADLINES) as read:
            read.opened()
            sent: list[bytes] = []
            for number in range(DROPS):
                for phase in ("before", "on their way", "while nobody listens"):
                    bodies = [b"%d %s %d" % (number, phase.encode(), each) for each in range(chance.randint(1, 4))]
                    sent += bodies
                    send(lab, *bodies, device=chance.choice(DEVICES))
                    if phase == "before" and chance.random() < 0.5:
                        read.take(len(sent))
                    elif phase == "on their way":
                        broken.connections[-1].break_(WAYS[number % len(WAYS)])
                read.take(len(sent))
            assert len(broken.connections) > DROPS, "each break was met"
            assert sorted(event.body for event in read.events) == sorted(sent)
            for partition in read.stream.partitions:
                numbers = [event.sequence for event in read.events if event.partition == partition]
                assert numbers == list(range(len(numbers)))
            assert read.stream.failure is None and read.stream.received == len(sent)
