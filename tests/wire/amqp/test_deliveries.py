"""Messages over a link: in frames that fit, in parts, aborted or without end, settled; drain and echo."""

from __future__ import annotations

import pytest

from azext_iotdiag.wire.amqp.frames import FrameBuffer
from azext_iotdiag.wire.amqp.link_events import Attached, Delivery, Detached, Disposed, Granted, ProtocolError
from azext_iotdiag.wire.amqp.performatives import (
    Accepted,
    AmqpError,
    Attach,
    Begin,
    Detach,
    Disposition,
    Flow,
    Transfer,
)
from azext_iotdiag.wire.amqp.types import Symbol
from tests.plugins.amqp_pair import MINE, NODE, Pair, frames_of

NOT_FOUND = AmqpError(Symbol("amqp:not-found"), "no such queue", {Symbol("port"): 5671})
LAST = 2**32 - 1


@pytest.mark.parametrize("size", [0, 1, 447, 448, 449, 896, 897, 5000])
@pytest.mark.parametrize("tag", [b"", b"t" * 32])
def test_messages_go_in_frames_that_the_peer_takes(size, tag):
    pair = Pair(client={"max_frame_size": 512})
    _, theirs = pair.receiver(1)
    body = bytes(number % 251 for number in range(size))
    theirs.send(body, settled=False, tag=tag)
    data = pair.server.endpoint.take()
    transfers = frames_of(data)
    assert [one.more for one, _ in transfers] == [True] * (len(transfers) - 1) + [False]
    assert transfers[0][0].delivery_id == 0 and transfers[0][0].delivery_tag == tag
    assert len(transfers) == max(1, -(-size // 448))
    frames = FrameBuffer(512)  # raises for any that is larger
    frames.feed(data)
    while frames.next() is not None:
        pass
    pair.client.take_in(data)
    (came,) = pair.client.of(Delivery)
    assert (came.message, came.settled, came.delivery_id) == (body, False, 0)


def test_settling_reaches_the_sender():
    pair = Pair()
    _, theirs = pair.receiver(2)
    theirs.send(b"a", settled=False, tag=b"1")
    theirs.send(b"b")
    pair.settle()
    first, second = pair.client.of(Delivery)
    assert (first.settled, second.settled) == (False, True)
    first.link.session.settle(first.delivery_id, Accepted())
    pair.settle()
    (disposed,) = pair.server.of(Disposed)
    assert disposed.performative == Disposition(True, 0, 0, True, Accepted())
    assert disposed.session is theirs.session


def send_raw(pair, *transfers, channel=0):
    for transfer, payload in transfers:
        pair.server.endpoint.send(channel, transfer, payload)
    pair.settle()


def test_parts_of_two_links_may_be_mixed():
    pair = Pair()
    pair.receiver(5, "a")
    pair.receiver(5, "b")
    send_raw(
        pair,
        (Transfer(0, 0, b"", more=True), b"a1"), (Transfer(1, 1, b"", more=True), b"b1"),
        (Transfer(0, more=True), b""), (Transfer(1, settled=True), b"b2"), (Transfer(0), b"a2"),
    )  # fmt: skip
    first, second = pair.client.of(Delivery)
    assert (first.message, first.delivery_id, first.settled) == (b"b1b2", 1, True)
    assert (second.message, second.delivery_id, second.settled) == (b"a1a2", 0, False)


@pytest.mark.parametrize("parts", [[], [b"a1"], [b"a1", b"a2"]])
def test_an_aborted_message_is_dropped_and_has_used_its_credit(parts):
    pair = Pair()
    mine, _ = pair.receiver(5)
    count = len(parts)
    first = [(Transfer(0, 0 if not at else None, b"", more=True), part) for at, part in enumerate(parts)]
    send_raw(pair, *first, (Transfer(0, None if count else 0, aborted=True), b"junk"), (Transfer(0, 1, b""), b"good"))
    assert pair.client.messages == [b"good"]
    assert (mine.credit, mine.delivery_count) == (3, 2)


def test_a_message_without_end_is_refused():
    pair = Pair()
    _, theirs = pair.receiver(5, max_message_size=1000)
    assert pair.server.of(Attached)[-1].performative.max_message_size == 1000
    theirs.send(b"x" * 1000)
    pair.settle()
    assert len(pair.client.messages[0]) == 1000
    pair.server.endpoint.send(0, Transfer(0, 1, b"", more=True), b"x" * 600)
    pair.server.endpoint.send(0, Transfer(0, more=True), b"x" * 401)
    with pytest.raises(ProtocolError, match="1000 bytes") as broken:
        pair.settle()
    assert broken.value.condition == "amqp:link:message-size-exceeded"


def test_detach_is_answered_once_and_the_handle_is_free_again():
    pair = Pair()
    mine, theirs = pair.receiver(5)
    mine.detach(NOT_FOUND)
    mine.detach()
    assert pair.session().links == {0: mine}, "its handle stays taken until the peer has answered"
    assert pair.session().attach("b", sender=True, source=NODE, target=MINE).handle == 1
    pair.settle()
    assert pair.server.of(Detached) == [Detached(theirs, NOT_FOUND)] and not theirs.attached
    assert pair.client.of(Detached) == []
    assert pair.session().attach("c", sender=False, source=NODE, target=MINE).handle == 0


def test_detach_by_both_at_once():
    pair = Pair()
    mine, theirs = pair.receiver(5)
    mine.detach()
    theirs.detach(NOT_FOUND)
    pair.settle()
    assert pair.client.of(Detached) == [Detached(mine, NOT_FOUND)]
    assert pair.session().links == pair.server.endpoint.sessions[0].links == {}


def test_detach_keeps_whether_the_link_is_closed():
    pair = Pair()
    pair.receiver(5)
    pair.client.endpoint.send(0, Detach(0, False))
    data = pair.client.endpoint.take()
    pair.server.take_in(data)
    assert frames_of(pair.server.endpoint.take()) == [(Detach(0, False), b"")]


def test_drain_gives_the_credit_back():
    pair = Pair()
    mine, theirs = pair.receiver(10)
    theirs.send(b"one")
    pair.settle()
    pair.client.endpoint.send(0, Flow(1, 100, 0, 100, 0, 1, 9, drain=True))
    pair.settle()
    assert pair.server.of(Granted)[-1].drain and theirs.drain and theirs.credit == 9
    theirs.drained()
    pair.settle()
    assert (theirs.credit, theirs.delivery_count, theirs.drain) == (0, 10, False)
    assert (mine.credit, mine.delivery_count) == (0, 10)
    mine.grant(2)
    pair.settle()
    theirs.send(b"two")
    pair.settle()
    assert pair.client.messages == [b"one", b"two"] and theirs.credit == mine.credit == 1


@pytest.mark.parametrize("handle", [None, 0, 9])
def test_echo_is_answered_with_the_state(handle):
    pair = Pair()
    pair.receiver(10)
    before = pair.server.endpoint.sessions[0]
    link = (handle, 0, 10) if handle is not None else (None, None, None)
    pair.client.endpoint.send(0, Flow(0, 100, 0, 100, *link, echo=True))
    pair.server.take_in(pair.client.endpoint.take())
    ((flow, _),) = frames_of(pair.server.endpoint.take())
    assert (flow.next_incoming_id, flow.next_outgoing_id) == (0, before._next_outgoing) and not flow.echo
    assert (flow.handle, flow.link_credit, flow.delivery_count) == ((0, 10, 0) if handle == 0 else (None, None, None))


def test_handles_have_a_limit_that_the_peer_may_lower():
    pair = Pair()
    data = pair.session()
    pair.client.endpoint.take()
    pair.client.endpoint.send(0, Begin(None, 0, 100, 100, 2))
    pair.settle()
    theirs = pair.server.endpoint.sessions[0]
    assert [theirs.attach(name, sender=True, source=NODE, target=MINE).handle for name in "abc"] == [0, 1, 2]
    with pytest.raises(ProtocolError, match="up to 2 are taken"):
        theirs.attach("d", sender=True, source=NODE, target=MINE)
    assert data.handle_max == 255


def test_a_link_that_was_never_proposed_is_told_from_an_answer():
    pair = Pair()
    pair.receiver(1)
    seen = [one.link.answered for one in pair.client.of(Attached)]
    assert seen == [True]
    pair.client.answer = lambda link, proposal: None
    pair.server.endpoint.send(0, Attach("new", 7, True, source=NODE, target=MINE))
    pair.settle()
    assert not pair.client.link().answered
