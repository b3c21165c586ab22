"""What happened in the lab, in order: who connected, who was let in, and why a client was not. No secret gets in."""

from __future__ import annotations

import logging
import re
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timezone
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from azext_iotdiag.lab.audit import audit_text
from azext_iotdiag.lab.audit.endings import ENDINGS

SERVICES = (
    "amqp",
    "mqtt",
    "https",
    "hub",
    "entra",
    "arm",
    "central",
    "dps",
    "imds",
    "storage",
    "monitor",
    "logs",
    "proxy",
    "control",
)
OUTCOMES = ("accepted", "refused", "ended")
LIMIT = 10_000
LONGEST_TEXT = 300  # clients choose names and reasons; a record must stay small whatever they send

# A reason may quote what a client sent. Whatever looks like a key or a signature is cut out of it.
_SECRET = re.compile(r"(SharedAccessKey=|SharedAccessSignature=?|\bsig=)\s*[^\s;&,\"']+", re.IGNORECASE)

log = logging.getLogger(__name__)


class Record(NamedTuple):
    """One thing that happened; `time` is in seconds since 1970, `details` holds JSON scalars.

    `routine` says that all is well and that no device did it, such as a request of az.
    """

    number: int
    time: float
    service: str
    action: str
    outcome: str
    peer: str
    who: str
    reason: str
    details: dict[str, Any]
    routine: bool = False

    @property
    def how(self) -> str:
        """How a connection ended, one of ENDINGS."""
        return str(self.details.get("ending", ""))

    def data(self) -> dict[str, Any]:
        """The record as JSON data."""
        return {**self._asdict(), "time": iso(self.time)}

    def words(self) -> str:
        """The record as a line for people."""
        return audit_text.line(self.data())


class Audit:
    """The last records, at most `limit` that are routine and as many others, and listeners that hear each new one."""

    def __init__(self, *, clock: Callable[[], float] = time.time, limit: int = LIMIT):
        self._clock = clock
        self._kept: dict[bool, deque[Record]] = {routine: deque(maxlen=limit) for routine in (False, True)}
        self._listeners: list[Callable[[Record], None]] = []
        self._counts: Counter[str] = Counter()
        self._number = self._routine = 0

    def record(
        self,
        service: str,
        action: str,
        outcome: str,
        *,
        peer: str = "",
        who: str = "",
        reason: str = "",
        routine: bool = False,
        **details: Any,
    ) -> Record:
        """Note what happened. `service` is one of SERVICES, `outcome` one of OUTCOMES; the detail `ending` is one of
        ENDINGS.

        Raises ValueError for any other, which is a mistake in the lab and not in what a client sent.
        """
        if service not in SERVICES or outcome not in OUTCOMES or details.get("ending", "") not in ENDINGS:
            raise ValueError(f"no such service, outcome or ending: {service!r}, {outcome!r}, {details.get('ending')!r}")
        self._number += 1
        self._routine += routine
        self._counts[outcome] += 1
        now, scalars = self._clock(), {name: _scalar(value) for name, value in details.items()}
        texts = (plain(peer), plain(who), plain(reason))
        record = Record(self._number, now, service, action, outcome, *texts, scalars, routine)
        self._kept[routine].append(record)
        for listener in tuple(self._listeners):
            try:
                listener(record)
            except Exception:  # a listener must not break the service that reports
                log.exception("an audit listener failed and is dropped")
                self.unlisten(listener)
        return record

    def recent(self, count: int, *, routine: bool = True) -> list[Record]:
        """The last `count` records, oldest first; without those that are `routine` where these are not wanted."""
        kept = self._kept.values() if routine else (self._kept[False],)
        last = [record for records in kept for record in islice(reversed(records), max(count, 0))]
        return sorted(last, key=attrgetter("number"))[-count:] if count > 0 else []

    def number(self, *, routine: bool = True) -> int:
        """How many records there were since the lab started, those forgotten included; as for `recent`."""
        return self._number if routine else self._number - self._routine

    def counts(self) -> dict[str, int]:
        """How many records there were by outcome since the lab started, those forgotten included."""
        return {outcome: self._counts[outcome] for outcome in OUTCOMES}

    def listen(self, listener: Callable[[Record], None]) -> None:
        """Call `listener` with each record from now on."""
        self._listeners.append(listener)

    def unlisten(self, listener: Callable[[Record], None]) -> None:
        """Stop calling `listener`; nothing happens where it is not known."""
        if listener in self._listeners:
            self._listeners.remove(listener)


def iso(seconds: float) -> str:
    """A time in seconds since 1970 as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _scalar(value: Any) -> Any:
    return value if isinstance(value, (int, float, type(None))) else plain(value)


def plain(value: Any) -> str:
    """Text that a client chose, made fit for a log: one line, no control characters, no secrets, not too long."""
    text = str(value)[: 20 * LONGEST_TEXT]
    text = _SECRET.sub(r"\1***", text)
    text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
