"""Where a partition is read from, and what of it should have come: questions to $management, and selectors."""

from __future__ import annotations

from azext_iotdiag.clients.amqp import Conversation
from azext_iotdiag.clients.amqp_words import kind_of, status_of
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.stream import Newest, Partition
from azext_iotdiag.wire.amqp.message import Message

STEP = "the answer of $management"
SHORTEST_RETENTION_MS = 3_600_000  # an Event Hub keeps each message for an hour at least, a hub for a day


def question(entity: str, partition: str) -> dict[str, str]:
    """The application properties of the question about one partition."""
    return {"operation": "READ", "name": entity, "type": "com.microsoft:partition", "partition": partition}


def told(talk: Conversation, answer: Message) -> dict:
    """What an answer of $management holds. Raises StepFailed where the question was refused."""
    code, description = status_of(answer)
    if code != 200:
        condition = str(answer.application.get("error-condition", ""))
        kind = {401: Kind.UNAUTHORIZED, 404: Kind.MISSING}.get(code) or kind_of(condition)
        raise talk.failed(kind, STEP, description, condition=condition or f"management:{code}")
    return answer.value if isinstance(answer.value, dict) else {}


def read(value: object) -> Newest | None:
    """What the answer about a partition says; None where it says nothing of the kind."""
    if not isinstance(value, dict):
        return None
    sequence, enqueued = value.get("last_enqueued_sequence_number"), value.get("last_enqueued_time_utc")
    if not isinstance(sequence, int):
        return None
    if value.get("is_partition_empty", value.get("partition_is_empty")):
        return Newest(-1, 0)  # also where messages were, and their time is over
    return Newest(sequence, enqueued if isinstance(enqueued, int) else 0)


def expected_from(since: int | None, now_ms: int) -> int | None:
    """From which time on (ms since 1970) a message must come where none has come yet; None: from now on.

    Of what is older than the shortest retention, nobody knows whether the service still has it.
    """
    return None if since is None else max(since, now_ms - SHORTEST_RETENTION_MS)


def is_owed(partition: Partition, expected: int | None) -> bool:
    """Whether the service has a message that a reader of this partition should get and has not got."""
    newest = partition.newest
    if newest is None or newest.sequence < 0:
        return False
    if partition.sequence is not None:
        return newest.sequence > partition.sequence
    return expected is not None and newest.enqueued >= expected


def selector(partition: Partition, since: int | None) -> str:
    """The filter of a link: after the last message that was read, or from a time on, or what comes from now on."""
    if partition.sequence is not None:
        return f"amqp.annotation.x-opt-sequence-number > '{partition.sequence}'"
    if since is not None:
        return f"amqp.annotation.x-opt-enqueued-time > '{since - 1}'"
    return "amqp.annotation.x-opt-offset > '@latest'"
