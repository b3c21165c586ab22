"""The reader that speaks AMQP itself, so that it can tell what the service said at every step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from azext_iotdiag.clients import eventhub_newest
from azext_iotdiag.clients.amqp import EVENT_HUBS_PATH, Conversation
from azext_iotdiag.clients.amqp_words import attached_or_refused, kind_of, status_of, token_request
from azext_iotdiag.clients.eventhub import AMQP, AMQP_WS, TICK_SECONDS, Position, event_of
from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.clients.redirect import follow
from azext_iotdiag.clients.transport import STEP_SECONDS
from azext_iotdiag.credential import sas
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.stream import Partition, PartitionState, Stream
from azext_iotdiag.model.target import Target
from azext_iotdiag.wire.amqp.codec import DecodeError
from azext_iotdiag.wire.amqp.happenings import Delivery
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import Message, decode_message

TOKEN_SECONDS = 3600
RENEW_AFTER = 0.75  # of a token's life
CREDIT = 1000  # messages under way per partition; topped up at half
FIRST_TRIES = 3  # before anything was open; the service closes fresh connections now and then
GIVE_UP_SECONDS = 60.0  # after a connection broke that was open before
STEADY_SECONDS = 5.0  # a connection that lasted so long, or brought a message, ends the counting of tries
DELAYS = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between tries; the last one stays

_STATE_OF_KIND = {
    Kind.UNAUTHORIZED: PartitionState.DENIED,
    Kind.MISSING: PartitionState.MISSING,
    Kind.DISPLACED: PartitionState.CONFLICT,
    Kind.TOO_MANY: PartitionState.CONFLICT,
}


class WireReader:
    """Reads all partitions over one connection, and goes on where it was when that breaks."""

    def __init__(
        self,
        target: Target,
        *,
        consumer_group: str,
        position: Position,
        transport: str = AMQP,
        now: Callable[[], float],
    ):
        self._target = target
        self._group = consumer_group
        self._position = position
        self._transport = transport
        self._now = now
        self._talk: Conversation | None = None
        self._links: dict[Link, Partition] = {}
        self._renew_at = 0.0
        self._renewal = ""
        self._unanswered: set[Link] = set()
        self._asked: dict[str, Partition] = {}  # by the numbers of questions to $management that are not answered yet
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
                patience = (
                    now - broke_at < GIVE_UP_SECONDS
                    if stream.opened
                    else tries < FIRST_TRIES and failure.kind in (Kind.DROPPED, Kind.BUSY)
                )
                if failure.lasting or not patience:
                    stream.failure = failure
                    for partition in (
                        partition for partition in stream.partitions.values() if partition.failure is None
                    ):
                        partition.state = _STATE_OF_KIND.get(failure.kind, PartitionState.UNREACHABLE)
                    return
                if tries == 1:
                    stream.interruptions.append(failure)
                yield from _pause(DELAYS[min(tries, len(DELAYS)) - 1])
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
        talk.put_token(token, audience)
        talk.node("$management")
        talk.node_ready("$management", "the links to $management")
        if not stream.partitions:
            for name in self._partition_ids():
                stream.partitions[name] = Partition(name)
        self._ask_newest()
        self._attach_all()

    def _token(self) -> tuple[str, str]:
        target = self._target
        audience = f"sb://{self.stream.host}/{self.stream.entity}"
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
        told = self._told(self._conversation.answers([number], step)[number], step)
        return [str(name) for name in told.get("partition_ids") or ()]

    def _ask_newest(self) -> None:
        """Ask for each partition's newest message, in one flight.

        Whoever reads from now on waits for the answers, so that a break before the first message loses none; otherwise
        they come while the links are attached.
        """
        step = eventhub_newest.STEP
        readable = [partition for partition in self.stream.partitions.values() if partition.failure is None]
        self._asked = {
            self._conversation.request(
                "$management", eventhub_newest.question(self.stream.entity, partition.id)
            ): partition
            for partition in readable
        }
        placeless = [partition for partition in readable if partition.sequence is None]
        if self._position.since is not None or not placeless:
            return
        asked, self._asked = self._asked, {}
        for number, answer in self._conversation.answers(list(asked), step).items():
            if number in asked:
                asked[number].newest = eventhub_newest.read(self._told(answer, step))
        for partition in placeless:
            partition.sequence = partition.newest.sequence if partition.newest else None

    def _told(self, answer: Message, step: str) -> dict:
        code, description = status_of(answer)
        if code != 200:
            condition = str(answer.application.get("error-condition", ""))
            kind = {401: Kind.UNAUTHORIZED, 404: Kind.MISSING}.get(code) or kind_of(condition)
            raise self._conversation.failed(kind, step, description, condition=condition or f"management:{code}")
        return answer.value if isinstance(answer.value, dict) else {}

    def _attach_all(self) -> None:
        talk, stream = self._conversation, self.stream
        self._links = {}
        for partition in stream.partitions.values():
            if partition.failure is None:
                address = (
                    f"amqps://{stream.host}/{stream.entity}/ConsumerGroups/{self._group}/Partitions/{partition.id}"
                )
                link = talk.receiver(
                    f"partition-{partition.id}", address, selector=self._selector(partition), credit=CREDIT
                )
                self._links[link] = partition
        self._unanswered = set(self._links)

    def _selector(self, partition: Partition) -> str:
        if partition.sequence is not None:
            return f"amqp.annotation.x-opt-sequence-number > '{partition.sequence}'"
        if self._position.since is not None:
            return f"amqp.annotation.x-opt-enqueued-time > '{self._position.since - 1}'"
        return "amqp.annotation.x-opt-offset > '@latest'"

    # reading

    def _read(self) -> Iterator[Event | None]:
        talk, links = self._conversation, self._links
        step = "the next message"
        opening = time.monotonic()
        while links:
            came = False
            for happening in talk.happenings(step, TICK_SECONDS):
                if type(happening) is Delivery:
                    partition = links.get(happening.link)
                    if partition is None:
                        self._take_reply(happening)
                        continue
                    came = True
                    yield self._event(partition, happening)
                else:
                    self._take_state(happening)
            lasted = time.monotonic() - opening
            if came or lasted > STEADY_SECONDS:
                self._tries = 0
            if self._unanswered and lasted > STEP_SECONDS:
                self._give_up_unanswered(lasted)
            yield None
            if self._now() > self._renew_at and not self._renewal and talk.takes("$cbs"):
                audience, token = self._token()
                self._renewal = talk.request("$cbs", token_request(audience), token)
        first = next((partition.failure for partition in self.stream.partitions.values() if partition.failure), None)
        self.stream.failure = first

    def _give_up_unanswered(self, seconds: float) -> None:
        for link in self._unanswered:
            partition = self._links.pop(link)
            step = f"the link to partition {partition.id}"
            partition.failure = self._conversation.failed(Kind.SILENT, step, "nothing came", seconds).failure
            partition.state = PartitionState.UNREACHABLE
            link.detach()  # should it be answered after all
        self._unanswered.clear()

    def _event(self, partition: Partition, delivery: Delivery) -> Event:
        link = delivery.link
        if link.credit <= CREDIT // 2:
            link.grant(CREDIT)
        try:
            event = event_of(decode_message(delivery.message), partition.id)
        except DecodeError as wrong:
            step = f"a message of partition {partition.id}"
            raise self._conversation.failed(Kind.NOT_AMQP, step, str(wrong)) from None
        partition.sequence = event.sequence
        partition.received += 1
        partition.state = PartitionState.RECEIVING
        return event

    def _take_state(self, happening) -> None:
        found = attached_or_refused(happening)
        partition = self._links.get(found[0]) if found else None
        if found is None or partition is None:
            return
        link, error = found
        self._unanswered.discard(link)
        if link.attached and error is None:
            partition.opened = True
            if partition.state is not PartitionState.RECEIVING:
                partition.state = PartitionState.IDLE
            return
        condition = str(error.condition) if error else ""
        description = (error.description or "") if error else "the service closed the link"
        failed = self._conversation.failed(
            kind_of(condition), f"the link to partition {partition.id}", description, condition=condition
        )
        if not failed.failure.lasting:
            raise failed
        partition.failure = failed.failure
        partition.state = _STATE_OF_KIND.get(failed.failure.kind, PartitionState.UNREACHABLE)
        del self._links[link]

    def _take_reply(self, delivery: Delivery) -> None:
        talk = self._conversation
        talk.settle(delivery)
        answer = talk.message(delivery, "an answer")
        number = str(answer.properties.get("correlation-id"))
        if number == self._renewal:
            self._renewal = ""
            talk.judge_token(answer, "the answer to the renewed token")
        elif number in self._asked:
            partition = self._asked.pop(number)
            # A question that is refused at this point is no reason to end what can be read.
            partition.newest = eventhub_newest.read(answer.value) or partition.newest

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
