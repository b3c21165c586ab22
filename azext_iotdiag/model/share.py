"""A part of the partitions of a stream, for copies of a command that read it together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_WRITTEN = re.compile(r"([0-9]{1,4})/([0-9]{1,4})", re.ASCII)


class BadShare(ValueError):
    """A text that names no share; str() says why."""


class Share(NamedTuple):
    """Share `number` of `of` shares, counted from 1. All shares together are the whole, and no two overlap."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def part(self, partitions: Iterable[str]) -> list[str]:
        """The partitions of this share: every `of`-th by number. Each copy finds the same order by itself."""
        return sorted(partitions, key=_order)[self.number - 1 :: self.of]


WHOLE = Share(1, 1)


def read(text: str) -> Share:
    """The share that is written as 2/4. Raises BadShare."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        raise BadShare(f"{text!r} does not read NUMBER/OF, such as 2/4")
    share = Share(int(written[1]), int(written[2]))
    if share.of < 1:
        raise BadShare("there is no share of 0 shares")
    if not 1 <= share.number <= share.of:
        raise BadShare(f"there is no share {share.number} of {share.of}; they are counted from 1 to {share.of}")
    return share


def _order(partition: str) -> tuple[bool, int, str]:
    number = partition.isascii() and partition.isdigit()
    return not number, int(partition) if number else 0, partition
