"""A cloud-to-device message that was sent reaches its device, which completes it."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, finding_of, obstacle
from azext_iotdiag.knowledge.commands import (
    CLOUD_MESSAGE_EXPIRED,
    CLOUD_MESSAGE_GIVEN_BACK,
    CLOUD_MESSAGE_PURGED,
    CLOUD_MESSAGE_REJECTED,
    FEEDBACK_MISSING,
    FEEDBACK_OF_OTHERS,
    HUB_ANSWER_UNKNOWN,
)
from azext_iotdiag.knowledge.hub.forbidden import DEVICE_MAXIMUM_QUEUE_DEPTH_EXCEEDED
from azext_iotdiag.knowledge.registry import DEVICE_UNKNOWN
from azext_iotdiag.model.cloud_message import EXPIRED, GIVEN_BACK, PURGED, REJECTED, SUCCESS, CloudMessage
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.finding import Entry, Finding, fail, warn

_FATES: dict[str, Entry] = {
    EXPIRED: CLOUD_MESSAGE_EXPIRED,
    REJECTED: CLOUD_MESSAGE_REJECTED,
    GIVEN_BACK: CLOUD_MESSAGE_GIVEN_BACK,
    PURGED: CLOUD_MESSAGE_PURGED,
}


@check("The device completes the cloud-to-device message")
def cloud_message_settled(cloud_message: CloudMessage) -> Iterator[Finding]:
    message = cloud_message
    which = f"the message {message.id} for {message.device}"
    if message.failure is not None:
        yield from _failed(message)
    elif message.fate in _FATES:
        yield fail(_FATES[message.fate], f"the hub reports {message.fate} of {which}", status=message.fate)
    elif message.fate not in ("", SUCCESS):
        raise CouldNotLook(warn(HUB_ANSWER_UNKNOWN, f"the hub reports {message.fate!r} of {which}"))
    elif message.others and not message.fate:
        told = f"the queue of feedback holds {message.others} records of other senders, which were given back"
        raise CouldNotLook(warn(FEEDBACK_OF_OTHERS, f"{told}; what became of {which} is not known"))
    elif message.waited is not None and not message.fate and not message.stopped:
        raise CouldNotLook(warn(FEEDBACK_MISSING, f"no feedback of {which} came in {message.waited:.0f} s"))


def _failed(message: CloudMessage) -> Iterator[Finding]:
    failure = message.failure
    assert failure is not None
    if message.accepted or failure.kind not in (Kind.MISSING, Kind.LIMIT):
        raise CouldNotLook(obstacle(Service.MESSAGES, failure))
    entry = DEVICE_UNKNOWN if failure.kind is Kind.MISSING else DEVICE_MAXIMUM_QUEUE_DEPTH_EXCEEDED
    yield finding_of(Service.HUB, failure, entry=entry)
