"""What sessions ask a hub's registry or an application: which devices a query picks, and what it knows of a device."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from typing import Any

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.model.access import central_opened_by, opened_by
from azext_iotdiag.model.facts import Fact, Facts, given
from azext_iotdiag.model.target import Resource, Target
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.probes.gather import gather
from azext_iotdiag.sessions.events import Asking, Busy, Event, Hear, Opened

QUERY_SECONDS = 300.0  # for all pages of a query's answer, with the pauses that a busy hub asks for
_OF_DEVICE = ("identity", "central_device")
Measure = Callable[..., Iterable[tuple[str, Fact[Any]]]]  # as `probes.gather.gather`


def opened(target: Target, question: str) -> Generator[Event, None, Target]:
    """What opens the registry of the target's hub, which is about to be asked this."""
    found = target.for_registry()
    by_login = found.authorization is not None
    if not by_login and found.origin != target.origin:  # another key than that of the messages
        yield Opened(found.origin)
    yield Asking(target.hub, question, by_login)
    return found


def query_selection(
    target: Target, query: str, deadlines: Deadlines, hear: Hear, measure: Measure | None = None
) -> Generator[Event, None, Facts]:
    """The fact of which devices a query picks. `hear` gets at once that the hub is busy.

    Asked once: the limits on queries are low, and their results late anyway.
    """
    found = yield from opened(target, "which devices the query picks")
    context = Context(
        Typed(query=query),
        hub=found,
        deadlines=deadlines,
        said=lambda why, seconds: hear(Busy(target.hub, why, seconds)),
    )
    facts = given(deadlines.clock.now(), access=opened_by(found))
    return facts | dict((measure or gather)(("query_selection",), context, known=facts, seconds=QUERY_SECONDS))


def device(
    typed: Typed, target: Target, deadlines: Deadlines, measure: Measure | None = None
) -> Generator[Event, None, Facts]:
    """What the registry of the target's hub, or its application, tells of a device."""
    context = yield from _about_device(typed, target, deadlines)
    opened_with = {"access": opened_by(context.hub), "central_access": central_opened_by(context.central)}
    facts = given(deadlines.clock.now(), **opened_with)
    return facts | dict((measure or gather)(_OF_DEVICE, context, known=facts))


def is_unknown(facts: Facts) -> bool:
    """Whether the service answered that it does not know the device."""
    values = [facts[name].value for name in _OF_DEVICE if name in facts]
    return any(value is not None and not value.known for value in values)


def _about_device(typed: Typed, target: Target | None, deadlines: Deadlines) -> Generator[Event, None, Context]:
    """What asks about the device, with the service of the target open, where one is named."""
    context, question = Context(typed, deadlines=deadlines), f"what it knows of {typed.device}"
    if target is None:
        return context
    if not target.app:
        return replace(context, hub=(yield from opened(target, question)))
    access = central_opened_by(target)
    yield Asking(target.app, question, access is not None and access.by_login)
    return replace(context, central=target)


def looked_up(
    known: Facts,
    typed: Typed,
    target: Target | None,
    deadlines: Deadlines,
    measure: Measure | None = None,
    managed: Resource | None = None,
) -> Generator[Event, None, Facts]:
    """What is known, with what the registry or the application, if a target is named, and the certificate tell.

    Where the hub is `managed`, what it counted is added, too.
    """
    context = replace((yield from _about_device(typed, target, deadlines)), resource=managed)
    facts = {**known, **given(deadlines.clock.now(), access=opened_by(context.hub))}
    wanted = ("server_certificate", *_OF_DEVICE, "hub_metrics")
    return facts | dict((measure or gather)(wanted, context, known=facts))
