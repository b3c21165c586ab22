"""What people typed for `tally merge`, and what az says of files that hold no results."""

from __future__ import annotations

import os

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag._validators.validate import judge_output

_ADVICE = "Keep what each copy writes: az iot diag validate messages … -o json > copy-1.jsonl"


def merge(_cmd, namespace):
    """Judge the arguments of `tally merge`: `files` become those that can be read, each once."""
    judge_output(namespace)
    for path in namespace.files:
        try:
            with open(path, "rb"):
                pass
        except OSError as wrong:
            raise InvalidArgumentValueError(
                f"{path} cannot be read: {wrong.strerror}.", recommendation=_ADVICE
            ) from None
    twice = {path for path in namespace.files if sum(os.path.samefile(path, each) for each in namespace.files) > 1}
    if twice:
        raise InvalidArgumentValueError(
            f"{min(twice)} is named twice, so that its findings would count twice.",
            recommendation="Name each file once.",
        )


def az_error(error):
    """What az tells of a file that holds no results."""
    return InvalidArgumentValueError(f"{error}.", recommendation=_ADVICE)
