"""A lab's folder: who can read it, and who holds it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time

import pytest

from azext_iotdiag.lab.process import folder

posix = pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights in another way")
RUNTIME = '{"pid": 1, "description": {}, "control": {"port": 1, "token": "t"}}'


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@posix
def test_only_the_user_can_read_whatever_the_umask(tmp_path, umask):
    labs = folder.labs_of(tmp_path / "azure")
    made = folder.make(labs, "lab")
    folder.write_private(made / "file", b"secret")
    with folder.lock(made):
        assert {path.name: mode(path) for path in made.iterdir()} == {"file": 0o600, "lock": 0o600}
    assert [mode(path) for path in (labs.parent, labs, made)] == [0o700] * 3


@posix
def test_a_folder_that_others_could_read_is_closed_to_them(tmp_path):
    labs = folder.labs_of(tmp_path)
    (labs / "lab").mkdir(parents=True)
    (labs / "lab").chmod(0o755)
    assert mode(folder.make(labs, "lab")) == 0o700


def test_a_file_is_replaced_whole_and_no_draft_stays(tmp_path):
    folder.write_private(tmp_path / "a", b"1" * 1000)
    folder.write_private(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"2"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_write_that_fails_leaves_no_draft(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(OSError):
        folder.write_private(tmp_path / "a", b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_names_are_those_with_a_runtime_file(tmp_path):
    assert folder.names(tmp_path / "none") == []
    for name in ("b", "a"):
        (folder.make(tmp_path, name) / folder.RUNTIME).write_text(RUNTIME)
    folder.make(tmp_path, "c")
    assert folder.names(tmp_path) == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "1", "{}", '{"control": 1}', "[" * 100_000, '{"pid": "1", "description": {}, "control": {}}',
     '{"pid": 1, "description": {}, "control": {"port": "x", "token": "t"}}', "\udcff"],
)  # fmt: skip
def test_a_damaged_runtime_file_is_as_none(tmp_path, text):
    (tmp_path / folder.RUNTIME).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert folder.read_runtime(tmp_path) is None


def test_a_runtime_file_is_read_and_forgotten(tmp_path):
    (tmp_path / folder.RUNTIME).write_text(RUNTIME)
    assert folder.read_runtime(tmp_path)["control"]["token"] == "t"
    folder.forget(tmp_path)
    folder.forget(tmp_path)
    assert folder.read_runtime(tmp_path) is None


def test_one_of_many_gets_the_lock(tmp_path):
    won, together, release = [], threading.Barrier(8), threading.Event()

    def start():
        together.wait(10)
        with folder.lock(tmp_path) as taken:
            won.append(taken)
            if taken:
                release.wait(10)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 10
    while len(won) < 8 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sorted(won) == [False] * 7 + [True]
    assert folder.is_locked(tmp_path)
    release.set()
    for thread in threads:
        thread.join(10)
    assert not folder.is_locked(tmp_path)


def test_the_lock_goes_with_its_process(tmp_path):
    code = (
        "import sys; from pathlib import Path; from azext_iotdiag.lab.process import folder\n"
        "with folder.lock(Path(sys.argv[1])) as taken: print(taken, flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "True\n"
        assert folder.is_locked(tmp_path)
    finally:
        holder.kill()
        holder.communicate(timeout=10)
    with folder.lock(tmp_path, seconds=10) as taken:
        assert taken


def test_no_folder_is_no_lock(tmp_path):
    assert not folder.is_locked(tmp_path / "none")
