"""The reader on Microsoft's azure-eventhub: the way out when the other one meets a service that surprises it.

The SDK runs in threads that may never come back (it has no deadlines), so they are daemons and are left behind.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from azext_iotdiag.clients import address, proxy, transport
from azext_iotdiag.clients.amqp import AMQPS_PORT
from azext_iotdiag.clients.amqp_words import kind_of
from azext_iotdiag.clients.eventhub import AMQP, AMQP_WS, HTTPS_PORT, TICK_SECONDS, Position, event_of
from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.clients.redirect import follow
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.stream import Newest, Partition, PartitionState, Stream
from azext_iotdiag.model.target import Target
from azext_iotdiag.wire.amqp.message import Message

log = logging.getLogger(__name__)

ANSWER_SECONDS = 12.0  # for the SDK's first answer, which includes its own tries
CLOSE_SECONDS = 2.0
# The SDK's synchronous client keeps a message back until it has as many as it prefetches, or none came for 0.2 s.
# Its receive() takes one message per round of waiting, so only receive_batch() keeps up with a stream.
PREFETCH = 10
REOPEN_SECONDS = 1.0  # how soon the SDK opens a partition again that failed; its default is 30 s
_PROPERTIES = (
    "message-id",
    "user-id",
    "to",
    "subject",
    "reply-to",
    "correlation-id",
    "content-type",
    "content-encoding",
    "absolute-expiry-time",
    "creation-time",
    "group-id",
    "group-sequence",
    "reply-to-group-id",
)


class SdkReader:
    """Reads all partitions through the SDK's consumer client."""

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
        self._client: Any = None
        self._events: queue.Queue[tuple[str, Any]] = queue.Queue(maxsize=1000)
        # Where the SDK begins each time that it opens a partition. With tries of its own it would go on by itself, and
        # never tell of a link that is refused each time: a try that has not failed yet ends its counting.
        self._starts: dict[str, Any] = {}
        self._failed: queue.Queue[Failure] = queue.Queue()
        self.stream = Stream(target.event_hub or target.hub, target.entity, consumer_group)

    def __iter__(self) -> Iterator[Event | None]:
        stream = self.stream
        try:
            self._open()
        except StepFailed as failed:
            stream.failure = failed.failure
            return
        while True:
            try:
                partition, came = self._events.get_nowait()
            except queue.Empty:
                yield None
                if not self._failed.empty():
                    self._take(self._failed.get())
                    if stream.failure:
                        return
                try:
                    partition, came = self._events.get(timeout=TICK_SECONDS)
                except queue.Empty:
                    continue
            here = stream.partitions[partition]
            event = _event(came, partition)
            here.received += 1
            here.sequence = event.sequence
            here.state = PartitionState.RECEIVING
            yield event

    def close(self) -> None:
        """Close the client, and leave it behind when it does not come back."""
        if self._client is not None:
            client, self._client = self._client, None
            _within(client.close, CLOSE_SECONDS)

    def _open(self) -> None:
        from azure.eventhub import EventHubConsumerClient

        target, stream = self._target, self.stream
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
        self._client = EventHubConsumerClient.from_connection_string(
            login,
            consumer_group=self._group,
            ssl_context=transport.trust(),
            retry_total=0,
            load_balancing_interval=REOPEN_SECONDS,
            **self._way(through),
        )
        for name in self._partition_ids():
            stream.partitions[name] = Partition(name, PartitionState.IDLE, opened=True)
        threading.Thread(target=self._ask_newest, args=(self._client,), daemon=True).start()
        # One thread a partition: the SDK would visit them in turn, and wait 0.2 s at each that has nothing to give.
        for name in stream.partitions:
            threading.Thread(target=self._receive, args=(name,), daemon=True).start()

    def _partition_ids(self) -> list[str]:
        step = "the answer of $management"
        answers = _within(self._client.get_partition_ids, ANSWER_SECONDS)
        if not answers:
            raise self._failure(Kind.SILENT, step, "nothing came")
        if isinstance(answers[0], Exception):
            raise StepFailed(_failure(answers[0], self.stream.host, self._port, step))
        return list(answers[0])

    def _ask_newest(self, client: Any) -> None:
        """Ask for each partition's newest message; the SDK makes a connection for each question."""
        for partition in tuple(self.stream.partitions.values()):
            try:
                told = client.get_partition_properties(partition.id)
            except Exception as broken:  # what cannot be asked stays unknown; the links tell why
                log.info("partition %s: its newest message is not known: %s", partition.id, broken)
                continue
            enqueued = int(told["last_enqueued_time_utc"].timestamp() * 1000)
            empty = told["is_empty"]
            partition.newest = Newest(-1, 0) if empty else Newest(told["last_enqueued_sequence_number"], enqueued)

    def _way(self, through: proxy.Proxy | None) -> dict[str, Any]:
        """The SDK's settings for how to get there."""
        from azure.eventhub import TransportType

        way: dict[str, Any] = {
            "transport_type": TransportType.AmqpOverWebsocket if self._transport == AMQP_WS else TransportType.Amqp
        }
        if through is not None:
            if through.kind == proxy.SOCKS:
                raise self._failure(
                    Kind.PROXY_REFUSED,
                    "the way through the proxy",
                    "azure-eventhub knows no SOCKS proxies; the reader `wire` does",
                )
            host, port = address.find(through.host, through.port)
            login = {"username": through.user, "password": through.password.reveal()} if through.user else {}
            return way | {"http_proxy": {"proxy_hostname": host, "proxy_port": port, **login}}
        to_host, to_port = address.find(self.stream.host, self._port)
        if (to_host, to_port) != (self.stream.host, self._port):
            way["custom_endpoint_address"] = f"sb://{to_host}:{to_port}"
        return way

    def _receive(self, partition: str) -> None:
        since = self._position.since
        self._starts[partition] = (
            "@latest" if since is None else datetime.fromtimestamp((since - 1) / 1000, timezone.utc)
        )
        step = f"the link to partition {partition}"
        try:
            self._client.receive_batch(
                on_event_batch=self._put,
                on_error=lambda _context, error: self._failed.put(_failure(error, self.stream.host, self._port, step)),
                partition_id=partition,
                starting_position=self._starts,
                max_batch_size=PREFETCH,
                prefetch=PREFETCH,
            )
        except Exception as broken:  # whatever ends the SDK's thread must reach the person who waits
            self._failed.put(_failure(broken, self.stream.host, self._port, step))

    def _put(self, context: Any, events: list[Any]) -> None:
        for event in events:
            self._events.put((context.partition_id, event))
            self._starts[context.partition_id] = event.offset

    def _take(self, failure: Failure) -> None:
        stream = self.stream
        name = failure.step.rpartition(" ")[2]
        if not failure.lasting:
            stream.interruptions.append(failure)
            return
        if name in stream.partitions:
            partition = stream.partitions[name]
            partition.failure = failure
            partition.opened = partition.received > 0
            partition.state = {Kind.UNAUTHORIZED: PartitionState.DENIED, Kind.MISSING: PartitionState.MISSING}.get(
                failure.kind, PartitionState.CONFLICT
            )
            if any(other.failure is None for other in stream.partitions.values()):
                return
        stream.failure = failure

    def _failure(self, kind: Kind, step: str, description: str) -> StepFailed:
        return StepFailed(Failure(kind, step, self.stream.host, self._port, description=description))


def _within(call: Callable[[], Any], seconds: float) -> list[Any]:
    """What a call returns or raises, or nothing when it is not back in time; it is then left behind."""
    answer: list[Any] = []

    def run() -> None:
        try:
            answer.append(call())
        except Exception as broken:  # handed to whoever waits
            answer.append(broken)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return answer


def _failure(error: BaseException, host: str, port: int, step: str) -> Failure:
    """What the SDK's exception says; the AMQP condition is found on the exception behind it."""
    condition = ""
    behind: BaseException | None = error
    while behind is not None and not condition:
        found = getattr(behind, "condition", b"")
        found = getattr(found, "value", found)
        condition = found.decode() if isinstance(found, bytes) else str(found or "")
        behind = behind.__context__ or behind.__cause__
    kind = kind_of(condition)
    if "Status code: 401" in str(error) or type(error).__name__ == "AuthenticationError":
        kind, condition = Kind.UNAUTHORIZED, "cbs:401" if "401" in str(error) else condition
    elif type(error).__name__ in ("ConnectionLostError", "ConnectError"):
        kind = Kind.DROPPED if kind is Kind.REFUSED else kind
    return Failure(
        kind,
        step,
        host,
        port,
        condition=condition,
        description=str(error).splitlines()[0] if str(error) else type(error).__name__,
    )


def _event(came: Any, partition: str) -> Event:
    raw = came.raw_amqp_message
    application = _texts(raw.application_properties)
    message = Message(_body(came), None, _texts(raw.annotations), {}, _properties(raw.properties), application, None)
    return event_of(message, partition)


def _body(came: Any) -> bytes:
    body = came.body
    if isinstance(body, (bytes, str)):
        return body if isinstance(body, bytes) else body.encode()
    return b"".join(part if isinstance(part, bytes) else str(part).encode() for part in body)


def _properties(properties: Any) -> dict[str, Any]:
    if properties is None:
        return {}
    found = ((name, getattr(properties, name.replace("-", "_"), None)) for name in _PROPERTIES)
    return {name: _text(value) if name != "user-id" else value for name, value in found if value is not None}


def _texts(mapping: Mapping[Any, Any] | None) -> dict[str, Any]:
    return {_text(name): _text(value) for name, value in (mapping or {}).items()}


def _text(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
