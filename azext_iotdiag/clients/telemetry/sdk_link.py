"""One partition read through azure-eventhub: a client of its own and a thread, begun anew when it must be.

The SDK runs in threads that may never come back (it has no deadlines), so they are daemons and are left behind.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from queue import Queue
from typing import Any

from azext_iotdiag.clients import patience
from azext_iotdiag.clients.telemetry import sdk_words as words
from azext_iotdiag.clients.telemetry.links import state_of
from azext_iotdiag.clients.telemetry.positions import is_owed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.stream import Newest, Partition, PartitionState

CLOSE_SECONDS = 2.0
# More than the other reader's: over WebSocket the SDK gives the whole handshake one second, which is not much where
# many partitions are opened at once on a busy machine. With its option for more each message would wait longer, too.
FIRST_TRIES = 6
LINK_SECONDS = 10.0  # in which a partition must be open, or have failed
LINK_SECONDS_EACH = 0.5  # and more for each, because the SDK keeps a processor busy with every one that it opens
# The SDK's synchronous client keeps a message back until it has as many as it prefetches, or none came for 0.2 s.
# Its receive() takes one message per round of waiting, so only receive_batch() keeps up with a stream.
PREFETCH = 10
START = "-1"  # the SDK's offset before the first message of a partition


class SdkLink:
    """A partition and the SDK's client that reads it, open within so many seconds or not at all.

    All but `_receive` runs in the reader's thread. What comes goes into `came` as (link, generation, event or
    exception). A client that is given up may still bring something: whatever is not of the present generation is to be
    dropped.
    """

    def __init__(
        self, partition: Partition, *, since: int | None, client: Callable[[], Any], came: Queue,
        seconds: float, fail: Callable[[Kind, str, str, float], Failure],
    ):  # fmt: skip
        self.partition = partition
        self.step = f"the link to partition {partition.id}"
        self.generation = 0
        self.trouble: Kind | None = None  # what it tries to get over
        self._since = since
        self._make_client = client
        self._came = came
        self._fail = fail
        self._seconds = seconds
        self._client: Any = None
        self._begun = self._broke_at = 0.0
        self._ready = False
        self._tries = 0
        self._stalls = 0  # in a row
        self._came_before = 0
        self._quiet_since = 0.0
        self._behind_since: float | None = None

    def start(self) -> None:
        """Read on after the last message that was read, or where the reading is to begin."""
        self._behind_since = None
        self._begun = self._quiet_since = time.monotonic()
        self._ready = False
        self._client = self._make_client()
        threading.Thread(target=self._receive, args=(self._client, self.generation), daemon=True).start()

    def stop(self) -> None:
        """Let go of the client, and leave it behind when it does not come back."""
        if self._client is not None:
            client, self._client = self._client, None
            self.generation += 1
            threading.Thread(target=client.close, daemon=True).start()

    # in the SDK's thread

    def _receive(self, client: Any, generation: int) -> None:
        partition = self.partition
        try:
            if partition.place is None and self._since is None:
                # A break before the first message loses none, when it is known where that one would have been.
                partition.place = partition.newest = words.newest(client.get_partition_properties(partition.id))
            # The SDK looks here each time that it opens the partition. With tries of its own it would go on by itself,
            # and never tell of a link that is refused each time: a try that has not failed yet ends its counting.
            starts = {partition.id: self._start()}

            def put(_context: Any, events: list[Any]) -> None:
                for event in events:
                    self._came.put((self, generation, event))
                    if isinstance(event.offset, str):
                        starts[partition.id] = event.offset
                    elif isinstance(event.sequence_number, int):
                        starts[partition.id] = event.sequence_number

            client.receive_batch(
                on_event_batch=put,
                on_error=lambda _context, error: self._came.put((self, generation, error)),
                partition_id=partition.id,
                starting_position=starts,
                max_batch_size=PREFETCH,
                prefetch=PREFETCH,
            )
        except Exception as broken:  # whatever ends the SDK's thread must reach the person who waits
            self._came.put((self, generation, broken))

    def _start(self) -> Any:
        """Where to begin, as the SDK takes it: an offset, a number, or a time; another of these after a stall."""
        place = self.partition.place
        if place is None:
            starts = [_just_before(self._since or 0), START]
        elif isinstance(place, Newest) and (place.empty or place.sequence < 0):
            starts = [START, _just_before(max(place.enqueued, 1))]
        else:
            starts = [place.offset or place.sequence, place.sequence, _just_before(place.enqueued)]
            starts = starts if place.offset else starts[1:]
        return starts[self._stalls % len(starts)]

    # in the reader's thread

    def failed(self, failure: Failure) -> Failure | None:
        """Take in that something failed. Gives it back where it is worth saying; the SDK tries again by itself."""
        now, partition = time.monotonic(), self.partition
        self._broke_at = now if self._tries == 0 else self._broke_at
        self._tries += 1
        self._stalls += failure.kind is Kind.STALLED
        self._ready = False
        self._begun = self._quiet_since = now
        # Of a link that was open, the service may count one that it has not found out to be gone.
        own = failure.kind is Kind.TOO_MANY and partition.opened
        if (failure.lasting and not own) or not self._patience(failure, now):
            partition.failure, partition.state = failure, state_of(failure)
            self.stop()
            return None
        self.trouble = failure.kind
        partition.state = PartitionState.OPENING
        return failure if self._tries == 1 else None

    def _patience(self, failure: Failure, now: float) -> bool:
        if failure.kind is Kind.STALLED:
            return self._tries == 1
        if failure.kind is Kind.UNANSWERED and not failure.transient:
            return False
        if self.partition.opened:
            return now - self._broke_at < patience.GIVE_UP_SECONDS
        return self._tries < FIRST_TRIES and failure.transient

    def tend(self, expected: int | None) -> Failure | None:
        """Look whether it is open, and whether what should have come has come; what is worth saying is given back."""
        now, partition = time.monotonic(), self.partition
        if (came := partition.received + partition.dropped) != self._came_before:
            self._came_before, self._quiet_since, self._behind_since = came, now, None
            self._tries, self._stalls, self.trouble = 0, 0, None
            return None
        if partition.state is PartitionState.OPENING:
            ready, self._ready = self._ready, _is_open(self._client)
            if ready and self._ready:  # for a moment it also seems so where the link is refused
                partition.opened = True
                partition.state = PartitionState.RECEIVING if partition.received else PartitionState.IDLE
                self._quiet_since = now
            elif now - self._begun > self._seconds:
                return self._give_up(Kind.UNANSWERED, "nothing came", now - self._begun)
            return None
        if not is_owed(partition, expected):
            self._behind_since = None
            if now - self._begun > patience.STEADY_SECONDS:
                self._tries, self.trouble = 0, None
            return None
        self._behind_since = now if self._behind_since is None else self._behind_since
        if (waited := now - self._behind_since) < patience.STALL_SECONDS:
            return None
        has = partition.newest.sequence if partition.newest else 0
        return self._give_up(Kind.STALLED, f"the service has message {has}, and it does not come", waited)

    def _give_up(self, kind: Kind, description: str, seconds: float) -> Failure | None:
        said = self.failed(self._fail(kind, self.step, description, seconds))
        if self.partition.failure is None:
            self.stop()
            self.start()
        return said

    def quiet(self) -> bool:
        """Whether nothing came for so long that the service should be asked."""
        return self.partition.opened and time.monotonic() - self._quiet_since >= patience.QUIET_SECONDS


def _just_before(enqueued: int) -> datetime:
    return datetime.fromtimestamp((enqueued - 1) / 1000, timezone.utc)


def _is_open(client: Any) -> bool:
    """Whether the SDK's link is attached. It tells nobody; its consumer knows."""
    processors = tuple(getattr(client, "_event_processors", {}).values())
    consumers = [consumer for each in processors for consumer in tuple(getattr(each, "_consumers", {}).values())]
    return any(getattr(consumer, "handler_ready", False) for consumer in consumers)
