"""Files that only this user can read, and locks that go with the process that holds them."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_private(path: Path, flags: int) -> int:
    """A file descriptor; a file that is made has mode 600 from the start, whatever the umask."""
    return os.open(path, flags | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0), 0o600)


def write_private(path: Path, data: bytes) -> None:
    """Put a file in its place at once and whole, with mode 600. Raises OSError."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(open_private(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
            file.write(data)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def create_private(path: Path, data: bytes) -> None:
    """Make a file that is not there yet, with mode 600. Raises OSError, such as FileExistsError."""
    with open(open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
        try:
            file.write(data)
            file.flush()
        except OSError:
            path.unlink(missing_ok=True)
            raise


@contextmanager
def lock(path: Path, *, seconds: float = 0) -> Iterator[bool]:
    """Try for `seconds` to lock a file, which is made; yields whether that worked, and lets go of it afterwards.

    It is the operating system's lock: of two that start at once one gets it, and it goes with the process that holds
    it, however that ends. A file with a process id in it could not tell a dead owner from a reused id.
    """
    descriptor = open_private(path, os.O_RDWR | os.O_CREAT)
    try:
        deadline = time.monotonic() + seconds
        while not (taken := _try_lock(descriptor)) and time.monotonic() < deadline:
            time.sleep(0.02)
        yield taken
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # taken; BlockingIOError on POSIX, PermissionError on Windows
        return False
    return True
