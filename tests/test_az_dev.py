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
    for name in ("az-dev", "setup.py", "pyproject.toml", "README.md", "LICENSE", "Makefile"):
        shutil.copy(CHECKOUT / name, folder)
    (folder / ".ci").mkdir()
    shutil.copy(CHECKOUT / ".ci" / "pythons", folder / ".ci")
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


@pytest.fixture
def set_up(checkout: Path) -> Path:
    """The checkout, with a .venv whose Python is that of the tests."""
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return checkout


@pytest.mark.slow
def test_it_runs_this_code_with_settings_of_its_own(set_up: Path) -> None:
    checkout = set_up

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


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_one_command_logs_az_in_to_a_lab(set_up: Path) -> None:
    """As README says; what it starts is stopped by the command that it names."""
    of_make = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "VENV", "PYTHON"}  # of the make that runs the tests
    elsewhere = {
        name: text for name, text in os.environ.items() if not name.lower().endswith("_proxy") and name not in of_make
    }
    elsewhere |= {"HOME": str(set_up.parent / "home")}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, capture_output=True, text=True, cwd=set_up, env=elsewhere, timeout=120, check=False
        )

    try:
        for identity in ("service-principal", "managed-identity"):  # the second finds a lab that runs
            made = run("make", "-o", ".venv/.ready", "login", f"IDENTITY={identity}")
            assert made.returncode == 0, made.stderr
            told = json.loads(made.stdout)
            assert told["identity"] == identity and told["hub"] == "lab-hub.azure-devices.net"
            there = '. "$1"; exec ./az-dev iot diag device list -n lab-hub -o tsv --query device'
            listed = run("sh", "-c", there, "sh", told["environmentFile"])
            assert listed.stdout.split() == ["device-1", "device-2", "device-3"], listed.stderr
            assert "Asking lab-hub (resource group lab-group) with az's login" in listed.stderr
    finally:
        stopped = run("./az-dev", "iot", "diag", "lab", "stop", "-o", "json")
    assert json.loads(stopped.stdout)["stopped"] == ["lab"]
