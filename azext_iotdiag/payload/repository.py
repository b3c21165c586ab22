"""A folder laid out as a repository of device models, in which a DTMI names a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from azext_iotdiag import bounded_files
from azext_iotdiag.payload import terms
from azext_iotdiag.payload.json_text import read_json
from azext_iotdiag.payload.not_json import UNREAD, NotJson
from azext_iotdiag.payload.schema import ModelError


class Repository:
    """Finds models by their DTMI; give it to `read_model` as `resolve`.

    https://github.com/Azure/iot-plugandplay-models-tools/wiki/Resolution-Convention says which file a DTMI names.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)

    def __call__(self, identifier: str) -> Any:
        """The document of that DTMI, None where there is none. Raises ModelError for a file that is no JSON."""
        path = self._path(identifier)
        if path is None:
            return None
        for candidate in (path, path.with_suffix(".expanded.json")):
            try:
                return read_json(bounded_files.read(candidate).removeprefix(b"\xef\xbb\xbf"))
            except FileNotFoundError:
                continue
            except OSError as wrong:
                raise ModelError(f"{candidate} cannot be read: {wrong.strerror or wrong}") from None
            except NotJson as wrong:
                if wrong.value is UNREAD:
                    raise ModelError(f"{candidate} is not JSON: {wrong}") from None
                return wrong.value
        return None

    def looked(self, identifier: str) -> str:
        """Where a DTMI was looked for, in words."""
        return str(self._path(identifier) or f"{self.folder}, where only a DTMI names a file")

    def _path(self, identifier: str) -> Path | None:
        if not terms.DTMI.fullmatch(identifier):  # nothing else leads anywhere, least of all out of the folder
            return None
        return self.folder / (identifier.lower().replace(":", "/").replace(";", "-") + ".json")
