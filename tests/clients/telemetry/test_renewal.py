"""The renewal of a token on a connection that stays, with a service in memory: refused, busy, silent."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.model.failure import Kind
from tests.plugins.amqp_service import DENIED, clock, service
from tests.plugins.reading import FAKE, reading

__all__ = ["clock", "service"]

USUAL = Deadlines()
DUE = USUAL.token * USUAL.renew_after


@pytest.mark.parametrize(("code", "text", "pause"), [
    (500, "no", 0.2), (503, "later", 0.2), (503, "Please wait 4 seconds and try again.", 4.0),
])  # fmt: skip
def test_a_renewal_that_fails_for_a_moment_is_tried_again(service, clock, code, text, pause) -> None:
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        times = []

        def cbs(token):
            times.append(clock.now)
            return (code, text) if len(times) < 4 else (202, "Accepted")

        service.cbs = cbs
        read.until(lambda: len(times) == 5, "the renewal after that")
        assert times[1] - times[0] >= pause and times[4] - times[3] >= DUE - 10
        assert len(service.connections) == 1 and read.stream.interruptions == []


def test_a_renewal_that_is_not_answered_is_asked_on_new_links(service, clock) -> None:
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.unanswered.add("cbs requests")
        links = service.asked.count("$cbs")
        began = clock.now
        read.until(lambda: service.asked.count("$cbs") > links, "new links")
        assert clock.now - began < DUE + USUAL.step + 5
        service.unanswered.clear()
        read.until(lambda: len(service.tokens) == 2, "the token")
        service.put("0", b"goes on")
        assert read.take(1) == [b"goes on"]
        assert len(service.connections) == 1 and read.stream.interruptions == []


@pytest.mark.parametrize("how", ["silent", "refused", "failing", "no links"])
def test_a_token_that_cannot_be_renewed_before_it_ends_brings_a_new_connection(service, clock, how) -> None:
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        began = clock.now
        if how == "silent":
            service.unanswered.add("cbs requests")
        elif how == "failing":
            service.cbs = lambda token: (500, "no")
        elif how == "no links":
            service.unanswered.add("$cbs")
            service.last.detach("cbs", None)
        else:
            service.refusals["$cbs"] = DENIED
            service.last.detach("cbs", None)

        def well_again(number: int) -> None:
            service.unanswered.clear()
            service.refusals.clear()
            service.cbs = lambda token: (202, "Accepted")

        service.before_connect = well_again
        read.until(lambda: len(service.connections) == 2, "another connection")
        assert DUE < clock.now - began <= USUAL.token + 15
        service.put("0", b"goes on")
        assert read.take(1) == [b"goes on"] and len(read.stream.interruptions) == 1


def test_too_many_tokens_on_a_connection_bring_a_new_one(service, clock) -> None:
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        answers = iter([(401, "The maximum number of '1000' tokens per connection has been reached.")])
        service.cbs = lambda token: next(answers, (202, "Accepted"))
        read.until(lambda: len(service.connections) == 2, "another connection")
        read.until(lambda: len(service.tokens) == 3, "its token")
        assert [one.kind for one in read.stream.interruptions] == [Kind.LIMIT] and read.stream.failure is None
