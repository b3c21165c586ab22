"""Where a partition is read from, and what of it should have come: questions to $management, and selectors."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.clients.amqp import Conversation
from azext_iotdiag.clients.amqp_words import kind_of, kind_of_status, status_of
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.stream import Newest, Partition
from azext_iotdiag.wire.amqp.message import Message

STEP = "the answer of $management"
OFFSET, SEQUENCE = "amqp.annotation.x-opt-offset", "amqp.annotation.x-opt-sequence-number"
START = f"{OFFSET} >= '-1'"  # of a partition; on a fresh hub nothing came for "sequence number > '-1'"
LATEST = f"{OFFSET} > '@latest'"
SHORTEST_RETENTION_MS = 3_600_000  # an Event Hub keeps each message for an hour at least, a hub for a day


def question(entity: str, partition: str) -> dict[str, str]:
    """The application properties of the question about one partition."""
    return {"operation": "READ", "name": entity, "type": "com.microsoft:partition", "partition": partition}


def management_answer(talk: Conversation, answer: Message) -> dict[Any, Any]:
    """What an answer of $management holds. Raises StepFailed where the question was refused."""
    code, description = status_of(answer)
    if code != 200:
        told_of = answer.application  # of its two spellings, the service also writes one that holds null
        condition = str(told_of.get("error-condition") or told_of.get("errorCondition") or "")
        kind = kind_of_status(code, description)
        kind = kind_of(condition, description) if kind is Kind.REFUSED else kind
        raise talk.failed(kind, STEP, description, condition=condition or f"management:{code}")
    return answer.value if isinstance(answer.value, dict) else {}


def read(value: object) -> Newest | None:
    """What the answer about a partition says; None where it says nothing of the kind."""
    if not isinstance(value, dict):
        return None
    sequence, enqueued = value.get("last_enqueued_sequence_number"), value.get("last_enqueued_time_utc")
    if not isinstance(sequence, int) or isinstance(sequence, bool):
        return None
    first, offset = value.get("begin_sequence_number"), value.get("last_enqueued_offset")
    empty = value.get("is_partition_empty", value.get("partition_is_empty"))
    return Newest(
        sequence,
        max(enqueued, 0) if isinstance(enqueued, int) else 0,  # of what never was, Event Hubs gives a time long ago
        "" if offset is None else str(offset),
        bool(empty) or sequence < 0 or (isinstance(first, int) and first > sequence),
    )


def expected_from(since: int | None, now_ms: int) -> int | None:
    """From which time on (ms since 1970) a message must come where none has come yet; None: from now on.

    Of what is older than the shortest retention, it is not known whether the service still has it.
    """
    return None if since is None else max(since, now_ms - SHORTEST_RETENTION_MS)


def is_owed(partition: Partition, expected: int | None) -> bool:
    """Whether the service has a message that a reader of this partition should get and has not got."""
    newest = partition.newest
    if newest is None or newest.empty or newest.sequence < 0:
        return False
    if partition.sequence is not None:
        return newest.sequence > partition.sequence
    return expected is not None and newest.enqueued >= expected


def began_again(partition: Partition, newest: Newest) -> bool:
    """Whether a partition's numbers have begun again: the newest message has a lower one, and came later.

    A lower number alone is the answer to a question that was overtaken by messages.
    """
    place = partition.place
    lower = place is not None and 0 <= newest.sequence < place.sequence
    return lower and not partition.knows(newest.sequence, newest.enqueued)


def selector(partition: Partition, since: int | None, ways: int = 0) -> str:
    """The filter of a link, which begins after the last known message, or at a time, or with what comes from now on.

    There are several ways to say the same. `ways` have been tried in vain.
    """
    known = _ways(partition, since)
    return known[ways % len(known)]


def _ways(partition: Partition, since: int | None) -> list[str]:
    """All filters that begin at the same message, the best first; some also bring messages before it.

    The service is built for offsets: a look-up by number is expensive, and was seen to begin too early.
    """
    place = partition.place
    if place is None:
        begin = since if partition.resume is None else partition.resume
        return [LATEST] if begin is None else [_from_time(begin), START]
    if isinstance(place, Newest) and (place.empty or place.sequence < 0):
        return [START, _from_time(max(place.enqueued, 0))]
    by_offset = [f"{OFFSET} > '{_quoted(place.offset)}'"] if place.offset else []
    return [*by_offset, f"{SEQUENCE} > '{place.sequence}'", _from_time(place.enqueued)]


def _from_time(enqueued: int) -> str:
    return f"amqp.annotation.x-opt-enqueued-time > '{enqueued - 1}'"


def _quoted(text: str) -> str:
    return text.replace("'", "''")
