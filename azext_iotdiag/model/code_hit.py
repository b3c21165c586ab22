"""An entry that was asked for or found in a text, and how it was named there."""

from __future__ import annotations

from typing import NamedTuple

from azext_iotdiag.model.finding import Entry


class CodeHit(NamedTuple):
    """`names` as asked or as found, each once; `times` counts the lines with it, and `lines` are the first of them.

    Lines count from 1. Without lines it was asked for by name.
    """

    entry: Entry
    names: tuple[str, ...]
    times: int = 0
    lines: tuple[int, ...] = ()


class LogAwaited(NamedTuple):
    """A log is read, and no line of it came yet."""


class LogInterrupted(NamedTuple):
    """The reading of a log was interrupted after so many lines."""

    lines: int
