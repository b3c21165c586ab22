"""A conversation over AMQP as a client has it with IoT Hub or Event Hubs: greet, prove who one is, ask, attach.

Everything that the specification lets be said without waiting is said in one go, because each wait is a round trip.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from azext_iotdiag.clients.amqp_node import Node
from azext_iotdiag.clients.amqp_words import kind_of, kind_of_status, status_of, token_request
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.transport import Connect, Transport, connect
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.wire.amqp.codec import DecodeError
from azext_iotdiag.wire.amqp.endpoint import Endpoint
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, SASL_HEADER, FrameError
from azext_iotdiag.wire.amqp.link_events import (
    Begun,
    Closed,
    Delivery,
    Detached,
    Ended,
    Granted,
    Header,
    LinkEvent,
    ProtocolError,
)
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import Message, decode_message
from azext_iotdiag.wire.amqp.performatives import Accepted, AmqpError, SaslInit, SaslOutcome, Source, Target
from azext_iotdiag.wire.amqp.section_cache import Memory
from azext_iotdiag.wire.amqp.sessions import AmqpSession
from azext_iotdiag.wire.amqp.types import Described, Symbol

if TYPE_CHECKING:
    from azext_iotdiag.clients.websocket import WebSocket

AMQPS_PORT = 5671
EVENT_HUBS_PATH = "/$servicebus/websocket"  # where a namespace speaks AMQP over WebSocket
IOT_HUB_PATH = "/$iothub/websocket?iothub-no-client-cert=true"  # where a hub does, as its device SDKs ask for it
IDLE_TIME_OUT = 60_000  # milliseconds; the service then sends a sign of life at least each half of it
SHORTEST_KEEP_ALIVE_SECONDS = 0.1  # whatever the service names: it names minutes
# Far above what Event Hubs takes (1 MiB, or 20 MiB on a dedicated cluster), so that every message can be shown.
LARGEST_MESSAGE = 64 << 20
BUFFER_SIZE = 1 << 18


class Conversation:
    """One connection, and as many sessions on it as its links need. What goes wrong is raised as StepFailed.

    `memory` is what messages were written like so far. `hasty` says that links were asked for before the token was
    judged, and are not known to be good yet.

    With `websocket`, one of the paths above, it goes over a WebSocket on port 443 and the proxy that applies; else
    `connect` makes the connection.
    """

    def __init__(
        self,
        host: str,
        port: int = AMQPS_PORT,
        deadlines: Deadlines | None = None,
        *,
        websocket: str = "",
        connect: Connect = connect,
    ):
        self.host = host
        self._deadlines = deadlines = deadlines or usual()
        self._seconds = seconds = deadlines.step
        self._clock = deadlines.clock
        self._transport: Transport | WebSocket = (
            _over_websocket(host, websocket, deadlines) if websocket else connect(host, port, seconds)
        )
        self._buffer = bytearray(BUFFER_SIZE)
        self._view = memoryview(self._buffer)
        self._endpoint = Endpoint(
            f"az-iot-diag-{uuid.uuid4().hex[:12]}", hostname=host, idle_time_out=IDLE_TIME_OUT, accepts=False
        )
        self.memory = Memory()
        self._sessions: list[AmqpSession] = []  # the first has the links to nodes
        self._nodes: dict[str, Node] = {}
        self._early = ""  # the node whose links went out together with the token
        self._heard = self._said = self._clock.monotonic()
        self.listened = 0.0  # seconds spent waiting for something to come

    def greet(self, user: str = "", password: str = "") -> None:
        """SASL and open: anonymously, or with a user and password.

        Raises StepFailed, of kind UNAUTHORIZED when the password is refused.
        """
        step = "the login (SASL)"
        endpoint = self._endpoint
        endpoint.header(SASL_HEADER)
        if user:
            endpoint.sasl(SaslInit(Symbol("PLAIN"), f"\0{user}\0{password}".encode(), self.host))
        else:
            endpoint.sasl(SaslInit(Symbol("ANONYMOUS"), b"anonymous", self.host))
        outcome = self.wait(step, lambda link_event: link_event if isinstance(link_event, SaslOutcome) else None)
        if outcome.code:
            raise self.failed(
                Kind.UNAUTHORIZED, step, "the token was refused" if user else "", condition=f"sasl:{outcome.code}"
            )
        endpoint.header(AMQP_HEADER)
        endpoint.open()
        self._sessions = [endpoint.begin()]

    @property
    def hasty(self) -> bool:
        """Whether the links to a node went out together with the token, and have not been granted yet."""
        return bool(self._early)

    def begun(self) -> None:
        """Wait until the connection is open and the session begun."""
        self.wait("the opening of AMQP", lambda link_event: isinstance(link_event, Begun) or None)

    def receiver(self, name: str, address: str, *, selector: str = "", credit: int) -> Link:
        """Attach a link to receive messages from an address; it is not waited for."""
        kind = Symbol("apache.org:selector-filter:string")
        filters: dict[str, Any] | None = {kind: Described(kind, selector)} if selector else None
        with self._within_limits(f"the link {name}"):
            link = self._room().attach(
                name,
                sender=False,
                source=Source(address=address, filter=filters),
                target=Target(address=name),
                snd_settle_mode=1,
                rcv_settle_mode=0,
                max_message_size=LARGEST_MESSAGE,
            )
        link.grant(credit)
        return link

    def sender(self, name: str, address: str) -> Link:
        """Attach a link to send messages to an address, each of which is answered; it is not waited for."""
        with self._within_limits(f"the link {name}"):
            own = Source(address=name)
            return self._room().attach(name, sender=True, source=own, target=Target(address=address))

    def borrower(self, name: str, address: str) -> Link:
        """Attach a link that is lent one message at a time, which stays at the service until it is settled."""
        with self._within_limits(f"the link {name}"):
            link = self._room().attach(
                name,
                sender=False,
                source=Source(address=address),
                target=Target(address=name),
                snd_settle_mode=0,
                rcv_settle_mode=0,
                max_message_size=LARGEST_MESSAGE,
            )
        link.grant(1)
        return link

    @contextmanager
    def _within_limits(self, step: str) -> Iterator[None]:
        """Raise StepFailed, of kind LIMIT, where the service allows too few sessions or links for one more."""
        try:
            yield
        except ProtocolError as wrong:
            description = f"the service allows no more links on this connection: {wrong}"
            raise self.failed(Kind.LIMIT, step, description, condition=wrong.condition) from None

    def _room(self) -> AmqpSession:
        """A session with a free handle: Event Hubs takes 256 links in a session, and has more partitions than that."""
        for session in self._sessions:
            if not session.full:
                return session
        session = self._endpoint.begin()
        session.handle_max = self._sessions[0].handle_max  # until the answer says it
        self._sessions.append(session)
        return session

    def node(self, name: str) -> None:
        """Attach the pair of links to a request-response node such as $cbs; it is not waited for.

        What is left of an earlier pair is detached before: the service refuses a second one on the same connection.
        """
        old = self._nodes.get(name)
        if old is not None:
            old.let_go()
        tries = old.tries + 1 if old else 0
        with self._within_limits(f"the links to {name}"):
            self._nodes[name] = Node(self._sessions[0], name, self._deadlines, self.listened, tries)

    def takes(self, name: str) -> bool:
        """Whether a node takes a request now.

        Links that the service took away, or never answered, are made anew, each time after a longer pause.
        """
        node = self._nodes[name]
        unanswered = not node.granted and self.listened - node.made > self._seconds
        if (node.detached or unanswered) and self.listened >= node.again_at:
            self.node(name)
            return False
        return node.ready

    def node_ready(self, name: str, step: str) -> None:
        """Wait until a node takes requests. One that was refused before the token was judged has a second try."""
        early = name == self._early
        try:
            self._granted(self._nodes[name], step)
        except StepFailed:
            if not (early and self._nodes[name].detached):
                raise
            self.node(name)
            self._granted(self._nodes[name], step)
        self._early = "" if early else self._early

    def _granted(self, node: Node, step: str) -> None:
        def granted(link_event: LinkEvent) -> bool | None:
            self._refused(link_event, step, node)
            return True if isinstance(link_event, Granted) and node.sender.credit > 0 else None

        if node.detached:  # before a caller waited for it
            raise self.refused_by(node.detached.error, step)
        if node.sender.credit <= 0:
            self.wait(step, granted)

    def request(self, node: str, application: dict[str, Any], value: Any = "") -> str:
        """Send a request to a node; its number comes back as the answer's correlation-id."""
        return self._nodes[node].request(application, value)

    def answers(self, node: str, numbers: list[str], step: str) -> dict[str, Message]:
        """Wait for a node's answers to requests."""
        got: dict[str, Message] = {}

        def complete(link_event: LinkEvent) -> bool | None:
            self._refused(link_event, step, self._nodes[node])
            if isinstance(link_event, Delivery):
                self.settle(link_event)
                message = self.message(link_event, step)
                got[str(message.properties.get("correlation-id"))] = message
            return True if all(number in got for number in numbers) else None

        self.wait(step, complete)
        return got

    def message(self, delivery: Delivery, step: str) -> Message:
        """The message of a delivery. Raises StepFailed, of kind NOT_AMQP, when it cannot be read."""
        try:
            return decode_message(delivery.message, self.memory)
        except DecodeError as wrong:
            raise self.failed(Kind.NOT_AMQP, step, str(wrong)) from None

    def put_token(self, token: str, audience: str, *, then: str = "") -> None:
        """Prove who one is to $cbs, whose links are attached; those to the node `then` are attached in the same flight.

        Raises StepFailed, of kind UNAUTHORIZED when the token is refused.
        """
        step = "the answer to the token"
        self.node_ready("$cbs", "the links to $cbs")
        number = self.request("$cbs", token_request(audience), token)
        if then:
            self.node(then)
            self._early = then
        self.judge_token(self.answers("$cbs", [number], step)[number], step)

    def judge_token(self, answer: Message, step: str) -> None:
        """Raise StepFailed unless this answer of $cbs accepts a token."""
        code, description = status_of(answer)
        if not 200 <= code < 300:
            raise self.failed(kind_of_status(code, description), step, description, condition=f"cbs:{code}")

    def link_events(self, step: str, seconds: float) -> Iterator[LinkEvent]:
        """Send what waits, and give what happens within so many seconds; nothing, when nothing comes."""
        began, most = self._clock.monotonic(), self._keep_alive_seconds
        if began - self._said >= most:  # also while much comes, which asks for no answer
            self._endpoint.keep_alive()
        self._flush(step)
        count = self._transport.receive_into(self._view, step, min(seconds, most))
        now = self._clock.monotonic()
        self.listened += now - began
        if count is None:
            if now - self._heard > (silence := self._deadlines.silence):
                raise self.failed(Kind.DROPPED, step, f"no sign of life for {silence:.0f} s")
            return
        self._heard = now
        try:
            for link_event in self._endpoint.receive(bytes(self._view[:count])):
                if type(link_event) is Delivery:  # first, because streams consist of these
                    yield link_event
                    continue
                if isinstance(link_event, Closed | Ended):
                    raise self.refused_by(link_event.error, step)
                if isinstance(link_event, Header) and link_event.protocol not in (SASL_HEADER, AMQP_HEADER):
                    raise self.failed(Kind.NOT_AMQP, step, f"the server answers {bytes(link_event.protocol)!r}")
                yield link_event
        except (FrameError, DecodeError, ProtocolError) as wrong:
            condition = wrong.condition if isinstance(wrong, ProtocolError) else "amqp:connection:framing-error"
            self._endpoint.close(AmqpError(Symbol(condition), str(wrong)))  # `goodbye` sends it
            raise self.failed(Kind.NOT_AMQP, step, str(wrong)) from None

    @property
    def _keep_alive_seconds(self) -> float:
        peer, alive = self._endpoint.peer, self._deadlines.alive
        if peer is None:
            return math.inf
        if not peer.idle_time_out:
            return alive
        return max(min(alive, peer.idle_time_out / 2000), SHORTEST_KEEP_ALIVE_SECONDS)

    def wait(self, step: str, found: Callable[[LinkEvent], Any]) -> Any:
        """The first thing that `found` makes of what happens; everything that came with it is looked at, too."""
        started = self._clock.monotonic()
        answer = None
        seconds = min(self._seconds, self._deadlines.early) if self._early else self._seconds
        while answer is None:
            left = seconds - (self._clock.monotonic() - started)
            if left <= 0:
                kind = Kind.SILENT if self._endpoint.peer is None else Kind.UNANSWERED
                raise self.failed(kind, step, "nothing came", seconds=self._clock.monotonic() - started)
            for link_event in self.link_events(step, left):
                made = found(link_event)
                answer = made if answer is None else answer
        return answer

    def _refused(self, link_event: LinkEvent, step: str, node: Node) -> None:
        if isinstance(link_event, Detached) and link_event.link in node.links:
            raise self.refused_by(link_event.error, step)

    def settle(self, delivery: Delivery) -> None:
        """Tell the service that an answer of a node has arrived, where it waits for that."""
        if not delivery.settled:
            delivery.link.session.settle(delivery.delivery_id, Accepted())

    def refused_by(self, error: AmqpError | None, step: str) -> StepFailed:
        """The exception for an error that the service gave."""
        if error is None:
            return self.failed(Kind.DROPPED, step, "the server closed")
        condition, description = str(error.condition), error.description or ""
        return self.failed(kind_of(condition, description), step, description, condition=condition)

    def failed(
        self, kind: Kind, step: str, description: str = "", seconds: float = 0.0, condition: str = ""
    ) -> StepFailed:
        """The exception for a step that failed in this conversation."""
        return self._transport.failed(kind, step, description, seconds, condition)

    def _flush(self, step: str) -> None:
        for node in self._nodes.values():
            node.pump()
        if self._endpoint.pending:
            self._transport.send(self._endpoint.take(), step, self._seconds)
            self._said = self._clock.monotonic()

    def goodbye(self) -> None:
        """Close politely where that costs no waiting, and let go of the socket."""
        try:
            self._endpoint.close()
            self._flush("goodbye")
        except StepFailed:
            return  # a peer that is gone needs no goodbye
        finally:
            self._transport.close()


def _over_websocket(host: str, path: str, deadlines: Deadlines) -> WebSocket:
    from azext_iotdiag.clients import websocket

    return websocket.connect(host, path, deadlines)
