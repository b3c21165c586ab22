"""The folder of one lab: files that only this user can read, and the lock that one process holds while the lab lives.

lab.json        how to reach the lab, its control token included; written last, removed when it ends
environment.sh  for `. FILE` in a shell; beside it .ps1 for PowerShell and .cmd for cmd
azure, login.sh an az configuration that is logged in to the lab, and for `. FILE` to use it, in the same forms;
                removed when it ends
kept.json       what a lab keeps that was started with --keep, its keys included; removed by `lab stop --forget`
routed          the custom endpoints of the hub, a file each; removed when the lab ends
ca.pem, ca-bundle.pem, lab.log, lock: stay, because a shell may still name the first two in its environment
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from azext_iotdiag import private_files
from azext_iotdiag.lab.process import shells
from azext_iotdiag.private_files import open_private, write_private

__all__ = [
    "forget", "forget_kept", "fresh", "is_locked", "kept", "labs_of", "lock", "make", "names",
    "open_private", "read_runtime", "write_loaded", "write_private",
]  # fmt: skip

RUNTIME = "lab.json"
ENVIRONMENT = "environment.sh"
LOGIN = "login.sh"
AZURE = "azure"
CA = "ca.pem"
CA_BUNDLE = "ca-bundle.pem"
LOG = "lab.log"
KEPT = "kept.json"
ROUTED, UPLOADED = "routed", "uploaded"
_LABS = ("iot-diag", "labs")
_LOCK = "lock"


def labs_of(config_folder: str | Path) -> Path:
    """Where the labs of an az configuration folder lie; for the configuration within a lab, the labs around it.

    Nothing is made.
    """
    path = Path(config_folder).absolute()
    if path.name == AZURE and path.parts[-4:-2] == _LABS:
        return path.parent.parent
    return path.joinpath(*_LABS)


def make(labs: Path, name: str) -> Path:
    """The folder of a lab, made where it is missing, with mode 700. Raises OSError."""
    labs.parent.parent.mkdir(parents=True, exist_ok=True)
    folder = labs / name
    for path in (labs.parent, labs, folder):
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700)
    return folder


def names(labs: Path) -> list[str]:
    """The labs that were started and not stopped, whether or not they still live."""
    return sorted(path.parent.name for path in labs.glob(f"*/{RUNTIME}"))


def read_runtime(folder: Path) -> dict[str, Any] | None:
    """What lab.json holds, or None where there is none or it cannot be understood."""
    try:
        runtime = json.loads((folder / RUNTIME).read_bytes())
        control = runtime["control"]
        understood = isinstance(runtime["description"], dict) and isinstance(runtime["pid"], int)
        understood = understood and isinstance(control["port"], int) and isinstance(control["token"], str)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return runtime if understood else None


def write_loaded(file: Path, title: str, variables: Mapping[str, str], unset: Sequence[str] = ()) -> None:
    """Write what shells load: a file of each form, under the name of `file` with another suffix. Raises OSError."""
    for suffix, shell in shells.SHELLS.items():
        write_private(file.with_suffix(suffix), shells.script(shell, title, variables, unset))


def forget(folder: Path) -> None:
    """Remove what tells how to reach the lab. Raises OSError."""
    loaded = [(folder / name).with_suffix(form) for name in (ENVIRONMENT, LOGIN) for form in shells.SHELLS]
    for path in (folder / RUNTIME, *loaded):
        path.unlink(missing_ok=True)
    for name in (AZURE, ROUTED, UPLOADED):
        if (folder / name).exists():
            shutil.rmtree(folder / name)


def fresh(path: Path) -> Path:
    """A folder of a lab, without what a lab left there that died. Raises OSError."""
    if path.exists():
        shutil.rmtree(path)
    return path


def kept(folder: Path) -> list[Path]:
    """The files of what a lab kept, those that were set aside included."""
    return sorted(folder.glob(f"{Path(KEPT).stem}*.json"))


def forget_kept(folder: Path) -> None:
    """Remove what a lab kept. Raises OSError."""
    for path in kept(folder):
        path.unlink(missing_ok=True)


@contextmanager
def lock(folder: Path, *, seconds: float = 0) -> Iterator[bool]:
    """Try for `seconds` to take the lab's lock; yields whether that worked, and lets go of it afterwards."""
    with private_files.lock(folder / _LOCK, seconds=seconds) as taken:
        yield taken


def is_locked(folder: Path) -> bool:
    """Whether a process holds the lab's lock."""
    if not (folder / _LOCK).exists():
        return False
    with lock(folder) as free:
        return not free
