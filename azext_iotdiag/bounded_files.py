"""Reading a file that a person named, up to a limit: the name may be that of a device or of something huge."""

from __future__ import annotations

import errno
import os

LARGEST = 64 << 20  # bytes; the largest device model that is known has 2 MB


class FileTooLarge(OSError):
    """A file holds more than is read. `strerror` names the limit, so that it reads like any other OSError."""


def read(path: str | os.PathLike[str], most: int = LARGEST) -> bytes:
    """All bytes of a file. Raises FileTooLarge for one of more than `most` bytes, and OSError."""
    with open(path, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise FileTooLarge(errno.EFBIG, f"it holds more than {size_text(most)}, the most that is read", os.fspath(path))
    return data


def size_text(size: int) -> str:
    """A number of bytes for people."""
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB" if size >= 1 << 10 else f"{size} bytes"
