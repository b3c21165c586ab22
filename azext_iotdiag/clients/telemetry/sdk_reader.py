"""The reader on Microsoft's azure-eventhub: the way out when the other one meets a service that surprises it.

The SDK runs in threads that may never come back (it has no deadlines), so they are daemons and are left behind.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

from azext_iotdiag import bounded
from azext_iotdiag.clients import address, proxy, transport
from azext_iotdiag.clients.amqp import AMQPS_PORT
from azext_iotdiag.clients.amqp_words import is_beyond
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.telemetry import sdk_words as words
from azext_iotdiag.clients.telemetry.contract import AMQP_WS, Options
from azext_iotdiag.clients.telemetry.links import state_of
from azext_iotdiag.clients.telemetry.positions import STEP, began_again, expected_from, is_owed
from azext_iotdiag.clients.telemetry.redirect import follow
from azext_iotdiag.clients.transport import HTTPS_PORT
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.stream import Newest, Partition, PartitionState, Stream
from azext_iotdiag.model.target import Target

REOPEN_SECONDS = 1.0  # how soon the SDK opens a partition again that failed; its default is 30 s
# The SDK's thread for a partition spins as long as it has no consumer. With Python's usual 5 ms for each, several of
# them starve the others that have to answer, and handshakes run out of time.
SWITCH_SECONDS = 0.0005
SELDOM = 3  # times as seldom as the other reader asks: the SDK makes a connection for each question

CLOSE_SECONDS = 2.0
# The SDK's synchronous client keeps a message back until it has as many as it prefetches, or none came for 0.2 s.
# Its receive() takes one message per round of waiting, so only receive_batch() keeps up with a stream.
PREFETCH = 10
START = "-1"  # the SDK's offset before the first message of a partition

log = logging.getLogger(__name__)


class SdkReader:
    """Reads all partitions through the SDK's consumer clients, one each.

    With one for all, the SDK would visit the partitions in turn, and wait 0.2 s at each that has nothing to give.
    """

    def __init__(self, target: Target, options: Options):
        self._target = target
        self._options = options
        self._deadlines = options.deadlines
        self._clock = options.deadlines.clock
        self._port = HTTPS_PORT if options.transport == AMQP_WS else AMQPS_PORT
        self._asking: Any = None  # the client for questions
        self._asked = threading.Event()
        self._ask_at = 0.0
        self._links: list[SdkLink] = []
        self._came: queue.Queue[tuple[SdkLink, int, Any]] = queue.Queue(maxsize=1000)
        self._usual_switch = sys.getswitchinterval()
        self.stream = Stream(target.event_hub or target.hub, target.entity, options.consumer_group)

    def __iter__(self) -> Iterator[Event | None]:
        stream = self.stream
        sys.setswitchinterval(min(SWITCH_SECONDS, self._usual_switch))
        try:
            self._open()
        except StepFailed as failed:
            stream.failure = failed.failure
            return
        since = self._options.position.since
        tend_at = 0.0
        while stream.partitions:
            try:
                link, generation, came = self._came.get_nowait()
            except queue.Empty:
                yield None
                if self._clock.monotonic() >= tend_at:
                    tend_at = self._clock.monotonic() + self._deadlines.tick
                    if not self._tend(expected_from(since, int(self._clock.now() * 1000))):
                        return
                try:
                    link, generation, came = self._came.get(timeout=self._deadlines.tick)
                except queue.Empty:
                    continue
            if generation != link.generation:
                continue
            if isinstance(came, Exception):
                self._say(link, link.failed(words.failure(came, stream.host, self._port, link.step, spoken=True)))
                yield None
                continue
            here = link.partition
            event = words.event(came, here.id)
            here.opened, here.state = True, PartitionState.RECEIVING
            if not here.take(event, since or 0):
                continue
            here.received += 1
            yield event

    def close(self) -> None:
        """Close the clients, and leave them behind when they do not come back."""
        sys.setswitchinterval(self._usual_switch)
        for link in self._links:
            link.stop()
        if self._asking is not None:
            client, self._asking = self._asking, None
            try:
                bounded.within(client.close, CLOSE_SECONDS)
            except bounded.Late:
                log.info("azure-eventhub does not come back from closing")
            except Exception as broken:  # nothing is left to be closed
                log.info("azure-eventhub failed to close: %s", broken)

    def _open(self) -> None:
        target, stream = self._target, self.stream
        _quieten()
        if not words.install_decoder():
            log.info("azure-eventhub decodes messages in another place: a message that it cannot read ends its link")
        if not stream.entity:
            stream.host, stream.entity = follow(target, self._options)
        # The SDK waits for ever for a silent server, and hides what was wrong with a certificate: look first.
        through = proxy.find(stream.host, self._port) if self._options.transport == AMQP_WS else None
        transport.connect(stream.host, self._port, self._deadlines.step, through).close()
        assert target.credential is not None
        login = (
            f"Endpoint=sb://{stream.host}/;SharedAccessKeyName={target.policy};"
            f"SharedAccessKey={target.credential.reveal()};EntityPath={stream.entity}"
        )
        way = self._way(through)

        def client() -> Any:
            from azure.eventhub import EventHubConsumerClient

            return EventHubConsumerClient.from_connection_string(
                login,
                consumer_group=self._options.consumer_group,
                ssl_context=transport.trust(),
                retry_total=0,
                load_balancing_interval=REOPEN_SECONDS,
                **way,
            )

        self._asking = client()
        names = self._partition_ids()
        share = self._options.share.part(names)
        stream.elsewhere = len(names) - len(share)
        places = self._options.saved.put(stream, share) if self._options.saved else {}
        for name in share:
            stream.partitions[name] = Partition(name, place=places.get(name))
        since = self._options.position.since
        seconds = self._deadlines.sdk_link + self._deadlines.sdk_link_each * len(stream.partitions)
        self._links = [
            SdkLink(partition, self._options, client=client, came=self._came, seconds=seconds, fail=self._failed)
            for partition in stream.partitions.values()
        ]
        for link in self._links:
            link.start()
        self._asked.set()
        if since is not None:
            self._ask(list(stream.partitions.values()))

    def _partition_ids(self) -> list[str]:
        until, tries = self._clock.monotonic() + self._deadlines.sdk_answer, 0
        while True:
            try:
                if names := list(bounded.within(self._asking.get_partition_ids, until - self._clock.monotonic())):
                    return names
                failure = self._failed(Kind.NOT_AMQP, STEP, "the answer names no partitions")
            except bounded.Late:
                waited = self._deadlines.sdk_answer
                raise StepFailed(self._failed(Kind.UNANSWERED, STEP, "nothing came", waited)) from None
            except Exception as broken:  # the SDK's own, and what it stumbles over
                failure, tries = words.failure(broken, self.stream.host, self._port, STEP), tries + 1
            if not failure.transient or tries >= self._deadlines.sdk_readers.tries or self._clock.monotonic() >= until:
                raise StepFailed(failure)

    # what goes on

    def _tend(self, expected: int | None) -> bool:
        """Look after the partitions; whether any is left to read."""
        stream = self.stream
        for link in self._links:
            if link.partition.failure is None:
                self._say(link, link.tend(expected))
        if stream.partitions and all(partition.failure for partition in stream.partitions.values()):
            stream.failure = next(partition.failure for partition in stream.partitions.values())
            return False
        quiet = [link.partition for link in self._links if link.partition.failure is None and link.quiet()]
        if quiet and self._clock.monotonic() >= self._ask_at and self._asked.is_set():
            self._ask(quiet)
        return True

    def _say(self, link: SdkLink, failure: Failure | None) -> None:
        """Note what befell a link, where it did not befall another as well."""
        if failure is not None and not any(other.trouble is failure.kind for other in self._links if other is not link):
            self.stream.interruptions.append(failure)

    def _ask(self, partitions: list[Partition]) -> None:
        """Ask for the newest messages of partitions, in a thread of its own."""
        pause = max(self._deadlines.ask, self._deadlines.ask_each * len(partitions))
        self._ask_at = self._clock.monotonic() + SELDOM * pause
        self._asked.clear()
        threading.Thread(target=self._answer, args=(self._asking, partitions), daemon=True).start()

    def _answer(self, client: Any, partitions: list[Partition]) -> None:
        try:
            for partition in partitions:
                partition.newest = words.newest(client.get_partition_properties(partition.id))
        except Exception as broken:  # what cannot be asked stays unknown; the links tell why
            log.info("the newest messages are not known: %s", broken)
        finally:
            self._asked.set()

    def _way(self, through: proxy.Proxy | None) -> dict[str, Any]:
        """The SDK's settings for how to get there."""
        from azure.eventhub import TransportType

        websocket = self._options.transport == AMQP_WS
        way: dict[str, Any] = {"transport_type": TransportType.AmqpOverWebsocket if websocket else TransportType.Amqp}
        if through is not None:
            if through.kind == proxy.SOCKS:
                raise StepFailed(
                    self._failed(
                        Kind.PROXY_REFUSED,
                        "the way through the proxy",
                        "azure-eventhub knows no SOCKS proxies; the reader `wire` does",
                    )
                )
            host, port = address.find(through.host, through.port)
            login = {"username": through.user, "password": through.password.reveal()} if through.user else {}
            return way | {"http_proxy": {"proxy_hostname": host, "proxy_port": port, **login}}
        to_host, to_port = address.find(self.stream.host, self._port)
        if (to_host, to_port) != (self.stream.host, self._port):
            way["custom_endpoint_address"] = f"sb://{to_host}:{to_port}"
        return way

    def _failed(self, kind: Kind, step: str, description: str, seconds: float = 0.0) -> Failure:
        return Failure(kind, step, self.stream.host, self._port, description=description, seconds=seconds)


class SdkLink:
    """A partition and the SDK's client that reads it, begun anew when it must be.

    It is open within so many `seconds`, or not at all.

    All but `_receive` runs in the reader's thread. What comes goes into `came` as (link, generation, event or
    exception). A client that is given up may still bring something: whatever is not of the present generation is to be
    dropped.
    """

    def __init__(
        self, partition: Partition, options: Options, *, client: Callable[[], Any], came: queue.Queue[Any],
        seconds: float, fail: Callable[[Kind, str, str, float], Failure],
    ):  # fmt: skip
        self._deadlines: Deadlines = options.deadlines
        self._clock = options.deadlines.clock
        self.partition = partition
        self.step = f"the link to partition {partition.id}"
        self.generation = 0
        self.trouble: Kind | None = None  # what it tries to get over
        self._since = options.position.since
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
        self._begun = self._quiet_since = self._clock.monotonic()
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
            if partition.place is None and self._begin is None:
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
            starts = [_just_before(self._begin or 0), START]
        elif isinstance(place, Newest) and (place.empty or place.sequence < 0):
            starts = [START, _just_before(max(place.enqueued, 1))]
        else:
            starts = [place.offset or place.sequence, place.sequence, _just_before(place.enqueued)]
            starts = starts if place.offset else starts[1:]
        return starts[self._stalls % len(starts)]

    @property
    def _begin(self) -> int | None:
        """The time from which to read where no message is known, in milliseconds since 1970; None: from now on."""
        resume = self.partition.resume
        return self._since if resume is None else resume

    # in the reader's thread

    def _begin_again(self) -> None:
        """Read on by time where the numbers of the partition have begun again, as after a failover."""
        self.stop()
        self.partition.begin_again()
        self.start()

    def failed(self, failure: Failure) -> Failure | None:
        """Take in that something failed. Gives it back where it is worth saying; the SDK tries again by itself."""
        now, partition = self._clock.monotonic(), self.partition
        if is_beyond(failure.description) and partition.place is not None:
            self._begin_again()
            return None
        self._broke_at = now if self._tries == 0 else self._broke_at
        self._tries += 1
        self._stalls += failure.kind is Kind.STALLED
        self._ready = False
        self._begun = self._quiet_since = now
        retry, since = self._deadlines.sdk_readers, now - self._broke_at
        if not retry.link_goes_on(failure, self._tries, opened=partition.opened, since=since):
            partition.failure, partition.state = failure, state_of(failure)
            self.stop()
            return None
        self.trouble = failure.kind
        partition.state = PartitionState.OPENING
        return failure if self._tries == 1 else None

    def tend(self, expected: int | None) -> Failure | None:
        """Look whether it is open, and whether what should have come has come; what is worth saying is given back."""
        now, partition = self._clock.monotonic(), self.partition
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
        if partition.newest is not None and began_again(partition, partition.newest):
            self._begin_again()
            return None
        if not is_owed(partition, expected):
            self._behind_since = None
            if now - self._begun > self._deadlines.steady:
                self._tries, self.trouble = 0, None
            return None
        self._behind_since = now if self._behind_since is None else self._behind_since
        if (waited := now - self._behind_since) < self._deadlines.stall:
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
        return self.partition.opened and self._clock.monotonic() - self._quiet_since >= self._deadlines.quiet


def _quieten() -> None:
    """Let what the SDK warns of appear under --debug only: what is wrong is said by the checks, once."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if _to_debug not in logger.filters:
            logger.addFilter(_to_debug)


def _to_debug(record: logging.LogRecord) -> bool:
    record.levelno, record.levelname = min(record.levelno, logging.DEBUG), logging.getLevelName(logging.DEBUG)
    return True


def _just_before(enqueued: int) -> datetime:
    return datetime.fromtimestamp((enqueued - 1) / 1000, timezone.utc)


def _is_open(client: Any) -> bool:
    """Whether the SDK's link is attached. It does not say; its consumer knows."""
    processors = tuple(getattr(client, "_event_processors", {}).values())
    consumers = [consumer for each in processors for consumer in tuple(getattr(each, "_consumers", {}).values())]
    return any(getattr(consumer, "handler_ready", False) for consumer in consumers)


_TALKATIVE = (
    "azure.eventhub._eventprocessor.event_processor",
    "azure.eventhub._client_base",
    "azure.eventhub._pyamqp._connection",
    "azure.eventhub._pyamqp.cbs",
)
