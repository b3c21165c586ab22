"""`changes show`: what changed around a hub and a device, from every source that holds such things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.model.changes import HistoryPart, Source
from azext_iotdiag.model.changes_shown import ChangesShown, Event, ReadingSources
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.probes.context import Access, Context
from azext_iotdiag.probes.gather import gather

WHOLE_SECONDS = 60.0
_OF_HUB = (Source.DEPLOYMENTS, Source.TWIN)
Gather = Callable[..., Iterator[tuple[str, Fact[Any]]]]


class ChangesListing:
    """The changes as events. Iterate it once, and then what `end` gives."""

    def __init__(self, context: Context, *, measure: Gather = gather):
        self._context = context
        self._fact: Fact[Any] | None = None
        self._measure = measure

    def __iter__(self) -> Iterator[Event]:
        context = self._context
        assert context.typed.changes is not None, "the validator names the sources"
        yield ReadingSources(context.host(Access.RESOURCE), context.typed.changes.sources)
        facts = dict(self._measure(("changes",), context, seconds=WHOLE_SECONDS))
        self._fact = facts.get("changes")

    def end(self, stopped: End | None) -> Iterator[Event]:
        """What is known by then."""
        fact, device = self._fact, self._context.typed.device
        if fact is None or fact.value is None:
            yield ChangesShown(failure=fact.failure if fact is not None else None, device=device, stopped=stopped)
            return
        unread = tuple((part.source, _obstacle(part)) for part in fact.value.unread)
        yield ChangesShown(fact.value, unread=unread, device=device, stopped=stopped)


def _obstacle(part: HistoryPart) -> Finding:
    """What it means that a source could not be read."""
    assert part.failure is not None
    return obstacle(Service.HUB if part.source in _OF_HUB else Service.MANAGER, part.failure)
