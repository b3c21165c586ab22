"""What a device that misbehaves works with: how to connect, what to send, and whom to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.simulate.behaviour import Say
from azext_iotdiag.simulate.device import DeviceConnection
from azext_iotdiag.simulate.sign_in import SignIn
from azext_iotdiag.simulate.telemetry import Body

Open = Callable[[SignIn], DeviceConnection]


@dataclass(frozen=True)
class Acting:
    """One device's means. `signed` is its proper sign-in, and `device` what makes another one at `clock`."""

    open: Open
    signed: SignIn
    path: str
    bodies: Iterator[Body]
    count: int
    interval: float
    say: Say
    device: DeviceConnectionString
    clock: Callable[[], float]
