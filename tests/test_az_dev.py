"""./az-dev runs the checkout's code, from any folder, and touches no settings but its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of another name, without a .venv."""
    folder = tmp_path / "a checkout"
    folder.mkdir()
    for name in ("az-dev", "setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, folder)
    shutil.copytree(CHECKOUT / "azext_iotdiag", folder / "azext_iotdiag", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def az_dev(checkout: Path, *arguments: str, config: Path | None = None) -> subprocess.CompletedProcess[str]:
    elsewhere = checkout.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    environment = os.environ | {"AZURE_CONFIG_DIR": str(config or elsewhere / "mine"), "HOME": str(elsewhere)}
    command = [str(checkout / "az-dev"), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=elsewhere, env=environment, timeout=120, check=False
    )


def test_without_a_venv_it_says_what_to_run(checkout: Path) -> None:
    run = az_dev(checkout, "version")
    assert run.returncode == 1
    assert "run make test or make demo first" in run.stderr


@pytest.mark.slow
def test_it_runs_this_code_with_settings_of_its_own(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)

    def faults() -> str:
        run = az_dev(checkout, "iot", "diag", "lab", "faults", "-o", "json")
        assert run.returncode == 0, run.stderr
        return run.stdout

    assert json.loads(faults()) != ["edited"]
    module = checkout / "azext_iotdiag" / "custom" / "lab.py"
    module.write_text("def faults(cmd):\n    return ['edited']\n", encoding="utf-8")
    assert json.loads(faults()) == ["edited"]
    assert (checkout / ".dev" / "azure").is_dir()
    assert not list((checkout.parent / "elsewhere").iterdir())
    in_lab = checkout / ".dev" / "azure" / "iot-diag" / "labs" / "x" / "azure"  # as `lab login` sets it
    assert az_dev(checkout, "iot", "diag", "lab", "faults", config=in_lab).returncode == 0
    assert (in_lab / "extensionIndex.json").exists()
