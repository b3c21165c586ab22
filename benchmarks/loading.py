"""What `az iot ...` pays for this extension at each start: the import of its loader."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from figure import Figure

ROUNDS = 21
BAR_MS = 5.0
PROGRAM = """
import sys, time
import azure.cli.core.commands.command_operation, azure.cli.core.commands.parameters
sys.path.insert(0, sys.argv[1])
began = time.perf_counter()
import azext_iotdiag
print(time.perf_counter() - began, azext_iotdiag.COMMAND_LOADER_CLS.__name__)
"""


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """The median of fresh processes that have az's own modules already."""
    place = os.path.join(environment["AZURE_EXTENSION_DIR"], "iot-diag")
    times = []
    for _ in range(ROUNDS):
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, place], capture_output=True, text=True, cwd=folder, env=dict(environment),
            check=True,
        )  # fmt: skip
        times.append(float(ran.stdout.split()[0]) * 1000)
    took = median(times)
    return [Figure("import of the loader, ms", f"{took:.2f}", "-", took, BAR_MS)]
