"""`explain` of a log on standard input: read while it comes, block by block, for as long as it takes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from azext_iotdiag.insights.reading import LogReading
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.code_hit import LogAwaited, LogInterrupted
from azext_iotdiag.model.story import LogNews, Root, Story
from azext_iotdiag.streams import text
from azext_iotdiag.streams.blocks import blocks

QUIET_SECONDS = 3.0  # until it is said that nothing came yet
PATIENCE_SECONDS = 60.0  # for the first line, where standard input was not asked for

Hear = Callable[[LogAwaited | LogInterrupted | LogNews], None]


class NothingToExplain(Exception):
    """No code was given, and standard input holds nothing."""


class Read(NamedTuple):
    """What happened by a log, and whether it was read to its end."""

    story: Story
    whole: bool = True

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        return exit_codes.HEALTHY if self.whole else exit_codes.INTERRUPTED


class LogAsked(NamedTuple):
    """What the user said of the log.

    `context` is that in which names are looked up first, `sdk` the name of a dialect. `stdin` tells that standard input
    was asked for. Then it may be empty, and its first line may take for ever. To `follow` is to tell at once what is
    new.
    """

    context: str = ""
    sdk: str = ""
    stdin: bool = False
    follow: bool = False


def read(stdin: Any, asked: LogAsked, hear: Hear, *, seconds: float = PATIENCE_SECONDS) -> Read:
    """Read standard input until it ends, or until Ctrl-C, after which what was found so far counts.

    Args:
        stdin: The text stream of standard input, None where there is none.
        asked: What the user said of the log.
        hear: Gets LogAwaited from another thread, LogInterrupted, and LogNews where the log is followed.
        seconds: How long the first line may take otherwise.

    Raises:
        NothingToExplain: Nothing came.
        KeyboardInterrupt: Ctrl-C came before the first line.
    """
    if stdin is None or (stdin.isatty() and not asked.stdin):
        raise NothingToExplain
    found, whole, told = LogReading(asked.context, asked.sdk), True, Story()
    waiting = threading.Timer(QUIET_SECONDS, hear, (LogAwaited(),))
    waiting.daemon = True
    waiting.start()
    source = text.Patience(stdin.buffer, threading.TIMEOUT_MAX if asked.stdin else seconds)
    try:
        for block in blocks(source):
            waiting.cancel()
            if found.add(block) and asked.follow:
                told = _news(told, found.story(), hear)
    except KeyboardInterrupt:
        if not found.lines:
            raise
        whole = False
        hear(LogInterrupted(found.lines))
    except TimeoutError:
        raise NothingToExplain from None
    finally:
        waiting.cancel()
    if not found.lines and not asked.stdin:
        raise NothingToExplain
    return Read(found.story(), whole)


def _news(before: Story, now: Story, hear: Hear) -> Story:
    """Tell of another root, or of its end."""
    if now.root and (before.root is None or _known(before.root) != _known(now.root)):
        hear(LogNews(now))
    return now


def _known(root: Root) -> tuple[object, ...]:
    return tuple(each.code for each in root.entries), root.line, bool(root.healed)
