"""Windows of sessions: a sender stops where the peer's is closed, goes on in order, and neither loses count."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.wire.amqp import sessions
from azext_iotdiag.wire.amqp.link_events import Delivery, ProtocolError
from azext_iotdiag.wire.amqp.performatives import Flow
from azext_iotdiag.wire.amqp.sessions import first_free
from tests.plugins.amqp_pair import MINE, NODE, Pair
from tests.plugins.effort import cases


def window(pair, frames, channel=0):
    """Let the client say how many frames it takes from now on."""
    session = pair.client.endpoint.sessions[channel]
    pair.client.endpoint.send(channel, Flow(session._next_incoming, frames, 0, 100))
    pair.settle()


def test_a_sender_stops_at_a_closed_window_and_goes_on():
    pair = Pair()
    _, theirs = pair.receiver(100)
    window(pair, 3)
    for number in range(10):
        theirs.send(b"%d" % number)
    pair.settle()
    assert pair.client.messages == [b"0", b"1", b"2"] and theirs.session.blocked
    window(pair, 2)
    assert len(pair.client.messages) == 5
    window(pair, 0)
    assert len(pair.client.messages) == 5
    window(pair, 100)
    assert pair.client.messages == [b"%d" % number for number in range(10)] and not theirs.session.blocked


def test_a_window_counts_from_what_the_peer_had_seen():
    """2.5.6: what is under way when the peer states its window takes its place in that window."""
    pair = Pair()
    _, theirs = pair.receiver(100)
    window(pair, 3)
    stale = Flow(pair.session()._next_incoming, 4, 0, 100)
    for number in range(3):
        theirs.send(b"%d" % number)
    pair.settle()
    pair.client.endpoint.send(0, stale)
    pair.settle()
    for number in range(3, 6):
        theirs.send(b"%d" % number)
    pair.settle()
    assert len(pair.client.messages) == 4 and theirs.session.blocked


def test_large_messages_and_small_ones_keep_their_order_through_a_narrow_window():
    pair = Pair(client={"max_frame_size": 512})
    _, one = pair.receiver(100, "one")
    _, two = pair.receiver(100, "two")
    window(pair, 1)
    sent = []
    for number in range(12):
        message = b"%d:" % number + b"x" * (number % 4 * 400)
        (one, two)[number % 2].send(message)
        sent.append(message)
    pair.settle()
    for _ in range(60):
        window(pair, 1)
    assert pair.client.messages == sent
    assert [delivery.delivery_id for delivery in pair.client.of(Delivery)] == list(range(12))


@pytest.mark.parametrize("by", ["client", "server"])
def test_what_waits_on_a_link_that_is_gone_is_never_sent(by):
    """A frame on a handle that is detached would end the session; the others' numbers must stay without a gap."""
    pair = Pair(client={"max_frame_size": 512})
    mine, one = pair.receiver(100, "one")
    _, two = pair.receiver(100, "two")
    window(pair, 2)
    one.send(b"0")
    one.send(b"1" * 1000)  # its first frame goes, its others wait
    two.send(b"2")
    one.send(b"3")
    two.send(b"4" * 1000)
    pair.settle()
    (mine if by == "client" else one).detach()
    pair.settle()
    window(pair, 100)
    assert pair.client.messages == [b"0", b"2", b"4" * 1000]
    assert [delivery.delivery_id for delivery in pair.client.of(Delivery)] == [0, 2, 3]
    two.send(b"5")
    pair.settle()
    assert pair.client.of(Delivery)[-1].delivery_id == 4


def test_end_forgets_what_waits():
    pair = Pair()
    _, theirs = pair.receiver(100)
    window(pair, 0)
    theirs.send(b"0")
    pair.session().end()
    pair.settle()
    assert not theirs.session.blocked and pair.client.messages == []


@pytest.mark.parametrize("size", [1, 2000])
def test_a_receiver_opens_its_window_again_before_it_is_closed(monkeypatch, size: int):
    """Also where each message takes several frames."""
    monkeypatch.setattr(sessions, "WINDOW", 10)
    pair = Pair(client={"max_frame_size": 512})
    _, theirs = pair.receiver(10_000)
    sent = [b"%d" % number * size for number in range(1000 // size + 20)]
    for message in sent:
        theirs.send(message)
    pair.settle()
    assert pair.client.messages == sent
    assert not theirs.session.blocked


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 2), st.integers(0, 1500)),
        st.tuples(st.just("grant"), st.integers(0, 2), st.integers(0, 9)),
        st.tuples(st.just("carry"), st.booleans(), st.integers(1, 600)),
    ),
    max_size=60,
)


@settings(deadline=None, max_examples=cases(150))
@given(OPERATIONS, st.integers(0, 9), st.integers(0, 2**32 - 1))
def test_nothing_is_lost_or_doubled_in_any_order_of_things(operations, small, first):
    """Three links send what their credit allows while bytes arrive in pieces, at random, through a narrow window."""
    pair = Pair(client={"max_frame_size": 512})
    session = pair.session()
    pair.settle()
    theirs = pair.server.endpoint.sessions[0]
    theirs._delivery_id = theirs._next_outgoing = session._next_incoming = first
    session._incoming_window = theirs._remote_window = small
    receivers = [session.attach(name, sender=False, source=NODE, target=MINE) for name in "abc"]
    pair.settle()
    senders = [one.link for one in pair.server.happened[-3:]]
    waiting = {True: b"", False: b""}
    sent = {link.name: [] for link in receivers}

    def carry(to_client, size):
        source, target = (pair.server, pair.client) if to_client else (pair.client, pair.server)
        waiting[to_client] += source.endpoint.take()
        piece, waiting[to_client] = waiting[to_client][:size], waiting[to_client][size:]
        target.take_in(piece)

    numbers = random.Random(first)
    for kind, which, size in operations:
        if kind == "send" and senders[which].credit > 0:
            message = numbers.randbytes(size)
            senders[which].send(message)
            sent[senders[which].name].append(message)
        elif kind == "grant":
            receivers[which].grant(size)
        elif kind == "carry":
            carry(which, size)
    session.say_flow()
    while any(waiting.values()) or pair.client.endpoint.pending or pair.server.endpoint.pending:
        carry(True, 1 << 20)
        carry(False, 1 << 20)
    for sender, receiver in zip(senders, receivers):
        came = [one.message for one in pair.client.of(Delivery) if one.link is receiver]
        assert came == sent[sender.name]
        assert sender.delivery_count == receiver.delivery_count == len(came)
        assert sender.credit == receiver.credit


@pytest.mark.parametrize(("taken", "most", "wanted", "free"), [
    (set(), 5, 0, 0), (set(), 5, 3, 3), ({3}, 5, 3, 0), ({0, 1, 3}, 5, 3, 2), ({0, 1}, 2, 0, 2), (set(), 2, 7, 0),
    (set(), 2, 2, 2), ({0}, 5, 0, 1),
])  # fmt: skip
def test_the_number_that_is_wanted_or_the_first_free_one(taken: set[int], most: int, wanted: int, free: int) -> None:
    assert first_free(taken, most, wanted) == free
    assert wanted or first_free(taken, most) == free


def test_when_no_number_is_free() -> None:
    with pytest.raises(ProtocolError, match="all numbers up to 1 are taken"):
        first_free({0, 1}, 1)
