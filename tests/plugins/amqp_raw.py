"""A client that says to the lab's AMQP port whatever a test wants, right or wrong, and hears what is answered."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, SASL_HEADER, FrameBuffer, frame
from azext_iotdiag.wire.amqp.message import Message, decode_message, encode_message
from azext_iotdiag.wire.amqp.performatives import Attach, Begin, Flow, Open, SaslInit, Source, Target, Transfer
from azext_iotdiag.wire.amqp.types import Described, Symbol
from tests.plugins.lab_fixture import open_lab
from tests.plugins.reading import direct_target_of, reading, records, send

DEADLINE = 10.0
SELECTOR = Symbol("apache.org:selector-filter:string")
BEGIN = Begin(None, 0, 1000, 1000, 255)


class Raw:
    """One TLS connection to the lab. `over` tells that the lab has closed it."""

    def __init__(self, lab: Hosted, host: str = ""):
        self.lab = lab
        self.host = host or lab.state.hub.stream.host
        context = ssl.create_default_context(cadata=lab.running.ca_pem.decode())
        sock = socket.create_connection(("127.0.0.1", lab.running.ports["amqp"]), timeout=DEADLINE)
        self._sock = context.wrap_socket(sock, server_hostname=self.host)
        self._frames = FrameBuffer(1 << 20)
        self.over = False

    def close(self) -> None:
        self._sock.close()

    def send(self, *what: Any, channel: int = 0) -> None:
        """Bytes as they are, and performatives in frames."""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            self._sock.sendall(b"".join(one if isinstance(one, bytes) else frame(one, channel=channel) for one in what))

    def header(self) -> bytes | None:
        """The next protocol header; None when the lab has closed the connection."""
        return self._next(self._frames.header)

    def next(self) -> Any:
        """The next performative, or a Message where one came whole; None when the lab has closed the connection."""
        came = self._next(self._frames.next)
        if came is None or came.performative is None:
            return came
        return decode_message(came.payload) if type(came.performative) is Transfer else came.performative

    def until(self, kind: type) -> Any:
        """The next performative of a kind, or None as above."""
        while (came := self.next()) is not None:
            if type(came) is kind:
                return came
        return None

    def rest(self) -> list[Any]:
        """All that still comes until the lab closes the connection."""
        found = []
        while (came := self.next()) is not None:
            found.append(came)
        return found

    def _next(self, read: Callable[[], Any]) -> Any:
        ends = time.monotonic() + DEADLINE
        while (came := read()) is None and not self.over:
            assert time.monotonic() < ends, "the lab says nothing and does not close"
            try:
                data = self._sock.recv(65536)
            except (ConnectionError, ssl.SSLError):
                data = b""
            self.over = not data
            self._frames.feed(data)
        return came

    # what good clients say

    def greet(self) -> None:
        """SASL as nobody, and open, and begin."""
        self.send(SASL_HEADER, frame(SaslInit(Symbol("ANONYMOUS"), b"", self.host), sasl=True), AMQP_HEADER)
        self.send(Open("raw", self.host), BEGIN)
        assert self.header() == SASL_HEADER
        self.next(), self.next()
        assert self.header() == AMQP_HEADER
        assert type(self.next()) is Open and type(self.next()) is Begin

    def node(self, name: str, handle: int) -> None:
        """The links to a request-response node, on two handles."""
        self.send(
            Attach(f"{name}-out", handle, False, source=Source("me"), target=Target(name), initial_delivery_count=0),
            Attach(f"{name}-in", handle + 1, True, source=Source(name), target=Target("me")),
            Flow(0, 1000, 0, 1000, handle + 1, 0, 100),
        )
        assert [self.until(Attach) is not None for _ in range(2)] == [True, True]

    def ask(self, handle: int, application: dict[str, Any], value: Any = "") -> Message | None:
        """The answer of a node."""
        message = encode_message(value=value, application=application, properties={"message-id": "m", "reply-to": "me"})
        self.send(frame(Transfer(handle, 0, b"", settled=True), message))
        return self.until(Message)

    def put_token(self, token: Any, audience: str = "", kind: str = "servicebus.windows.net:sastoken") -> int:
        """The status that $cbs gives a token."""
        self.node("$cbs", 10)
        audience = audience or f"sb://{self.host}/{self.lab.state.hub.stream.entity}"
        answer = self.ask(10, {"operation": "put-token", "type": kind, "name": audience}, token)
        assert answer is not None
        return answer.application["status-code"]

    def reader(
        self, partition: str, *, group: str = "$Default", selector: Any = None, entity: str = "", epoch: Any = None
    ) -> Attach:
        """A link to a partition, which is not waited for."""
        path = f"{entity or self.lab.state.hub.stream.entity}/ConsumerGroups/{group}/Partitions/{partition}"
        filters = {SELECTOR: selector if isinstance(selector, Described) else Described(SELECTOR, selector)}
        proposal = Attach(
            f"reader-{partition}",
            20,
            True,
            source=Source(path, filter=filters if selector is not None else None),
            target=Target("me"),
            properties=None if epoch is None else {Symbol("com.microsoft:epoch"): epoch},
        )
        self.send(proposal, Flow(None, 5000, 0, 5000, 20, None, 5000))
        return proposal


def token_of(
    lab: Hosted, policy: str = "service", *, resource: str = "", expires: int | None = None, key: bytes | None = None
) -> str:
    """A token for the lab's Event Hub."""
    stream = lab.state.hub.stream
    secret = sas.eventhub_key(lab.state.hub.policies[policy].primary.reveal()) if key is None else key
    return sas.sign(
        resource or f"sb://{stream.host}/{stream.entity}", secret, expires or int(time.time()) + 600, policy
    )


@contextlib.contextmanager
def raw(lab: Hosted, host: str = "") -> Iterator[Raw]:
    """A connection, closed in any case."""
    client = Raw(lab, host)
    try:
        yield client
    finally:
        client.close()


WRONG = base64.b64encode(b"w" * 32)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One lab for all: whatever a client does to it, the next one must find it well."""
    with open_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def lab(shared, monkeypatch):
    """That lab, looked at afterwards: it serves a good client, and its audit holds no secret and no mistake."""
    for name in ("AZURE_IOTDIAG_CONNECT_TO", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, shared.description["environment"][name])
    yield shared
    shared.mend()
    with reading(direct_target_of(shared)) as read:
        read.opened()
        send(shared, b"still there")
        assert read.take(1) == [b"still there"]
    everything = repr(shared.call(shared.state.audit.recent, 10_000))
    hub = shared.state.hub
    for owner in (*hub.policies.values(), *hub.devices.values()):
        assert owner.primary.reveal() not in everything and owner.secondary.reveal() not in everything
    assert "sig=" not in everything.replace("sig=***", "") and WRONG.decode() not in everything
    assert "mistake of the lab" not in everything


@pytest.fixture
def client(lab):
    with raw(lab) as connection:
        yield connection


def ended(lab, client, *, refused=""):
    """Why the lab says that this client's connection ended, once it is over; and that it was `refused` before."""
    assert client.rest() is not None and client.over
    until = time.monotonic() + 10
    while not (closed := [one for one in records(lab, "close") if one.peer == peer(client)]):
        assert time.monotonic() < until, "the end is not in the audit"
        time.sleep(0.005)
    if refused:
        assert refused in reasons(lab, client, "refused")
    return closed[-1].reason


def peer(client):
    return "{}:{}".format(*client._sock.getsockname()[:2])


def reasons(lab, client, outcome):
    return "; ".join(one.reason for one in records(lab, "", outcome) if one.peer == peer(client))


def hub_token(lab, policy="service", *, expires=None, resource=""):
    key = sas.iothub_key(lab.state.hub.policies[policy].primary.reveal())
    return sas.sign(resource or lab.state.hub.host, key, expires or int(time.time()) + 600, policy)


def plain(lab, user, password, *, host=""):
    """The outcome of PLAIN, and why."""
    with raw(lab, host or lab.state.hub.stream.host) as client:
        response = f"\0{user}\0{password}".encode() if user is not None else password
        client.send(SASL_HEADER, frame(SaslInit(Symbol("PLAIN"), response, client.host), sasl=True))
        client.header(), client.next()
        outcome = client.next()
        return outcome.code, records(lab, "authenticate")[-1]
