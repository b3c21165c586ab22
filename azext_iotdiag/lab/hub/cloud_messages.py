"""Messages from the cloud to a device: a queue for each, with locks, expiry, a delivery count, and word of their fate.

https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-c2d
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.hub import notices, tier
from azext_iotdiag.lab.hub.dates import written
from azext_iotdiag.lab.hub.queue import CloudMessage
from azext_iotdiag.lab.hub.refusal import HubRefusal

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.identities import Device
    from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.monitor import definitions

MOST = 50  # in one device's queue
LARGEST = 64 * 1024  # bytes, with the properties
LOCK_SECONDS = 60.0  # the hub's default
LONGEST_LIFE_SECONDS = 2 * 86_400.0
ACKS = ("none", "positive", "negative", "full")  # which fates the sender wants to hear of

SUCCESS, REJECTED, PURGED = "Success", "Rejected", "Purged"
EXPIRED, DELIVERED_TOO_OFTEN = "Expired", "DeliveryCountExceeded"
_WANT_GOOD, _WANT_BAD = ("positive", "full"), ("negative", "full")


def send(
    runtime: Runtime,
    device: Device,
    body: bytes,
    *,
    system: Mapping[str, Any] | None = None,
    properties: Mapping[str, Any] | None = None,
    ack: str = "none",
) -> CloudMessage:
    """Put a message into a device's queue and tell the device. Raises HubRefusal.

    `system` may hold "absolute-expiry-time", in milliseconds since 1970.
    """
    tier.judge(runtime.hub.settings)
    system, properties, queue, now = system or {}, properties or {}, device.messages, runtime.clock()
    size = len(body) + sum(len(str(part)) for pair in (*system.items(), *properties.items()) for part in pair)
    if size > LARGEST:
        raise HubRefusal(413001, f"the message has {size} bytes with its properties; the limit is {LARGEST}")
    if ack not in ACKS:
        raise HubRefusal(400004, f"iothub-ack is {ack[:20]!r}, not one of {', '.join(ACKS)}")
    expires = system.get("absolute-expiry-time", 0) / 1000 or now + runtime.hub.settings.message_seconds
    if not now < expires <= now + LONGEST_LIFE_SECONDS:
        raise HubRefusal(403009, "the message expires in the past, or in more than two days")
    try:
        written(system.get("creation-time", 0) / 1000)
    except (ValueError, OverflowError, OSError):
        raise HubRefusal(400004, "creation-time is no time that can be written") from None
    sweep(runtime, device)
    if len(queue.waiting) >= MOST:
        raise HubRefusal(403004, f"{len(queue.waiting)} messages wait for {device.device_id}; more are not taken")
    queue.sequence += 1
    message = CloudMessage(body, system, properties, ack, now, expires, queue.sequence)
    queue.waiting.append(message)
    _look_after(runtime, device)
    _tell(runtime, device)
    return message


def receive(runtime: Runtime, device: Device, lock_seconds: float = LOCK_SECONDS) -> CloudMessage | None:
    """The oldest message that no client holds, locked for so long; None where there is none."""
    sweep(runtime, device)
    message = next((waiting for waiting in device.messages.waiting if not waiting.lock), None)
    if message is not None:
        message.deliveries += 1
        message.lock, message.locked_until = str(uuid.uuid4()), runtime.clock() + lock_seconds
        _look_after(runtime, device)
    return message


def complete(runtime: Runtime, device: Device, lock: str) -> None:
    """The device has it. Raises HubRefusal where the lock is lost."""
    _end(runtime, device, _locked(runtime, device, lock), SUCCESS)


def reject(runtime: Runtime, device: Device, lock: str) -> None:
    """The device does not want it. Raises HubRefusal where the lock is lost."""
    _end(runtime, device, _locked(runtime, device, lock), REJECTED)


def abandon(runtime: Runtime, device: Device, lock: str) -> None:
    """The device gives it back, to get it again. Raises HubRefusal where the lock is lost."""
    _give_back(runtime, device, _locked(runtime, device, lock))
    _tell(runtime, device)


def release(runtime: Runtime, device: Device, locks: set[str]) -> None:
    """Give back what a session held that ended, so that the next one gets it at once."""
    for message in [message for message in device.messages.waiting if message.lock in locks and message.lock]:
        _give_back(runtime, device, message)


def purge(runtime: Runtime, device: Device) -> int:
    """Throw everything away that waits, and say how many messages that were."""
    waiting = list(device.messages.waiting)
    for message in waiting:
        _end(runtime, device, message, PURGED)
    return len(waiting)


def sweep(runtime: Runtime, device: Device) -> None:
    """Let messages expire, and locks end, whose time has come."""
    now = runtime.clock()
    for message in list(device.messages.waiting):
        if message.expires <= now:
            _end(runtime, device, message, EXPIRED)
        elif message.lock and message.locked_until <= now:
            _give_back(runtime, device, message)


def _locked(runtime: Runtime, device: Device, lock: str) -> CloudMessage:
    sweep(runtime, device)
    for message in device.messages.waiting:
        if lock and message.lock == lock:
            return message
    raise HubRefusal(412002, "the lock of the message has ended, or it was settled already")


def _give_back(runtime: Runtime, device: Device, message: CloudMessage) -> None:
    message.lock = ""
    if message.deliveries >= runtime.hub.settings.most_deliveries:
        _end(runtime, device, message, DELIVERED_TOO_OFTEN)


def _end(runtime: Runtime, device: Device, message: CloudMessage, fate: str) -> None:
    device.messages.waiting.remove(message)
    message.lock = ""
    good = fate == SUCCESS
    if fate in _COUNTED:
        runtime.count(_COUNTED[fate])
    if message.ack in (_WANT_GOOD if good else _WANT_BAD):
        runtime.feedback.add(notices.fate(device, message.message_id, fate, runtime.clock()), runtime.clock())
    if not good:
        runtime.record("hub", "message", "ended", who=device.name, reason=_FATES[fate], message_id=message.message_id)


_COUNTED = {SUCCESS: definitions.COMPLETED, REJECTED: definitions.REJECTED, EXPIRED: definitions.EXPIRED}
_FATES = {
    REJECTED: "the device rejected the message",
    PURGED: "the message was thrown away",
    EXPIRED: "the message expired before the device had it",
    DELIVERED_TOO_OFTEN: "the device did not settle the message in as many deliveries as the hub makes",
}


def _tell(runtime: Runtime, device: Device) -> None:
    session = runtime.sessions.get(device.name)
    if session is not None and session.on_message is not None:
        session.on_message()


def _look_after(runtime: Runtime, device: Device) -> None:
    """Come back when the next lock or life ends; a timer for each queue, however many messages go through it."""
    queue = device.messages
    if queue.timer is not None:
        queue.timer.cancel()
    dues = [
        min(message.expires, message.locked_until if message.lock else message.expires) for message in queue.waiting
    ]
    queue.timer = runtime.later(max(min(dues) - runtime.clock(), 0), _again(runtime, device)) if dues else None


def _again(runtime: Runtime, device: Device) -> Callable[[], None]:
    def look() -> None:
        device.messages.timer = None
        sweep(runtime, device)
        _look_after(runtime, device)
        _tell(runtime, device)

    return look
