"""What the Event Hubs namespace of a hub offers over AMQP: tokens, the entity's properties, reading its partitions."""

from __future__ import annotations

import re
import uuid
from bisect import bisect_left, bisect_right

from azext_iotdiag.lab.services.hub_amqp import put_token
from azext_iotdiag.lab.services.nodes import RequestNode, address_of, path_of, text
from azext_iotdiag.wire.amqp.codec import encode
from azext_iotdiag.wire.amqp.happenings import Delivery, Detached, Disposed, Ended
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import Message, decode_message
from azext_iotdiag.wire.amqp.performatives import Attach
from azext_iotdiag.wire.amqp.types import Array, Described, Int, Symbol, Timestamp, ULong

UNAUTHORIZED = "Unauthorized access. 'Listen' claim(s) are required to perform this operation."
RUNTIME_METRIC = "com.microsoft:enable-receiver-runtime-metric"
DELIVERY_ANNOTATIONS = ULong(0x71)
_READER = re.compile(
    r"(?P<entity>[^/]+)/ConsumerGroups/(?P<group>[^/]+)/Partitions/(?P<partition>[^/?]+)", re.IGNORECASE
)
_SELECTOR = re.compile(
    r"\s*amqp\.annotation\.(?P<field>x-opt-offset|x-opt-sequence-number|x-opt-enqueued-time|x-opt-enqueuedtimeutc)"
    r"\s*(?P<relation>>=|>)\s*'?(?P<value>@latest|-?\d+)'?\s*"
)


class EventHubNodes:
    """The nodes of one connection to the namespace."""

    def __init__(self, connection):
        self._connection = connection
        self._tokens = RequestNode(lambda message: put_token(connection, message))
        self._management = RequestNode(self._manage)
        self._requests: dict[Link, RequestNode] = {}
        self._readers: dict[Link, Reader] = {}

    @property
    def _stream(self):
        return self._connection.state.hub.stream

    def attach(self, link: Link, proposal: Attach) -> None:
        """Answer a link that the client proposes."""
        connection = self._connection
        terminus = proposal.source if link.sender else proposal.target
        address = address_of(terminus)
        path = path_of(address)
        if path == "$cbs" or path == "$management" or path.lower() == f"{self._stream.entity}/$management".lower():
            node = self._tokens if path == "$cbs" else self._management
            self._requests[link] = node
            node.attach(link, proposal)
            return
        asked = _READER.fullmatch(path) if link.sender else None
        if asked is None or asked["entity"].lower() != self._stream.entity.lower():
            self._not_found(link, proposal, address, path)
            return
        if not connection.allows(f"{self._stream.host}/{path}", "ServiceConnect"):
            claim = f"{UNAUTHORIZED} Resource: 'sb://{self._stream.host}/{path.lower()}'."
            connection.refuse(link, proposal, "amqp:unauthorized-access", claim, address=address)
            return
        group = next((name for name in self._stream.consumer_groups if name.lower() == asked["group"].lower()), None)
        partition = self._stream.partitions.get(asked["partition"])
        if group is None or partition is None:
            self._not_found(link, proposal, address, f"{self._stream.entity}:{asked['partition']}~{asked['group']}")
            return
        try:
            after = start_of(partition, getattr(proposal.source, "filter", None))
        except ValueError as wrong:
            connection.refuse(link, proposal, "com.microsoft:argument-error", str(wrong), address=address)
            return
        link.accept(proposal)
        metric = RUNTIME_METRIC in [str(name) for name in proposal.desired_capabilities or ()]
        self._readers[link] = Reader(link, partition, after, metric=metric, wake=connection.wake.set)
        connection.audit("attach", "accepted", address=address, group=group, partition=partition.id)

    def _not_found(self, link: Link, proposal: Attach, address: str, what: str) -> None:
        self._connection.refuse(
            link,
            proposal,
            "amqp:not-found",
            f"The messaging entity 'sb://{self._stream.host}/{what}' could not be found. TrackingId:{uuid.uuid4()}",
            address=address,
        )

    def deliver(self, delivery: Delivery) -> None:
        """Take a message: a token, or a question to the management node."""
        self._requests[delivery.link].deliver(delivery, decode_message(delivery.message))

    def settled(self, disposed: Disposed) -> None:
        """Readers are sent what is settled already."""

    def _manage(self, message: Message) -> tuple[dict, dict]:
        asked = {name: text(message.application.get(name)) for name in ("operation", "type", "name", "partition")}
        stream = self._stream
        # A token for the entity covers this, and so does one for just this, as @azure/event-hubs makes it.
        if not self._connection.allows(f"{stream.host}/{stream.entity}/$management", "ServiceConnect"):
            return _status(
                401,
                UNAUTHORIZED,
                "amqp:unauthorized-access",
            ), {}
        if asked["operation"] != "READ":
            return _status(400, f"the operation {asked['operation']!r} is not known here", "amqp:not-implemented"), {}
        if asked["name"].lower() != stream.entity.lower():
            return _status(404, f"The messaging entity '{asked['name']}' could not be found.", "amqp:not-found"), {}
        if asked["type"] == "com.microsoft:eventhub":
            return _status(200, "OK"), {
                "name": stream.entity,
                "type": asked["type"],
                "created_at": Timestamp(stream.created),
                "partition_count": Int(len(stream.partitions)),
                "partition_ids": Array(list(stream.partitions)),
                "georeplication_factor": Int(1),
            }
        partition = stream.partitions.get(asked["partition"])
        if asked["type"] != "com.microsoft:partition" or partition is None:
            return _status(404, f"There is no partition {asked['partition']!r}.", "amqp:not-found"), {}
        last = partition.events[-1] if partition.events else None
        return _status(200, "OK"), {
            "name": stream.entity,
            "type": asked["type"],
            "partition": partition.id,
            "begin_sequence_number": first_sequence(partition),
            "last_enqueued_sequence_number": last.sequence if last else -1,
            "last_enqueued_offset": last.offset if last else "-1",
            "last_enqueued_time_utc": Timestamp(last.enqueued if last else 0),
            "is_partition_empty": last is None,
            "partition_is_empty": last is None,
            "runtime_info_retrieval_time_utc": Timestamp(int(self._connection.state.clock() * 1000)),
        }

    def pump(self, most: int) -> bool:
        """Send each reader up to `most` messages; whether any has more to send now."""
        more = False
        for node in (self._tokens, self._management):
            node.pump()
        for reader in list(self._readers.values()):  # each gets its turn, so no any() that stops at the first
            more = reader.pump(most, self._connection) or more
        return more

    def forget(self, gone: Detached | Ended) -> None:
        """Forget the links that ended."""
        for link in [link for link in self._readers if not link.attached]:
            self._readers.pop(link).close()
        for link in [link for link in self._requests if not link.attached]:
            del self._requests[link]

    def close(self) -> None:
        """Let go of the partitions."""
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()


class Reader:
    """One link that reads a partition, and how far it has come."""

    def __init__(self, link: Link, partition, after: int, *, metric: bool, wake):
        self._link = link
        self._partition = partition
        self._next = after + 1
        self._metric = metric
        self._wake = wake
        partition.subscribe(wake)

    def pump(self, most: int, connection) -> bool:
        """Send up to `most` messages as far as credit goes; whether more could go now."""
        link, partition = self._link, self._partition
        for _ in range(most):
            if not link.attached or link.credit <= 0 or link.session.blocked:
                return False
            at = partition.index(self._next)
            if at >= len(partition.events):
                if link.drain:
                    link.drained()
                return False
            event = partition.events[at]
            self._next = event.sequence + 1
            link.send(self._runtime(event) + event.message if self._metric else event.message)
            if connection.drop_when_asked():
                return False
        return True

    def _runtime(self, event) -> bytes:
        last = self._partition.events[-1]
        return encode(
            Described(
                DELIVERY_ANNOTATIONS,
                {
                    Symbol("last_enqueued_sequence_number"): last.sequence,
                    Symbol("last_enqueued_offset"): last.offset,
                    Symbol("last_enqueued_time_utc"): Timestamp(last.enqueued),
                    Symbol("runtime_info_retrieval_time_utc"): Timestamp(event.enqueued),
                },
            )
        )

    def close(self) -> None:
        """Stop watching the partition."""
        self._partition.unsubscribe(self._wake)


def start_of(partition, filters: dict | None) -> int:
    """The sequence number after which reading starts. Raises ValueError for a filter that is not understood."""
    for value in (filters or {}).values():
        selector = text(value.value if isinstance(value, Described) else value)
        parts = _SELECTOR.fullmatch(selector)
        if parts is None:
            raise ValueError(f"The filter {selector!r} is not valid.")
        return _after(partition, parts["field"], parts["relation"] == ">=", parts["value"])
    return first_sequence(partition) - 1


def first_sequence(partition) -> int:
    """The sequence number of the oldest event that is kept, or of the next that comes."""
    return partition.events[0].sequence if partition.events else partition.next_sequence


def _after(partition, field: str, inclusive: bool, value: str) -> int:
    newest = partition.next_sequence - 1
    if value == "@latest":
        return newest
    wanted = int(value)
    if field == "x-opt-sequence-number":
        return min(wanted - 1 if inclusive else wanted, newest)
    key = (lambda event: int(event.offset)) if field == "x-opt-offset" else (lambda event: event.enqueued)
    at = (bisect_left if inclusive else bisect_right)(partition.events, wanted, key=key)
    return partition.events[at].sequence - 1 if at < len(partition.events) else newest


def _status(code: int, description: str, condition: str = "") -> dict:
    told = {"status-code": Int(code), "status-description": description}
    return {**told, "error-condition": Symbol(condition)} if condition else told
