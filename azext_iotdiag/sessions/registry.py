"""What sessions ask a hub's registry: which devices a query picks, and what opens the registry."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any

from azext_iotdiag.model.access import opened_by
from azext_iotdiag.model.facts import Fact, Facts, given
from azext_iotdiag.model.target import Resource, Target
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.probes.gather import gather
from azext_iotdiag.sessions.events import Asking, Busy, Event, Hear, Opened
from azext_iotdiag.sessions.times import Times

QUERY_SECONDS = 300.0  # for all pages of a query's answer, with the pauses that a busy hub asks for
Measure = Callable[..., Iterable[tuple[str, Fact[Any]]]]  # as `probes.gather.gather`


def opened(target: Target, question: str) -> Generator[Event, None, Target]:
    """What opens the registry of the target's hub, which is about to be asked this."""
    found = target.for_registry()
    by_login = found.authorization is not None
    if not by_login and found.origin != target.origin:  # another key than that of the messages
        yield Opened(found.origin)
    yield Asking(target.hub, question, by_login)
    return found


def picked(
    target: Target, query: str, times: Times, hear: Hear, measure: Measure | None = None
) -> Generator[Event, None, Facts]:
    """The fact of which devices a query picks. `hear` gets at once that the hub is busy.

    Asked once: the limits on queries are low, and their results late anyway.
    """
    found = yield from opened(target, "which devices the query picks")
    context = Context(
        Typed(query=query),
        hub=found,
        now=times.now,
        clock=times.clock,
        said=lambda why, seconds: hear(Busy(target.hub, why, seconds)),
    )
    facts = given(times.now(), access=opened_by(found))
    return facts | dict((measure or gather)(("picked",), context, known=facts, seconds=QUERY_SECONDS))


def looked_up(
    known: Facts,
    typed: Typed,
    target: Target | None,
    times: Times,
    measure: Measure | None = None,
    managed: Resource | None = None,
) -> Generator[Event, None, Facts]:
    """What is known, with what the hub's registry, if a target is named, and the server's certificate tell.

    Where the hub is `managed`, what it counted is added, too.
    """
    found = (yield from opened(target, f"what it knows of {typed.device}")) if target is not None else None
    facts = {**known, **given(times.now(), access=opened_by(found))}
    context = Context(typed, hub=found, resource=managed, now=times.now, clock=times.clock)
    return facts | dict((measure or gather)(("server_certificate", "identity", "hub_metrics"), context, known=facts))
