"""The wheel of this checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
INPUT = ("setup.py", "pyproject.toml", "README.md", "LICENSE", "azext_iotdiag")


def build(folder: Path) -> Path:
    """Build the wheel from a copy, so that nothing old gets into it and nothing new into the checkout."""
    source = folder / "source"
    source.mkdir()
    for name in INPUT:
        if (CHECKOUT / name).is_dir():
            shutil.copytree(CHECKOUT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(CHECKOUT / name, source)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = folder.glob("*.whl")
    return built
