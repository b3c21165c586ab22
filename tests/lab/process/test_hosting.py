"""A lab in a thread of this process, and a lab as a command that runs until a signal."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading

import pytest

from azext_iotdiag.lab.faults.active import BadFault
from azext_iotdiag.lab.process import control, folder, hosting
from azext_iotdiag.lab.process.errors import AlreadyRuns
from azext_iotdiag.lab.process.hosting import Settings
from azext_iotdiag.lab.process.settings import BadSetting
from tests.plugins.lab_fixture import open_lab

posix = pytest.mark.skipif(os.name != "posix", reason="signals and file modes of POSIX")


async def wait(stream, _state):
    await stream.read()


STAND_INS = {"amqp": wait, "mqtt": wait}

FOREGROUND = """
import json, sys
from pathlib import Path
from azext_iotdiag.lab.process import hosting
def show(described): print(json.dumps(described), flush=True)
def say(line): print(line, file=sys.stderr, flush=True)
hosting.run(hosting.Settings(sys.argv[2]), Path(sys.argv[1]), ready=show, say=say)
print("over", flush=True)
"""


def test_the_fixture_is_a_lab(lab):
    assert lab.description["hub"] == "lab-hub.azure-devices.net"
    assert lab.break_("connection-dropped", after=2)["parameters"] == {"after": 2, "times": 1}
    assert [fault["name"] for fault in lab.status()["faults"]] == ["connection-dropped"]
    assert lab.mend() == {"mended": ["connection-dropped"]}
    assert lab.call(lambda: len(lab.state.hub.devices)) == 3
    with pytest.raises(BadFault):
        lab.break_("nonsense")


def test_a_lab_leaves_neither_thread_nor_secret(tmp_path):
    before = set(threading.enumerate())
    with open_lab(tmp_path, services=STAND_INS, device_count=7) as lab:
        labs = folder.labs_of(tmp_path)
        runtime = folder.read_runtime(labs / "lab")
        assert runtime["description"] == lab.description
        assert control.ask(runtime["control"], "status")["counts"]["connections"] == 0
        assert len(lab.description["connectionStrings"]["devices"]) == 7
        key = lab.state.hub.policies["service"].primary.reveal()
        token = runtime["control"]["token"]
    assert set(threading.enumerate()) == before
    left = {path.name: path.read_text() for path in (labs / "lab").iterdir()}
    assert set(left) == {"ca.pem", "ca-bundle.pem"}
    assert not [name for name, text in left.items() if key in text or token in text]


@posix
def test_every_file_is_the_users_alone_even_with_umask_0(tmp_path):
    before = os.umask(0)
    try:
        with open_lab(tmp_path, services=STAND_INS):
            made = folder.labs_of(tmp_path) / "lab"
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()}
            loaded = ("environment.sh", "environment.ps1", "environment.cmd")
            assert modes == dict.fromkeys(("ca.pem", "ca-bundle.pem", *loaded, "lab.json"), 0o600)
            assert stat.S_IMODE(made.stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_a_lab_ends_also_when_the_test_fails(tmp_path):
    before = set(threading.enumerate())
    with pytest.raises(ZeroDivisionError), open_lab(tmp_path, services=STAND_INS):
        raise ZeroDivisionError
    assert set(threading.enumerate()) == before


def test_a_lab_that_cannot_start_says_why(tmp_path):
    with pytest.raises(BadSetting), open_lab(tmp_path, partition_count=0):
        pass
    (tmp_path / "iot-diag" / "labs" / "lab" / "ca.pem").mkdir(parents=True)
    with pytest.raises(OSError), open_lab(tmp_path, services=STAND_INS):
        pass
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lab ")]


def test_two_labs_do_not_collide(tmp_path):
    with open_lab(tmp_path, name="one", services=STAND_INS) as one:
        with open_lab(tmp_path, name="two", services=STAND_INS) as two:
            ports = {**one.running.ports}, {**two.running.ports}
            assert not set(ports[0].values()) & set(ports[1].values())
            one.break_("token-refused")
            assert two.status()["faults"] == []
            assert folder.names(folder.labs_of(tmp_path)) == ["one", "two"]
        assert one.status()["faults"]


def test_lines_tell_what_happens_and_end(tmp_path):
    with open_lab(tmp_path, services=STAND_INS) as lab:
        lab.break_("unknown-ca")
        lab.leave()
        (line,) = lab.lines()
    assert line.endswith("Fault: unknown-ca starts.")


def test_a_name_that_is_taken_is_refused(tmp_path):
    labs = folder.labs_of(tmp_path)
    with folder.lock(folder.make(labs, "lab")), pytest.raises(AlreadyRuns) as caught:
        hosting.run(Settings(), labs, ready=pytest.fail, say=pytest.fail)
    assert "lab stop --name lab" in caught.value.advice


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_lab_in_the_foreground_ends_with_a_signal(tmp_path, number):
    labs = folder.labs_of(tmp_path)
    command = [sys.executable, "-c", FOREGROUND, str(labs), "front"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        described = json.loads(process.stdout.readline())
        control.ask(folder.read_runtime(labs / "front")["control"], "break", fault="unknown-ca")
        assert "unknown-ca starts" in process.stderr.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    finally:
        process.kill()
        process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "over\n", "")
    assert described["name"] == "front"
    assert folder.names(labs) == []
