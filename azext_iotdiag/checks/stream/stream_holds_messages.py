"""Where no device has ever sent anything, a filter or a route of one device is not the cause."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.reader.partitions_opened import partitions_opened
from azext_iotdiag.checks.reader.partitions_readable import partitions_readable
from azext_iotdiag.knowledge.stream import STREAM_EMPTY
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.stream import StreamEnd, StreamRequest


@check("The stream has held messages before", after=(partitions_readable, partitions_opened), at_most=Certainty.LIKELY)
def stream_holds_messages(stream: StreamEnd, request: StreamRequest) -> Iterator[Finding]:
    if request.shown == 0 and stream.received == 0 and stream.empty:
        count = len(stream.partitions)
        yield fail(
            STREAM_EMPTY,
            f"the service says of all {count} partitions that no message was ever in them",
            partitions=count,
        )
