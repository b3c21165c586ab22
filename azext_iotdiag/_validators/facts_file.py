"""A file with facts that `--facts` names: of a saved diagnosis, or of a script that ran elsewhere."""

from __future__ import annotations

import codecs

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag import bounded_files
from azext_iotdiag.model import facts_json, json_depth
from azext_iotdiag.model.facts_json import Loaded

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # so Windows PowerShell writes what is redirected


def read(path: str, most: int) -> Loaded:
    """The facts of a file of at most so many bytes. Raises InvalidArgumentValueError."""
    try:
        data = bounded_files.read(path, most)
        text = data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
        return facts_json.load(json_depth.loads(text))
    except OSError as error:
        raise InvalidArgumentValueError(f"--facts {path} cannot be read: {error.strerror or error}.") from None
    except facts_json.BadFacts as wrong:
        raise InvalidArgumentValueError(f"--facts {path}: {wrong}.") from None
    except ValueError as wrong:
        raise InvalidArgumentValueError(f"--facts {path} is not JSON: {wrong}.") from None
