"""Which cause of an entry a line of a log names: it comes first, and the others follow."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from azext_iotdiag.model.finding import Entry

# By code: what the words of the line say, and how the cause begins.
_NAMED = {
    "dps-401": (
        (re.compile(r"certificate|chain elements|x\.?509", re.I), "The certificate"),
        (re.compile(r"token.{0,20}(?:expired|rejected)", re.I), "The token has expired"),
    ),
    "device-refused": ((re.compile(r"\b1970\b|\b1980\b"), "The token has expired"),),
}


def ordered(entry: Entry, words: Iterable[str]) -> Entry:
    """The entry with the cause first that these words name; as it is where they name none."""
    text = " ".join(words)
    for pattern, begins in _NAMED.get(entry.code, ()):
        first = tuple(cause for cause in entry.causes if cause.why.startswith(begins))
        if first and pattern.search(text):
            return replace(entry, causes=(*first, *(cause for cause in entry.causes if cause not in first)))
    return entry
