"""Our AMQP client and an AMQP server that is not ours: npm rhea plays an Event Hub, and everything it sends arrives."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from azext_iotdiag.clients import address
from azext_iotdiag.clients.amqp import Conversation
from azext_iotdiag.credential import sas
from azext_iotdiag.lab.net.certificates import make_authority
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.stream import PartitionState
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.wire.amqp.link_events import Delivery
from azext_iotdiag.wire.amqp.message import decode_message
from azext_iotdiag.wire.amqp.performatives import Accepted
from tests.plugins.reading import reading

SCRIPT = Path(__file__).parent / "node" / "rhea_server.js"
DEADLINE = 30.0
HOST, ENTITY = "foreign.servicebus.windows.net", "hub"
TARGET = Target(event_hub=HOST, entity=ENTITY, policy="p", credential=Secret("a2V5"))
SIZES = [0, 1, 900, 200_000, 5000]


class Server:
    """The running server: its port, and what it says happens."""

    def __init__(self, process):
        self._lines: queue.Queue = queue.Queue()
        self.said: list = []
        self._reader = threading.Thread(target=self._read, args=(process.stdout,), daemon=True)
        self._reader.start()
        self.port = self.wait("port")

    def _read(self, stream):
        for line in stream:
            self._lines.put(json.loads(line))

    def wait(self, key):
        """What the server says next of that kind."""
        ends = time.monotonic() + DEADLINE
        while True:
            said = self._lines.get(timeout=max(ends - time.monotonic(), 0.01))
            self.said.append(said)
            if key in said:
                return said[key]


@pytest.fixture
def foreign(node_modules, monkeypatch, tmp_path):
    """A function that starts a server with settings of one's own; the name HOST leads to it, with verified TLS."""
    authority = make_authority("foreign")
    cert, key = authority.issue([HOST])
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))

    @contextmanager
    def start(**settings):
        settings = {
            "cert": cert.decode(), "key": key.decode(), "user": "user", "password": "secret", "partitions": 2,
            "count": 10,
            "sizes": SIZES, "max_frame_size": 65536, **settings,
        }  # fmt: skip
        process = subprocess.Popen(
            ["node", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
            env={**os.environ, "IOTDIAG_CLIENTS_NODE_MODULES": node_modules})  # fmt: skip
        try:
            process.stdin.write(json.dumps(settings) + "\n")
            process.stdin.flush()
            server = Server(process)
            monkeypatch.setenv(
                address.CONNECT_TO, f"{HOST}:5671=127.0.0.1:{server.port},{HOST}:443=127.0.0.1:{server.port}"
            )
            yield server
        finally:
            process.kill()
            process.wait(DEADLINE)
            process.stdin.close()
            process.stdout.close()

    return start


def body(partition, number, sizes=SIZES):
    """The body that the server makes up."""
    return bytes((at * 7 + number * 13 + partition) % 256 for at in range(sizes[number % len(sizes)]))


def test_everything_arrives_over_websocket(foreign):
    """On npm ws, which is not ours either."""
    with foreign(websocket=True) as server, reading(TARGET, transport="amqp_ws") as read:
        read.take(20)
        for partition in (0, 1):
            bodies = [event.body for event in read.events if event.partition == str(partition)]
            assert bodies == [body(partition, number) for number in range(10)]
        assert server.wait("pong") == "there?"
        (opening,) = [said for said in server.said if "websocket" in said]
        assert opening == {"websocket": "/$servicebus/websocket", "protocol": "AMQPWSB10"}


@pytest.mark.parametrize("max_frame_size", [512, 4096, 65536, 1_000_000])
def test_everything_arrives_in_order_and_exactly(foreign, max_frame_size):
    """Settled and not, in one frame and in many, over several links of one session."""
    with foreign(max_frame_size=max_frame_size) as server, reading(TARGET) as read:
        read.take(20)
        for partition in (0, 1):
            events = [event for event in read.events if event.partition == str(partition)]
            assert [event.body for event in events] == [body(partition, number) for number in range(10)]
            assert [event.sequence for event in events] == list(range(10))
            assert [event.offset for event in events] == [str(number * 1000) for number in range(10)]
            assert [event.enqueued for event in events] == [1_700_000_000_000 + number for number in range(10)]
            assert {event.device for event in events} == {f"device-{partition}"}
            assert [event.properties for event in events] == [{"number": n, "text": "grüß €"} for n in range(10)]
            assert events[3].system == {"message-id": f"m-{partition}-3", "content-type": "application/octet-stream"}
        assert server.wait("opened") == HOST
        token = sas.read(server.wait("token"))
        assert token.resource == f"sb://{HOST}/{ENTITY}" and sas.matches(token, b"a2V5")
        assert [server.wait("selector") for _ in range(2)] == ["amqp.annotation.x-opt-offset >= '-1'"] * 2
        assert read.stream.interruptions == []


def test_thousands_of_messages_need_new_credit_and_windows(foreign):
    """More than a link's credit and than a session's window."""
    with foreign(count=6000, sizes=[10], settled=True), reading(TARGET) as read:
        read.take(12_000)
        for partition in "01":
            assert [event.sequence for event in read.events if event.partition == partition] == list(range(6000))


def test_one_partition_denied_while_the_other_is_read(foreign):
    with foreign(denied=1), reading(TARGET) as read:
        read.take(10)
        read.until(lambda: read.stream.partitions["1"].failure)
        assert {event.partition for event in read.events} == {"0"}
        failed = read.stream.partitions["1"]
        assert failed.state is PartitionState.DENIED
        assert (failed.failure.condition, failed.failure.description) == ("amqp:unauthorized-access", "no Listen claim")


def test_a_password(foreign):
    with foreign():
        talk = Conversation(HOST)
        talk.greet("user", "secret")
        talk.begun()
        talk.goodbye()
        talk = Conversation(HOST)
        with pytest.raises(StepFailed) as failed:
            talk.greet("user", "wrong")
        talk.goodbye()
        assert (failed.value.failure.kind, failed.value.failure.condition) == (Kind.UNAUTHORIZED, "sasl:1")


def test_messages_that_are_not_settled_can_be(foreign):
    """rhea stops sending when 2048 of its messages wait for their outcome."""
    with foreign(count=3000, sizes=[10], partitions=1):
        talk = Conversation(HOST)
        talk.greet()
        talk.begun()
        talk.receiver("r", f"amqps://{HOST}/{ENTITY}/ConsumerGroups/g/Partitions/0", selector="x > 1", credit=10_000)
        bodies, settled, ends = [], set(), time.monotonic() + DEADLINE
        while len(bodies) < 3000:
            assert time.monotonic() < ends
            for link_event in talk.link_events("messages", 1):
                if isinstance(link_event, Delivery):
                    bodies.append(decode_message(link_event.message).body)
                    settled.add(link_event.settled)
                    if not link_event.settled:
                        link_event.link.session.settle(link_event.delivery_id, Accepted())
        assert bodies == [body(0, number, [10]) for number in range(3000)] and settled == {True, False}
        talk.goodbye()
