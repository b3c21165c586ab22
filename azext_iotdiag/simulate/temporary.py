"""Identities that a rehearsal makes and deletes again: named so that people recognise them, and noted down before they
are made, so that the next run deletes what a killed one left behind.

A note (`journal`) holds no key.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from azext_iotdiag import journal
from azext_iotdiag.journal import Note
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.target import Secret

PREFIX = "iot-diag-simulate-"
WHY = "Made by az iot diag simulate --new-device; deleted when that ends."
SETTLED_SECONDS = 60.0  # after which the hub has carried out, or lost, whatever the dead run had asked for


class Registry(Protocol):
    """What makes and deletes identities at a hub."""

    def create_device(self, device: str, key: Secret, why: str) -> None:
        """Make an identity with this key."""

    def delete_device(self, device: str) -> bool:
        """Delete an identity; False where there is none."""


def folder_of(config_folder: str | Path) -> Path:
    """Where the notes of an az configuration folder lie; nothing is made."""
    return journal.folder_of(config_folder, "temporary-devices")


@contextmanager
def identity(registry: Registry, hub: str, notes: Path) -> Iterator[tuple[str, Secret]]:
    """A device of the hub with its key, which is deleted at the end. Raises what `registry` raises, and OSError."""
    device = PREFIX + secrets.token_hex(6)
    key = Secret(base64.b64encode(secrets.token_bytes(32)).decode("ascii"))
    with journal.noting(notes, device) as note:
        note.write({"hub": hub, "device": device})
        _create(registry, device, key, note)
        try:
            yield device, key
        finally:
            _delete(registry, device)
            note.remove()


def _delete(registry: Registry, device: str) -> None:
    """Delete the identity, once more where a signal breaks into that; a second signal gives it up."""
    try:
        registry.delete_device(device)
    except KeyboardInterrupt as interrupt:
        _delete_after(interrupt, registry, device)
        raise


def _delete_after(interrupt: KeyboardInterrupt, registry: Registry, device: str) -> bool:
    """Delete the identity after an interrupt, which is raised where that fails; the note then stays for the next run.

    Returns whether there was one.
    """
    try:
        return registry.delete_device(device)
    except Exception as wrong:
        raise interrupt from wrong


def _create(registry: Registry, device: str, key: Secret, note: Note) -> None:
    try:
        registry.create_device(device, key, WHY)
    except KeyboardInterrupt as interrupt:
        if _delete_after(
            interrupt, registry, device
        ):  # else the request may still be on its way; the next run looks again
            note.remove()
        raise
    except Exception as wrong:
        failure = getattr(wrong, "failure", None)
        if failure is not None and failure.kind in (Kind.UNAUTHORIZED, Kind.REFUSED):  # nothing was made
            note.remove()
        raise


def delete_leftovers(
    registry: Registry, hub: str, notes: Path, clock: Callable[[], float] = time.time
) -> Iterator[str]:
    """Delete the identities at this hub that killed runs left, and yield the id of each that was still there."""
    for note in journal.left_behind(notes, PREFIX):
        device = _device_in(note, hub)
        if not device:
            continue
        age = clock() - note.written
        if registry.delete_device(device):
            yield device
        elif age < SETTLED_SECONDS:
            continue  # what the dead run asked for may still be on its way
        note.remove()


def _device_in(note: Note, hub: str) -> str:
    """The device that a note names, where it is one of this hub, else nothing."""
    data = note.read()
    return note.name if data.get("hub") == hub and data.get("device") == note.name else ""
