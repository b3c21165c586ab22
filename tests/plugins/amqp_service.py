"""A service in memory for the AMQP clients, with a clock that only moves when somebody waits: nothing here takes time.

It speaks through `wire`, as the clients do; what it shows is how they act, and not that their AMQP is right.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from azext_iotdiag.clients import deadlines
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.transport import Transport
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.wire.amqp.decoding import DecodeError
from azext_iotdiag.wire.amqp.endpoint import Endpoint
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, SASL_HEADER
from azext_iotdiag.wire.amqp.link_events import Attached, Delivery, Header
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.performatives import AmqpError, Attach, Open, SaslInit, SaslMechanisms, SaslOutcome
from azext_iotdiag.wire.amqp.types import Int, Symbol, Timestamp

_PARTITION = re.compile(r".*/ConsumerGroups/[^/]+/Partitions/(\d+)")
_SELECTOR = re.compile(r"amqp\.annotation\.x-opt-(offset|sequence-number|enqueued-time) (>=?) '(.*)'")
NEVER = -62_135_596_800_000  # what Event Hubs gives for the time of the newest message where there was none
DENIED = AmqpError(Symbol("amqp:unauthorized-access"), "Unauthorized access. 'Listen' claim(s) are required")
OPENED = "A link to connection '1' {} node has already been opened."
BEYOND = "The supplied {} '{}' is invalid. The last {} in the system is '{}' TrackingId:1, SystemTracker:ns"


class Clock:
    """Time that a test moves, and that moves while somebody waits."""

    def __init__(self, now: float = 1_700_000_000.0):
        self.now = now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def deadlines(self, **changed: Any) -> Deadlines:
        """The usual deadlines by this clock."""
        return Deadlines(clock=deadlines.Clock(self.monotonic, self.monotonic, self.sleep), **changed)


class Service:
    """What the service does. Change its attributes to make it do otherwise."""

    def __init__(self, clock: Clock, partitions: int = 2):
        self.clock = clock
        self.events: dict[str, list[bytes]] = {str(number): [] for number in range(partitions)}
        self.connections: list[Connection] = []
        self.selectors: list[str] = []  # of the partitions' links, in order
        self.asked: list[str] = []  # the addresses of all links
        self.tokens: list[str] = []
        self.sasl = 0
        self.lively = True  # whether it gives signs of life
        self.refusals: dict[str, AmqpError] = {}  # by the end of an address
        self.unanswered: set[str] = set()  # ends of addresses, and steps: "sasl", "open"
        self.stalled: set[str] = set()  # partitions whose links bring nothing
        self.late_refusal = False  # whether a refusal comes as attach and detach, as Event Hubs does it for some
        self.cbs: Callable[[str], tuple[int, str]] = lambda token: (202, "Accepted")
        self.management: Callable[[dict], Any] = self.properties
        self.before_connect: Callable[[int], None] = lambda number: None
        self.idle_time_out: int | None = 240_000
        self.offset_of: Callable[[int], str] = lambda number: str(number * 100)
        self.expired: dict[str, int] = {}  # how many messages of a partition are kept no more
        self.inexact = 0  # how many messages too early a link begins
        self.silent_starts: tuple[str, ...] = ()  # links whose filters end so bring nothing
        self.early = ""  # what becomes of links to $management that come with the token; see `_hurried`

    def connect(self, host: str, port: int, *_more: Any, **_named: Any) -> Transport:
        """Stands in for clients.transport.connect."""
        self.before_connect(len(self.connections))
        self.connections.append(Connection(self, host, port))
        return self.connections[-1]

    def handed(self, **changed: Any) -> dict[str, Any]:
        """What a client is handed so that it comes here, with the clock that moves; `changed` are deadlines."""
        return {"deadlines": self.clock.deadlines(**changed), "connect": lambda *where: self.connect(*where)}

    def put(self, partition: str, body: bytes, **annotations: Any) -> None:
        """Store an event, and send it where there is credit for it."""
        events = self.events[partition]
        marks = {
            "x-opt-sequence-number": len(events),
            "x-opt-offset": self.offset_of(len(events)),
            "x-opt-enqueued-time": Timestamp(int(self.clock.now * 1000)),
            **annotations,
        }
        events.append(encode_message(body, annotations={Symbol(name): value for name, value in marks.items()}))
        for connection in self.connections:
            connection.pump()

    def properties(self, asked: dict) -> Any:
        """The answer of $management: a code and a value."""
        if asked["type"] == "com.microsoft:eventhub":
            return 200, {"name": asked["name"], "partition_ids": list(self.events)}
        events = self.events[asked["partition"]]
        marks = _annotations(events[-1]) if events else {}
        begin = self.expired.get(asked["partition"], 0)
        return 200, {
            "begin_sequence_number": begin,
            "last_enqueued_sequence_number": len(events) - 1,
            "last_enqueued_offset": marks.get("x-opt-offset", "-1"),
            "last_enqueued_time_utc": Timestamp(marks.get("x-opt-enqueued-time", NEVER)),
            "is_partition_empty": begin == len(events),
        }

    @property
    def last(self) -> Connection:
        """The connection that was made last."""
        return self.connections[-1]


class Connection(Transport):
    """One connection: the transport of a client, and the service's end behind it."""

    def __init__(self, service: Service, host: str, port: int):
        super().__init__(host, port, "192.0.2.1:5671", None)
        self.service = service
        self.endpoint = Endpoint("service", idle_time_out=service.idle_time_out)
        self.readers: dict[Link, list] = {}
        self.mute: set[Link] = set()
        self.unread = bytearray()  # of what was said to the client
        self.replies: list[Link] = []
        self.proposed: list[tuple[Link, Attach]] = []  # links that were not answered
        self.nodes: dict[tuple[str, bool], Link] = {}  # the last link of each kind to each node
        self.attached: list[Attach] = []  # with which partitions were asked for
        self.answers: deque[tuple[Link, bytes]] = deque()  # that may wait for credit
        self.token_flight = 0  # in which of what the client sent a token came last
        self.dropped = self.closed = False
        self.spoke = service.clock.now
        self.said: list[int] = []  # how many bytes the client sent each time
        self.flights: dict[str, list[int]] = {}  # in which of these a partition was attached, or asked about

    def send(self, data, step, seconds=0.0):
        if self.dropped:
            raise self.failed(Kind.DROPPED, step, "Broken pipe")
        self.said.append(len(data))
        for link_event in self.endpoint.receive(data):
            if link_event == Header(AMQP_HEADER) and "open" in self.service.unanswered:
                self.endpoint.receive = lambda data: iter(())  # mute from now on
                return
            self._take(link_event)

    def receive_into(self, buffer, step, seconds):
        self.unread += self.endpoint.take()
        if data := self.unread[: len(buffer)]:
            buffer[: len(data)] = data
            del self.unread[: len(data)]
            self.spoke = self.service.clock.now
            return len(data)
        if self.dropped:
            raise self.failed(Kind.DROPPED, step, "the server closed the connection")
        self.service.clock.now += seconds
        if self.service.lively and self.service.clock.now - self.spoke > 60:
            self.endpoint.keep_alive()
        return None

    def close(self):
        self.closed = True

    def drop(self, *, lose: bool = False) -> None:
        """Break the connection, after what was said has arrived unless that gets lost."""
        self.dropped = True
        if lose:
            self.endpoint.take()
            self.unread.clear()

    def stall(self, partition: str) -> None:
        """Let the link to a partition, as it is now, bring nothing more."""
        self.mute |= {link for link, place in self.readers.items() if place[0] == partition}

    def pump(self) -> None:
        """Send what there is credit for."""
        while self.answers and self.answers[0][0].credit > 0 and not self.dropped:
            link, answer = self.answers.popleft()
            if link.attached:
                link.send(answer)
        for link, place in () if self.dropped else self.readers.items():
            partition, number = place
            if link in self.mute or partition in self.service.stalled:
                continue
            while link.attached and link.credit > 0 and number < len(self.service.events[partition]):
                link.send(self.service.events[partition][number])
                number += 1
            place[1] = number

    def detach(self, name: str, error: AmqpError | None = None) -> None:
        """Detach the links whose name begins so."""
        for session in self.endpoint.sessions.values():
            for link in list(session.links.values()):
                if link.name.startswith(name):
                    link.detach(error)

    def _take(self, link_event: Any) -> None:
        service, endpoint = self.service, self.endpoint
        if isinstance(link_event, Header):
            endpoint.header(link_event.protocol)
            if link_event.protocol == SASL_HEADER:
                endpoint.sasl(SaslMechanisms([Symbol("PLAIN"), Symbol("ANONYMOUS")]))
        elif isinstance(link_event, SaslInit) and "sasl" not in service.unanswered:
            endpoint.sasl(SaslOutcome(service.sasl))
            endpoint.expect_header()
        elif isinstance(link_event, Open):
            endpoint.open()
        elif isinstance(link_event, Attached):
            self._attach(link_event.link, link_event.performative)
        elif isinstance(link_event, Delivery):
            self._answer(link_event)
        self.pump()

    def _attach(self, link: Link, proposal: Attach) -> None:
        service = self.service
        address = str((proposal.source if link.sender else proposal.target).address)
        service.asked.append(address)
        if any(address.endswith(end) for end in service.unanswered):
            self.proposed.append((link, proposal))
            return
        error = next((error for end, error in service.refusals.items() if address.endswith(end)), None)
        if address in ("$cbs", "$management"):
            if address == "$management" and self.token_flight == len(self.said) and self._hurried(link, proposal):
                return
            before, self.nodes[address, link.sender] = self.nodes.get((address, link.sender)), link
            if before is not None and before.attached:
                error = AmqpError(Symbol("amqp:not-allowed"), OPENED.format(address))
        partition = _PARTITION.fullmatch(address)
        selector = ""
        if partition:
            described = next(iter((proposal.source.filter or {}).values()), None)
            selector = str(described.value) if described else ""
            service.selectors.append(selector)
            self.attached.append(proposal)
            error = error or self._beyond(partition[1], selector)
        if error is not None and service.late_refusal:
            link.accept(proposal)
            return link.detach(error)
        if error is not None:
            return link.refuse(proposal, error)
        link.accept(proposal)
        if partition:
            self.flights.setdefault(address[address.index("Partitions/") :], []).append(len(self.said))
            self.readers[link] = [partition[1], self._first(partition[1], selector)]
            if service.silent_starts and selector.endswith(service.silent_starts):
                self.mute.add(link)
        elif link.sender:
            self.replies.append(link)
        else:
            link.grant(100)

    def _hurried(self, link: Link, proposal: Attach) -> bool:
        """Do to a link that came too early what `early` says; whether that is all."""
        early = self.service.early
        session = link.session
        half = {"requests refused": False, "answers refused": True}.get(early)
        if early == "refused" or half is link.sender:
            link.refuse(proposal, DENIED)
        elif early == "end":
            session.end(DENIED)
        elif early == "close":
            self.endpoint.close(DENIED)
        elif early == "drop":
            self.drop()
        else:
            return early == "silence"
        return True

    def _beyond(self, partition: str, selector: str) -> AmqpError | None:
        """The error for a link that is to begin after the newest message."""
        parts = _SELECTOR.fullmatch(selector)
        if parts is None:
            return None
        field, _, value = parts.groups()
        offsets = [self.service.offset_of(number) for number in range(len(self.service.events[partition]))]
        if field == "offset" and value.replace("''", "'") not in ("-1", "@latest", *offsets):
            text = BEYOND.format("offset", value, "offset", offsets[-1] if offsets else "-1")
        elif field == "sequence-number" and int(value) >= len(offsets) > 0:
            text = BEYOND.format("sequence number", value, "sequence number", len(offsets) - 1)
        else:
            return None
        return AmqpError(Symbol("com.microsoft:argument-error"), text)

    def _first(self, partition: str, selector: str) -> int:
        """Where a link begins to read."""
        service = self.service
        events, oldest = service.events[partition], service.expired.get(partition, 0)
        parts = _SELECTOR.fullmatch(selector)
        if parts is None:
            return len(events)
        field, relation, value = parts.groups()
        value = value.replace("''", "'")
        if value == "@latest":
            return len(events)
        if field == "enqueued-time":
            times = [_annotations(event).get("x-opt-enqueued-time", 0) for event in events]
            return max(sum(enqueued <= int(value) for enqueued in times) - service.inexact, oldest)
        if field == "offset":
            number = -1 if value == "-1" else [service.offset_of(each) for each in range(len(events))].index(value)
        else:
            number = int(value)
        first = number + (relation == ">") if number >= 0 else 0
        return max(first - service.inexact, oldest)

    def _answer(self, delivery: Delivery) -> None:
        message = decode_message(delivery.message)
        node = "cbs" if delivery.link.name.startswith("cbs") else "management"
        if f"{node} requests" in self.service.unanswered:
            return
        if delivery.link.credit < 50:
            delivery.link.grant(100)
        if node == "cbs":
            self.token_flight = len(self.said)
            self.service.tokens.append(message.value)
            code, text = self.service.cbs(message.value)
            value: Any = ""
        else:
            if "partition" in message.application:
                self.flights.setdefault("newest", []).append(len(self.said))
            code, value = self.service.management(message.application)
            text = "OK" if code == 200 else "no"
        reply = next(link for link in self.replies if link.name.startswith(node) and link.attached)
        told = {"status-code": Int(code), "status-description": text}
        properties = {"correlation-id": message.properties["message-id"]}
        self.answers.append((reply, encode_message(value=value, application=told, properties=properties)))


def _annotations(message: bytes) -> dict:
    """Those of a stored message, which may be one that cannot be read."""
    try:
        return decode_message(message).annotations
    except DecodeError:
        return {}


@pytest.fixture
def clock() -> Clock:
    """The clients' clock."""
    return Clock()


@pytest.fixture
def service(clock: Clock) -> Service:
    """The service to which the connections of clients lead that are `handed` it."""
    return Service(clock)
