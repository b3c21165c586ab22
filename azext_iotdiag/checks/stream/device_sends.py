"""Others send and the device that was asked for does not: the hub is not at fault."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.reader.filters_let_through import filters_let_through
from azext_iotdiag.checks.reader.messages_name_devices import messages_name_devices
from azext_iotdiag.checks.stream.device_id_exact import device_id_exact
from azext_iotdiag.knowledge.stream import DEVICE_SILENT
from azext_iotdiag.model.census import Census
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.stream import Request
from azext_iotdiag.model.timestamps import ago


@check(
    "The requested device sends",
    after=(filters_let_through, messages_name_devices, device_id_exact),
    at_most=Certainty.LIKELY,
)
def device_sends(request: Request, census: Census) -> Iterator[Finding]:
    if request.shown or not request.device or not census.hidden:
        return
    count, more = len(census.devices), "" if census.complete else "more than "
    others = f"{more}{count} other device{'' if count == 1 and not more else 's'}"
    yield fail(
        DEVICE_SILENT,
        f"{counted(census.hidden, 'message')} of {others} came in {request.seconds:.0f} s, the newest "
        f"{ago(census.enqueued, request.ended)}, and none of {request.device!r}",
        device=request.device,
        others=count,
        hidden=census.hidden,
        seconds=round(request.seconds, 1),
    )
