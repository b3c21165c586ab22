"""The benchmarks are run by hand; that they and their lab still start, and that it sends, is seen here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
LAB = CHECKOUT / "benchmarks" / "lab.py"
KINDS = {"full": ("full", "10", "100"), "mixed": ("mixed", "10"), "trickle": ("trickle", "5")}
SECONDS = 30.0


def test_the_benchmarks_start_without_the_extension_at_hand(tmp_path: Path) -> None:
    """They measure the one that is installed, and must not need the checkout themselves."""
    ran = subprocess.run(
        [sys.executable, str(CHECKOUT / "benchmarks" / "run"), "nothing"], capture_output=True, text=True, cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"}, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert ran.returncode == 2, ran.stderr
    assert ran.stderr.startswith("There is no group nothing. There are: ")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_lab_of_the_benchmarks_starts_and_ends(kind: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, str(LAB), str(tmp_path), *KINDS[kind]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    try:
        described = json.loads(process.stdout.readline())
        assert described["entity"] and described["endpoints"]["amqps"]
        process.communicate(timeout=SECONDS)  # closes its standard input, which ends it
        assert process.returncode == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
