"""A program in a network namespace of its own: it has the loopback device, and reaches no real network and no DNS."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parents[2]


def in_a_namespace(program: str, *arguments: str, address: str = "", seconds: float = 60) -> Any:
    """What a Python program prints as its last line, which is JSON. `address` is one more of the loopback device.

    Skips the test where the system or this user has no network namespaces.
    """
    if not sys.platform.startswith("linux") or not (shutil.which("unshare") and shutil.which("ip")):
        pytest.skip("network namespaces are a thing of Linux, with unshare and ip")
    setup = "ip link set lo up && " + (f"ip addr add {address} dev lo && " if address else "")
    able = subprocess.run(["unshare", "-rn", "sh", "-c", setup + "true"], capture_output=True, timeout=seconds)
    if able.returncode:
        pytest.skip(f"this user may not make a network namespace: {able.stderr.decode().strip()[:200]}")
    run = ["unshare", "-rn", "sh", "-c", setup + 'exec "$0" -c "$@"', sys.executable, program, *arguments]
    done = subprocess.run(run, cwd=CHECKOUT, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
