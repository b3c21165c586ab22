"""A device's session at its hub: what may be pushed to it, in whatever protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from azext_iotdiag.lab.hub.identities import Device


class MethodCall(NamedTuple):
    """A direct method as it goes to a device; `payload` is JSON."""

    call_id: str
    name: str
    payload: bytes


class MethodAnswer(NamedTuple):
    """What a device answers: a status of its own choice, and JSON data. `tail` are bytes of zero behind the JSON."""

    status: int
    payload: Any
    tail: bytes = b""


@dataclass(eq=False)
class DeviceSession:
    """A connected device. A service over some protocol makes it, and sets what the device has subscribed to.

    `end(code, why)` is called once, and ends the connection: the code is one of refusal.NAMES. `on_message` says that
    a message from the cloud may wait.
    """

    device: Device
    protocol: str
    peer: str
    end: Callable[[int, str], None]
    on_desired: Callable[[Mapping[str, Any]], None] | None = None
    on_method: Callable[[MethodCall], None] | None = None
    on_message: Callable[[], None] | None = None
