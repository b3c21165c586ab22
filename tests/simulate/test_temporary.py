"""Temporary identities: a run that is killed at any moment leaves none behind after the next, and none of others go."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from azext_iotdiag.simulate import temporary
from tests.simulate import dying
from tests.simulate.dying import Folder

POINTS = ("before-create", "after-create", "running", "before-delete", "after-delete")


@pytest.fixture
def hub(tmp_path):
    (tmp_path / "hub").mkdir()
    return Folder(tmp_path / "hub")


def devices(hub):
    return sorted(path.name for path in hub.path.iterdir())


def next_run(hub, notes, clock=time.time):
    left = list(temporary.delete_leftovers(hub, "h", notes, clock))
    with temporary.identity(hub, "h", notes):
        pass
    return left


def start(point, hub, notes):
    return subprocess.Popen(
        [sys.executable, dying.__file__, point, str(hub.path), str(notes)], stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip


def test_it_is_made_and_deleted(hub, tmp_path):
    notes = tmp_path / "iot-diag" / "notes"
    with temporary.identity(hub, "h", notes) as (name, key):
        assert devices(hub) == [name] and name.startswith(temporary.PREFIX)
        (note,) = notes.glob("*.json")
        assert stat.S_IMODE(note.stat().st_mode) == 0o600 and key.reveal() not in note.read_text()
    assert devices(hub) == [] and list(notes.iterdir()) == []


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_moment(hub, tmp_path, point):
    notes = tmp_path / "notes"
    process = start(point, hub, notes)
    try:
        assert process.stdout.readline().decode().strip() == point
        alive = devices(hub)
        assert list(temporary.delete_leftovers(hub, "h", notes)) == [], "it lives"
        assert devices(hub) == alive
    finally:
        process.kill()
        process.wait()
    left = next_run(hub, notes)
    assert left == alive and devices(hub) == []
    late = [note.stem for note in notes.glob("*.json")]
    for name in late:  # what the dead run had asked for is carried out only now
        (hub.path / name).touch()
    assert next_run(hub, notes) == late and devices(hub) == []
    later = time.time() + temporary.SETTLED_SECONDS + 1
    assert next_run(hub, notes, lambda: later) == []
    assert list(notes.iterdir()) == []


def test_what_is_of_another_hub_or_no_note_stays(hub, tmp_path):
    notes = tmp_path / "notes"
    process = start("running", hub, notes)
    process.stdout.readline()
    process.kill()
    process.wait()
    for name in ("iot-diag-simulate-1.json", "iot-diag-simulate-2.json"):
        (notes / name).write_text('{"hub": "h", "device": "pump-1"}' if name.endswith("1.json") else "nonsense")
    (hub.path / "pump-1").touch()
    assert list(temporary.delete_leftovers(hub, "other", notes)) == []
    assert len(devices(hub)) == 2
    assert len(next_run(hub, notes)) == 1
    assert devices(hub) == ["pump-1"]


@pytest.mark.parametrize("wrong", [KeyboardInterrupt, RuntimeError])
def test_it_goes_whatever_ends_the_run(hub, tmp_path, wrong):
    with pytest.raises(wrong), temporary.identity(hub, "h", tmp_path / "notes"):
        raise wrong
    assert devices(hub) == [] and list((tmp_path / "notes").iterdir()) == []


def test_ctrl_c_while_it_is_made(hub, tmp_path):
    def at(point):
        if point == "after-create":
            raise KeyboardInterrupt

    hub.at = at
    with pytest.raises(KeyboardInterrupt), temporary.identity(hub, "h", tmp_path / "notes"):
        pytest.fail("it was not made")
    assert devices(hub) == [] and list((tmp_path / "notes").iterdir()) == []


def test_a_hub_that_does_not_let_go_is_asked_again_by_the_next_run(hub, tmp_path):
    def at(point):
        if point == "before-delete":
            raise ConnectionError

    hub.at = at
    with pytest.raises(ConnectionError), temporary.identity(hub, "h", tmp_path / "notes"):
        pass
    hub.at = lambda point: None
    (name,) = devices(hub)
    assert next_run(hub, tmp_path / "notes") == [name] and devices(hub) == []
