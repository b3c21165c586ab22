"""Messages were asked for: did they come?"""

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.stream.partitions_opened import partitions_opened
from azext_iotdiag.checks.stream.partitions_readable import partitions_readable
from azext_iotdiag.knowledge.stream import FEWER_THAN_ASKED, NOTHING_CAME
from azext_iotdiag.model.finding import fail


@check("The messages that were asked for came", after=(partitions_readable, partitions_opened))
def messages_came(stream, request):
    if request.shown == 0:
        hidden = f", and {stream.received} that the filter hid" if stream.received else ""
        yield fail(
            NOTHING_CAME,
            f"no message came in {request.seconds:.0f} s from {len(stream.partitions)} partitions{hidden}",
            partitions=len(stream.partitions),
            hidden=stream.received,
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
