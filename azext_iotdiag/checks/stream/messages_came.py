"""Messages were asked for: did they come? What is said here is what no check before could say more precisely."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.reader.filters_let_through import filters_let_through
from azext_iotdiag.checks.reader.messages_name_devices import messages_name_devices
from azext_iotdiag.checks.reader.partitions_opened import partitions_opened
from azext_iotdiag.checks.reader.partitions_readable import partitions_readable
from azext_iotdiag.checks.reader.since_reaches_messages import since_reaches_messages
from azext_iotdiag.checks.stream.device_id_exact import device_id_exact
from azext_iotdiag.checks.stream.device_sends import device_sends
from azext_iotdiag.checks.stream.stream_holds_messages import stream_holds_messages
from azext_iotdiag.knowledge.stream import FEWER_THAN_ASKED, NOTHING_CAME
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.stream import StreamEnd, StreamRequest
from azext_iotdiag.model.timestamps import time_and_age

_BEFORE = (
    partitions_readable,
    partitions_opened,
    stream_holds_messages,
    since_reaches_messages,
    filters_let_through,
    messages_name_devices,
    device_id_exact,
    device_sends,
)


@check("The requested messages came", after=_BEFORE, at_most=Certainty.LIKELY)
def messages_came(stream: StreamEnd, request: StreamRequest) -> Iterator[Finding]:
    if request.shown == 0:
        newest = stream.newest
        last = ""
        if newest is not None and newest.newest is not None:
            came = time_and_age(newest.newest.enqueued, request.ended)
            last = f"; the newest one, on partition {newest.id}, is of {came}"
        yield fail(
            NOTHING_CAME,
            f"no message came in {request.seconds:.0f} s from {len(stream.partitions)} partitions{last}",
            partitions=len(stream.partitions),
            seconds=round(request.seconds, 1),
        )
    elif request.count is not None and request.shown < request.count:
        yield fail(
            FEWER_THAN_ASKED,
            f"{request.shown} of {request.count} messages came in {request.seconds:.0f} s",
            came=request.shown,
            asked=request.count,
            seconds=round(request.seconds, 1),
        )
