"""Tracking ids in a text: what a service writes into an error, so that its support finds the request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from azext_iotdiag.model.ticket import Tracking

MOST = 10  # ids of one log: the last are of the trouble
SIGN = b"racking"  # in each line that may hold an id, in whichever way it is written

# A GUID with or without dashes, with the gateway behind it, as in "Tracking ID:0a1b...-G:11-TimeStamp:11/30/2026 ...".
_TRACKING = re.compile(
    r"tracking[ _]?id[\"'\\]{0,4}\s*[:=]\s*[\"'\\]{0,4}"
    r"([0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}(?:[-_]G:?[0-9]{1,4})?)",
    re.IGNORECASE,
)
_TIME_BESIDE = 200  # characters behind an id within which its time stands
_STAMP = re.compile(
    r"timestamp(?:utc)?[\"'\\]{0,4}\s*[:=]\s*[\"'\\]{0,4}"
    r"(?:(?P<us>[0-9]{2}/[0-9]{2}/[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2})|"
    r"(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}))",
    re.IGNORECASE,
)


class Noted:
    """Blocks of whole lines, passed on as they are; `ids` are the last tracking ids in those that passed."""

    def __init__(self, blocks: Iterable[bytes], source: str):
        self._blocks, self._source = blocks, source
        self._found: dict[str, str] = {}

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            for line in block.splitlines() if SIGN in block else ():
                if SIGN in line:
                    self._note(line.decode("utf-8", "replace"))
            yield block

    def _note(self, line: str) -> None:
        for id_, at in mentioned(line):
            self._found.pop(id_, None)
            self._found[id_] = at
        while len(self._found) > MOST:
            del self._found[next(iter(self._found))]

    @property
    def ids(self) -> tuple[Tracking, ...]:
        """The ids, most recent first."""
        return tuple(Tracking(id_, at, self._source) for id_, at in reversed(self._found.items()))


def mentioned(text: str) -> Iterator[tuple[str, str]]:
    """Each id, and the time that the service wrote behind it as ISO 8601 in UTC; empty where it wrote none."""
    return ((found[1], _time_beside(text, found.end())) for found in _TRACKING.finditer(text))


def _time_beside(text: str, end: int) -> str:
    following = _TRACKING.search(text, end)
    found = _STAMP.search(text, end, min(end + _TIME_BESIDE, following.start() if following else len(text)))
    if found is None:
        return ""
    if found["iso"]:
        return f"{found['iso']}Z"
    try:
        return datetime.strptime(found["us"], "%m/%d/%Y %H:%M:%S").strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return ""
