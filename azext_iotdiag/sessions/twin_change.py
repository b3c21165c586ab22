"""A change of desired properties that is undone: at once, or by the next run where this one was killed.

The change is written only if the twin's etag is the one that was read. So it makes exactly the next version. What was
last written in that version is ours, and what someone else wrote later stays.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from azext_iotdiag import journal
from azext_iotdiag.clients.deadlines import usual
from azext_iotdiag.clients.hub import PRECONDITION_FAILED, Hub
from azext_iotdiag.journal import Note
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.target import Target
from azext_iotdiag.model.twin_test import Restoring
from azext_iotdiag.model.twin_testing import LeftoverKept, LeftoverRestored
from azext_iotdiag.streams import desired

PREFIX = "twin-"
TRIES = 5  # against others who write the same twin
SETTLED_SECONDS = 60.0  # after which the hub has carried out, or lost, whatever a dead run had asked for
_GONE = frozenset({Kind.MISSING})


class Twins(Protocol):
    """What reads and writes twins at a hub."""

    def twin(self, device: str, module: str = "") -> dict[str, Any]:
        """A twin."""

    def change_desired(self, device: str, module: str, patch: dict[str, Any], etag: str) -> dict[str, Any]:
        """Change desired properties where the etag fits, and return the twin."""


@dataclass(frozen=True)
class TwinChange:
    """A change of one desired property, and the patch that undoes it.

    `version` is that of the desired properties before, and `etag` that of the twin. The change makes version + 1.
    `made` tells that the hub has confirmed it.
    """

    hub: str
    device: str
    module: str
    name: str
    patch: Mapping[str, Any]
    undo: Mapping[str, Any]
    version: int
    etag: str
    made: bool = False

    @property
    def whose(self) -> str:
        """The device, or its module."""
        return f"{self.device}/{self.module}" if self.module else self.device


@dataclass(frozen=True)
class Undone:
    """What became of a change, and the version of the desired properties then."""

    restoring: Restoring
    version: int | None = None


def folder_of(config_folder: str | Path) -> Path:
    """Where the notes of an az configuration folder lie; nothing is made."""
    return journal.folder_of(config_folder, journal.CHANGED_TWINS)


def planned(hub: str, device: str, module: str, twin: Mapping[str, Any], patch: Mapping[str, Any]) -> TwinChange:
    """The change that a patch of one property will be to a twin that was read."""
    (name,) = patch
    old = _desired(twin)
    version = desired.version(twin) or 0
    return TwinChange(
        hub, device, module, name, patch, desired.undoing(old, patch), version, str(twin.get("etag") or "")
    )


def note_name() -> str:
    """The name of a new note."""
    return PREFIX + secrets.token_hex(8)


def written(change: TwinChange) -> dict[str, Any]:
    """The content of the note of a change."""
    return {"change": asdict(change)}


def undo(twins: Twins, change: TwinChange, *, in_flight: bool) -> Undone:
    """Undo a change. `in_flight` tells that the request for it may still be on its way. Raises StepFailed.

    Where the property is as it was, writing that once more keeps the late request out: it names an older etag.
    A change that the hub has not confirmed is known by its value, too.
    """
    for number in range(TRIES):
        twin = twins.twin(change.device, change.module)
        now = desired.version(twin)
        ours = desired.written_in(twin, change.name) == change.version + 1 and (
            change.made or desired.holds(_desired(twin), dict(change.patch))
        )
        untouched = now == change.version
        if not ours and not untouched:
            return Undone(Restoring.OVERTAKEN, now)
        if untouched and not in_flight:
            return Undone(Restoring.UNNEEDED, now)
        try:
            after = twins.change_desired(change.device, change.module, dict(change.undo), str(twin.get("etag") or ""))
            return Undone(Restoring.DONE, desired.version(after))
        except StepFailed as failed:
            if failed.failure.condition not in PRECONDITION_FAILED or number == TRIES - 1:
                raise
    raise AssertionError("the last try returns or raises")


def restore_at(target: Any, notes: Path, now: Callable[[], float], hear: Callable[[Any], None]) -> None:
    """Undo what killed runs left at the hub that a command has opened, if it has. `hear` gets what is done.

    `target` is what the command's validator made: a Target, or what holds one.
    """
    hub = _hub_of(target)
    if hub is not None:
        with closing(Hub(hub, now, patience=usual().patience)) as twins:
            for event in restore_left_behind(twins, hub.hub, notes, now()):
                hear(event)


def _hub_of(target: Any) -> Target | None:
    """The hub that was opened with a right of the user. With a device's own string alone there is none."""
    hub = target if isinstance(target, Target) else getattr(target, "hub", None)
    if not isinstance(hub, Target) or not hub.hub or (hub.credential is None and hub.authorization is None):
        return None
    return hub


def restore_left_behind(twins: Twins, hub: str, notes: Path, now: float) -> Iterator[LeftoverRestored | LeftoverKept]:
    """Undo the changes at this hub that killed runs left. `now` is in seconds since 1970."""
    for note in journal.left_behind(notes, PREFIX):
        change = _change_in(note, hub)
        if change is None:
            continue
        young = now - note.written < SETTLED_SECONDS
        try:
            done = undo(twins, change, in_flight=young)
        except StepFailed as failed:
            if failed.failure.kind in _GONE:  # the device is gone, and its twin with it
                note.remove()
                continue
            yield LeftoverKept(change.hub, change.whose, change.name, failed.failure)
            continue
        note.remove()
        if done.restoring is not Restoring.UNNEEDED:
            yield LeftoverRestored(change.whose, change.name, done.restoring)


def _change_in(note: Note, hub: str) -> TwinChange | None:
    """The change that a note holds, where it is one at this hub."""
    told = note.read().get("change")
    if not isinstance(told, dict) or told.get("hub") != hub:
        return None
    try:
        return TwinChange(**told)
    except TypeError:  # of another version of this tool
        return None


def expected(twin: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """What the device is expected to report of a patch to this twin."""
    return desired.expected(_desired(twin), patch)


def text(value: Any) -> str:
    """A value as JSON."""
    return json.dumps(value, ensure_ascii=False)


def before_of(twin: Mapping[str, Any], name: str) -> str:
    """The desired property as it is, as JSON; empty where there is none."""
    old = _desired(twin)
    return text(old[name]) if name in old else ""


def _desired(twin: Mapping[str, Any]) -> Mapping[str, Any]:
    found = (twin.get("properties") or {}).get("desired") if isinstance(twin.get("properties"), dict) else None
    return found if isinstance(found, dict) else {}
