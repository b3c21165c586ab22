"""The newest messages that a hub holds, and whether one of them is of the device."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.sample import Sample


@dataclass(frozen=True)
class NewestMessages:
    """What was seen in a look back from now. Times are in milliseconds since 1970, None where there is none.

    `came` is when the newest message of `device` that was seen was enqueued. `read` counts all messages of the window,
    and `devices` the devices that sent them, up to 10,000. `newest` is the time of the newest message of any device, by
    what the service says. `count` is how many messages of the device the window holds, and `longest_gap` the longest
    time in seconds between two of them. `sample` is what judging the last of them came to, None without any.
    `generation` is that of the identity which sent the newest, empty where the hub did not write it.
    """

    device: str
    came: int | None = None
    read: int = 0
    devices: int = 0
    newest: int | None = None
    count: int = 0
    longest_gap: float = 0.0
    sample: Sample | None = None
    generation: str = ""
