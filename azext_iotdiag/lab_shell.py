"""Whether the lab that a shell leads to is still there: read from the environment and the lab's own file.

`lab start` and `lab login` write files that a shell loads. When the lab has ended, or another one has its name, the
shell still leads to ports where nothing answers, or something else does.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LAB = "AZURE_IOTDIAG_LAB"  # FOLDER#INSTANCE
CA_VARIABLE = "REQUESTS_CA_BUNDLE"
RUNTIME = "lab.json"
_CONNECT_TO = "AZURE_IOTDIAG_CONNECT_TO"
_LABS = ("iot-diag", "labs")
_HOST = "127.0.0.1"
_SECONDS = 1.0


def name_for(folder: Path, instance: str) -> str:
    """The value of LAB for a lab."""
    return f"{folder}#{instance}"


def is_named(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the shell leads to a lab, as far as its variables tell."""
    return bool(environment.get(_CONNECT_TO))


def gone(environment: Mapping[str, str] = os.environ) -> tuple[str, str] | None:
    """The name of the lab and what became of it, "has ended" or "was restarted"; None where it is there, or none is."""
    folder, instance = _named(environment)
    if folder is None:
        return None
    runtime = _runtime(folder)
    if runtime is None:
        return folder.name, "has ended"
    if _is_another(runtime, instance, environment):
        return folder.name, "was restarted"
    return None if _listens(runtime) else (folder.name, "has ended")


def _named(environment: Mapping[str, str]) -> tuple[Path | None, str]:
    """The folder of the lab that the environment names, and the instance; None where it names none."""
    if not is_named(environment):
        return None, ""
    folder, _, instance = environment.get(LAB, "").rpartition("#")
    if folder:
        return Path(folder), instance
    bundle = Path(environment.get(CA_VARIABLE, ""))
    return (bundle.parent, "") if bundle.parts[-4:-2] == _LABS else (None, "")


def _runtime(folder: Path) -> dict[str, Any] | None:
    try:
        runtime = json.loads((folder / RUNTIME).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return runtime if isinstance(runtime, dict) else None


def _is_another(runtime: Mapping[str, Any], instance: str, environment: Mapping[str, str]) -> bool:
    """Whether the lab is another one than that of the shell. Without an instance the ports tell."""
    if instance:
        return bool(runtime.get("instance") != instance)
    described = runtime.get("description")
    own = described.get("environment", {}).get(_CONNECT_TO, "") if isinstance(described, dict) else ""
    return not set(str(own).split(",")) & set(environment[_CONNECT_TO].split(","))


def _listens(runtime: Mapping[str, Any]) -> bool:
    """Whether the lab's process takes connections: a lab that was killed leaves its file."""
    control = runtime.get("control")
    port = control.get("port") if isinstance(control, dict) else None
    if not isinstance(port, int):
        return False
    try:
        with socket.create_connection((_HOST, port), _SECONDS):
            return True
    except OSError:
        return False
