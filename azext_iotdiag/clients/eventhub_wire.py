"""The reader that speaks AMQP itself, so that it can tell what the service said at every step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from azext_iotdiag.clients import eventhub_newest, patience
from azext_iotdiag.clients.amqp import EVENT_HUBS_PATH, Conversation
from azext_iotdiag.clients.amqp_words import token_request
from azext_iotdiag.clients.eventhub import AMQP, AMQP_WS, TICK_SECONDS, Position
from azext_iotdiag.clients.eventhub_event import event_of
from azext_iotdiag.clients.eventhub_links import CREDIT, PartitionLinks, state_of
from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.clients.redirect import follow
from azext_iotdiag.credential import sas
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.stream import Partition, PartitionState, Stream
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.wire.amqp.codec import DecodeError
from azext_iotdiag.wire.amqp.happenings import Delivery
from azext_iotdiag.wire.amqp.message import decode_message
from azext_iotdiag.wire.amqp.salvage import salvage

TOKEN_SECONDS = 3600
RENEW_AFTER = 0.75  # of a token's life
SOON_SECONDS = 2
_RECEIVING = PartitionState.RECEIVING  # of an Enum, where to look takes time before Python 3.12


class Token(NamedTuple):
    """A token for an Event Hub that somebody else made, and when it expires, in seconds since 1970."""

    text: Secret
    expires: float


class WireReader:
    """Reads all partitions over one connection, and goes on where it was when that breaks.

    `tokens` gives the newest token in the place of a key, and may raise StepFailed. `label` stands before the ids of
    partitions.
    """

    def __init__(
        self,
        target: Target,
        *,
        consumer_group: str,
        position: Position,
        transport: str = AMQP,
        now: Callable[[], float],
        tokens: Callable[[], Token] | None = None,
        label: str = "",
    ):
        self._tokens = tokens
        self._label = label
        self._target = target
        self._group = consumer_group
        self._position = position
        self._transport = transport
        self._now = now
        self._talk: Conversation | None = None
        self._links: PartitionLinks | None = None
        self._renew_at = 0.0
        self._renewal = ""
        self._tries = 0
        self.stream = Stream(target.event_hub or target.hub, target.entity, consumer_group)

    def __iter__(self) -> Iterator[Event | None]:
        stream = self.stream
        broke_at = 0.0
        self._tries = 0
        while True:
            try:
                self._open()
                yield from self._read()
            except StepFailed as failed:
                self._let_go()
                failure = failed.failure
                self._tries = tries = self._tries + 1
                now = time.monotonic()
                broke_at = broke_at if tries > 1 else now
                patient = (
                    now - broke_at < patience.GIVE_UP_SECONDS
                    if stream.opened
                    else tries < patience.FIRST_TRIES and failure.kind in (Kind.DROPPED, Kind.BUSY)
                )
                if failure.lasting or not patient:
                    stream.failure = failure
                    for partition in stream.partitions.values():
                        if partition.failure is None:
                            partition.state = state_of(failure)
                    return
                if tries == 1:
                    stream.interruptions.append(failure)
                yield from _pause(patience.delay(tries))
                continue
            return

    def close(self) -> None:
        """Let go of the connection."""
        self._let_go()

    def _let_go(self) -> None:
        if self._talk is not None:
            self._talk.goodbye()
            self._talk = None

    # opening

    def _open(self) -> None:
        target, stream = self._target, self.stream
        if not stream.entity:
            stream.host, stream.entity = follow(target, self._now(), self._transport)
        self._talk = talk = Conversation(stream.host, websocket=EVENT_HUBS_PATH if self._transport == AMQP_WS else "")
        talk.greet()
        talk.node("$cbs")
        talk.begun()
        audience, token = self._token()
        talk.put_token(token, audience, then="" if self._tries else "$management")
        if self._tries:  # something broke: this time one thing after the other
            talk.node("$management")
        talk.node_ready("$management", "the links to $management")
        if not stream.partitions:
            for name in self._partition_ids():
                stream.partitions[name] = Partition(self._label + name)
        since = self._position.since
        self._links = links = PartitionLinks(talk, stream, since=since, now_ms=int(self._now() * 1000))
        links.ask_newest()
        if since is None and any(partition.sequence is None for partition in stream.partitions.values()):
            links.wait_newest()  # whoever reads back in time need not wait: the answers come meanwhile
        links.attach_all()

    def _token(self) -> tuple[str, str]:
        target = self._target
        audience = f"sb://{self.stream.host}/{self.stream.entity}"
        if self._tokens is not None:
            given, now = self._tokens(), self._now()
            # The same token again says that no newer one could be had yet.
            self._renew_at = max(now + (given.expires - now) * RENEW_AFTER, now + SOON_SECONDS)
            self._renewal = ""
            return audience, given.text.reveal()
        assert target.credential is not None
        token = sas.sign(
            audience, sas.eventhub_key(target.credential.reveal()), int(self._now()) + TOKEN_SECONDS, target.policy
        )
        self._renew_at = self._now() + TOKEN_SECONDS * RENEW_AFTER
        self._renewal = ""  # whatever was asked before
        return audience, token

    def _partition_ids(self) -> list[str]:
        step = eventhub_newest.STEP
        question = {"operation": "READ", "name": self.stream.entity, "type": "com.microsoft:eventhub"}
        number = self._conversation.request("$management", question)
        answer = self._conversation.answers("$management", [number], step)[number]
        told = eventhub_newest.told(self._conversation, answer)
        return [str(name) for name in told.get("partition_ids") or ()]

    # reading

    def _read(self) -> Iterator[Event | None]:
        talk, links = self._conversation, self._links
        assert links is not None
        by_link = links.by_link
        step = "the next message"
        opening = time.monotonic()
        while links.alive:
            came = False
            for happening in talk.happenings(step, TICK_SECONDS):
                if type(happening) is Delivery:
                    link, message, _, _ = happening
                    partition = by_link.get(link)
                    if partition is None:
                        self._take_reply(happening, links)
                        continue
                    came = True
                    if link.credit <= CREDIT // 2:
                        link.grant(CREDIT)
                    yield self._event(partition, message)
                else:
                    links.take_state(happening)
            if came or time.monotonic() - opening > patience.STEADY_SECONDS:
                self._tries = 0
            links.tend()
            yield None
            if self._now() > self._renew_at and not self._renewal and talk.takes("$cbs"):
                audience, token = self._token()
                self._renewal = talk.request("$cbs", token_request(audience), token)
        first = next((partition.failure for partition in self.stream.partitions.values() if partition.failure), None)
        self.stream.failure = first

    def _event(self, partition: Partition, message: bytes) -> Event:
        try:
            read = decode_message(message)
        except DecodeError as wrong:  # one odd message is no reason to end
            read = salvage(message, str(wrong))
        event = event_of(read, partition.id)
        if event.sequence >= 0:  # -1 where the message does not tell it
            partition.sequence = event.sequence
        partition.received += 1
        partition.state = _RECEIVING
        return event

    def _take_reply(self, delivery: Delivery, links: PartitionLinks) -> None:
        talk = self._conversation
        talk.settle(delivery)
        answer = talk.message(delivery, "an answer")
        number = str(answer.properties.get("correlation-id"))
        if number == self._renewal:
            self._renewal = ""
            talk.judge_token(answer, "the answer to the renewed token")
        else:
            links.take_answer(number, answer)

    @property
    def _conversation(self) -> Conversation:
        assert self._talk is not None
        return self._talk


def _pause(seconds: float) -> Iterator[None]:
    ends = time.monotonic() + seconds
    yield None
    while (left := ends - time.monotonic()) > 0:
        time.sleep(min(left, TICK_SECONDS))
        yield None
