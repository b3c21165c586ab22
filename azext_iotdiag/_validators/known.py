"""Options that people know from azure-iot: each that was typed says what to use here."""

from __future__ import annotations

from azure.cli.core.azclierror import ArgumentUsageError
from knack.log import get_logger

from azext_iotdiag.known_options import KNOWN

logger = get_logger(__package__)


def judge(cmd, namespace):
    """Take these options out of a command's arguments. Raises ArgumentUsageError for one that means something else."""
    for name, each in KNOWN.get(cmd.name, {}).items():
        typed = getattr(namespace, name, None)
        if hasattr(namespace, name):
            delattr(namespace, name)  # the command does not know it
        if typed in (None, False):
            continue
        if each.refused:
            raise ArgumentUsageError(
                f"{each.options[0]} is an option of azure-iot, and not of this command.",
                recommendation=f"Here {each.advice}.",
            )
        logger.warning("%s has no effect: %s.", each.options[0], each.advice)
