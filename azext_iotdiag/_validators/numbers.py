"""Numbers and their bounds."""

from __future__ import annotations

import math

from azure.cli.core.azclierror import InvalidArgumentValueError


def judge(option, value, at_least=None, above=None):
    """Raise InvalidArgumentValueError where an option's number is not finite or not within its bounds; None is fine."""
    if value is None:
        return
    if not math.isfinite(value):
        raise InvalidArgumentValueError(f"{option} is not a finite number.")
    if at_least is not None and value < at_least:
        raise InvalidArgumentValueError(f"{option} is {value}; it must be {at_least} or more.")
    if above is not None and value <= above:
        raise InvalidArgumentValueError(f"{option} is {value}; it must be more than {above}.")
