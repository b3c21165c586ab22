"""A shell that finds a lab: its environment, and that of `lab login` where az is logged in to it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azext_iotdiag.lab.process import folder as files
from azext_iotdiag.lab.process import login
from azext_iotdiag.lab.process.errors import LabError

_POWERSHELL = "powershell.exe"


@dataclass(frozen=True)
class OpenedShell:
    """A shell before it runs. `logged_in` says whether az in it is the lab's."""

    name: str
    command: tuple[str, ...]
    variables: Mapping[str, str]
    logged_in: bool

    def run(self) -> int:
        """Run the shell until it ends, and return its exit code. Raises LabError where it cannot be started."""
        try:
            with _left_to_the_shell():
                return subprocess.run(self.command, env=dict(self.variables), check=False).returncode
        except OSError as error:
            raise LabError(
                f"The shell {self.command[0]!r} cannot be started: {error.strerror or error}.",
                "Name another one in the variable SHELL.",
            ) from None


def prepare(
    described: Mapping[str, Any],
    folder: Path,
    extensions: Mapping[str, str],
    environment: Mapping[str, str] = os.environ,
    system: str = os.name,
) -> OpenedShell:
    """The shell of a lab. `extensions` are the variables that tell az where its extensions are."""
    logged_in = (folder / files.LOGIN).exists()
    unset = login.UNSET if logged_in else ()
    own = login.environment(described, folder, extensions) if logged_in else described["environment"]
    kept = {name: value for name, value in environment.items() if name not in unset}
    return OpenedShell(str(described["name"]), command_of(environment, system), {**kept, **own}, logged_in)


def command_of(environment: Mapping[str, str], system: str = os.name) -> tuple[str, ...]:
    """The shell of this user. On Windows the one that az was called from: PowerShell adds a folder to its modules."""
    if system != "nt":
        return (environment.get("SHELL") or "/bin/sh",)
    if environment.get("PSModulePath", "").count(";") > 1:
        return (shutil.which("pwsh.exe") or _POWERSHELL, "-NoLogo")
    return (environment.get("COMSPEC") or "cmd.exe",)


@contextmanager
def _left_to_the_shell() -> Iterator[None]:
    """Ctrl-C is for the shell, and for what runs in it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)  # a function, which a new process does not inherit
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
