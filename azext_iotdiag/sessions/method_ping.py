"""`method ping`: calls a direct method once, and measures what tells the causes of a failed call apart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from azext_iotdiag.checks import verdict
from azext_iotdiag.checks.admission.device_enabled import device_enabled
from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.commands.method_answered import method_answered
from azext_iotdiag.clients.connections import Connections
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import Fact, Facts, given
from azext_iotdiag.model.method import MethodAnswer
from azext_iotdiag.model.pinging import Calling, Event, Narrowing, Pinged
from azext_iotdiag.probes.context import Access, Context
from azext_iotdiag.probes.gather import gather

CHECKS = (device_known, device_enabled, method_answered)
MARGIN_SECONDS = 30.0  # beyond those that the hub waits for the device: for the connection, and for a second way in
NARROWING_SECONDS = 25.0
_NARROWS = ("identity", "newest_messages")
_MISSED = 404  # the HTTP status with which a hub says that it cannot call the device
Gather = Callable[..., Iterator[tuple[str, Fact[Any]]]]


class MethodPing:
    """One call as events. Iterate it once, and then what `end` gives. `known` are facts that need no measuring."""

    def __init__(self, context: Context, known: Facts, *, measure: Gather = gather):
        self._context = context
        self._facts: dict[str, Fact[Any]] = dict(known)
        self._measure = measure

    def __iter__(self) -> Iterator[Event]:
        context, call = self._context, self._context.typed.method
        assert call is not None, "the validator names a method"
        module = context.typed.module
        whose = context.device(self._facts) + (f"/{module}" if module else "")
        yield Calling(context.host(Access.HUB), whose, call)
        self._gather(("method_answer",), call.seconds + MARGIN_SECONDS)
        answer: MethodAnswer | None = self._facts["method_answer"].value
        if answer is not None and answer.http == _MISSED and not module:
            yield Narrowing(whose)
            self._gather(_NARROWS, NARROWING_SECONDS)

    def end(self, stopped: End | None) -> Iterator[Event]:
        """What is known by then. An interrupt before the answer leaves it undecided."""
        if stopped is not None and stopped.early:
            now: Any = self._facts["now"].value
            enough = "method_answer" in self._facts
            self._facts |= given(now, ended=SessionEnd(stopped, enough=enough))
        yield Pinged(verdict.judge(CHECKS, self._facts, _no_clock), self._facts)

    def _gather(self, wanted: tuple[str, ...], seconds: float) -> None:
        """Measure these facts. Each round has connections and an end of its own."""
        context = replace(self._context, stop=threading.Event(), connections=Connections())
        for name, fact in self._measure(wanted, context, known=self._facts, seconds=seconds):
            self._facts[name] = fact


def _no_clock() -> float:
    """Checks are pure; how long one takes is of no interest here."""
    return 0.0
