"""Only an IoT hub marks messages with their device; elsewhere a filter for devices lets nothing through."""

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.reader.filters_let_through import filters_let_through
from azext_iotdiag.knowledge.stream import NO_DEVICE_NAMED
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import fail


@check("The messages that came name their devices", after=(filters_let_through,))
def messages_name_devices(stream, request, census):
    if request.shown or not request.device or set(census.devices) != {""} or not census.complete:
        return
    count = census.devices[""].count
    yield fail(
        NO_DEVICE_NAMED,
        f"{counted(count, 'message')} came from {stream.entity}, none of which names a device, so "
        f"--device-id {request.device!r} can match nothing",
        device=request.device,
        entity=stream.entity,
        hidden=count,
    )
