"""What people typed to name recorded messages."""

from __future__ import annotations

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag.streams import files


def paths(file) -> tuple[str, ...]:
    """The files that `--file` means. Raises InvalidArgumentValueError for what cannot be read."""
    try:
        found = tuple(files.found(file))
    except OSError as wrong:
        raise InvalidArgumentValueError(f"--file {wrong.filename} cannot be read: {wrong.strerror}.") from None
    if not found:
        raise InvalidArgumentValueError(f"--file {' '.join(file)} holds no file.")
    return found
