"""The reader on Microsoft's azure-eventhub: the way out when the other one meets a service that surprises it."""

from __future__ import annotations

import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from azext_iotdiag import bounded
from azext_iotdiag.clients import address, patience, proxy, transport
from azext_iotdiag.clients.amqp import AMQPS_PORT
from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.clients.telemetry import sdk_messages
from azext_iotdiag.clients.telemetry import sdk_words as words
from azext_iotdiag.clients.telemetry.contract import AMQP, AMQP_WS, TICK_SECONDS, Position
from azext_iotdiag.clients.telemetry.positions import STEP, expected_from
from azext_iotdiag.clients.telemetry.redirect import follow
from azext_iotdiag.clients.telemetry.sdk_link import (
    CLOSE_SECONDS,
    FIRST_TRIES,
    LINK_SECONDS,
    LINK_SECONDS_EACH,
    SdkLink,
)
from azext_iotdiag.clients.transport import HTTPS_PORT
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.stream import Partition, PartitionState, Stream
from azext_iotdiag.model.target import Target

ANSWER_SECONDS = 12.0  # for the SDK's first answer, however often it tries
REOPEN_SECONDS = 1.0  # how soon the SDK opens a partition again that failed; its default is 30 s
# The SDK's thread for a partition spins as long as it has no consumer. With Python's usual 5 ms for each, several of
# them starve whoever else has to answer, and handshakes run out of time.
SWITCH_SECONDS = 0.0005
SELDOM = 3  # times as seldom as the other reader asks: the SDK makes a connection for each question

log = logging.getLogger(__name__)


class SdkReader:
    """Reads all partitions through the SDK's consumer clients, one each.

    With one for all, the SDK would visit the partitions in turn, and wait 0.2 s at each that has nothing to give.
    """

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
        self._now = now
        self._transport = transport
        self._port = HTTPS_PORT if transport == AMQP_WS else AMQPS_PORT
        self._asking: Any = None  # the client for questions
        self._asked = threading.Event()
        self._ask_at = 0.0
        self._links: list[SdkLink] = []
        self._came: queue.Queue[tuple[SdkLink, int, Any]] = queue.Queue(maxsize=1000)
        self._usual_switch = sys.getswitchinterval()
        self.stream = Stream(target.event_hub or target.hub, target.entity, consumer_group)

    def __iter__(self) -> Iterator[Event | None]:
        stream = self.stream
        sys.setswitchinterval(min(SWITCH_SECONDS, self._usual_switch))
        try:
            self._open()
        except StepFailed as failed:
            stream.failure = failed.failure
            return
        since = self._position.since
        tend_at = 0.0
        while True:
            try:
                link, generation, came = self._came.get_nowait()
            except queue.Empty:
                yield None
                if time.monotonic() >= tend_at:
                    tend_at = time.monotonic() + TICK_SECONDS
                    if not self._tend(expected_from(since, int(self._now() * 1000))):
                        return
                try:
                    link, generation, came = self._came.get(timeout=TICK_SECONDS)
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
        if not sdk_messages.install():
            log.info("azure-eventhub decodes messages in another place: one that it cannot read ends its link")
        if not stream.entity:
            stream.host, stream.entity = follow(target, self._now(), self._transport)
        # The SDK waits for ever for a silent server, and hides what was wrong with a certificate: look first.
        through = proxy.find(stream.host, self._port) if self._transport == AMQP_WS else None
        transport.connect(stream.host, self._port, proxy=through).close()
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
                consumer_group=self._group,
                ssl_context=transport.trust(),
                retry_total=0,
                load_balancing_interval=REOPEN_SECONDS,
                **way,
            )

        self._asking = client()
        for name in self._partition_ids():
            stream.partitions[name] = Partition(name)
        since = self._position.since
        seconds = LINK_SECONDS + LINK_SECONDS_EACH * len(stream.partitions)
        self._links = [
            SdkLink(partition, since=since, client=client, came=self._came, seconds=seconds, fail=self._failed)
            for partition in stream.partitions.values()
        ]
        for link in self._links:
            link.start()
        self._asked.set()
        if since is not None:
            self._ask(list(stream.partitions.values()))

    def _partition_ids(self) -> list[str]:
        until, tries = time.monotonic() + ANSWER_SECONDS, 0
        while True:
            try:
                return list(bounded.within(self._asking.get_partition_ids, until - time.monotonic()))
            except bounded.Late:
                raise StepFailed(self._failed(Kind.UNANSWERED, STEP, "nothing came", ANSWER_SECONDS)) from None
            except Exception as broken:  # the SDK's own, and what it stumbles over
                failure, tries = words.failure(broken, self.stream.host, self._port, STEP), tries + 1
            if not failure.transient or tries >= FIRST_TRIES or time.monotonic() >= until:
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
        if quiet and time.monotonic() >= self._ask_at and self._asked.is_set():
            self._ask(quiet)
        return True

    def _say(self, link: SdkLink, failure: Failure | None) -> None:
        """Note what befell a link, where it did not befall another as well."""
        if failure is not None and not any(other.trouble is failure.kind for other in self._links if other is not link):
            self.stream.interruptions.append(failure)

    def _ask(self, partitions: list[Partition]) -> None:
        """Ask for the newest messages of partitions, in a thread of its own."""
        pause = max(patience.ASK_SECONDS, patience.ASK_SECONDS_EACH * len(partitions))
        self._ask_at = time.monotonic() + SELDOM * pause
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

        way: dict[str, Any] = {
            "transport_type": TransportType.AmqpOverWebsocket if self._transport == AMQP_WS else TransportType.Amqp
        }
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


def _quieten() -> None:
    """Let what the SDK warns of appear under --debug only: what is wrong is said by the checks, once."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if _to_debug not in logger.filters:
            logger.addFilter(_to_debug)


def _to_debug(record: logging.LogRecord) -> bool:
    record.levelno, record.levelname = min(record.levelno, logging.DEBUG), logging.getLevelName(logging.DEBUG)
    return True


_TALKATIVE = (
    "azure.eventhub._eventprocessor.event_processor",
    "azure.eventhub._client_base",
    "azure.eventhub._pyamqp._connection",
    "azure.eventhub._pyamqp.cbs",
)
