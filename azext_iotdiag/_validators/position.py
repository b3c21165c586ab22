"""What people typed of the files that say how far a stream was read."""

from __future__ import annotations

import os
import time

from azure.cli.core.azclierror import FileOperationError, InvalidArgumentValueError, MutuallyExclusiveArgumentError

from azext_iotdiag.model.position import BadPosition

_ADVICE = "Leave out --position to begin with new messages, or give --since."


def judge(namespace):
    """The position to go on from, None without one. Judges --save-position, too."""
    options = {"--position": namespace.position, "--save-position": namespace.save_position}
    given = next((option for option, path in options.items() if path is not None), None)
    if given is not None and namespace.app_id is not None:
        raise MutuallyExclusiveArgumentError(
            f"{given} is for one hub, and --app-id reads all hubs behind an application.",
            recommendation="Leave out one of the two.",
        )
    if namespace.save_position is not None:
        _writable(namespace.save_position)
    if namespace.position is None:
        return None
    if namespace.since is not None:
        raise MutuallyExclusiveArgumentError(
            "--position and --since both say where to begin.", recommendation="Leave out one of the two."
        )
    from azext_iotdiag import position_file  # the first message does not wait for what few runs need

    try:
        return position_file.load(namespace.position, int(time.time() * 1000))
    except OSError as wrong:
        raise InvalidArgumentValueError(
            f"--position {namespace.position} cannot be read: {wrong.strerror}.",
            recommendation="--save-position of an earlier run writes it.",
        ) from None
    except BadPosition as wrong:
        raise InvalidArgumentValueError(f"--position {namespace.position}: {wrong}.", recommendation=_ADVICE) from None


def _writable(path):
    """Refuse a file that cannot be written, before anything is read."""
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.isdir(path):
        why = "it is a folder"
    elif not os.path.isdir(folder):
        why = f"there is no folder {folder}"
    elif not os.access(folder, os.W_OK):
        why = f"you may not write to the folder {folder}"
    else:
        return
    raise InvalidArgumentValueError(
        f"--save-position {path} cannot be written: {why}.", recommendation="Name a file in another place."
    )


def az_error(error):
    """What az tells of a position that does not fit what is read, or cannot be kept."""
    if isinstance(error, BadPosition):
        return InvalidArgumentValueError(f"--position: {error}.", recommendation=_ADVICE)
    return FileOperationError(f"--save-position: {error}.", recommendation="Name a file in another place.")
