"""Who may read a partition beside whom, as Event Hubs has it: epochs, and at most five readers without one.

Source of the conditions and the words: traces of clients in public issues, such as Azure/iothub-explorer#57,
Azure/azure-event-hubs-java#328, Azure/azure-sdk-for-java#38117 and Azure/azure-sdk-for-js#15893.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from azext_iotdiag.wire.amqp.performatives import AmqpError
from azext_iotdiag.wire.amqp.types import Symbol

LIMIT = 5  # readers without an epoch, per partition and consumer group
EPOCH = Symbol("com.microsoft:epoch")  # of a link's properties
STOLEN = "amqp:link:stolen"


class Rival(Protocol):
    """A link that reads a partition."""

    epoch: int | None


class EpochVerdict(NamedTuple):
    """Whether a new reader is let in (no `refusal`), and who must leave for it, with what each is told."""

    refusal: AmqpError | None = None
    displaced: tuple[tuple[Rival, AmqpError], ...] = ()


def judge(epoch: int | None, others: Iterable[Rival]) -> EpochVerdict:
    """What becomes of a new reader, and of those who read the same partition in the same consumer group."""
    others = tuple(others)
    highest = max((other.epoch for other in others if other.epoch is not None), default=None)
    if epoch is None:
        if highest is not None:
            return EpochVerdict(_no_epoch(highest))
        return EpochVerdict(too_many()) if len(others) >= LIMIT else EpochVerdict()
    if highest is not None and epoch < highest:
        return EpochVerdict(
            _error(
                STOLEN,
                f"Receiver 'nil' with a higher epoch '{highest}' already exists. Receiver 'nil' with epoch {epoch} "
                "cannot be created. Make sure you are creating receiver with increasing epoch value to ensure "
                "connectivity, or ensure all old epoch receivers are closed or disconnected.",
            )
        )
    return EpochVerdict(None, tuple((other, taken_over(epoch, other.epoch)) for other in others))


def taken_over(epoch: int, by_then: int | None) -> AmqpError:
    """What a reader is told for which one with an epoch takes over; an equal epoch is enough for that."""
    if by_then is None:
        return _no_epoch(epoch)
    return _error(
        STOLEN,
        f"New receiver 'nil' with higher epoch of '{epoch}' is created hence current receiver 'nil' with epoch "
        f"'{by_then}' is getting disconnected. If you are recreating the receiver, make sure a higher epoch is used.",
    )


def too_many() -> AmqpError:
    """What a reader is told who is one too many."""
    return _error(
        "amqp:resource-limit-exceeded",
        f"Exceeded the maximum number of allowed receivers per partition in a consumer group which is {LIMIT}. "
        f"List of connected receivers - {', '.join(['nil'] * LIMIT)}.",
    )


def _no_epoch(highest: int) -> AmqpError:
    return _error(
        STOLEN,
        f"At least one receiver for the endpoint is created with epoch of '{highest}', and so non-epoch receiver is "
        "not allowed. Either reconnect with a higher epoch, or make sure all epoch receivers are closed or "
        "disconnected.",
    )


def _error(condition: str, description: str) -> AmqpError:
    return AmqpError(Symbol(condition), f"{description} TrackingId:{uuid.uuid4()}")
