"""The blocks of a page of docs/.

```sh is for the shell. `exit=4` behind it is the exit code that its last command must have, and `exit=0,4` allows two.
A block ```text after it is what the reader then sees: `…` stands for anything, and the width of the terminal does not
count.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_FENCE = re.compile(r"^```(\w*)\s*(.*)$")


class Block(NamedTuple):
    """A block of a page."""

    heading: str
    language: str
    told: str  # what stands behind the language
    text: str

    @property
    def codes(self) -> frozenset[int]:
        """The exit codes that the last command may have."""
        found = re.search(r"exit=([\d,]+)", self.told)
        return frozenset(map(int, found[1].split(","))) if found else frozenset({0})


def blocks(page: Path) -> list[Block]:
    """All blocks of a page, each with the heading that it stands under."""
    found, heading, fence, lines = [], "", None, []
    for line in page.read_text(encoding="utf-8").splitlines():
        if fence is None and line.startswith("#"):
            heading = line.lstrip("#").strip()
        elif fence is None and (opened := _FENCE.match(line)):
            fence, lines = opened, []
        elif fence is not None and line == "```":
            found.append(Block(heading, fence[1], fence[2], "".join(f"{each}\n" for each in lines)))
            fence = None
        elif fence is not None:
            lines.append(line)
    return found


def shells(page: Path) -> list[tuple[Block, str | None]]:
    """The blocks for the shell, each with what the page says is seen then; None where it says nothing."""
    all_blocks = blocks(page)
    after = [*all_blocks[1:], None]
    return [
        (block, following.text if following is not None and following.language == "text" else None)
        for block, following in zip(all_blocks, after) if block.language == "sh"
    ]  # fmt: skip


def differs(expected: str, shown: str) -> str:
    """The first part of what was expected that is not there, in its order; empty where all is."""
    text, at = " ".join(shown.split()), 0
    parts = [part.strip() for part in " ".join(expected.split()).split("…")]
    for number, part in enumerate(parts):
        found = text.find(part, at)
        if found < 0 or (number == 0 and found != 0):
            return part
        at = found + len(part)
    return "" if not parts[-1] or text.endswith(parts[-1]) else parts[-1]


def slug(heading: str) -> str:
    """The name that a link has for a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
