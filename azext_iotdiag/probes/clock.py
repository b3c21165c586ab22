"""How this machine's clock compares with those of services, by the Date headers of answers over verified TLS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime

from azext_iotdiag.clients.http import Http
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.token import WORTH_A_WORD_SECONDS, ClockFacts, OtherClock
from azext_iotdiag.probes.context import Access, Context

_STEP = "the answer with the service's time"


def measure(context: Context, end: float, facts: Facts) -> ClockFacts:
    """The difference of the clocks; nothing secret is sent. Raises StepFailed.

    Where the first service has another time, all others that are open are asked, too: one clock alone may be wrong.
    """
    first = _compared(context, end, context.typed.clock_host)
    if abs(first.ahead) - first.uncertain < WORTH_A_WORD_SECONDS:
        return first
    return replace(first, others=tuple(_others(context, end, first.host)))


def _others(context: Context, end: float, first: str) -> Iterator[OtherClock]:
    """The clocks of the other services. One that does not answer is left out."""
    accesses = (Access.RESOURCE, Access.HUB, Access.DPS, Access.CENTRAL)
    hosts = {_host_of(context, access): None for access in accesses if context.opened(access)}
    for host in hosts:
        if host and host != first:
            try:
                yield OtherClock(host, _compared(context, end, host).ahead)
            except StepFailed:
                continue


def _host_of(context: Context, access: Access) -> str:
    resource = context.managed(access)
    if resource is not None:
        return resource.endpoint.partition("://")[2].partition("/")[0].partition(":")[0]
    return context.host(access)


def _compared(context: Context, end: float, host: str) -> ClockFacts:
    now, patience = context.now, context.patience(end)
    http = Http(host, deadlines=context.deadlines, connections=context.connections)
    try:
        http.request("GET", "/", _STEP, patience=patience)  # the second answer has no handshake in its time
        asked = now()
        answer = http.request("GET", "/", _STEP, patience=patience)
        answered = now()
        told = answer.headers.get("date", "")
        try:
            theirs = parsedate_to_datetime(told).timestamp()
        except (TypeError, ValueError):
            said = f"the answer has no Date that can be read ({told!r})"
            raise http.failed(Kind.NOT_HTTP, _STEP, said) from None
    finally:
        http.close()
    # The header is cut to whole seconds, so that the true time is half a second later on average.
    return ClockFacts(host, (asked + answered) / 2 - theirs - 0.5, (answered - asked) / 2 + 0.5)
