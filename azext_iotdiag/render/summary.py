"""What a stream came to, in a few lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.stream import Partition, PartitionState, Request, Stream
from azext_iotdiag.render.event import printable

ENDINGS = {
    "count": "as many messages as were asked for",
    "duration": "the time is up",
    "idle": "no message for the time of --timeout",
    "interrupted": "Ctrl-C",
    "pipe-closed": "nobody reads the output any more",
    "source": "reading could not go on",
}


def opened(stream: Stream) -> str:
    """The line that says that messages can be expected from now on."""
    readable = sum(partition.opened for partition in stream.partitions.values())
    return printable(
        f"Receiving from {readable} of {_number(len(stream.partitions), 'partition')} of {stream.entity}, "
        f"consumer group {stream.consumer_group}."
    )


def interrupted(failure: Failure) -> str:
    """The line that says that a connection or link broke, and is made again."""
    said = failure.condition or failure.description or failure.kind.value
    if _is_link(failure):
        return printable(f"T{failure.step[1:]} broke ({said}); attaching it again, and going on where it was.")
    return printable(f"The connection to {failure.host} broke ({said}); connecting again, and going on where it was.")


def lost(partition: Partition) -> str:
    """The line that says that one partition is read no more, while the others are."""
    failure = partition.failure
    said = (failure.condition or failure.description or failure.kind.value) if failure else ""
    return printable(f"Partition {partition.id} cannot be read ({said}); going on with the others.")


def _is_link(failure: Failure) -> bool:
    return failure.step.startswith("the link to partition")


def stream(seen: Stream, request: Request, end: str) -> Iterator[str]:
    """The closing lines: how many messages, of how many, why it ended, and the partitions that were not readable."""
    hidden = seen.received - request.shown
    others = f" ({hidden} more hidden by the filter)" if hidden > 0 else ""
    yield f"{_number(request.shown, 'message')}{others} in {request.seconds:.1f} s. Ended: {ENDINGS[end]}."
    if seen.interruptions:
        links = {_is_link(failure) for failure in seen.interruptions}
        what = "The connection or a link" if len(links) > 1 else "A link" if True in links else "The connection"
        went_on = "; reading went on where it was" if seen.failure is None else ""
        yield f"{what} broke {_number(len(seen.interruptions), 'time')}{went_on}."
    states: dict[PartitionState, list[str]] = {}
    for partition in seen.partitions.values():
        states.setdefault(partition.state, []).append(partition.id)
    if seen.failure is None and set(states) - {PartitionState.IDLE, PartitionState.RECEIVING}:
        yield printable("Partitions: " + "; ".join(f"{state.value} {', '.join(ids)}" for state, ids in states.items()))


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
