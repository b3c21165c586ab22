"""What happened to a device by its log: the first failure, what followed from it, and whether it got over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from azext_iotdiag.model.code_hit import CodeHit
from azext_iotdiag.model.finding import Entry


@dataclass(frozen=True)
class Root:
    """The first failure of its kind: what it means, where it stands, and how often it came.

    `entries` are several where the log does not tell them apart. `clock` is the time as the log writes it. `last` is
    the line where it came last. `healed` is the line from which on the device works again, 0 where it does not.
    `speaker` is the device or client that the line names.
    """

    entries: tuple[Entry, ...]
    line: int
    clock: str = ""
    words: str = ""
    names: tuple[str, ...] = ()
    times: int = 1
    last: int = 0
    healed: int = 0
    speaker: str = ""


@dataclass(frozen=True)
class Story:
    """A log in short. `mentions` has every finding, and each of them has a role in `roles`, by code."""

    root: Root | None = None
    before: tuple[Root, ...] = ()
    consequences: int = 0  # lines
    mentions: tuple[CodeHit, ...] = ()
    roles: dict[str, str] = field(default_factory=dict)
    dialects: tuple[str, ...] = ()
    on_device: str = ""  # what to change in a program of this dialect
    notes: tuple[str, ...] = ()
    next_command: str = ""
    lines: int = 0
    skew: int | None = None  # milliseconds by which the device's clock is ahead, where that is too much


class LogNews(NamedTuple):
    """A log that is followed says something new: another root, or that the device got over it."""

    story: Story
