"""Which message of a partition is its newest, as $management tells it: the question, and the answer read."""

from __future__ import annotations

from azext_iotdiag.model.stream import Newest

STEP = "the answer of $management"


def question(entity: str, partition: str) -> dict[str, str]:
    """The application properties of the question about one partition."""
    return {"operation": "READ", "name": entity, "type": "com.microsoft:partition", "partition": partition}


def read(told: object) -> Newest | None:
    """What the answer's value says; None where it says nothing of the kind."""
    if not isinstance(told, dict):
        return None
    sequence, enqueued = told.get("last_enqueued_sequence_number"), told.get("last_enqueued_time_utc")
    if not isinstance(sequence, int):
        return None
    if told.get("is_partition_empty", told.get("partition_is_empty")):
        return Newest(-1, 0)  # also where messages were, and their time is over
    return Newest(sequence, enqueued if isinstance(enqueued, int) else 0)
