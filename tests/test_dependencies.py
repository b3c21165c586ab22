"""Where several extensions bring a library, ours wins for our commands; az's own always does."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from azext_iotdiag import dependencies


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An extension folder with decoys beside us; each folder holds a library of the same name that says whose it is."""
    folders = {"az": tmp_path / "site-packages"}
    folders |= {name: tmp_path / "cliextensions" / name for name in ("azure-iot", "iot-diag", "zebra")}
    for name, folder in folders.items():
        folder.mkdir(parents=True)
        (folder / "decoy_library.py").write_text(f"OWNER = {name!r}\n", encoding="utf-8")
    (folders["az"] / "decoy_library.py").unlink()
    own = folders["iot-diag"] / "azext_iotdiag"
    own.mkdir()
    monkeypatch.setattr(dependencies, "__file__", str(own / "dependencies.py"))
    monkeypatch.delitem(sys.modules, "decoy_library", raising=False)
    return {name: str(folder) for name, folder in folders.items()}


@pytest.mark.parametrize(("before", "after"), [
    ("az azure-iot iot-diag", "az iot-diag azure-iot"),
    ("az azure-iot iot-diag zebra", "az iot-diag azure-iot zebra"),
    ("az azure-iot zebra iot-diag", "az iot-diag azure-iot zebra"),
    ("azure-iot az iot-diag", "iot-diag azure-iot az"),
    ("az iot-diag azure-iot", "az iot-diag azure-iot"),
    ("az iot-diag", "az iot-diag"),
    ("az azure-iot", "az azure-iot"),
    ("az", "az"),
])  # fmt: skip
def test_order(installed: dict[str, str], monkeypatch: pytest.MonkeyPatch, before: str, after: str) -> None:
    monkeypatch.setattr(sys, "path", [installed[name] for name in before.split()])
    for _ in range(2):  # again changes nothing
        dependencies.prefer_own()
        assert sys.path == [installed[name] for name in after.split()]


def test_our_copy_is_imported(installed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    order = ("az", "azure-iot", "iot-diag")
    monkeypatch.setattr(sys, "path", [*sys.path, *(installed[name] for name in order)])
    dependencies.prefer_own()
    assert importlib.import_module("decoy_library").OWNER == "iot-diag"


def test_az_wins_over_all(installed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path(installed["az"], "decoy_library.py").write_text("OWNER = 'az'\n", encoding="utf-8")
    order = ("az", "azure-iot", "iot-diag")
    monkeypatch.setattr(sys, "path", [*(installed[name] for name in order), *sys.path])
    dependencies.prefer_own()
    assert importlib.import_module("decoy_library").OWNER == "az"


def test_our_part_of_a_namespace_that_az_has_begun(installed: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """azure.eventhub lies in the namespace `azure`, whose path az lengthens by each extension's part, in its order."""
    for name, folder in installed.items():
        part = Path(folder, "decoy_space", "eventhub.py")
        part.parent.mkdir()
        part.write_text(f"OWNER = {name!r}\n", encoding="utf-8")
    Path(installed["az"], "decoy_space", "eventhub.py").unlink()
    monkeypatch.setattr(sys, "path", [installed["az"], *sys.path])
    space = importlib.import_module("decoy_space")
    try:
        for name in ("azure-iot", "iot-diag"):  # as azure.cli.core.extension.operations.add_extension_to_path does
            sys.path.append(installed[name])
            space.__path__.append(str(Path(installed[name], "decoy_space")))
        dependencies.prefer_own()
        assert importlib.import_module("decoy_space.eventhub").OWNER == "iot-diag"
    finally:
        for name in ("decoy_space", "decoy_space.eventhub"):
            sys.modules.pop(name, None)
