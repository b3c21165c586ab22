"""Where in a partition a link begins to read: the selectors of Event Hubs."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from azext_iotdiag.lab.hub.amqp.nodes import text
from azext_iotdiag.wire.amqp.types import Described

_SELECTOR = re.compile(
    r"\s*amqp\.annotation\.(?P<field>x-opt-offset|x-opt-sequence-number|x-opt-enqueued-time|x-opt-enqueuedtimeutc)"
    r"\s*(?P<relation>>=|>)\s*'?(?P<value>@latest|-?\d+(?::-?\d+)?)'?\s*"
)


# Azure-event-hubs-spark issue 315 and azure-sdk-for-java issue 10215; no trace shows the condition.
_BEYOND = "The supplied {what} '{wanted}' is invalid. The last {what} in the system is '{last}'"


class BeyondNewest(ValueError):
    """A link asks to begin behind the newest message. The text says so in the service's words."""


def by_number(filters: dict | None) -> bool:
    """Whether a link asks to begin at a sequence number."""
    return any(
        (parts := _SELECTOR.fullmatch(_text_of(value))) is not None and parts["field"] == "x-opt-sequence-number"
        for value in (filters or {}).values()
    )


def start_of(partition, filters: dict | None) -> int:
    """The sequence number after which reading starts. Raises ValueError for a filter that is not understood."""
    for value in (filters or {}).values():
        selector = _text_of(value)
        parts = _SELECTOR.fullmatch(selector)
        if parts is None:
            raise ValueError(f"The filter {selector!r} is not valid.")
        return _after(partition, parts["field"], parts["relation"] == ">=", parts["value"])
    return first_sequence(partition) - 1


def _text_of(value) -> str:
    return text(value.value if isinstance(value, Described) else value)


def first_sequence(partition) -> int:
    """The sequence number of the oldest event that is kept, or of the next that comes."""
    return partition.events[0].sequence if partition.events else partition.next_sequence


def _after(partition, field: str, inclusive: bool, value: str) -> int:
    newest = partition.next_sequence - 1
    if value == "@latest":
        return newest
    if field == "x-opt-offset":
        return _after_offset(partition, inclusive, value)
    wanted = _number(value)
    if field == "x-opt-sequence-number":
        if wanted > newest:
            raise BeyondNewest(_BEYOND.format(what="sequence number", wanted=wanted, last=newest))
        return wanted - 1 if inclusive else wanted
    at = (bisect_left if inclusive else bisect_right)(partition.events, wanted, key=lambda event: event.enqueued)
    return _before(partition, at)


def _after_offset(partition, inclusive: bool, value: str) -> int:
    wanted, last = partition.place_of(value), partition.newest
    if last is not None and wanted > partition.place_of(last.offset):
        raise BeyondNewest(_BEYOND.format(what="offset", wanted=value, last=last.offset))
    places = bisect_left if inclusive else bisect_right
    return _before(partition, places(partition.events, wanted, key=lambda event: partition.place_of(event.offset)))


def _before(partition, at: int) -> int:
    """The sequence number before the event that stands there, or the newest one."""
    return partition.events[at].sequence - 1 if at < len(partition.events) else partition.next_sequence - 1


def _number(value: str) -> int:
    """The value as a number. Raises ValueError in the service's words for the offset of a geo-replicated namespace."""
    if ":" in value:
        raise ValueError(f"The filter value {value!r} is not valid.")
    return int(value)
