"""Commands on terminals of their own, as a person would have them, and what they print; every wait has a deadline."""

from __future__ import annotations

import os
import pty
import re
import shlex
import signal
import subprocess
import threading
import time
from pathlib import Path

COMMAND_SECONDS = 30.0  # for anything to happen; a command takes about one
LEAVE_SECONDS = 5.0

keys: set[str] = set()  # what must not get onto the screen
leaks: list[str] = []  # what would have got there all the same, the keys blotted out


stop_asked = threading.Event()  # set by a signal; every wait looks at it


class NotSeen(Exception):
    """Something did not happen as it should; the text is a sentence for people."""


class Stopped(Exception):
    """A signal asked for the end."""


def say(line: str = "") -> None:
    """Print a line, with every key in it blotted out."""
    shown = line
    for key in keys:
        shown = shown.replace(key, "***")
    if shown != line:
        leaks.append(shown)
    print(shown, flush=True)


class Command:
    """A command that runs. Its lines are printed behind `label` as they come; without a label they are only kept."""

    def __init__(self, *words: str, folder: Path, environment: dict[str, str], label: str | None):
        self.lines: list[str] = []
        self._name = shlex.join(words)
        self._label = label
        terminal, inside = pty.openpty()
        try:
            # In a session of its own, because Ctrl-C is for this program, which then ends the others in order.
            self._process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=inside, stderr=inside, cwd=folder, env=environment,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            os.close(terminal)
            raise NotSeen(f"{words[0]} cannot be run: {error}.") from None
        finally:
            os.close(inside)
        self._reader = threading.Thread(target=self._read, args=(terminal,), daemon=True)
        self._reader.start()

    def wait_for(self, pattern: str, what: str) -> re.Match[str]:
        """Wait for a line with this pattern. Raises NotSeen with `what`, the sentence that is not true then."""
        deadline = time.monotonic() + COMMAND_SECONDS
        while not (found := self.find(pattern)):
            if not self._reader.is_alive() and not (found := self.find(pattern)):
                raise NotSeen(what)
            if time.monotonic() > deadline:
                raise NotSeen(f"{what} ({COMMAND_SECONDS:.0f} s were not enough.)")
            _look_again()
        return found

    def find(self, pattern: str) -> re.Match[str] | None:
        """The first line so far with this pattern."""
        return next(filter(None, (re.search(pattern, line) for line in self.lines)), None)

    def end(self, *, code: int | None = 0) -> list[str]:
        """Wait for its end and return all lines. Raises NotSeen when it does not end, or with another exit code.

        None allows any exit code.
        """
        deadline = time.monotonic() + COMMAND_SECONDS
        while (ended := self._process.poll()) is None:
            if time.monotonic() > deadline:
                raise NotSeen(f"`{self._name}` ends within {COMMAND_SECONDS:.0f} s.")
            _look_again()
        self._reader.join(LEAVE_SECONDS)
        if code is not None and ended != code:
            for line in self.lines if self._label is None else ():
                say(f"  {line}")
            raise NotSeen(f"`{self._name}` ends with exit code {code}. (It was {ended}.)")
        return self.lines

    def interrupt(self) -> None:
        """Do what Ctrl-C on its terminal does."""
        os.killpg(self._process.pid, signal.SIGINT)

    def close(self) -> None:
        """See to it that it is gone: politely, so that it ends what it started, and otherwise not."""
        for number in (signal.SIGINT, signal.SIGKILL):
            if self._process.poll() is None:
                os.killpg(self._process.pid, number)
                try:
                    self._process.wait(LEAVE_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
        self._reader.join(LEAVE_SECONDS)

    def _read(self, terminal: int) -> None:
        rest = b""
        while piece := _piece(terminal):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                self._take(line)
        if rest:
            self._take(rest)
        os.close(terminal)

    def _take(self, raw: bytes) -> None:
        line = raw.decode("utf-8", "replace").rstrip("\r")
        if self._label is not None:
            say(f"{self._label}{line}".rstrip())
        self.lines.append(line)


def _look_again() -> None:
    if stop_asked.wait(0.05):
        raise Stopped


def _piece(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says EIO where nobody has the terminal's other end any more
        return b""
