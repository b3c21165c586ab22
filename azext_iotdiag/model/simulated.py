"""What happens while a device is simulated, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.failure import Failure


@dataclass(frozen=True)
class Simulated:
    """A device that was played: what ended it, None where nothing did, and what else went wrong meanwhile.

    `last_bytes` is the size of the message that was sent last, 0 where none was. `temporary` tells that its identity
    was made for this run alone, and `misbehaviour` which one was asked for.
    """

    device: str
    failure: Failure | None = None
    troubles: tuple[Failure, ...] = ()
    last_bytes: int = 0
    temporary: bool = False
    misbehaviour: str = ""


@dataclass(frozen=True)
class Registered:
    """The identity that a hub handed out, or made, to be played."""

    hub: str
    device: str


class Proxied(NamedTuple):
    """The device connects through a proxy, which the variable of the environment names."""

    proxy: str
    variable: str


class AskingForKey(NamedTuple):
    """The hub is asked for the key of a device."""

    hub: str
    device: str


class LeftoverDeleted(NamedTuple):
    """A device was deleted that a run which was killed had left."""

    device: str


class Made(NamedTuple):
    """A temporary device was made."""

    device: str


class Deleted(NamedTuple):
    """The temporary device was deleted."""

    device: str


class NotDeleted(NamedTuple):
    """The temporary device could not be deleted. The next run does it."""

    device: str


class DeviceConnecting(NamedTuple):
    """The device connects to `host` under its `name`."""

    host: str
    name: str
    websocket: bool


class Misbehaving(NamedTuple):
    """The device does wrong, in the way that `title` says."""

    device: str
    title: str


class Told(NamedTuple):
    """What the device tells of its conversation with the hub. The text may hold what others chose."""

    text: str


class SimulationInterrupted(NamedTuple):
    """Ctrl-C came while the hub was asked. `temporary` tells whether a temporary device may be left."""

    temporary: bool


class Played(NamedTuple):
    """How far a device came.

    `sent` counts messages, `acknowledged` those of them that the hub answered. `ended` is count, interrupted, failed,
    refused or misbehaved, and `answer` what the hub made of a misbehaviour. `methods`, `desired` and `messages` count
    what the hub sent and the device answered.
    """

    sent: int
    acknowledged: int
    seconds: float
    ended: str
    answer: str = ""
    methods: int = 0
    desired: int = 0
    messages: int = 0


class SimulationEnded(NamedTuple):
    """What a simulation came to.

    `played` is None where no device was connected. `stopped` tells whether Ctrl-C came before all was done that was
    asked for. `facts` are those that it leaves.
    """

    device: str
    played: Played | None
    stopped: bool
    misbehaviour: str
    facts: Mapping[str, Any]

    @property
    def exit_code(self) -> int:
        """The exit code, unless the facts ask for a worse one."""
        return exit_codes.INTERRUPTED if self.stopped else exit_codes.HEALTHY


Event = (
    Proxied | AskingForKey | LeftoverDeleted | Made | Deleted | NotDeleted | DeviceConnecting | Misbehaving | Told
    | SimulationInterrupted | Played | SimulationEnded
)  # fmt: skip
