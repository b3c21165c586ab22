"""What a device says of itself: the codes in its log, and those that the user saw on it."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.ticket import Tracking


@dataclass(frozen=True)
class SaidCode:
    """A code of the knowledge base, and the `names` by which the device called it.

    `times` counts the lines of the log that hold it, and `line` is the last of them, from 1 on; 0 where the user named
    the code. `at` is the time of that line in milliseconds since 1970, None where the line tells none with its zone.
    `lasting` tells that the log ends soon after that line. Else the device went on, and may have got over it. `root`
    tells that it followed from no other code of the log.
    """

    code: str
    names: tuple[str, ...]
    times: int = 0
    line: int = 0
    at: int | None = None
    lasting: bool = True
    root: bool = True


@dataclass(frozen=True)
class DeviceSays:
    """The codes of a device, most recent first. `source` names the options that told them.

    `lines` counts the lines of the log, and `tracking` holds the last tracking ids in it.
    """

    source: str
    codes: tuple[SaidCode, ...] = ()
    lines: int = 0
    tracking: tuple[Tracking, ...] = ()
