"""A device's key or connection string in a file that only this user can read. Neither is ever printed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from azext_iotdiag import private_files
from azext_iotdiag.login import signing
from azext_iotdiag.login.errors import FileIsThere, FileNotWritten
from azext_iotdiag.model.target import Secret, Target


@dataclass(frozen=True)
class KeyFileAsked:
    """Which key goes into which file.

    `key_type` is primary or secondary. `key_alone` leaves out the rest of the connection string, and `overwrite` lets
    a file be replaced.
    """

    device: str
    file: str
    module: str = ""
    key_type: str = "primary"
    key_alone: bool = False
    overwrite: bool = False


def write(target: Target, asked: KeyFileAsked) -> None:
    """Read the key from the hub and write it. Raises LoginError.

    Without `overwrite`, a file that is there stays as it is.
    """
    judge(asked)
    keys = signing.registry_keys(target, asked.device, asked.module)
    key = keys[f"the {asked.key_type} key"]
    text = key if asked.key_alone else _string(target.hub, asked, key)
    path, data = Path(asked.file), text.reveal().encode("utf-8")
    try:
        (private_files.write_private if asked.overwrite else private_files.create_private)(path, data)
    except FileExistsError:
        raise FileIsThere(asked.file) from None
    except OSError as wrong:
        raise FileNotWritten(asked.file, wrong.strerror or str(wrong)) from None


def judge(asked: KeyFileAsked) -> None:
    """Raise LoginError where the file can be seen to be in the way, before the hub is asked."""
    path = Path(asked.file)
    if path.is_dir():
        raise FileNotWritten(asked.file, "it is a directory")
    if not path.parent.is_dir():
        raise FileNotWritten(asked.file, f"there is no directory {path.parent}")
    if not asked.overwrite and (path.exists() or path.is_symlink()):
        raise FileIsThere(asked.file)


def _string(hub: str, asked: KeyFileAsked, key: Secret) -> Secret:
    whose = f"DeviceId={asked.device}" + (f";ModuleId={asked.module}" if asked.module else "")
    return Secret(f"HostName={hub};{whose};SharedAccessKey={key.reveal()}")
