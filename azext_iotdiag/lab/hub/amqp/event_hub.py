"""What the Event Hubs namespace of a hub offers over AMQP: tokens, the entity's properties, reading its partitions."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timezone

from azext_iotdiag.lab.faults.table import (
    ATTACH_REFUSED,
    ATTACH_UNANSWERED,
    CONSUMER_GROUP_MISSING,
    HANDLES_EXHAUSTED,
    LINK_ERROR,
    LINK_TIMEOUT,
    PARTITION_DENIED,
    SERVER_BUSY,
    START_INEXACT,
    START_SILENT,
    TOO_MANY_READERS,
)
from azext_iotdiag.lab.hub.amqp import reader_epochs
from azext_iotdiag.lab.hub.amqp.errors import NOT_ALLOWED
from azext_iotdiag.lab.hub.amqp.hub_nodes import put_token
from azext_iotdiag.lab.hub.amqp.nodes import RequestNode, address_of, missing, opened_already, path_of, text
from azext_iotdiag.lab.hub.amqp.positions import BeyondNewest, by_number, first_sequence, start_of
from azext_iotdiag.lab.hub.amqp.readers import PartitionReader
from azext_iotdiag.wire.amqp.link_events import Delivery, Detached, Disposed, Ended
from azext_iotdiag.wire.amqp.links import Link
from azext_iotdiag.wire.amqp.message import Message, decode_message
from azext_iotdiag.wire.amqp.performatives import AmqpError, Attach
from azext_iotdiag.wire.amqp.types import Array, Int, Symbol, Timestamp

UNAUTHORIZED = "Unauthorized access. 'Listen' claim(s) are required to perform this operation."
RUNTIME_METRIC = "com.microsoft:enable-receiver-runtime-metric"
_READER = re.compile(
    r"(?P<entity>[^/]+)/ConsumerGroups/(?P<group>[^/]+)/Partitions/(?P<partition>[^/?]+)", re.IGNORECASE
)

# Faults that refuse a link, with the service's own condition and words.
# Source: public traces, such as Azure/azure-sdk-for-python#20308 and #19376; the handles: Azure/azure-amqp.
_REFUSALS = (
    (SERVER_BUSY, "com.microsoft:server-busy",
     "The request was terminated because the entity is being throttled. Error code : 50002. Sub error : 102. "
     "Please wait {seconds} seconds and try again."),
    (LINK_TIMEOUT, "com.microsoft:timeout",
     "The operation did not complete within the allotted timeout of 00:01:00."),
    (LINK_ERROR, "amqp:internal-error",
     "The service was unable to process the request; please retry the operation."),
    (HANDLES_EXHAUSTED, "amqp:resource-limit-exceeded",
     "Cannot allocate more handles. The maximum number of handles is 255."),
)  # fmt: skip


class EventHubNodes:
    """The nodes of one connection to the namespace."""

    def __init__(self, connection):
        self._connection = connection
        self._tokens = RequestNode(lambda message: put_token(connection, message))
        self._management = RequestNode(self._manage)
        self._requests: dict[Link, RequestNode] = {}
        self._readers: dict[Link, PartitionReader] = {}
        self._resources: dict[Link, str] = {}  # what each reader's token must cover

    @property
    def _stream(self):
        return self._connection.runtime.hub.endpoint(self._connection.host)

    def attach(self, link: Link, proposal: Attach) -> None:  # pylint: disable=too-many-locals
        """Answer a link that the client proposes."""
        connection = self._connection
        terminus = proposal.source if link.sender else proposal.target
        address = address_of(terminus)
        path = path_of(address)
        if path == "$cbs" or path == "$management" or path.lower() == f"{self._stream.entity}/$management".lower():
            self._attach_node(link, proposal, path, address)
            return
        asked = _READER.fullmatch(path) if link.sender else None
        if asked is None or asked["entity"].lower() != self._stream.entity.lower():
            self._not_found(link, proposal, address, path)
            return
        resource = f"{self._stream.host}/{path}"
        faults = connection.runtime.faults
        known = asked["partition"] in self._stream.partitions
        denied = known and faults.use(PARTITION_DENIED, partition=asked["partition"])
        if denied or not connection.allows(resource, "ServiceConnect"):
            connection.refuse(link, proposal, "amqp:unauthorized-access", unauthorized(resource), address=address)
            return
        group = next((name for name in self._stream.consumer_groups if name.lower() == asked["group"].lower()), None)
        partition = self._stream.partitions.get(asked["partition"])
        if group is None or partition is None or faults.use(CONSUMER_GROUP_MISSING):
            self._not_found(link, proposal, address, f"{self._stream.entity}:{asked['partition']}~{asked['group']}")
            return
        self._expire()
        try:
            filters = getattr(proposal.source, "filter", None)
            after = start_of(partition, filters)
            silent = after == -1 and by_number(filters) and faults.use(START_SILENT, partition=partition.id)
            early = (faults.find(START_INEXACT) or {}).get("messages", 0)
            if early and faults.use(START_INEXACT, partition=partition.id):
                after = max(after - early, -1)
            epoch = epoch_of(proposal)
        except ValueError as wrong:
            words = str(wrong) + (self._tracked(partition.id, group) if isinstance(wrong, BeyondNewest) else "")
            connection.refuse(link, proposal, "com.microsoft:argument-error", words, address=address)
            return
        if faults.use(ATTACH_UNANSWERED, partition=partition.id):
            connection.audit("attach", "refused", reason="the fault attach-unanswered", address=address)
            return
        verdict = reader_epochs.judge(epoch, connection.runtime.readers.get((group, partition.id), ()))
        if refusal := verdict.refusal or self._fault(partition.id):
            connection.refuse(link, proposal, str(refusal.condition), str(refusal.description), address=address)
            return
        for other, error in verdict.displaced:
            other.end(error)
        link.accept(proposal)
        metric = RUNTIME_METRIC in [str(name) for name in proposal.desired_capabilities or ()]
        self._readers[link] = PartitionReader(
            connection, link, partition, group, after=after, epoch=epoch, metric=metric, gone=self._forget_reader,
            silent=silent,
        )  # fmt: skip
        self._resources[link] = resource
        connection.audit(
            "attach", "accepted", routine=True, address=address, group=group, partition=partition.id, epoch=epoch
        )

    def _attach_node(self, link: Link, proposal: Attach, path: str, address: str) -> None:
        """Answer a link to $cbs, which needs no right, or to $management, which does (azure-event-hubs-python 43)."""
        connection, node = self._connection, self._tokens if path == "$cbs" else self._management
        resource = f"{self._stream.host}/{self._stream.entity}/$management"
        if node is self._management and not connection.allows(resource, "ServiceConnect"):
            words = unauthorized(resource, "Listen" if link.sender else "Send")
            connection.refuse(link, proposal, "amqp:unauthorized-access", words, address=address)
        elif node.attach(link, proposal):
            self._requests[link] = node
        else:
            connection.refuse(link, proposal, NOT_ALLOWED, opened_already(connection, path), address=address)

    def _expire(self) -> None:
        runtime = self._connection.runtime
        runtime.hub.expire(int(runtime.clock() * 1000))

    def _tracked(self, partition: str, group: str) -> str:
        """What the service adds to its words for its own logs."""
        stream, now = self._stream, datetime.fromtimestamp(self._connection.runtime.clock(), timezone.utc)
        where = f"{stream.host.partition('.')[0]}:eventhub:{stream.entity}~{partition}|{group.lower()}"
        return f" TrackingId:{uuid.uuid4()}, SystemTracker:{where}, Timestamp:{now:%Y-%m-%dT%H:%M:%S}"

    def _fault(self, partition: str) -> AmqpError | None:
        """The error with which a fault refuses a link to a partition."""
        faults = self._connection.runtime.faults
        if faults.use(TOO_MANY_READERS, partition=partition):
            return reader_epochs.too_many()
        if faults.use(ATTACH_REFUSED, partition=partition):
            return AmqpError(Symbol("amqp:not-allowed"), "The link is refused by the fault attach-refused.")
        seconds = (faults.find(SERVER_BUSY) or {}).get("seconds", 0)  # read before the fault ends
        for fault, condition, words in _REFUSALS:
            if faults.use(fault, partition=partition):
                return AmqpError(Symbol(condition), words.format(seconds=seconds))
        return None

    def expire(self) -> None:
        """Detach the readers whose token has expired, as the service does some minutes after that."""
        for link, resource in tuple(self._resources.items()):
            if not self._connection.allows(resource, "ServiceConnect"):
                # Source of condition and words: Azure/azure-sdk-for-python#5314.
                self._readers[link].end(AmqpError(Symbol("amqp:link:detach-forced"), unauthorized(resource)))

    def _not_found(self, link: Link, proposal: Attach, address: str, what: str) -> None:
        self._connection.refuse(
            link,
            proposal,
            "amqp:not-found",
            missing(f"{self._stream.host}/{what}"),
            address=address,
        )

    def deliver(self, delivery: Delivery) -> None:
        """Take a message: a token, or a question to the management node."""
        self._requests[delivery.link].deliver(delivery, decode_message(delivery.message))

    def settled(self, disposed: Disposed) -> None:
        """Events are settled when they are sent, and the answers of nodes by the client alone."""

    def _manage(self, message: Message) -> tuple[dict, dict]:
        self._expire()
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
        if asked["name"].lower() != stream.entity.lower() or not stream.partitions:
            return _status(404, f"The messaging entity '{asked['name']}' could not be found.", "amqp:not-found"), {}
        if asked["type"] == "com.microsoft:eventhub":
            return _status(200, "OK"), {
                "name": stream.entity,
                "type": asked["type"],
                "created_at": Timestamp(stream.created),
                "partition_count": Int(len(stream.partitions)),
                "partition_ids": Array(list(stream.partitions)),
                "georeplication_factor": Int(2 if stream.geo_replicated else 1),
            }
        partition = stream.partitions.get(asked["partition"])
        if asked["type"] != "com.microsoft:partition" or partition is None:
            return _status(404, f"There is no partition {asked['partition']!r}.", "amqp:not-found"), {}
        last = partition.newest  # of an empty partition, too: its numbers go on
        return _status(200, "OK"), {
            "name": stream.entity,
            "type": asked["type"],
            "partition": partition.id,
            "begin_sequence_number": first_sequence(partition),
            "last_enqueued_sequence_number": partition.next_sequence - 1,
            "last_enqueued_offset": last.offset if last else "-1",
            "last_enqueued_time_utc": Timestamp(last.enqueued if last else 0),
            "is_partition_empty": not partition.events,
            "partition_is_empty": not partition.events,
            "runtime_info_retrieval_time_utc": Timestamp(int(self._connection.runtime.clock() * 1000)),
        }

    def pump(self, most: int) -> bool:
        """Send each reader up to `most` messages; whether any has more to send now."""
        more = False
        for node in (self._tokens, self._management):
            node.pump()
        for reader in list(self._readers.values()):  # each gets its turn, so no any() that stops at the first
            more = reader.pump(most) or more
        return more

    def forget(self, gone: Detached | Ended) -> None:
        """Forget the links that ended."""
        for link in [link for link in self._readers if not link.attached]:
            self._readers[link].close()
        for link in [link for link in self._requests if not link.attached]:
            del self._requests[link]

    def _forget_reader(self, reader: PartitionReader) -> None:
        del self._readers[reader.link], self._resources[reader.link]

    def close(self, _why: str, _how: str) -> bool:
        """Let go of the partitions. There are no devices here."""
        for reader in tuple(self._readers.values()):
            reader.close()
        return False


def unauthorized(resource: str, claim: str = "Listen") -> str:
    """The answer to a client that may not read."""
    return f"{UNAUTHORIZED.replace('Listen', claim)} Resource: 'sb://{resource.lower()}'."


def epoch_of(proposal: Attach) -> int | None:
    """The epoch that a link claims. Raises ValueError where it is no number."""
    epoch = next(
        (value for name, value in (proposal.properties or {}).items() if str(name) == reader_epochs.EPOCH), None
    )
    if epoch is not None and (isinstance(epoch, bool) or not isinstance(epoch, int) or epoch < 0):
        raise ValueError(f"The epoch {epoch!r} is not valid.")
    return epoch


def _status(code: int, description: str, condition: str = "") -> dict:
    told = {"status-code": Int(code), "status-description": description}
    return {**told, "error-condition": Symbol(condition)} if condition else told
