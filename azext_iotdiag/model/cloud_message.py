"""A cloud-to-device message that was sent: what was asked, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.failure import Failure

# The fates that a hub reports of a message.
# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-c2d#message-feedback
SUCCESS, EXPIRED, REJECTED, PURGED = "Success", "Expired", "Rejected", "Purged"
GIVEN_BACK = "DeliveryCountExceeded"


@dataclass(frozen=True)
class CloudMessage:
    """A message for `device` at `hub`, and what became of it.

    `accepted` tells that the hub put the message into the queue of the device. `waited` is for how many seconds the
    feedback was waited for, None where the sender asked for none. `fate` is the status in it, empty without feedback.
    `others` is how many records of other senders were seen and given back. `failure` says why the message was not sent,
    or why the feedback could not be read. `stopped` tells that a person ended the wait.
    """

    hub: str
    device: str
    id: str
    size: int
    accepted: bool = False
    waited: float | None = None
    fate: str = ""
    others: int = 0
    failure: Failure | None = None
    stopped: bool = False


@dataclass(frozen=True)
class Outgoing:
    """What is sent: the body, the user's own properties, and the life of the message in seconds; None for the hub's."""

    device: str
    id: str
    body: bytes
    properties: tuple[tuple[str, str], ...] = ()
    seconds: int | None = None
    content_type: str = ""
