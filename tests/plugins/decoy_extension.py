"""An extension like azure-iot beside ours: it sorts before us, and brings libraries of the names that we need."""

from __future__ import annotations

from pathlib import Path

NAME = "azure-iot"
# Every library that setup.py asks for and az does not bring; none of the decoys can do anything but say whose it is.
LIBRARIES = ("azure/eventhub", "h11", "paho", "wsproto")
LOADER = """
from azure.cli.core import AzCommandsLoader
from azure.cli.core.commands import CliCommandType


class Loader(AzCommandsLoader):
    def load_command_table(self, args):
        here = CliCommandType(operations_tmpl="azext_iot#{}")
        with self.command_group("iot decoy", custom_command_type=here) as group:
            group.custom_command("libraries", "libraries")
        return self.command_table

    def load_arguments(self, command):
        pass


def libraries():
    import importlib

    return {name: getattr(importlib.import_module(name), "OWNER", "?") for name in %r}


COMMAND_LOADER_CLS = Loader
"""


def install(extensions: Path) -> None:
    """Put it into a folder of extensions."""
    folder = extensions / NAME
    package = folder / "azext_iot"
    package.mkdir(parents=True)
    names = tuple(library.replace("/", ".") for library in LIBRARIES)
    (package / "__init__.py").write_text(LOADER % (names,), encoding="utf-8")
    (package / "azext_metadata.json").write_text('{"azext.minCliCoreVersion": "2.70.0"}', encoding="utf-8")
    information = folder / "azure_iot-0.31.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: azure-iot\nVersion: 0.31.0\n", encoding="utf-8")
    for library in LIBRARIES:
        (folder / library).mkdir(parents=True)
        (folder / library / "__init__.py").write_text(f"OWNER = {NAME!r}\n", encoding="utf-8")
