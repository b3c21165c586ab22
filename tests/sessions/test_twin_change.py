"""What a killed run has changed is undone by the next run, if it is still what that run has made it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag import commands, journal
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.twin_test import Restoring
from azext_iotdiag.model.twin_testing import LeftoverKept, LeftoverRestored
from azext_iotdiag.sessions import twin_change
from tests.sessions.twin_hub import TwinHub, failing

NOW = 1_800_000_000.0


def killed(hub: TwinHub, notes: Path, *, sent: bool, host: str = "h", age: float = 0.0) -> None:
    """What a run leaves that is killed after its note, and perhaps after its change."""
    change = twin_change.planned(host, "d", "", hub.twin("d"), {"interval": 30})
    with journal.noting(notes, twin_change.note_name()) as note:
        note.write(twin_change.written(change))
        os.utime(note.path, (NOW - age, NOW - age))
        if sent:
            hub.change_desired("d", "", dict(change.patch), change.etag)


def restored(hub: TwinHub, notes: Path, host: str = "h") -> list[Any]:
    return list(twin_change.restore_left_behind(hub, host, notes, NOW))


def notes_in(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("*.json")]


@pytest.fixture
def hub() -> TwinHub:
    made = TwinHub()
    made.set(interval=60)
    return made


def test_what_someone_else_wrote_in_the_place_of_the_change_stays(hub: TwinHub, tmp_path: Path) -> None:
    """It made the version that the change would have made."""
    killed(hub, tmp_path, sent=False)
    hub.set(interval=99)
    assert restored(hub, tmp_path) == [LeftoverRestored("d", "interval", Restoring.OVERTAKEN)]
    assert hub.desired == {"interval": 99}


@pytest.mark.parametrize("age", [0.0, 100_000.0])
def test_a_change_that_was_made(hub: TwinHub, tmp_path: Path, age: float) -> None:
    killed(hub, tmp_path, sent=True, age=age)
    assert restored(hub, tmp_path) == [LeftoverRestored("d", "interval", Restoring.DONE)]
    assert hub.desired == {"interval": 60} and not notes_in(tmp_path)
    assert restored(hub, tmp_path) == []


def test_a_change_that_may_be_on_its_way_is_kept_out(hub: TwinHub, tmp_path: Path) -> None:
    killed(hub, tmp_path, sent=False, age=59)
    before = hub.device.twin.etag
    restored(hub, tmp_path)
    assert hub.device.twin.etag != before and hub.desired == {"interval": 60} and not notes_in(tmp_path)


def test_a_change_that_was_never_made_is_forgotten(hub: TwinHub, tmp_path: Path) -> None:
    killed(hub, tmp_path, sent=False, age=61)
    writes = hub.writes
    assert restored(hub, tmp_path) == [] and hub.writes == writes and not notes_in(tmp_path)


def test_what_someone_else_wrote_since_stays(hub: TwinHub, tmp_path: Path) -> None:
    killed(hub, tmp_path, sent=True)
    hub.set(interval=99)
    assert restored(hub, tmp_path) == [LeftoverRestored("d", "interval", Restoring.OVERTAKEN)]
    assert hub.desired == {"interval": 99} and not notes_in(tmp_path)


def test_a_note_of_another_hub_is_left_alone(hub: TwinHub, tmp_path: Path) -> None:
    killed(hub, tmp_path, sent=True, host="another")
    assert restored(hub, tmp_path) == [] and hub.desired == {"interval": 30} and notes_in(tmp_path)


def test_a_note_of_a_live_run_is_left_alone(hub: TwinHub, tmp_path: Path) -> None:
    change = twin_change.planned("h", "d", "", hub.twin("d"), {"interval": 30})
    with journal.noting(tmp_path, twin_change.note_name()) as note:
        note.write(twin_change.written(change))
        hub.change_desired("d", "", dict(change.patch), change.etag)
        assert restored(hub, tmp_path) == [] and hub.desired == {"interval": 30}


@pytest.mark.parametrize(("kind", "kept"), [(Kind.UNAUTHORIZED, True), (Kind.SILENT, True), (Kind.MISSING, False)])
def test_a_hub_that_does_not_let_it_be_restored(hub: TwinHub, tmp_path: Path, kind: Kind, kept: bool) -> None:
    """The twin of a device that is gone is gone, too."""
    killed(hub, tmp_path, sent=True)
    hub.read = failing(kind)
    found = restored(hub, tmp_path)
    assert [type(each) for each in found] == ([LeftoverKept] if kept else []) and bool(notes_in(tmp_path)) is kept


@pytest.mark.parametrize("text", ["{}", "[]", '{"change": 1}', '{"change": {"hub": "h"}}', "not JSON"])
def test_what_is_no_note_of_ours_is_left_alone(hub: TwinHub, tmp_path: Path, text: str) -> None:
    (tmp_path / f"{twin_change.PREFIX}1.json").write_text(text)
    assert restored(hub, tmp_path) == [] and notes_in(tmp_path)


def test_the_loader_looks_where_notes_are(tmp_path: Path) -> None:
    """It names the folder itself, so that a command without notes loads nothing."""
    assert twin_change.folder_of(tmp_path) == Path(tmp_path, *commands.CHANGED_TWINS)
