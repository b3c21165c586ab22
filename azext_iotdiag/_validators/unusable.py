"""What az says of a model or a schema that cannot be used."""

from __future__ import annotations

from azure.cli.core.azclierror import InvalidArgumentValueError


def model(wrong: Exception, option: str = "--model") -> InvalidArgumentValueError:
    """The error for a ModelError, or what else is wrong with what an option named."""
    advice = "--model-repo names the folder in which other interfaces are found by their DTMI."
    return InvalidArgumentValueError(
        f"{option}: {wrong}.", recommendation=advice if getattr(wrong, "missing", "") else None
    )
