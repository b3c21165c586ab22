"""The blobs of all storage accounts of a lab, in memory, and as files where the lab has a folder."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from azext_iotdiag.private_files import open_private

MOST_BYTES = 256 * 1024 * 1024  # of all blobs and blocks together
LONGEST_FILE_NAME = 200


class ContainerFull(Exception):
    """The lab keeps no more bytes."""


class BlobPlace(NamedTuple):
    """Where a blob is: the host of its account, its container and its name."""

    host: str
    container: str
    name: str


@dataclass(frozen=True)
class Blob:
    """A blob. `modified` is in seconds since 1970."""

    content: bytes
    kind: str
    modified: float
    etag: str = field(default_factory=lambda: f"0x{uuid.uuid4().hex[:15].upper()}")


@dataclass(frozen=True)
class Upload:
    """A file on its way: its id, whose it is, where it goes, and until when its address is valid."""

    id: str
    device: str
    place: BlobPlace
    expires: float


@dataclass
class Blobs:
    """All blobs, and the blocks of those that are on their way. `folder` is where files of them lie."""

    folder: Path | None = None
    blobs: dict[BlobPlace, Blob] = field(default_factory=dict)
    blocks: dict[BlobPlace, dict[str, bytes]] = field(default_factory=dict)

    def put(self, place: BlobPlace, blob: Blob) -> None:
        """Keep a blob, in place of an older one and of its blocks. Raises Full, and OSError where its file fails."""
        before = self.blobs.pop(place, None)
        try:
            self._make_room(len(blob.content))
        except ContainerFull:
            if before is not None:
                self.blobs[place] = before
            raise
        if self.folder is not None:
            _write(self.file(place), blob.content)
        self.blobs[place] = blob
        self.blocks.pop(place, None)

    def stage(self, place: BlobPlace, block: str, content: bytes) -> None:
        """Keep a block of a blob that is not complete. Raises Full."""
        self._make_room(len(content))
        self.blocks.setdefault(place, {})[block] = content

    def file(self, place: BlobPlace) -> Path:
        """The file of a blob, where the lab has a folder. Its name is the blob's, written so that it is one name."""
        assert self.folder is not None
        name = quote(place.name, safe=" ")
        if len(name) > LONGEST_FILE_NAME:
            name = f"{name[:LONGEST_FILE_NAME]}-{sha256(place.name.encode('utf-8', 'replace')).hexdigest()[:16]}"
        return self.folder / place.container / f"{name}"

    def _make_room(self, size: int) -> None:
        kept = sum(len(each.content) for each in self.blobs.values())
        staged = sum(len(each) for blocks in self.blocks.values() for each in blocks.values())
        if kept + staged + size > MOST_BYTES:
            raise ContainerFull(f"a lab keeps {MOST_BYTES} bytes of blobs")


def _write(path: Path, content: bytes) -> None:
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    with open(open_private(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb") as file:
        file.write(content)
