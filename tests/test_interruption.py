"""What signals do to a process whose command has ended, in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
SCRIPT = """
import os, signal, time
from azext_iotdiag import interruption
for first, second in {rounds!r}:
    restore = interruption._handle()
    try:
        if first:
            os.kill(os.getpid(), first)
            time.sleep(10)
    except KeyboardInterrupt:
        pass
    restore()
    if second:
        os.kill(os.getpid(), second)
        time.sleep(10)
"""
INT, TERM, HUP = int(signal.SIGINT), int(signal.SIGTERM), int(signal.SIGHUP) if os.name != "nt" else 0


@pytest.mark.parametrize(("rounds", "code"), [
    ([(0, TERM)], -TERM), ([(TERM, 0)], 0), ([(TERM, TERM)], 130), ([(INT, TERM)], 130), ([(HUP, HUP)], 130),
    ([(INT, INT)], -INT), ([(TERM, 0), (TERM, 0), (0, 0)], 0), ([(TERM, 0), (TERM, TERM)], 130),
])  # fmt: skip
def test_a_signal_behind_the_first_changes_no_exit_code(rounds: list[tuple[int, int]], code: int) -> None:
    script = SCRIPT.format(rounds=rounds)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=30, check=False)
    assert done.returncode == code, done.stderr


FINALIZER = """
import os, signal, time
from azext_iotdiag import interruption

class Held:
    def __del__(self):
        os.kill(os.getpid(), {number})
        for _ in range(1000):  # Python handles a signal between two steps of a loop
            pass

interruption.GRACE_SECONDS = 0.2  # a signal that counts twice ends this process then
restore = interruption._handle()
try:
    held = Held()
    del held
    time.sleep(20)
except KeyboardInterrupt:
    print("interrupted")
    time.sleep(0.6)
restore()
"""


@pytest.mark.parametrize("number", [INT, TERM, HUP])
def test_an_interruption_that_a_finalizer_swallows_comes_again(number: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FINALIZER.format(number=number)], capture_output=True, timeout=15, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"interrupted\n", b"")


def test_what_else_a_finalizer_raises_is_still_shown() -> None:
    script = """
from azext_iotdiag import interruption
restore = interruption._handle()
class Held:
    def __del__(self):
        raise ValueError("odd")
Held()
restore()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=15, check=False)
    assert b"ValueError: odd" in done.stderr


WHILE_COMPILED = """
import os, signal, sys
from azext_iotdiag import interruption

class Cli:
    result = None
    def register_event(self, _name, handler):
        self.ended = handler
    def unregister_event(self, _name, _handler):
        pass

cli = Cli()
interruption.attend(cli)
interruption.attend(cli)  # az's loader and the validator both ask for it
try:
    exec("import time; os.kill(os.getpid(), signal.SIGTERM); time.sleep(20)")  # as dataclasses do
except KeyboardInterrupt:
    pass
cli.ended(cli)
sys.exit(4)
"""


def test_an_interruption_that_was_caught_leaves_the_exit_code_alone(tmp_path: Path) -> None:
    """Also where it came in code that Python compiled from a text, and `python -m` runs the program, as az is run."""
    (tmp_path / "interrupted.py").write_text(WHILE_COMPILED)
    path = os.pathsep.join([str(tmp_path), *sys.path])
    done = subprocess.run(
        [sys.executable, "-m", "interrupted"], capture_output=True, timeout=30, check=False,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (4, b"")
