"""A direct method of a device: what is called, and what the hub and the device answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PROBE = "iotDiagPing"  # no device is expected to have a method of this name
NOT_IMPLEMENTED = 501  # what Microsoft's device SDKs answer where there is no such method


@dataclass(frozen=True)
class MethodCall:
    """What is called, and how long the hub waits: until the device connects, and until it answers, in seconds.

    `named` tells that the user named the method. Otherwise any answer of the device shows that it can be called.
    """

    name: str = PROBE
    payload: Any = None
    response_seconds: int = 30
    connect_seconds: int = 0
    named: bool = False

    @property
    def seconds(self) -> int:
        """How long the hub may take for its answer."""
        return self.connect_seconds + self.response_seconds


@dataclass(frozen=True)
class MethodAnswer:
    """What came of a call. `http` is the status of the hub's answer.

    `connecting` is how many seconds this machine took to connect to the hub, and `answering` how many the hub took for
    its answer, with the device's part. `status` is the device's own status, None where the device did not answer, and
    `payload` the JSON that it answered. Where the device wrote no JSON, `malformed` is set, and `payload` is its text
    as a JSON string. `code`, `said` and `tracking` are the hub's own words for a refusal.
    """

    hub: str
    device: str
    module: str
    call: MethodCall
    http: int
    connecting: float
    answering: float
    status: int | None = None
    payload: str = ""
    code: str = ""
    said: str = ""
    tracking: str = ""
    malformed: bool = False

    @property
    def whose(self) -> str:
        """The device, or its module."""
        return f"{self.device}/{self.module}" if self.module else self.device
