"""An extension of az that does nothing: the floor under what any extension costs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import process

SOURCE = Path(__file__).parent / "noop_extension"


def install(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Build and install the other extension; returns the environment in which az has it and not ours."""
    place = folder / "noop"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(SOURCE, place / "source")
    alone = {**environment, "AZURE_CONFIG_DIR": str(place / "azure"), "AZURE_EXTENSION_DIR": str(place / "extensions")}
    build = [sys.executable, "setup.py", "-q", "bdist_wheel", "--dist-dir", str(place / "dist")]
    subprocess.run(build, cwd=place / "source", env=alone, check=True, capture_output=True)
    (wheel,) = (place / "dist").glob("*.whl")
    add = process.az("extension", "add", "--source", str(wheel), "--yes")
    subprocess.run(add, cwd=folder, env=alone, check=True, capture_output=True)
    return alone
