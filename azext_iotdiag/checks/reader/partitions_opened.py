"""Silence means nothing as long as a partition is not open."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.reader.partitions_readable import partitions_readable
from azext_iotdiag.knowledge.stream import ENDED_TOO_EARLY, SHARE_SILENT
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Finding, warn
from azext_iotdiag.model.stream import StreamEnd, StreamRequest


@check("Every partition was open before the time was up", after=(partitions_readable,))
def partitions_opened(stream: StreamEnd, request: StreamRequest) -> Iterator[Finding]:
    if request.count is not None and request.shown >= request.count:
        return  # what was asked for came, so the rest is not waited for
    closed = [partition.id for partition in stream.partitions.values() if not partition.opened]
    if stream.partitions and not closed:
        if stream.elsewhere and not request.shown:
            raise CouldNotLook(_silent(stream, request))
        return
    late = f"partition {', '.join(closed)} of {stream.host} was" if closed else f"the partitions of {stream.host} were"
    yield from ()
    raise CouldNotLook(
        warn(
            ENDED_TOO_EARLY,
            f"{late} not open after {request.seconds:.1f} s",
            host=stream.host,
            partitions=", ".join(closed),
            seconds=round(request.seconds, 1),
        )
    )


def _silent(stream: StreamEnd, request: StreamRequest) -> Finding:
    read, others = counted(len(stream.partitions), "partition"), counted(stream.elsewhere, "other")
    verb = "belongs" if stream.elsewhere == 1 else "belong"
    return warn(
        SHARE_SILENT,
        f"nothing came from {read} of {stream.host} in {request.seconds:.1f} s; {others} {verb} to other shares",
        host=stream.host,
        partitions=", ".join(stream.partitions),
        elsewhere=stream.elsewhere,
    )
