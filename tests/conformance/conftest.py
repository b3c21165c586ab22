"""Where other people's clients are. Without them a test is skipped; with IOTDIAG_REQUIRE_CLIENTS=1 it fails instead."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent


@pytest.fixture(scope="session")
def clients_python() -> str:
    """A Python that has azure-iot-device and azure-eventhub: IOTDIAG_CLIENTS_PYTHON, or what `make test` set up."""
    python = os.environ.get("IOTDIAG_CLIENTS_PYTHON") or str(CHECKOUT / ".venv-clients" / "bin" / "python")
    if not Path(python).exists():
        absent(f"no Python with azure-iot-device: {python}")
    return python


@pytest.fixture(scope="session")
def azure_iot_hub(clients_python: str) -> str:
    """The same Python, where azure-iot-hub and uamqp are in it, too; there are wheels for some machines only."""
    asked = "import platform as p, sys; print(sys.platform, p.machine().lower(), sys.version_info[1], p.libc_ver()[0])"
    told = subprocess.run([clients_python, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
    system, machine, minor, *libc = told.stdout.split()
    if (system, machine) not in (("linux", "x86_64"), ("win32", "amd64")) or int(minor) > 13:
        pytest.skip(f"uamqp has no wheel for {told.stdout.strip()}")
    if system == "linux" and libc != ["glibc"]:
        pytest.skip("uamqp has no wheel for this C library")
    looked = subprocess.run([clients_python, "-c", "import azure.iot.hub, uamqp"], capture_output=True, timeout=60)
    if looked.returncode:
        absent(f"no azure-iot-hub in {clients_python}: {looked.stderr.decode().splitlines()[-1:]}")
    return clients_python


@pytest.fixture(scope="session")
def node_modules() -> str:
    """A folder with rhea and the npm SDKs: IOTDIAG_CLIENTS_NODE_MODULES, or what `make test` set up where node is."""
    folder = os.environ.get("IOTDIAG_CLIENTS_NODE_MODULES") or str(HERE / "node" / "node_modules")
    if not Path(folder, "rhea").is_dir():
        absent(f"no npm packages: {folder}")
    try:
        subprocess.run(["node", "--version"], capture_output=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        absent(f"node does not run: {error}")
    return folder


@pytest.fixture(scope="session")
def azure_iothub(node_modules: str) -> str:
    """The same folder, where the service's client is in it, too."""
    if not Path(node_modules, "azure-iothub").is_dir():
        absent(f"no npm azure-iothub: {node_modules}")
    return node_modules


@pytest.fixture(scope="session")
def device_transports(node_modules: str) -> str:
    """The same folder, where all transports of the npm device SDK are in it, too."""
    for name in ("azure-iot-device-amqp", "azure-iot-device-http"):
        if not Path(node_modules, name).is_dir():
            absent(f"no npm {name}: {node_modules}")
    return node_modules


def absent(what: str) -> NoReturn:
    if os.environ.get("IOTDIAG_REQUIRE_CLIENTS") == "1":
        pytest.fail(what)
    pytest.skip(what)
