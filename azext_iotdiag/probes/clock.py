"""How this machine's clock compares with that of a service, by the Date header of an answer over verified TLS."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.clients.http import Http
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.token import ClockFacts

PATIENCE_SECONDS = 10.0
_STEP = "the answer with the service's time"


def measure(host: str, now: Callable[[], float] = time.time) -> ClockFacts | Failure:
    """The difference of the clocks; nothing secret is sent. `now` gives seconds since 1970."""
    http = Http(host)
    try:
        http.request("GET", "/", _STEP, patience=PATIENCE_SECONDS)  # the second answer has no handshake in its time
        asked = now()
        answer = http.request("GET", "/", _STEP, patience=PATIENCE_SECONDS)
        answered = now()
        told = answer.headers.get("date", "")
        try:
            theirs = parsedate_to_datetime(told).timestamp()
        except (TypeError, ValueError):
            said = f"the answer has no Date that can be read ({told!r})"
            return http.failed(Kind.NOT_HTTP, _STEP, said).failure
    except StepFailed as failed:
        return failed.failure
    finally:
        http.close()
    # The header is cut to whole seconds, so that the true time is half a second later on average.
    return ClockFacts(host, (asked + answered) / 2 - theirs - 0.5, (answered - asked) / 2 + 0.5)
