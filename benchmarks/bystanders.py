"""What others pay for this extension: instructions of az's own commands with it installed and without.

Without it an extension that does nothing is installed, because az loads a library of its own for the first one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import noop
import process
from figure import Figure

BAR = 1.01
COMMANDS = (("version",), ("group", "list", "-h"))


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Count each command once on both sides; everything az keeps for later has been written before."""
    without = noop.install(folder, {**environment, "PYTHONHASHSEED": "0"})
    extensions = folder / "both"
    extensions.mkdir(exist_ok=True)
    for name, place in (("noop", without["AZURE_EXTENSION_DIR"]), ("iot-diag", environment["AZURE_EXTENSION_DIR"])):
        if not (extensions / name).exists():
            os.symlink(Path(place) / name, extensions / name)
    both = {**without, "AZURE_CONFIG_DIR": str(folder / "both-azure"), "AZURE_EXTENSION_DIR": str(extensions)}
    found = []
    for words in COMMANDS:
        command = process.az(*words)
        counts = []
        for side in (both, without):
            process.run(command, folder, side)
            process.run(command, folder, side)
            counts.append(process.instructions(command, folder, side))
        found += process.counted(f"az {' '.join(words)} with and without", *counts, BAR)
    return found
