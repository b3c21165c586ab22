"""A client's conversation with a service: what it makes of every way in which the other may not do its part."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.amqp import Conversation
from azext_iotdiag.clients.amqp_words import kind_of, status_of
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.wire.amqp.frames import SASL_HEADER
from azext_iotdiag.wire.amqp.link_events import Delivery
from azext_iotdiag.wire.amqp.message import Message
from azext_iotdiag.wire.amqp.performatives import AmqpError, Close, Source, Target, Transfer
from azext_iotdiag.wire.amqp.types import Symbol
from tests.plugins.amqp_pair import frames_of
from tests.plugins.amqp_service import clock, service

__all__ = ["clock", "service"]

HOST = "ns.servicebus.windows.net"
DENIED = AmqpError(Symbol("amqp:unauthorized-access"), "no Manage claim")
USUAL = Deadlines()
GONE = AmqpError(Symbol("amqp:not-found"), "there is no such node")


def opened(service, seconds=10.0, then=""):
    talk = Conversation(HOST, **service.handed(step=seconds))
    talk.greet()
    talk.node("$cbs")
    talk.begun()
    talk.put_token("token", "sb://audience", then=then)
    return talk


def failure_of(call, *arguments):
    with pytest.raises(StepFailed) as failed:
        call(*arguments)
    failure = failed.value.failure
    assert (failure.host, failure.port, failure.address) == (HOST, 5671, "192.0.2.1:5671")
    return failure


def test_a_token_is_put_and_a_question_answered(service):
    talk = opened(service)
    assert service.tokens == ["token"]
    talk.node("$management")
    talk.node_ready("$management", "the links to $management")
    asked = {"operation": "READ", "type": "com.microsoft:partition", "name": "x"}
    numbers = [talk.request("$management", {**asked, "partition": number}) for number in "10"]
    service.put("1", b"x")
    answers = talk.answers("$management", numbers, "the answers")
    assert [answers[number].value["last_enqueued_sequence_number"] for number in numbers] == [0, -1]
    assert len(service.last.said) <= 6, "each send that waits for an answer is a round trip"
    talk.goodbye()
    assert service.last.closed


def test_a_password(service):
    talk = Conversation(HOST, **service.handed())
    talk.greet("user", "password")
    service.sasl = 1
    failure = failure_of(Conversation(HOST, **service.handed()).greet, "user", "password")
    assert (failure.kind, failure.condition) == (Kind.UNAUTHORIZED, "sasl:1")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (401, Kind.UNAUTHORIZED),
        (403, Kind.UNAUTHORIZED),
        (404, Kind.MISSING),
        (500, Kind.REFUSED),
        (0, Kind.REFUSED),
        (503, Kind.BUSY),
    ],
)
def test_a_refused_token(service, code, kind):
    service.cbs = lambda token: (code, "because")
    failure = failure_of(opened, service)
    assert (failure.kind, failure.condition, failure.description) == (kind, f"cbs:{code}", "because")


@pytest.mark.parametrize(
    ("unanswered", "step", "kind"),
    [
        ("sasl", "the login (SASL)", Kind.SILENT),
        ("open", "the opening of AMQP", Kind.SILENT),
        ("$cbs", "the links to $cbs", Kind.UNANSWERED),
        ("cbs requests", "the answer to the token", Kind.UNANSWERED),
    ],
)
def test_every_wait_ends_and_says_what_for(service, clock, unanswered, step, kind):
    service.unanswered.add(unanswered)
    before = clock.now
    failure = failure_of(opened, service, 3.0)
    assert (failure.kind, failure.step) == (kind, step)
    assert 3.0 <= clock.now - before < 3.5 and 3.0 <= failure.seconds < 3.5


@pytest.mark.parametrize("late", [False, True])
def test_a_refused_node_is_noticed_even_before_it_is_waited_for(service, late):
    """The refusal comes with the answer to begin: nobody waits for the node yet."""
    service.refusals["$cbs"] = GONE
    service.late_refusal = late
    failure = failure_of(opened, service)
    assert (failure.kind, failure.condition) == (Kind.MISSING, "amqp:not-found")
    assert failure.description == "there is no such node" and failure.step == "the links to $cbs"


def refused_early(service, how):
    """A conversation whose links to $management, sent together with the token, are refused."""
    if how == "after the token's answer":
        service.unanswered.add("$management")
    else:
        service.refusals["$management"] = DENIED
        service.late_refusal = how == "as attach and detach"
    talk = opened(service, then="$management")
    if how == "after the token's answer":
        for link, proposal in service.last.proposed:
            link.refuse(proposal, DENIED)
        service.unanswered.clear()
    return talk


@pytest.mark.parametrize("how", ["at once", "as attach and detach", "after the token's answer"])
def test_a_node_that_is_refused_before_the_token_is_judged_is_asked_for_again(service, how):
    talk = refused_early(service, how)
    service.refusals.clear()
    talk.node_ready("$management", "the links to $management")
    number = talk.request("$management", {"operation": "READ", "type": "com.microsoft:eventhub", "name": "x"})
    assert talk.answers("$management", [number], "the answer")[number].value["name"] == "x"
    assert service.tokens == ["token"] and len(service.connections) == 1


@pytest.mark.parametrize("how", ["at once", "as attach and detach"])
def test_a_node_that_is_refused_again_is_refused(service, how):
    talk = refused_early(service, how)
    failure = failure_of(talk.node_ready, "$management", "the links to $management")
    assert (failure.kind, failure.description) == (Kind.UNAUTHORIZED, "no Manage claim")
    assert sum(address == "$management" for address in service.asked) == 4, "two links, twice"


def test_a_connection_that_ends_is_no_refusal_of_its_early_node(service):
    service.unanswered.add("$management")
    talk = opened(service, then="$management")
    service.last.endpoint.close(AmqpError(Symbol("amqp:unauthorized-access"), "expired"))
    assert failure_of(talk.node_ready, "$management", "the links").description == "expired"
    assert sum(address == "$management" for address in service.asked) == 2


def test_a_node_that_goes_away_while_its_answer_is_awaited(service):
    talk = opened(service)
    service.unanswered.add("cbs requests")
    number = talk.request("$cbs", {}, "token")
    service.last.detach("cbs", GONE)
    assert failure_of(talk.answers, "$cbs", [number], "the answer").kind is Kind.MISSING


@pytest.mark.parametrize("how", ["close", "end"])
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (None, Kind.DROPPED),
        (AmqpError(Symbol("amqp:connection:forced"), "idle"), Kind.DROPPED),
        (AmqpError(Symbol("com.microsoft:server-busy"), "later"), Kind.BUSY),
        (AmqpError(Symbol("amqp:internal-error")), Kind.REFUSED),
    ],
)
def test_the_service_ends_it(service, how, error, kind):
    talk = opened(service)
    service.last.endpoint.close(error) if how == "close" else service.last.endpoint.sessions[0].end(error)
    failure = failure_of(list, talk.link_events("the next message", 1))
    assert failure.kind is kind and failure.condition == (str(error.condition) if error else "")


def test_the_connection_breaks(service):
    talk = opened(service)
    service.last.drop()
    assert failure_of(list, talk.link_events("the next message", 1)).kind is Kind.DROPPED
    talk.goodbye()
    talk.goodbye()
    assert service.last.closed


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", SASL_HEADER + b"\0\0\0\4\2\1\0\0", b"SSH-2.0-x\r\n"]
)
def test_a_server_that_does_not_speak_amqp(service, said):
    talk = Conversation(HOST, **service.handed())
    service.last.endpoint.take = lambda: said
    assert failure_of(talk.greet).kind is Kind.NOT_AMQP


@pytest.mark.parametrize(("handle", "condition"), [
    (77, "amqp:session:unattached-handle"), (0, "amqp:link:transfer-limit-exceeded"),
])  # fmt: skip
def test_a_service_that_sends_what_nobody_asked_for_is_told_so(service, monkeypatch, handle, condition):
    talk = opened(service)
    talk.receiver("partition-0", "x/ConsumerGroups/g/Partitions/0", selector="x > '@latest'", credit=0)
    list(talk.link_events("attach", 1))
    (reader,) = service.last.readers
    said = []
    for number in range(2):
        place = reader.handle if handle == 0 else handle
        service.last.endpoint.send(reader.session.channel, Transfer(place, number, b"t", 0, True), b"x")
    assert failure_of(lambda: list(talk.link_events("a message", 1))).kind is Kind.NOT_AMQP
    monkeypatch.setattr(service.last, "send", lambda data, *_: said.append(bytes(data)))
    talk.goodbye()
    (close, _) = frames_of(b"".join(said))[-1]
    assert type(close) is Close and close.error.condition == condition


def test_a_service_that_attaches_a_link_of_its_own_breaks_the_rules(service):
    talk = opened(service)
    session = next(iter(service.last.endpoint.sessions.values()))
    session.attach("theirs", sender=True, source=Source(address="a"), target=Target(address="b"))
    failure = failure_of(lambda: list(talk.link_events("a message", 1)))
    assert failure.kind is Kind.NOT_AMQP and "not asked for" in failure.description


def test_a_message_that_cannot_be_read(service):
    talk = opened(service)
    latest = "amqp.annotation.x-opt-offset > '@latest'"
    talk.receiver("partition-0", "x/ConsumerGroups/g/Partitions/0", selector=latest, credit=5)
    list(talk.link_events("attach", 1))
    reader = next(iter(service.last.readers))
    reader.send(b"\x00\x53")
    (delivery,) = [one for one in talk.link_events("message", 1) if isinstance(one, Delivery)]
    assert failure_of(talk.message, delivery, "a message").kind is Kind.NOT_AMQP


def test_an_answer_that_cannot_be_read(service):
    talk = opened(service)
    service.unanswered.add("cbs requests")
    number = talk.request("$cbs", {}, "token")
    list(talk.link_events("x", 1))
    service.last.replies[0].send(b"\xff\xff")
    assert failure_of(talk.answers, "$cbs", [number], "the answer").kind is Kind.NOT_AMQP


def signs_of_life(service):
    return [size for size in service.last.said if size == 8]


def test_signs_of_life_while_nothing_comes(service, clock):
    service.lively = False
    talk = opened(service)
    for _ in range(int(USUAL.silence / 5) - 1):
        list(talk.link_events("the next message", 5))
    assert len(signs_of_life(service)) == int(USUAL.silence / (USUAL.alive + 5))
    failure = failure_of(lambda: [list(talk.link_events("the next message", 5)) for _ in range(3)])
    assert failure.kind is Kind.DROPPED and "no sign of life for 120 s" in failure.description


@pytest.mark.parametrize(("idle", "most"), [(240_000, 31), (10_000, 6), (None, 31)])
def test_signs_of_life_while_much_comes(service, clock, idle, most):
    """Messages come so often that no wait runs out, and so few that they need no new credit for long."""
    service.idle_time_out = idle
    talk = opened(service)
    spoke, longest = clock.now, 0.0
    for _ in range(200):
        clock.now += 1
        service.last.endpoint.keep_alive()
        before = len(service.last.said)
        list(talk.link_events("the next message", 5))
        if len(service.last.said) > before:
            longest, spoke = max(longest, clock.now - spoke), clock.now
    assert 0 < longest <= most


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"status-code": 202, "status-description": "Accepted"}, (202, "Accepted")),
        ({"statusCode": 401, "statusDescription": None}, (401, "")),
        ({}, (0, "")),
        ({"status-code": "202"}, (0, "")),
    ],
)
def test_status_of(told, expected):
    assert status_of(Message(b"", None, {}, {}, {}, told, None)) == expected


def test_kind_of():
    assert kind_of("amqp:link:stolen") is Kind.DISPLACED
    assert kind_of("com.microsoft:whatever") is kind_of("") is Kind.REFUSED
