"""Notes of what a run has to undo. The next run then undoes what one that was killed could not.

A note is a file of mode 600, locked by the process that wrote it. A note without a lock is of a run that has died. So
nothing is undone that a live run still needs, and nothing that another machine did.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azext_iotdiag import private_files

CHANGED_TWINS = "changed-twins"  # the notes of twins that a test has changed


@dataclass(frozen=True)
class Note:
    """A note whose lock this process holds."""

    path: Path

    @property
    def name(self) -> str:
        """The name under which it was made."""
        return self.path.stem

    def write(self, content: Mapping[str, Any]) -> None:
        """Write what has to be undone, at once and whole. Raises OSError."""
        private_files.write_private(self.path, json.dumps(content).encode())

    def remove(self) -> None:
        """Forget it: all is undone, or nothing was done."""
        self.path.unlink(missing_ok=True)

    @property
    def written(self) -> float:
        """When it was written, in seconds since 1970."""
        return self.path.stat().st_mtime

    def read(self) -> dict[str, Any]:
        """Its content; empty where another run was faster, or it is no note of ours."""
        try:
            data = json.loads(self.path.read_bytes())
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}


def folder_of(config_folder: str | Path, kind: str) -> Path:
    """Where the notes of a kind lie below an az configuration folder; nothing is made."""
    return Path(config_folder).absolute() / "iot-diag" / kind


@contextmanager
def noting(folder: Path, name: str) -> Iterator[Note]:
    """A note of this run, not written yet. What is not removed at the end stays for the next run. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    note = Note(folder / f"{name}.json")
    try:
        with private_files.lock(_lock_of(note)):  # before the note: no note of a run that lives is ever unlocked
            yield note
    finally:
        _tidy(note)


def left_behind(folder: Path, prefix: str) -> Iterator[Note]:
    """The notes of runs that have died, each locked until the next is asked for."""
    for path in sorted(folder.glob(f"{prefix}*.json")):
        note = Note(path)
        with private_files.lock(_lock_of(note)) as free:
            if free:
                yield note
        _tidy(note)


def _lock_of(note: Note) -> Path:
    return note.path.with_suffix(".lock")


def _tidy(note: Note) -> None:
    """Remove the lock of a note that is gone. Not while it is held: Windows refuses that."""
    if not note.path.exists():
        with suppress(OSError):  # another run looks at it just now, and will remove it
            _lock_of(note).unlink(missing_ok=True)
