"""A question on the terminal, before something is done that disturbs what runs."""

from __future__ import annotations

from azure.cli.core.azclierror import RequiredArgumentMissingError
from knack.prompting import NoTTYException, prompt_y_n


def asked(question: str, effect: str) -> bool:
    """Whether the answer is yes. Raises RequiredArgumentMissingError where nobody can be asked."""
    try:
        return prompt_y_n(question)
    except NoTTYException:
        raise RequiredArgumentMissingError(
            f"{effect}, and nobody can be asked here.", recommendation="Add --yes where that does no harm."
        ) from None
