"""What people install: the wheel, and az with it. Everything here runs outside the checkout, which az would import."""

from __future__ import annotations

import email
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from azext_iotdiag.insights.queries.catalogue import QUERIES
from tests.plugins import bare_python, decoy_extension
from tests.plugins import wheel as wheel_of_checkout

CHECKOUT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel_of_checkout.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def metadata(wheel: Path, names: list[str]) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        return email.message_from_bytes(archive.read(next(name for name in names if name.endswith("/METADATA"))))


def test_one_wheel_for_every_machine(wheel: Path, metadata: Message) -> None:
    assert wheel.name == f"iot_diag-{metadata['Version']}-py3-none-any.whl"


def test_the_scripts_for_other_machines_are_in_it(names: list[str]) -> None:
    scripts = {path.name for path in (CHECKOUT / "azext_iotdiag" / "probes" / "scripts").iterdir()}
    assert scripts == {"network.sh", "network.ps1"}
    assert {f"azext_iotdiag/probes/scripts/{name}" for name in scripts} <= set(names)


def test_the_texts_of_queries_are_in_it(names: list[str]) -> None:
    assert {f"azext_iotdiag/insights/queries/{name}.kql" for name in QUERIES} <= set(names)


def test_az_finds_one_extension_in_it(names: list[str]) -> None:
    assert {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")} == {"azext_iotdiag"}
    assert "azext_iotdiag/azext_metadata.json" in names


def test_every_source_file_is_in_it(names: list[str]) -> None:
    sources = {str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "azext_iotdiag").rglob("*.py")}
    assert sources == {name for name in names if name.endswith(".py")}


def test_metadata_is_what_an_index_asks_for(metadata: Message) -> None:
    assert metadata["Name"] == "iot-diag"
    assert metadata["License"] == "MIT" or metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.10"
    assert len(metadata["Summary"]) <= 140
    assert metadata["Summary"].endswith(".")
    assert "extension" not in metadata["Summary"]


def test_it_requires_only_what_is_pure_python_and_not_in_az(metadata: Message) -> None:
    required = {line.partition("<")[0].partition(">")[0] for line in metadata.get_all("Requires-Dist", [])}
    assert required == {"azure-eventhub", "h11", "jsonschema", "paho-mqtt", "wsproto"}


def test_a_preview_says_so(metadata: Message) -> None:
    about = json.loads((CHECKOUT / "azext_iotdiag" / "azext_metadata.json").read_text(encoding="utf-8"))
    assert about.get("azext.isPreview", False) is ("b" in metadata["Version"])
    assert "azext.maxCliCoreVersion" not in about


class Az:
    """az in a process and a folder of its own, with none of the variables that this test run gave its az and Python."""

    def __init__(self, folder: Path, python: str = sys.executable):
        self.folder = folder
        self._python = python
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "PYTHON"))}
        self.environment = inherited | {
            "AZURE_CONFIG_DIR": str(folder / "azure"),
            "AZURE_EXTENSION_DIR": str(folder / "extensions"),
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
        }

    def __call__(self, *arguments: str, **environment: str) -> str:
        command = [self._python, "-m", "azure.cli", *arguments]
        run = subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, env=self.environment | environment, timeout=240,
            check=False,
        )  # fmt: skip
        assert run.returncode == 0, f"az {' '.join(arguments)}\n{run.stdout}{run.stderr}"
        return run.stdout


@pytest.fixture(scope="module")
def az(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Az:
    """az with the wheel added to an empty extension folder."""
    az = Az(tmp_path_factory.mktemp("az"))
    az("extension", "add", "--source", str(wheel), "--yes")
    return az


def test_az_lists_the_installed_extension(az: Az, metadata: Message) -> None:
    (extension,) = json.loads(az("extension", "list"))
    assert (extension["name"], extension["version"]) == ("iot-diag", metadata["Version"])
    assert extension["path"] == str(az.folder / "extensions" / "iot-diag")


def test_the_installed_commands_answer(az: Az) -> None:
    assert "az iot diag lab faults" in az("iot", "diag", "lab", "faults", "-h")
    assert "--max-messages" in az("iot", "diag", "monitor", "events", "-h")
    assert "--body-kind" in az("iot", "diag", "simulate", "-h")


def test_az_finds_our_commands_in_its_index(az: Az) -> None:
    """Otherwise each command takes ten times as long: az then loads every command that it has."""
    az("iot", "diag", "lab", "faults", "-o", "json")
    index = json.loads((az.folder / "azure" / "extensionIndex.json").read_text(encoding="utf-8-sig"))
    assert index["commandIndex"]["iot"] == ["azext_iotdiag"]


def test_it_is_the_installed_code_that_answers(az: Az) -> None:
    assert "installed" not in json.loads(az("iot", "diag", "lab", "faults", "-o", "json"))
    module = az.folder / "extensions" / "iot-diag" / "azext_iotdiag" / "custom" / "lab.py"
    original = module.read_text(encoding="utf-8")
    module.write_text(f"{original}\n\ndef faults(cmd):\n    return ['installed']\n", encoding="utf-8")
    try:
        assert json.loads(az("iot", "diag", "lab", "faults", "-o", "json")) == ["installed"]
    finally:
        module.write_text(original, encoding="utf-8")


@pytest.fixture
def beside_another(az: Az, tmp_path: Path) -> Iterator[Az]:
    """az without the libraries that we need, and beside our extension another one that brings some of their names."""
    az = Az(az.folder, bare_python.make(tmp_path / "python"))
    decoy_extension.install(az.folder / "extensions")
    index = az.folder / "azure" / "extensionIndex.json"  # az's memory of which extension has which commands
    index.unlink(missing_ok=True)
    try:
        yield az
    finally:
        shutil.rmtree(az.folder / "extensions" / decoy_extension.NAME)
        index.unlink(missing_ok=True)


def test_our_commands_use_our_libraries_beside_an_extension_that_brings_its_own(beside_another: Az) -> None:
    """In the command, in what judges its arguments, and in the process that a command leaves behind."""
    az = beside_another
    names = [library.replace("/", ".") for library in decoy_extension.LIBRARIES]
    assert json.loads(az("iot", "decoy", "libraries")) == dict.fromkeys(names, decoy_extension.NAME)
    lab = json.loads(az("iot", "diag", "lab", "start", "--detach", "--name", "beside", "-o", "json"))  # h11 and wsproto
    try:
        strings, way = lab["connectionStrings"], lab["environment"]
        device = strings["devices"]["device-1"]
        sent = az(
            "iot", "diag", "simulate", "--message-count", "2", "--message-interval", "0", "-o", "json",
            AZURE_IOTDIAG_CONNECTION_STRING=device, **way,
        )  # fmt: skip
        assert json.loads(sent)["acknowledged"] == 2  # paho
        for options in (("--reader", "sdk"), ("--transport", "amqp_ws")):  # azure.eventhub; wsproto
            came = az(
                "iot", "diag", "monitor", "events", "--since", "1h", "--max-messages", "2", *options, "-o", "json",
                AZURE_IOTDIAG_LOGIN=strings["service"], **way,
            )  # fmt: skip
            assert len(came.splitlines()) == 2
    finally:
        az("iot", "diag", "lab", "stop", "--name", "beside")
    assert json.loads(az("iot", "decoy", "libraries")) == dict.fromkeys(names, decoy_extension.NAME)
