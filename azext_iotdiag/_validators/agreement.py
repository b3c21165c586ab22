"""A question on the terminal, before something is done that disturbs what runs."""

from __future__ import annotations

from azure.cli.core.azclierror import RequiredArgumentMissingError
from knack.prompting import NoTTYException, prompt_y_n
from knack.util import CLIError


def asked(question: str, effect: str) -> bool:
    """Whether the answer is yes. Raises RequiredArgumentMissingError where there is no terminal."""
    try:
        return prompt_y_n(question)
    except NoTTYException:
        raise RequiredArgumentMissingError(
            f"{effect}, and this is no terminal on which to ask you.", recommendation="Add --yes if that does no harm."
        ) from None


def confirm(question: str, effect: str) -> None:
    """Ask, and raise CLIError where the answer is no. Otherwise as `asked`."""
    if not asked(question, effect):
        raise CLIError("Nothing was changed.")
