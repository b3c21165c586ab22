"""The reader that speaks AMQP itself, so that it can tell what the service said at every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from azext_iotdiag.clients.amqp import EVENT_HUBS_PATH, Conversation
from azext_iotdiag.clients.amqp_words import asked_pause
from azext_iotdiag.clients.telemetry import positions
from azext_iotdiag.clients.telemetry.contract import AMQP_WS, Options
from azext_iotdiag.clients.telemetry.event import event_of
from azext_iotdiag.clients.telemetry.links import PartitionLinks, state_of
from azext_iotdiag.clients.telemetry.redirect import follow
from azext_iotdiag.clients.telemetry.renewal import Renewal, Signed
from azext_iotdiag.credential import sas
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.stream import Partition, PartitionState, Stream
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.wire.amqp.codec import DecodeError
from azext_iotdiag.wire.amqp.link_events import Delivery
from azext_iotdiag.wire.amqp.message import decode_message
from azext_iotdiag.wire.amqp.salvage import salvage

SOON_SECONDS = 2
ASK_HUB_AGAIN = 2  # tries to connect that failed in a row, after which a hub is asked again where its messages are
_RECEIVING = PartitionState.RECEIVING  # of an Enum, where to look takes time before Python 3.12


class HubToken(NamedTuple):
    """A token for an Event Hub that another service made, and when it expires, in seconds since 1970."""

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
        options: Options,
        *,
        tokens: Callable[[], HubToken] | None = None,
        label: str = "",
    ):
        self._tokens = tokens
        self._label = label
        self._target = target
        self._options = options
        self._deadlines = options.deadlines
        self._clock = options.deadlines.clock
        self._talk: Conversation | None = None
        self._links: PartitionLinks | None = None
        self._renewal: Renewal | None = None
        self._tries = 0
        self._careful = False  # whether one step is taken after the other when a connection is made
        self.stream = Stream(target.event_hub or target.hub, target.entity, options.consumer_group)

    def __iter__(self) -> Iterator[Event | None]:
        stream = self.stream
        broke_at = 0.0
        while True:
            try:
                self._open()
                yield from self._read()
            except StepFailed as failed:
                self._let_go()
                failure = failed.failure
                self._tries = tries = self._tries + 1
                now = self._clock.monotonic()
                broke_at = broke_at if tries > 1 else now
                retry = self._deadlines.readers
                patient = retry.goes_on(failure, tries, opened=stream.opened, since=now - broke_at)
                if not patient or (failure.lasting and not self._may_have_moved(failure)):
                    stream.failure = failure
                    for partition in stream.partitions.values():
                        if partition.failure is None:
                            partition.state = state_of(failure)
                    return
                if tries == 1:
                    stream.interruptions.append(failure)
                yield from self._pause(retry.pause(tries, asked_pause(failure), self._clock.chance))
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
        stream = self.stream
        moved = self._find()
        signed = self._sign_in()
        talk = self._conversation
        self._renewal = Renewal(talk, self._sign, signed, self._deadlines)
        if moved or not stream.partitions:
            names = self._partition_ids()
            share = self._options.share.part(names)
            stream.elsewhere = len(names) - len(share)
            places = self._options.saved.put(stream, share) if self._options.saved and not moved else {}
            for name in share:
                stream.partitions.setdefault(name, Partition(self._label + name, place=places.get(name)))
        since = self._options.position.since
        self._links = links = PartitionLinks(talk, stream, self._options)
        links.ask_newest()
        unplaced = any(each.place is None and each.resume is None for each in stream.partitions.values())
        if since is None and unplaced:
            links.wait_newest()  # a reader back in time need not wait: the answers come meanwhile
        links.attach_all()

    def _find(self) -> bool:
        """Find out where the messages are. True where that is another place than before, as after a failover.

        A hub is asked again where a connection to the place that it named could not be made: numbers and offsets of
        another place say nothing of what was read before.
        """
        target, stream = self._target, self.stream
        if target.entity or (stream.entity and self._tries < ASK_HUB_AGAIN):
            return False
        before = stream.host, stream.entity
        stream.host, stream.entity = follow(target, self._options)
        moved = bool(before[1]) and before != (stream.host, stream.entity)
        for partition in stream.partitions.values() if moved else ():
            partition.begin_again()
        return moved

    def _may_have_moved(self, failure: Failure) -> bool:
        """Whether the hub may name another place by now for what is missing at the one that it named."""
        here = not self._target.entity and self.stream.opened and self._tries <= ASK_HUB_AGAIN
        return here and failure.kind is Kind.MISSING

    def _sign_in(self) -> Signed:
        """Connect, and put the token, which is returned.

        At first the links to $management go out together with the token, which saves a round trip. The documented
        order does not allow that, so whatever goes wrong meanwhile says nothing: all is done again, step after step.
        """
        if not (self._tries or self._careful):
            try:
                return self._greeted(hasty=True)
            except StepFailed as failed:
                judged = failed.failure.condition.startswith("cbs:")
                if judged or self._talk is None or not self._talk.hasty:
                    raise
            self._careful = True
            self._let_go()
        return self._greeted(hasty=False)

    def _greeted(self, *, hasty: bool) -> Signed:
        path = EVENT_HUBS_PATH if self._options.transport == AMQP_WS else ""
        self._talk = talk = Conversation(
            self.stream.host, deadlines=self._deadlines, websocket=path, connect=self._options.connect
        )
        talk.greet()
        talk.node("$cbs")
        talk.begun()
        signed = self._sign()
        talk.put_token(signed.token, signed.audience, then="$management" if hasty else "")
        if not hasty:
            talk.node("$management")
        talk.node_ready("$management", "the links to $management")
        return signed

    def _sign(self) -> Signed:
        target, now, renew_after = self._target, self._clock.now(), self._deadlines.renew_after
        audience = f"sb://{self.stream.host}/{self.stream.entity}"
        if self._tokens is not None:
            given = self._tokens()
            # The same token again says that no newer one could be had yet.
            renew_at = max(now + (given.expires - now) * renew_after, now + SOON_SECONDS)
            return Signed(audience, given.text.reveal(), given.expires, renew_at)
        assert target.credential is not None
        expires = int(now + self._deadlines.token)
        token = sas.sign(audience, sas.eventhub_key(target.credential.reveal()), expires, target.policy)
        return Signed(audience, token, expires, now + self._deadlines.token * renew_after)

    def _partition_ids(self) -> list[str]:
        step = positions.STEP
        question = {"operation": "READ", "name": self.stream.entity, "type": "com.microsoft:eventhub"}
        number = self._conversation.request("$management", question)
        answer = self._conversation.answers("$management", [number], step)[number]
        told = positions.management_answer(self._conversation, answer)
        names = told.get("partition_ids")
        if not isinstance(names, list) or not names:
            raise self._conversation.failed(Kind.NOT_AMQP, step, "the answer names no partitions")
        return [str(name) for name in names]

    # reading

    def _read(self) -> Iterator[Event | None]:
        talk, links, renewal = self._conversation, self._links, self._renewal
        assert links is not None and renewal is not None
        by_link, memory = links.by_link, talk.memory
        since, tick, credit = self._options.position.since or 0, self._deadlines.tick, self._options.credit
        step = "the next message"
        opening = self._clock.monotonic()
        while links.alive:
            came = False
            for link_event in talk.link_events(step, tick):
                if type(link_event) is Delivery:
                    link, message, _, settled = link_event
                    partition = by_link.get(link)
                    if partition is None:
                        self._take_reply(link_event, links)
                        continue
                    came = True
                    if not settled:
                        talk.settle(link_event)
                    if link.credit <= credit // 2:
                        link.grant(credit)
                    try:
                        read = decode_message(message, memory)
                    except DecodeError as wrong:  # one odd message is no reason to end
                        read = salvage(message, str(wrong))
                    event = event_of(read, partition.id)
                    place = partition.place
                    if (
                        place is not None
                        and event.sequence > place.sequence
                        and event.enqueued >= place.enqueued  # which is not before `since`
                    ):
                        partition.place = event  # as `take` does in the usual case, in half the time
                    elif not partition.take(event, since):
                        continue
                    partition.received += 1
                    partition.state = _RECEIVING
                    yield event
                else:
                    links.take_state(link_event)
            if came or self._clock.monotonic() - opening > self._deadlines.steady:
                self._tries = 0
            links.tend()
            yield None
            renewal.tend()
        first = next((partition.failure for partition in self.stream.partitions.values() if partition.failure), None)
        self.stream.failure = first

    def _take_reply(self, delivery: Delivery, links: PartitionLinks) -> None:
        talk = self._conversation
        talk.settle(delivery)
        answer = talk.message(delivery, "an answer")
        number = str(answer.properties.get("correlation-id"))
        assert self._renewal is not None
        if not self._renewal.take(number, answer):
            links.take_answer(number, answer)

    @property
    def _conversation(self) -> Conversation:
        assert self._talk is not None
        return self._talk

    def _pause(self, seconds: float) -> Iterator[None]:
        ends = self._clock.monotonic() + seconds
        yield None
        while (left := ends - self._clock.monotonic()) > 0:
            self._clock.sleep(min(left, self._deadlines.tick))
            yield None
