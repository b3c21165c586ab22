"""Messages for a device wait until it takes them, and no more than fifty wait."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.commands import CLOUD_MESSAGES_WAIT
from azext_iotdiag.knowledge.hub.forbidden import DEVICE_MAXIMUM_QUEUE_DEPTH_EXCEEDED
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Finding, fail, note
from azext_iotdiag.model.identity import Identity

MOST = 50  # https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-c2d


@check("The device takes cloud-to-device messages", after=(device_known,))
def cloud_messages_taken(identity: Identity) -> Iterator[Finding]:
    message = f"{counted(identity.queued, 'message')} for {identity.device!r} wait in {identity.hub}"
    if identity.queued >= MOST:
        yield fail(DEVICE_MAXIMUM_QUEUE_DEPTH_EXCEEDED, message, queued=identity.queued)
    elif identity.queued:
        yield note(CLOUD_MESSAGES_WAIT, message, queued=identity.queued)
