"""`explain` of a log on standard input: read while it comes, line by line, for as long as it takes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from azext_iotdiag.insights.survey import Survey
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.mention import LogAwaited, LogInterrupted, Mention
from azext_iotdiag.streams import text

QUIET_SECONDS = 3.0  # until it is said that nothing came yet
PATIENCE_SECONDS = 60.0  # for the first line, where nobody asked for standard input

Hear = Callable[[LogAwaited | LogInterrupted], None]


class NothingToExplain(Exception):
    """No code was given, and standard input holds nothing."""


class Read(NamedTuple):
    """What a log mentions, how many lines were read, and whether these were all."""

    mentions: tuple[Mention, ...]
    lines: int
    whole: bool = True

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        return exit_codes.HEALTHY if self.whole else exit_codes.INTERRUPTED


def read(stdin: Any, context: str, hear: Hear, *, asked: bool, seconds: float = PATIENCE_SECONDS) -> Read:
    """Survey standard input until it ends, or until Ctrl-C, after which what was found so far counts.

    Args:
        stdin: The text stream of standard input, None where there is none.
        context: The context in which names are looked up first.
        hear: Gets LogAwaited and LogInterrupted, the first one from another thread.
        asked: Whether the user asked for standard input. Then it may be empty, and its first line may take for ever.
        seconds: How long the first line may take otherwise.

    Raises:
        NothingToExplain: Nothing came.
        KeyboardInterrupt: Ctrl-C came before the first line.
    """
    if stdin is None or (stdin.isatty() and not asked):
        raise NothingToExplain
    found, whole = Survey(context), True
    waiting = threading.Timer(QUIET_SECONDS, hear, (LogAwaited(),))
    waiting.daemon = True
    waiting.start()
    source = text.Patience(stdin.buffer, threading.TIMEOUT_MAX if asked else seconds)
    try:
        for line in text.lines(source):
            waiting.cancel()
            found.add(line)
    except KeyboardInterrupt:
        if not found.lines:
            raise
        whole = False
        hear(LogInterrupted(found.lines))
    except TimeoutError:
        raise NothingToExplain from None
    finally:
        waiting.cancel()
    if not found.lines and not asked:
        raise NothingToExplain
    return Read(found.mentions(), found.lines, whole)
