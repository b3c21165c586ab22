"""Notes of what a run has to undo: found by the next run where the one that wrote them has died, and only then."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from azext_iotdiag import journal

DIES = """
import os, sys
from pathlib import Path
from azext_iotdiag import journal
with journal.noting(Path(sys.argv[1]), "a-1") as note:
    note.write({"undo": 1})
    os._exit(9)
"""


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_is_undone_leaves_nothing(tmp_path: Path) -> None:
    with journal.noting(tmp_path / "notes", "a-1") as note:
        note.write({"undo": 1})
        assert stat.S_IMODE(note.path.stat().st_mode) == 0o600
        note.remove()
    assert names(tmp_path / "notes") == set()


def test_a_note_of_a_live_run_is_not_left_behind(tmp_path: Path) -> None:
    with journal.noting(tmp_path, "a-1") as note:
        note.write({"undo": 1})
        assert list(journal.left_behind(tmp_path, "a-")) == []
    assert [each.read() for each in journal.left_behind(tmp_path, "a-")] == [{"undo": 1}]


def test_a_note_of_a_run_that_died(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", DIES, str(tmp_path)], check=False, timeout=60)
    assert done.returncode == 9
    assert list(journal.left_behind(tmp_path, "b-")) == []
    for note in journal.left_behind(tmp_path, "a-"):
        assert note.name == "a-1" and note.read() == {"undo": 1} and note.written > 0
        note.remove()
    assert names(tmp_path) == set()


@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00"])
def test_what_is_no_note_of_ours_is_empty(tmp_path: Path, text: str) -> None:
    (tmp_path / "a-1.json").write_text(text)
    assert [note.read() for note in journal.left_behind(tmp_path, "a-")] == [{}]
    assert (tmp_path / "a-1.json").exists(), "what is not ours stays"
