"""What az says where `explain` has nothing to explain, or does not know a name."""

from __future__ import annotations

import re

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iotdiag.insights import survey

_SAFE = re.compile(r"[\w.:$-]{1,48}")


def az_error(error: Exception) -> Exception:
    """What az says of NothingToExplain, or of an Unknown name."""
    if isinstance(error, survey.Unknown):
        return _unknown(error)
    return RequiredArgumentMissingError(
        "Nothing to explain: no code was given, and standard input holds nothing.",
        recommendation="Give codes, or a log on standard input: az iot diag explain < device.log",
    )


def _unknown(unknown: survey.Unknown) -> InvalidArgumentValueError:
    """The error for names that are not known. What may be a secret pasted by mistake is not repeated."""
    safe = all(_SAFE.fullmatch(name) for name in unknown.names)
    names = ", ".join(unknown.names) if safe else "What was given"
    if unknown.elsewhere:
        return InvalidArgumentValueError(
            f"{names}: not known in the context {unknown.context}.",
            recommendation=f"It has a meaning in another: --context {' or '.join(unknown.elsewhere)}",
        )
    near = list(dict.fromkeys(name for word in unknown.names for name in survey.nearest(word)))
    return InvalidArgumentValueError(
        f"{names}: no such code is known.",
        recommendation=(f"Did you mean {' or '.join(near)}? " if near else "")
        + "See them all with: az iot diag explain --list",
    )
