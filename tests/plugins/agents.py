"""The scanners of build agents, as a model: which lines of what was written start a command of theirs.

It is stricter than both: it also reads lines without colours, and without the characters that .NET's comparison skips.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
COLOURS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
NO_WEIGHT = {"Cc", "Cf"}
FILLERS = {
    *"\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0",
    *map(chr, range(0xFE00, 0xFE10)),
    *map(chr, (0x180B, 0xE0100)),
}


def commands(written: bytes) -> list[str]:
    """The lines that an agent of Azure DevOps or GitHub would take for a command."""
    lines = LINE_ENDS.split(written.decode("utf-8", "replace"))
    return [line for line in lines if any(map(_is_command, _readings(line)))]


def _readings(line: str) -> Iterator[str]:
    for reading in (line, COLOURS.sub("", line)):
        yield reading
        yield "".join(each for each in reading if not _is_skipped(each))


def _is_skipped(character: str) -> bool:
    return not character.isspace() and (unicodedata.category(character) in NO_WEIGHT or character in FILLERS)


def _is_command(line: str) -> bool:
    return "##vso[" in line.lower() or "##[" in line or line.lstrip().startswith("::")
