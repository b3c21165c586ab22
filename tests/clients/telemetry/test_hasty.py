"""Links to $management that go out with the token: whatever goes wrong then leads to one more try, step after step."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.wire.amqp.performatives import AmqpError
from azext_iotdiag.wire.amqp.types import Symbol
from tests.plugins.amqp_service import DENIED, clock, service
from tests.plugins.reading import FAKE, reading

__all__ = ["clock", "service"]

SAME_CONNECTION = ("refused", "requests refused", "answers refused")
ANOTHER = ("end", "close", "drop", "silence")


@pytest.mark.parametrize("early", [*SAME_CONNECTION, *ANOTHER])
def test_whatever_goes_wrong_while_links_are_early(service, clock, early) -> None:
    """A service that keeps to the documented order, and refuses a second pair of links as the real one does."""
    service.early = early
    service.put("1", b"old")
    began = clock.now
    with reading(FAKE, since=1_600_000_000_000, **service.handed()) as read:
        assert read.take(1) == [b"old"]
        assert read.stream.interruptions == [] and read.stream.failure is None
        assert len(service.connections) == 1 + (early in ANOTHER)
        assert clock.now - began < Deadlines().early + 1
        assert sum(address == "$management" for address in service.asked) <= 4
        service.last.drop()
        service.put("1", b"new")
        assert read.take(2) == [b"old", b"new"]
        assert len(service.connections) == 2 + (early in ANOTHER), "it does not hurry again"


@pytest.mark.parametrize("early", ["", *SAME_CONNECTION, *ANOTHER])
def test_a_service_that_refuses_management_for_good(service, clock, early) -> None:
    service.early = early
    service.refusals["$management"] = DENIED
    with reading(FAKE, **service.handed()) as read:
        read.end()
        assert (read.stream.failure.kind, read.stream.failure.step) == (Kind.UNAUTHORIZED, "the links to $management")
        assert len(service.connections) == 2
        assert sum(address == "$management" for address in service.asked) <= 6, "no loop of attaches"


@pytest.mark.parametrize("code", [401, 404])
def test_a_token_that_is_refused_is_not_put_again(service, clock, code) -> None:
    """That is an answer, and no accident."""
    service.cbs = lambda token: (code, "no")
    with reading(FAKE, **service.handed()) as read:
        read.end()
        assert read.stream.failure.condition == f"cbs:{code}" and len(service.tokens) == 1


@pytest.mark.parametrize(("code", "text", "kind", "tokens"), [
    (500, "The service was unable to process the request; please retry the operation.", Kind.REFUSED, 3),
    (503, "later", Kind.BUSY, 3),
    (401, "The maximum number of '1000' tokens per connection has been reached.", Kind.LIMIT, 1),
    (400, "no", Kind.REFUSED, 1),
])  # fmt: skip
def test_what_cbs_answers_when_it_is_not_well(service, clock, code, text, kind, tokens) -> None:
    service.cbs = lambda token: (code, text)
    with reading(FAKE, **service.handed()) as read:
        read.end()
        assert (read.stream.failure.kind, len(service.tokens)) == (kind, tokens)


@pytest.mark.parametrize("code", [500, 503])
def test_a_cbs_that_is_well_again(service, clock, code) -> None:
    answers = iter([(code, "no"), (code, "no")])
    service.cbs = lambda token: next(answers, (202, "Accepted"))
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        assert len(service.tokens) == 3 and read.stream.failure is None


def test_a_half_of_a_pair_that_goes_away_is_made_anew_with_the_other(service, clock) -> None:
    """The service refuses a second pair; so what is left of the first one goes before."""
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        for half in ("requests", "replies"):
            for link in [one for one in service.last.nodes.values() if one.name.endswith(half)]:
                link.detach(AmqpError(Symbol("amqp:link:detach-forced"), "idle"))
            before = clock.now
            flights = len(service.last.flights["newest"])
            read.until(lambda flights=flights: len(service.last.flights["newest"]) > flights + 4)
            assert clock.now - before < 60
        read.until(lambda: len(service.tokens) == 2, "a token on new links")
        assert len(service.connections) == 1 and read.stream.interruptions == []


def test_links_that_are_refused_for_ever_are_asked_for_ever_more_seldom(service, clock) -> None:
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.refusals["$management"] = DENIED
        service.last.detach("management", None)
        asked, began = len(service.asked), clock.now
        read.until(lambda: clock.now - began > 600, "ten minutes")
        assert 6 <= len(service.asked) - asked <= 2 * 16
        service.put("0", b"goes on")
        assert read.take(1) == [b"goes on"] and read.stream.interruptions == []
