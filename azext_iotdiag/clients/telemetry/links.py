"""The links to the partitions on one connection: attached, attached again where one breaks or stalls, or given up.

What becomes of one link is no matter for the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from azext_iotdiag.clients.amqp import Conversation
from azext_iotdiag.clients.amqp_words import asked_pause, attached_or_refused, is_beyond, kind_of
from azext_iotdiag.clients.telemetry import positions as newest
from azext_iotdiag.clients.telemetry.contract import Options
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.stream import Partition, PartitionState, Stream
from azext_iotdiag.wire.amqp.link_events import Granted, LinkEvent
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import Message

_STATE_OF_KIND = {
    Kind.UNAUTHORIZED: PartitionState.DENIED,
    Kind.MISSING: PartitionState.MISSING,
    Kind.DISPLACED: PartitionState.CONFLICT,
    Kind.TOO_MANY: PartitionState.CONFLICT,
    Kind.STALLED: PartitionState.STALLED,
}


def state_of(failure: Failure) -> PartitionState:
    """What a failure makes of a partition that cannot be read any more."""
    return _STATE_OF_KIND.get(failure.kind, PartitionState.UNREACHABLE)


@dataclass
class _Lane:
    """A partition and its link. Seconds are those of listening, except in `broke_at` and `retry_at`."""

    partition: Partition
    link: Link | None = None
    asked_at: float = 0.0
    opened_at: float | None = None
    tries: int = 0  # that failed in a row
    links: int = 0  # that were attached, each with a name of its own: the last one may not be gone yet
    stalls: int = 0  # in a row; each time the link is to begin at the same place in another way
    broke_at: float = 0.0
    retry_at: float = 0.0
    why: Kind | None = None
    came: int = 0
    quiet_since: float = 0.0
    behind_since: float | None = None


class PartitionLinks:
    """The links of one conversation. `by_link` holds those on which messages may come.

    Time is counted as time spent listening where silence is judged: a reader that does not listen hears nothing.
    """

    def __init__(self, talk: Conversation, stream: Stream, options: Options):
        self._deadlines = deadlines = options.deadlines
        self._clock = clock = deadlines.clock
        self._credit = options.credit
        self._since = since = options.position.since
        self._talk = talk
        self._stream = stream
        self._expected_from = newest.expected_from(since, int(clock.now() * 1000))
        self._lanes = [
            _Lane(partition, came=_came(partition))
            for partition in stream.partitions.values()
            if partition.failure is None
        ]
        self._asked: dict[str, Partition] = {}  # by the numbers of questions that are not answered yet
        self._ask_at = 0.0
        self._tend_at = 0.0
        self.by_link: dict[Link, Partition] = {}

    @property
    def alive(self) -> bool:
        """Whether there is any partition left to read."""
        return bool(self._lanes)

    def attach_all(self) -> None:
        """Attach all links, in one flight."""
        for lane in self._lanes:
            self._attach(lane)

    # the newest messages

    def ask_newest(self, partitions: Iterable[Partition] | None = None) -> None:
        """Ask for each partition's newest message, in one flight; the answers come to `take_answer`."""
        wanted = [lane.partition for lane in self._lanes] if partitions is None else list(partitions)
        self._asked = {
            self._talk.request("$management", newest.question(self._stream.entity, partition.name)): partition
            for partition in wanted
        }

    def wait_newest(self) -> None:
        """Wait for these answers, and read on from there where nothing else says where to begin. Raises StepFailed."""
        asked, self._asked = self._asked, {}
        for number, answer in self._talk.answers("$management", list(asked), newest.STEP).items():
            if number in asked:
                asked[number].newest = newest.read(newest.management_answer(self._talk, answer))
        for partition in asked.values():
            if partition.place is None and partition.resume is None:
                partition.place = partition.newest

    def take_answer(self, number: str, answer: Message) -> None:
        """Take in an answer. One that tells nothing is no reason to end what can be read."""
        partition = self._asked.pop(number, None)
        told = newest.read(answer.value)
        if partition is None or told is None:
            return
        if newest.began_again(partition, told):
            self._begin_again(next(lane for lane in self._lanes if lane.partition is partition))
        partition.newest = told

    # what happens

    def take_state(self, link_event: LinkEvent) -> None:
        """Take in that a link was attached, refused or taken away. Raises StepFailed when the token has ended."""
        if isinstance(link_event, Granted) and link_event.link in self.by_link and link_event.link.credit <= 0:
            link_event.link.grant(self._credit)  # the service gave the credit back, as after a drain
            return
        found = attached_or_refused(link_event)
        lane = next((lane for lane in self._lanes if found and lane.link is found[0]), None)
        if found is None or lane is None:
            return
        link, error = found
        partition = lane.partition
        if link.attached and error is None:
            lane.opened_at = lane.quiet_since = self._talk.listened
            partition.opened = True
            partition.state = PartitionState.RECEIVING if partition.received else PartitionState.IDLE
            return
        condition = str(error.condition) if error else ""
        description = (error.description or "") if error else "the service closed the link"
        if is_beyond(description) and partition.place is not None:
            self._begin_again(lane)
            return
        kind = kind_of(condition, description)
        failed = self._talk.failed(kind, _step(partition), description, condition=condition)
        if failed.failure.kind is Kind.UNAUTHORIZED and lane.tries and lane.why is Kind.DROPPED:
            # What was open on this connection is denied: the token is no longer good. A new connection brings another.
            raise self._talk.failed(Kind.DROPPED, _step(partition), description, condition=condition)
        self._broke(lane, failed.failure)

    def tend(self) -> None:
        """Do what is due: attach again, give up, ask whether there is anything that should have come."""
        now = self._clock.monotonic()
        if now < self._tend_at:
            return
        self._tend_at = now + self._deadlines.tick
        listened = self._talk.listened
        for lane in tuple(self._lanes):
            if lane.link is None:
                if now >= lane.retry_at:
                    self._attach(lane)
            elif lane.opened_at is None:
                if listened - lane.asked_at > self._deadlines.step:
                    waited = listened - lane.asked_at
                    self._broke(lane, self._failed(lane.partition, Kind.UNANSWERED, "nothing came", waited))
            else:
                self._watch(lane, listened)
        quiet = [
            lane.partition
            for lane in self._lanes
            if lane.opened_at is not None and listened - lane.quiet_since >= self._deadlines.quiet
        ]
        if quiet and listened >= self._ask_at and self._talk.takes("$management"):
            self.ask_newest(quiet)
            self._ask_at = listened + max(self._deadlines.ask, self._deadlines.ask_each * len(quiet))

    def _watch(self, lane: _Lane, listened: float) -> None:
        partition = lane.partition
        if (came := _came(partition)) != lane.came:
            lane.came, lane.quiet_since, lane.behind_since = came, listened, None
            lane.tries = lane.stalls = 0
            return
        if not newest.is_owed(partition, self._expected_from):
            lane.behind_since = None
            if listened - (lane.opened_at or 0.0) > self._deadlines.steady:
                lane.tries = 0
            return
        lane.behind_since = listened if lane.behind_since is None else lane.behind_since
        if (waited := listened - lane.behind_since) >= self._deadlines.stall:
            has = partition.newest.sequence if partition.newest else 0
            after = "none came" if partition.sequence is None else f"none came after message {partition.sequence}"
            description = f"the service has message {has}, and {after}"
            self._broke(lane, self._failed(partition, Kind.STALLED, description, waited))

    def _broke(self, lane: _Lane, failure: Failure) -> None:
        """Attach again soon, or give up where that is of no use."""
        now, partition = self._clock.monotonic(), lane.partition
        self._release(lane)
        lane.broke_at = now if lane.tries == 0 else lane.broke_at
        lane.tries += 1
        lane.stalls += failure.kind is Kind.STALLED
        retry = self._deadlines.readers
        if not retry.link_goes_on(failure, lane.tries, opened=partition.opened, since=now - lane.broke_at):
            partition.failure, partition.state = failure, state_of(failure)
            self._lanes.remove(lane)
            return
        others = (other for other in self._lanes if other is not lane)
        if lane.tries == 1 and not any(other.tries and other.why is failure.kind for other in others):
            self._stream.interruptions.append(failure)  # what befalls several at once is said once
        lane.why = failure.kind
        pause = retry.pause(lane.tries, asked_pause(failure), self._clock.chance)
        lane.retry_at = now if failure.kind is Kind.STALLED else now + pause
        partition.state = PartitionState.OPENING

    def _begin_again(self, lane: _Lane) -> None:
        """Attach again where the numbers of a partition have begun again, by the time of its last message."""
        lane.partition.begin_again()
        self._release(lane)
        self._attach(lane)

    def _release(self, lane: _Lane) -> None:
        if lane.link is not None:
            self.by_link.pop(lane.link, None)
            lane.link.detach()  # should it still be there
        lane.link, lane.opened_at, lane.behind_since = None, None, None

    def _attach(self, lane: _Lane) -> None:
        partition, stream = lane.partition, self._stream
        address = (
            f"amqps://{stream.host}/{stream.entity}/ConsumerGroups/{stream.consumer_group}/Partitions/{partition.name}"
        )
        selector = newest.selector(partition, self._since, lane.stalls)
        name = f"partition-{partition.name}" + (f"-{lane.links}" if lane.links else "")
        lane.links += 1
        lane.link = self._talk.receiver(name, address, selector=selector, credit=self._credit)
        lane.asked_at = self._talk.listened
        self.by_link[lane.link] = partition

    def _failed(self, partition: Partition, kind: Kind, description: str, seconds: float) -> Failure:
        return self._talk.failed(kind, _step(partition), description, seconds).failure


def _came(partition: Partition) -> int:
    """How many messages the service sent, also those that were known already."""
    return partition.received + partition.dropped


def _step(partition: Partition) -> str:
    return f"the link to partition {partition.id}"
