"""A lab as a process of its own: it comes up or says why not, is found, and ends, whatever became of it before."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

import pytest

from azext_iotdiag.lab.process import detached as process
from azext_iotdiag.lab.process import folder
from azext_iotdiag.lab.process.errors import AlreadyRuns, LabError, LabRefused, LabUnanswered, NoSuchLab
from azext_iotdiag.lab.process.hosting import Settings
from azext_iotdiag.lab.process.settings import BadSetting

posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture
def labs(tmp_path):
    """A folder for labs; whatever is started in it is ended."""
    path = folder.labs_of(tmp_path / "azure config")
    yield path
    for name in folder.names(path):
        process.stop(name, path)
    for made in path.glob("*"):
        with folder.lock(made, seconds=10) as free:
            assert free, f"{made.name} still runs"


def pid_of(labs, name="lab"):
    return folder.read_runtime(labs / name)["pid"]


def kill(labs, name="lab"):
    """End a lab as a crash would, and wait until it is gone."""
    os.kill(pid_of(labs, name), signal.SIGKILL)
    with folder.lock(labs / name, seconds=10) as free:
        assert free


def test_a_life(labs):
    described = process.start_detached(Settings(device_count=1, partition_count=2), labs)
    runtime = folder.read_runtime(labs / "lab")
    assert described == runtime["description"]
    assert runtime["pid"] != os.getpid()
    status = process.status("lab", labs, 3)
    assert {"version": 1, "name": "lab", "state": "running", "hub": described["hub"]}.items() <= status.items()
    assert status["environmentFile"] == described["environmentFile"]
    assert process.ask("lab", labs, "break", fault="unknown-ca") == {"fault": "unknown-ca", "parameters": {}}
    assert [fault["name"] for fault in process.status("lab", labs)["faults"]] == ["unknown-ca"]
    with pytest.raises(LabRefused):
        process.ask("lab", labs, "break", fault="nonsense")
    begun = time.monotonic()
    process.stop("lab", labs)
    assert time.monotonic() - begun < 5
    assert not folder.is_locked(labs / "lab")
    assert "unknown-ca starts" in (labs / "lab" / "lab.log").read_text()
    with pytest.raises(NoSuchLab):
        process.stop("lab", labs)


@posix
def test_modes_and_secrets_with_umask_0(labs):
    before = os.umask(0)
    try:
        process.start_detached(Settings(), labs)
    finally:
        os.umask(before)
    made = labs / "lab"
    assert {stat.S_IMODE(path.stat().st_mode) for path in (labs.parent, labs, made)} == {0o700}
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()}
    loaded = ("environment.sh", "environment.ps1", "environment.cmd")
    names = ("lab.json", "ca.pem", "ca-bundle.pem", *loaded, "lab.log", "lock")
    assert files == dict.fromkeys(names, 0o600)
    runtime = folder.read_runtime(made)
    process.stop("lab", labs)
    strings = json.dumps(runtime["description"]["connectionStrings"])
    keys = [part.split('"')[0].split(";")[0] for part in strings.split("SharedAccessKey=")[1:]]
    assert len(keys) == 4 + 3
    for path in made.iterdir():
        assert not [secret for secret in (*keys, runtime["control"]["token"]) if secret in path.read_text()]


@posix
def test_it_lives_in_a_session_of_its_own_and_holds_no_folder(labs):
    process.start_detached(Settings(), labs)
    pid = pid_of(labs)
    assert os.getsid(pid) == pid != os.getsid(0)


def test_who_starts_it_is_not_held_up_by_it(labs, tmp_path):
    """`az iot diag lab start --detach | cat` ends: the lab holds neither stdout nor stderr open."""
    code = (
        "import sys; from pathlib import Path; from azext_iotdiag.lab.process import detached, hosting\n"
        "print(detached.start_detached(hosting.Settings(), Path(sys.argv[1]))['name'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(labs)], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "lab\n"
    assert process.status("lab", labs)["state"] == "running"


def test_the_child_needs_nothing_but_our_own_path(labs, tmp_path, monkeypatch):
    """As under az: the extension's folder is on sys.path only, and the current folder is nobody's."""
    (tmp_path / "azext_iotdiag").mkdir()
    (tmp_path / "azext_iotdiag" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    (tmp_path / "asyncio.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), *sys.path])
    process.start_detached(Settings(), labs)


def test_a_second_start_is_refused_and_another_name_is_not(labs):
    first = process.start_detached(Settings(), labs)
    with pytest.raises(AlreadyRuns) as caught:
        process.start_detached(Settings(), labs)
    assert "lab stop --name lab" in caught.value.advice
    second = process.start_detached(Settings("other"), labs)
    assert first["endpoints"] != second["endpoints"]
    assert process.stop_all(labs) == ["lab", "other"]
    assert process.stop_all(labs) == []


def test_of_two_that_start_at_once_one_wins(labs):
    together, results = threading.Barrier(4), []

    def start():
        together.wait(10)
        try:
            results.append(process.start_detached(Settings(), labs)["name"])
        except LabError as error:
            results.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results.count("lab") == 1, results
    assert [type(result) for result in results if result != "lab"] == [AlreadyRuns] * 3
    assert process.status("lab", labs)["state"] == "running"


@posix
def test_one_that_died_says_so_and_hinders_nothing(labs):
    old = process.start_detached(Settings(), labs)
    kill(labs)
    with pytest.raises(LabUnanswered, match="has died") as caught:
        process.status("lab", labs)
    assert "lab start --name lab" in caught.value.advice
    new = process.start_detached(Settings(), labs)
    assert new["connectionStrings"] != old["connectionStrings"]
    kill(labs)
    process.stop("lab", labs)
    with pytest.raises(NoSuchLab):
        process.status("lab", labs)


@posix
def test_another_program_on_its_old_port_is_not_it(labs, monkeypatch):
    process.start_detached(Settings(), labs)
    port = folder.read_runtime(labs / "lab")["control"]["port"]
    kill(labs)
    monkeypatch.setattr(process, "ANSWER_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(LabUnanswered, match="has died"):
        process.status("lab", labs)


def test_another_lab_on_its_old_port_is_not_it(labs):
    for name in ("one", "two"):
        process.start_detached(Settings(name), labs)
    one, two = (folder.read_runtime(labs / name) for name in ("one", "two"))
    process.stop("one", labs)
    confused = {**one, "control": {**two["control"], "token": one["control"]["token"]}}
    folder.write_private(labs / "one" / folder.RUNTIME, json.dumps(confused).encode())
    with pytest.raises(LabUnanswered, match="has died"):
        process.status("one", labs)
    process.stop("one", labs)
    assert process.status("two", labs)["state"] == "running"


def wait_until_stopped(pid: int) -> None:
    """A signal is delivered some time after it was sent."""
    end = time.monotonic() + 10
    while not subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, check=True).stdout.startswith(
        b"T"
    ):
        assert time.monotonic() < end
        time.sleep(0.01)


@posix
def test_one_that_hangs_is_told_from_one_that_died_and_is_ended(labs, monkeypatch):
    monkeypatch.setattr(process, "ANSWER_SECONDS", 0.5)
    process.start_detached(Settings(), labs)
    os.kill(pid_of(labs), signal.SIGSTOP)
    try:
        wait_until_stopped(pid_of(labs))
        with pytest.raises(LabUnanswered, match="does not answer") as caught:
            process.find("lab", labs)
        assert "lab stop --name lab" in caught.value.advice
    finally:
        process.stop("lab", labs, seconds=4)
    assert not folder.is_locked(labs / "lab")


def test_one_on_another_machine_is_not_killed_here(labs):
    process.start_detached(Settings(), labs)
    runtime = folder.read_runtime(labs / "lab")
    elsewhere = {**runtime, "node": "elsewhere", "control": {**runtime["control"], "port": 1}}
    folder.write_private(labs / "lab" / folder.RUNTIME, json.dumps(elsewhere).encode())
    with pytest.raises(LabError, match="another machine"):
        process.stop("lab", labs, seconds=1)
    folder.write_private(labs / "lab" / folder.RUNTIME, json.dumps(runtime).encode())
    assert process.status("lab", labs)["state"] == "running"


@pytest.mark.parametrize("text", ["", "nonsense", "{}", '{"control": {"port": "x"}}'])
def test_a_damaged_file_is_a_lab_that_died(labs, text):
    folder.write_private(folder.make(labs, "lab") / folder.RUNTIME, text.encode())
    with pytest.raises(LabUnanswered, match="has died"):
        process.status("lab", labs)
    process.start_detached(Settings(), labs)
    assert process.status("lab", labs)["state"] == "running"


def test_none_at_all_names_the_next_command_and_the_others(labs):
    with pytest.raises(NoSuchLab, match="no lab named 'lab'") as caught:
        process.status("lab", labs)
    assert caught.value.advice == "Start it with `az iot diag lab start --name lab --detach`."
    process.start_detached(Settings("other"), labs)
    with pytest.raises(NoSuchLab) as caught:
        process.status("lab", labs)
    assert caught.value.advice.endswith("Others: other.")


@pytest.mark.parametrize("name", ["../lab", "", "LAB", "a/b"])
def test_a_bad_name_is_refused_before_anything_is_made(labs, name):
    for act in (
        lambda: process.start_detached(Settings(name), labs),
        lambda: process.status(name, labs),
        lambda: process.stop(name, labs),
    ):
        with pytest.raises(BadSetting):
            act()
    assert not labs.exists()


def test_one_that_cannot_come_up_says_why(labs):
    (folder.make(labs, "lab") / "ca.pem").mkdir()
    begun = time.monotonic()
    with pytest.raises(LabError, match="ended at once") as caught:
        process.start_detached(Settings(), labs)
    assert time.monotonic() - begun < 10
    assert "ca.pem" in str(caught.value)
    (labs / "lab" / "ca.pem").rmdir()


def test_one_that_comes_up_too_slowly_is_ended(labs, monkeypatch):
    monkeypatch.setattr(process, "_CHILD", "import time; time.sleep(60)")
    begun = time.monotonic()
    with pytest.raises(LabError, match=r"not get ready within 0.5 s"):
        process.start_detached(Settings(), labs, seconds=0.5)
    assert time.monotonic() - begun < 5


def test_one_whose_python_is_broken_says_so(labs, monkeypatch):
    monkeypatch.setattr(process, "_CHILD", "import nonsense_that_is_not_there")
    with pytest.raises(LabError, match="No module named 'nonsense_that_is_not_there'"):
        process.start_detached(Settings(), labs)


def test_the_log_starts_over_before_it_gets_too_long(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "_LOG_LIMIT", 1000)
    path = tmp_path / "lab.log"
    with open(folder.open_private(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "w") as file:
        handler = process._LogFile(file)
        for number in range(100):
            handler.emit(process.logging.LogRecord("lab", 20, "", 0, f"line {number} " + "x" * 90, None, None))
            assert path.stat().st_size <= 1200
    assert "line 99 " in path.read_text()
