"""How this machine's clock compares with that of a service, by the Date header of an answer over verified TLS."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from azext_iotdiag.clients.http import Http
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.token import ClockFacts
from azext_iotdiag.probes.context import Context

_STEP = "the answer with the service's time"


def measure(context: Context, end: float, facts: Facts) -> ClockFacts:
    """The difference of the clocks; nothing secret is sent. Raises StepFailed."""
    host, now, patience = context.typed.clock_host, context.now, context.patience(end)
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
