"""The file in which a copy of a command keeps how far it has read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from azext_iotdiag import private_files
from azext_iotdiag.model import position
from azext_iotdiag.model.position import BadPosition, Position
from azext_iotdiag.model.stream import Stream

MOST_BYTES = 1 << 20  # far beyond the 2,048 partitions that an Event Hub may have
SAVE_SECONDS = 1.0


class NotSaved(Exception):
    """The file cannot be written; str() says why."""


def load(path: str, now_ms: int) -> Position:
    """What a file holds. Raises OSError, and BadPosition where that is no position or lies in the future."""
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    try:
        if len(data) > MOST_BYTES:
            raise ValueError
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise BadPosition("it is no position that --save-position wrote") from None
    return position.from_json(document, now_ms)


class PositionFile:
    """Keeps the position of a stream in a file: now and then while messages come, and at the end.

    Call it when all that came is shown. What a killed run had shown after the last time comes again in the next run,
    and nothing is lost.
    """

    def __init__(self, path: str, clock: Callable[[], float]):
        self._path = Path(path).absolute()
        self._clock = clock
        self._saved: Position | None = None
        self._due = 0.0

    def __call__(self, stream: Stream, *, last: bool = False) -> None:
        """Save where it is due, or the `last` time. Raises NotSaved."""
        now = self._clock()
        if now < self._due and not last:
            return
        self._due = now + SAVE_SECONDS
        here = position.of(stream)
        if here is None or here == self._saved:
            return
        try:
            private_files.write_private(self._path, json.dumps(position.to_json(here), indent=1).encode())
        except OSError as wrong:
            raise NotSaved(f"{self._path} cannot be written: {wrong.strerror}") from None
        self._saved = here
