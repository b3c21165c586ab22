"""What an IoT Edge device reports of its runtime through the twins of its two system modules.

https://learn.microsoft.com/azure/iot-edge/module-edgeagent-edgehub
"""

from __future__ import annotations

from dataclasses import dataclass

UNCONFIGURED = 417  # the agent's code for a device without a deployment
UNKNOWN = 406  # the code of an agent that has not judged its deployment, and of a runtime that is offline
APPLIED = 200


@dataclass(frozen=True)
class EdgeStatus:
    """What a system module says of the last configuration that it was given.

    `wanted` is the version of that, and `taken` the last one that it looked at, 0 where it does not say. `set_at` and
    `told_at` are when both sides were written, in milliseconds since 1970.
    """

    code: int
    words: str = ""
    wanted: int = 0
    taken: int = 0
    set_at: int | None = None
    told_at: int | None = None


@dataclass(frozen=True)
class EdgeModule:
    """A module on the device: its state (running, backoff), the state that is wanted, and how it ended last."""

    name: str
    status: str = ""
    wanted: str = ""
    exit_code: int | None = None
    words: str = ""


@dataclass(frozen=True)
class EdgeRoute:
    """A route of the edge hub, such as FROM /messages/* INTO $upstream."""

    name: str
    text: str


@dataclass(frozen=True)
class EdgeRuntime:
    """The runtime of an Edge device.

    `child` is the device below it that was asked about, empty where that is the Edge device itself. `at_gateway` tells
    how the edge hub shows the child: None where it does not show it. `agent` and `hub` are None as long as the module
    has reported nothing. `hub_connected` tells whether the hub shows a session of the edge hub, and `hub_heard` when it
    heard of it last. `deployed` are the names of the modules that the device should have.
    """

    device: str
    child: str = ""
    at_gateway: bool | None = None
    agent: EdgeStatus | None = None
    hub: EdgeStatus | None = None
    hub_connected: bool = False
    hub_heard: int | None = None
    deployed: tuple[str, ...] = ()
    modules: tuple[EdgeModule, ...] = ()
    routes: tuple[EdgeRoute, ...] = ()
