"""What signals do to a process whose command has ended, in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

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
