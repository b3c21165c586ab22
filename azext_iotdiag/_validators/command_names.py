"""What was meant where a command line names no command of this extension."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

PREFIX = "iot diag "
MOST = 3
_ALIKE = 0.7
_WORDS = 3  # of a command's name, as in "lab login" and what may stand behind it
# Words that people look for, and the command that they mean.
_MEANT = {
    "doctor": "check", "diagnose": "check", "troubleshoot": "check", "test": "network test",
    "listen": "monitor events", "tail": "monitor events", "telemetry": "monitor events", "invoke": "method ping",
}  # fmt: skip


def recommendation(arguments: Iterable[str], names: Iterable[str]) -> str:
    """A sentence that names the commands that may be meant. `names` are those of all commands, such as iot diag check.

    What was typed is not repeated.
    """
    ours = sorted(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))
    found = list(dict.fromkeys(_near(_typed(arguments), ours)))[:MOST]
    if not found:
        return "All commands: az iot diag --help"
    return f"Did you mean: {' or '.join(f'az {PREFIX}{name}' for name in found)}?"


def of_stray(error: str) -> str:
    """What is said of a value without an option, which az's parser names in its error; empty for an option."""
    stray = error.rpartition("unrecognized arguments:")[2].strip()
    if not stray or stray.startswith("-"):
        return ""
    return "A value follows the name of its option, as in --hub-name HUB --device-id DEVICE."


def _typed(arguments: Iterable[str]) -> list[str]:
    """The words behind "iot diag", in lower case, before the first option. A dash joins two words in azure-iot."""
    words = [word.lower() for word in takewhile(lambda word: not word.startswith("-"), arguments)]
    at = words.index("diag") + 1 if "diag" in words else len(words)
    return [part for word in words[at : at + _WORDS] for part in word.split("-") if part]


def _near(words: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """The names that fit, the best ones first. Where a name fits exactly, there is no other."""
    plain = {name.replace("-", " "): name for name in names}
    beginnings = [" ".join(words[:count]) for count in range(len(words), 0, -1)]
    if exact := [plain[each] for each in beginnings if each in plain]:
        yield exact[0]
        return
    yield from (_MEANT[word] for word in words[:1] if _MEANT.get(word) in names)
    for each in beginnings:
        yield from (plain[near] for near in difflib.get_close_matches(each, plain, n=MOST, cutoff=_ALIKE))
    for word in words:
        yield from (name for text, name in plain.items() if word in text.split())
