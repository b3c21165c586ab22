"""Others send and the device that was asked for does not: the hub is not at fault."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.reader.filters_let_through import filters_let_through
from azext_iotdiag.checks.reader.messages_name_devices import messages_name_devices
from azext_iotdiag.checks.stream.device_id_exact import device_id_exact
from azext_iotdiag.knowledge.stream import DEVICE_SILENT
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.hidden_messages import HiddenMessages
from azext_iotdiag.model.stream import StreamRequest
from azext_iotdiag.model.timestamps import ago


@check(
    "The requested device sends",
    after=(filters_let_through, messages_name_devices, device_id_exact),
    at_most=Certainty.LIKELY,
)
def device_sends(request: StreamRequest, hidden_messages: HiddenMessages) -> Iterator[Finding]:
    if request.shown or not request.device or not hidden_messages.hidden:
        return
    count, more = len(hidden_messages.devices), "" if hidden_messages.complete else "more than "
    others = f"{more}{count} other device{'' if count == 1 and not more else 's'}"
    yield fail(
        DEVICE_SILENT,
        f"{counted(hidden_messages.hidden, 'message')} of {others} came in {request.seconds:.0f} s, the newest "
        f"{ago(hidden_messages.enqueued, request.ended)}, and none of {request.device!r}",
        device=request.device,
        others=count,
        hidden=hidden_messages.hidden,
        seconds=round(request.seconds, 1),
    )
