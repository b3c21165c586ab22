"""Only an IoT hub marks messages with their device; elsewhere a filter for devices lets nothing through."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.reader.filters_let_through import filters_let_through
from azext_iotdiag.knowledge.stream import NO_DEVICE_NAMED
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.hidden_messages import HiddenMessages
from azext_iotdiag.model.stream import StreamEnd, StreamRequest


@check("The messages that came name their devices", after=(filters_let_through,))
def messages_name_devices(
    stream: StreamEnd, request: StreamRequest, hidden_messages: HiddenMessages
) -> Iterator[Finding]:
    if request.shown or not request.device or set(hidden_messages.devices) != {""} or not hidden_messages.complete:
        return
    count = hidden_messages.devices[""].count
    yield fail(
        NO_DEVICE_NAMED,
        f"{counted(count, 'message')} came from {stream.entity}, none of which names a device, so "
        f"--device-id {request.device!r} can match nothing",
        device=request.device,
        entity=stream.entity,
        hidden=count,
    )
