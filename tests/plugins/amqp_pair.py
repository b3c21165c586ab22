"""Two AMQP endpoints back to back in memory: what one sends the other receives, and both keep what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azext_iotdiag.wire.amqp.endpoint import Endpoint
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, FrameBuffer
from azext_iotdiag.wire.amqp.link_events import Attached, Delivery
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.performatives import Attach, Source, Target

NODE = Source(address="queue")
MINE = Target(address="mine")


def frames_of(data: bytes) -> list[Any]:
    """The performatives that were said, with their payloads."""
    frames = FrameBuffer(65536)
    frames.feed(data)
    found = []
    while (came := frames.next()) is not None:
        found.append((came.performative, came.payload))
    return found


class Side:
    """One endpoint, what happened on it, and what it does about a proposed link: accept it, unless told otherwise."""

    def __init__(self, name: str, **settings: Any):
        self.endpoint = Endpoint(name, **settings)
        self.happened: list[Any] = []
        self.answer: Callable[[Link, Attach], None] = lambda link, proposal: link.accept(proposal)

    def take_in(self, data: bytes) -> None:
        """Receive bytes and do what a service does."""
        for link_event in self.endpoint.receive(data):
            self.happened.append(link_event)
            if isinstance(link_event, Attached) and not link_event.link.answered:
                self.answer(link_event.link, link_event.performative)

    def of(self, kind: type) -> list[Any]:
        """What happened of that kind."""
        return [link_event for link_event in self.happened if type(link_event) is kind]

    @property
    def messages(self) -> list[bytes]:
        """The messages that came, in order."""
        return [delivery.message for delivery in self.of(Delivery)]

    def link(self, number: int = -1) -> Link:
        """This side's end of a link, as it came to be attached."""
        return self.of(Attached)[number].link


class Pair:
    """A client and a server whose connection is open. `piece` is how many bytes arrive at a time; 0 for all at once."""

    def __init__(self, *, piece: int = 0, client: dict | None = None, server: dict | None = None, open_: bool = True):
        self.client = Side("client", **(client or {}))
        self.server = Side("server", **(server or {}))
        self._piece = piece
        if open_:
            for side in (self.client, self.server):
                side.endpoint.header(AMQP_HEADER)
                side.endpoint.open()
            self.settle()

    def settle(self) -> None:
        """Carry bytes to and fro until nobody has anything to say."""
        for _ in range(10_000):
            if not self.once():
                return
        raise AssertionError("the two never stop talking")

    def once(self) -> bool:
        """Carry what both have said; whether that was anything."""
        said = [(side.endpoint.take(), other) for side, other in self.sides]
        for data, other in said:
            step = self._piece or len(data) or 1
            for at in range(0, len(data), step):
                other.take_in(data[at : at + step])
        return any(data for data, _ in said)

    @property
    def sides(self) -> tuple[tuple[Side, Side], tuple[Side, Side]]:
        """Each side, with the other."""
        return (self.client, self.server), (self.server, self.client)

    def receiver(self, credit: int, name: str = "link", **more: Any) -> tuple[Link, Link]:
        """A link on which the server sends: the client's end with credit, and the server's."""
        session = self.session()
        mine = session.attach(name, sender=False, source=NODE, target=MINE, **more)
        mine.grant(credit)
        self.settle()
        return mine, self.server.link()

    def session(self) -> Any:
        """The client's one session."""
        return next(iter(self.client.endpoint.sessions.values()), None) or self.client.endpoint.begin()
