"""What az says where `explain` has nothing to explain, or does not know a name."""

from __future__ import annotations

import os
import re
import shlex

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iotdiag.insights import survey

_SAFE = re.compile(r"[\w.:$-]{1,48}")


def az_error(error: Exception) -> Exception:
    """What az says of NothingToExplain, or of an Unknown name."""
    if isinstance(error, survey.UnknownName):
        return _unknown(error)
    return RequiredArgumentMissingError(
        "Nothing to explain: no code was given, and standard input holds nothing.",
        recommendation="Give codes, or a log on standard input: az iot diag explain < device.log",
    )


def _unknown(unknown: survey.UnknownName) -> InvalidArgumentValueError:
    """The error for names that are not known. What may be a secret pasted by mistake is not repeated."""
    if pasted := _pasted(unknown.names):
        return pasted
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


_STRING = re.compile(r"\b(?:HostName|Endpoint)\s*=\s*[^;]+;.*(?:SharedAccessKey|x509)", re.I | re.S)
_TOKEN = re.compile(r"SharedAccessSignature\s|\bsr=[^&\s]+&.*\bsig=", re.I | re.S)


def _pasted(words) -> InvalidArgumentValueError | None:
    """The error for a string, a token or the name of a file in the place of a code. Nothing of it is repeated."""
    text = " ".join(words)
    if _TOKEN.search(text):
        return InvalidArgumentValueError(
            "This is a token, not a code. It is not repeated here.",
            recommendation="Inspect it, from a file: az iot diag sas inspect --sas-token @token.txt",
        )
    if _STRING.search(text):
        of_device = re.search(r"\bDeviceId\s*=", text, re.I)
        key_test = "az iot diag key test --connection-string @device.txt"
        command = key_test if of_device else "az iot diag check --login @hub.txt"
        return InvalidArgumentValueError(
            "This is a connection string, not a code. It is not repeated here.",
            recommendation=f"Put it into a file, and try: {command}",
        )
    if len(words) == 1 and os.path.isfile(words[0]):
        return InvalidArgumentValueError(
            "This is the name of a file, not a code.",
            recommendation=f"Did you mean: az iot diag explain < {shlex.quote(words[0])}",
        )
    return None
