"""A stream that is read from some time on shows nothing where its newest message is older."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.stream.stream_holds_messages import stream_holds_messages
from azext_iotdiag.knowledge.stream import NOTHING_SINCE
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.stream import StreamEnd, StreamRequest
from azext_iotdiag.model.timestamps import time_and_age, written


@check("The hub holds messages of the requested time", after=(stream_holds_messages,), at_most=Certainty.LIKELY)
def since_reaches_messages(stream: StreamEnd, request: StreamRequest) -> Iterator[Finding]:
    newest = stream.newest
    if request.since is None or request.shown or stream.received or newest is None or newest.newest is None:
        return
    if newest.newest.enqueued < request.since:
        yield fail(
            NOTHING_SINCE,
            f"reading began at {written(request.since)}, and the newest message, on partition {newest.id}, is of "
            f"{time_and_age(newest.newest.enqueued, request.ended)}",
            since=written(request.since),
            newest=written(newest.newest.enqueued),
            partition=newest.id,
        )
