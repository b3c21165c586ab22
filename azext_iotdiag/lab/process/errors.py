"""What can go wrong with a lab from the outside. Each says what to do about it."""

from __future__ import annotations


class LabError(Exception):
    """A lab cannot do what was asked; `advice` says what to do, or is empty."""

    def __init__(self, message: str, advice: str = ""):
        super().__init__(message)
        self.advice = advice


class AlreadyRuns(LabError):
    """A lab of that name runs."""

    def __init__(self, name: str):
        super().__init__(
            f"A lab named {name!r} runs already.",
            f"Stop it with `az iot diag lab stop --name {name}`, or give another --name.",
        )


class NoSuchLab(LabError):
    """No lab of that name was started, or it was stopped."""


class LabUnanswered(LabError):
    """Nothing answers on a lab's control port, or something that is not this lab."""


class LabRefused(LabError):
    """The lab understood the request and does not do it."""


class FilesFailed(LabError):
    """The files of a lab cannot be read or written."""
