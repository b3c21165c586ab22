"""What a stream came to, in a few lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.heartbeat import Lapse
from azext_iotdiag.model.hidden_messages import HiddenMessages
from azext_iotdiag.model.query_selection import QuerySelection
from azext_iotdiag.model.stream import Partition, PartitionEnd, PartitionState, Stream, StreamEnd
from azext_iotdiag.model.timestamps import ago
from azext_iotdiag.render.event import printable, time_text

MOST_LAPSES = 20  # that are named at once
ENDINGS = {
    "count": "as many messages as were asked for",
    "duration": "the time is up",
    "idle": "no message for the time of --timeout",
    "interrupted": "Ctrl-C or a signal",
    "pipe-closed": "the program that read the output has ended",
    "source": "reading could not go on",
    "device-unknown": "the service does not know the device",
}


def opened(stream: Stream | StreamEnd) -> str:
    """The line that says that messages can be expected from now on."""
    readable = sum(partition.opened for partition in stream.partitions.values())
    return printable(
        f"Receiving from {readable} of {counted(len(stream.partitions), 'partition')} of {stream.entity}, "
        f"consumer group {stream.consumer_group}.{_elsewhere(stream)}"
    )


def _elsewhere(stream: Stream | StreamEnd) -> str:
    return f" Other shares read {stream.elsewhere} more." if stream.elsewhere else ""


def query_selection(seen: QuerySelection) -> str:
    """The line that says how many devices a query picked."""
    counts = [counted(count, noun) for count, noun in ((len(seen.devices), "device"), (len(seen.modules), "module"))
              if count]  # fmt: skip
    return f"The query picks {' and '.join(counts)}; it is not asked again."


def pause(host: str, why: str, seconds: float) -> str:
    """The line that says why a hub is asked again, and when."""
    return printable(f"{host}: {why}; asking again in {seconds:.0f} s.")


def so_far(seen: Stream | StreamEnd, hidden: HiddenMessages, seconds: float, now: int) -> str:
    """The line that says what is known while nothing was shown for so many seconds; `now` is in ms since 1970."""
    readable = sum(partition.opened for partition in seen.partitions.values())
    parts = [f"{readable} of {counted(len(seen.partitions), 'partition')} open"]
    newest = seen.newest
    if hidden.hidden:
        devices = f"{'' if hidden.complete else 'more than '}{counted(len(hidden.devices), 'other device')}"
        whose = f" of {devices}" if hidden.devices else ""
        parts.append(f"{counted(hidden.hidden, 'message')}{whose} hidden, the newest {ago(hidden.enqueued, now)}")
    elif seen.empty:
        parts.append("no message was ever in them")
    elif newest is not None and newest.newest is not None:
        parts.append(f"the newest message came {ago(newest.newest.enqueued, now)}, on partition {newest.id}")
    return f"Nothing to show in {seconds:.0f} s: {'; '.join(parts)}."


def interrupted(failure: Failure) -> str:
    """The line that says that a connection or link broke, and is made again."""
    said = failure.condition or failure.description or failure.kind.value
    if _is_link(failure):
        return printable(f"T{failure.step[1:]} broke ({said}); attaching it again, and going on where it was.")
    return printable(f"The connection to {failure.host} broke ({said}); connecting again, and going on where it was.")


def lost(partition: Partition | PartitionEnd) -> str:
    """The line that says that one partition is read no more, while the others are."""
    failure = partition.failure
    said = (failure.condition or failure.description or failure.kind.value) if failure else ""
    return printable(f"Partition {partition.id} cannot be read ({said}); going on with the others.")


def _is_link(failure: Failure) -> bool:
    return failure.step.startswith("the link to partition")


def stream(seen: Stream | StreamEnd, shown: int, seconds: float, end: str) -> Iterator[str]:
    """The closing lines: how many messages, of how many, why it ended, and the partitions that were not readable."""
    if seen.elsewhere and not seen.partitions:
        yield f"Nothing to read: other shares have the stream's {counted(seen.elsewhere, 'partition')}."
        return
    hidden = seen.received - shown
    others = f" ({hidden} more hidden by the filter)" if hidden > 0 else ""
    yield f"{counted(shown, 'message')}{others} in {seconds:.1f} s. Ended: {ENDINGS[end]}."
    if seen.interruptions:
        links = {_is_link(failure) for failure in seen.interruptions}
        what = "The connection or a link" if len(links) > 1 else "A link" if True in links else "The connection"
        went_on = "; reading went on where it was" if seen.failure is None else ""
        yield f"{what} broke {counted(len(seen.interruptions), 'time')}{went_on}."
    if seen.dropped:
        sent = counted(seen.dropped, "message")
        yield f"Dropped {sent}: the service sent them twice, or they are older than --since."
    states: dict[PartitionState, list[str]] = {}
    for partition in seen.partitions.values():
        states.setdefault(partition.state, []).append(partition.id)
    if seen.failure is None and set(states) - {PartitionState.IDLE, PartitionState.RECEIVING}:
        yield printable("Partitions: " + "; ".join(f"{state.value} {', '.join(ids)}" for state, ids in states.items()))


def queried(empty: int, shown: int, problem: str, noun: str = "message") -> Iterator[str]:
    """The lines about messages, or other things, of which --query left nothing, if there were any."""
    if empty:
        yield f"--query left nothing of {empty} of {counted(shown, noun)}."
    if problem:
        yield printable(f"It failed for some of them, the first time with: {problem}")


def lapses(news: Sequence[Lapse], interval: float) -> Iterator[str]:
    """A line for each device that missed a beat or is back, and one for those that are too many to be named at once."""
    for lapse in news[:MOST_LAPSES]:
        yield printable(_lapse(lapse, interval))
    if len(news) > MOST_LAPSES:
        silent = sum(lapse.back is None for lapse in news[MOST_LAPSES:])
        yield f"... and {len(news) - MOST_LAPSES} devices more, of which {silent} are silent now."


def full(most: int) -> str:
    """The line that says that not every device can be watched."""
    return f"There are more than {most:,} devices; only the first {most:,} that sent are watched for their beat."


def _lapse(lapse: Lapse, interval: float) -> str:
    if lapse.back is None:
        last = "no message came from it" if lapse.last is None else f"its last message is of {time_text(lapse.last)}"
        return f"{lapse.device} missed its beat of {interval:g} s: {last}."
    if lapse.last is None:
        return f"{lapse.device} is there: its first message is of {time_text(lapse.back)}."
    seconds = (lapse.back - lapse.last) / 1000
    return f"{lapse.device} is back with a message of {time_text(lapse.back)}, {seconds:.0f} s after the one before."
