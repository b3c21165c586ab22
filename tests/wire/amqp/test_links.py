"""Links of two endpoints back to back: attaching, refusing, credit, messages in parts, and letting go."""

from __future__ import annotations

import pytest

from azext_iotdiag.wire.amqp.frames import AMQP_HEADER
from azext_iotdiag.wire.amqp.link_events import Attached, Delivery, Detached, Granted
from azext_iotdiag.wire.amqp.performatives import (
    AmqpError,
    Detach,
    Source,
    Target,
)
from azext_iotdiag.wire.amqp.types import Symbol
from tests.plugins.amqp_pair import MINE, NODE, Pair, frames_of

NOT_FOUND = AmqpError(Symbol("amqp:not-found"), "no such queue", {Symbol("port"): 5671})
LAST = 2**32 - 1


def test_attach_of_a_receiver_and_a_sender():
    pair = Pair()
    receiver, sending = pair.receiver(3)
    sender = pair.session().attach("other", sender=True, source=Source(address="mine"), target=Target(address="$cbs"))
    pair.settle()
    assert not receiver.sender and sending.sender and sending.credit == 3
    assert sender.sender and not pair.server.link().sender
    answers = [one.performative for one in pair.client.of(Attached)]
    assert [(one.role, one.handle, one.name) for one in answers] == [(False, 0, "link"), (True, 1, "other")]
    assert answers[0].source == NODE and answers[1].target.address == "$cbs"
    assert answers[0].initial_delivery_count == 0 and answers[1].initial_delivery_count is None
    proposals = [one.performative for one in pair.server.of(Attached)]
    assert [one.initial_delivery_count for one in proposals] == [None, 0], "2.7.3: the sender must say it"


def test_both_attach_links_of_the_same_name_at_once():
    """A name belongs to a direction (2.6.1); handles are each side's own, and may not meet."""
    pair = Pair()
    mine = pair.session()
    pair.settle()
    theirs = pair.server.endpoint.sessions[0]
    ends = [
        mine.attach("a", sender=True, source=NODE, target=MINE),
        theirs.attach("a", sender=True, source=NODE, target=MINE),
    ]
    pair.settle()
    for end, credit in zip(ends, (1, 2)):
        other = pair.server if end is ends[0] else pair.client
        receiving = next(one.link for one in other.of(Attached) if not one.link.sender)
        receiving.grant(credit)
        pair.settle()
        assert end.credit == credit
        end.send(f"with {credit}".encode())
        pair.settle()
    assert pair.server.messages == [b"with 1"] and pair.client.messages == [b"with 2"]
    for session in (mine, theirs):
        assert sorted(link.handle for link in session.links.values()) == [0, 1]


@pytest.mark.parametrize("sender", [True, False])
@pytest.mark.parametrize("keep", [True, False])
def test_refusal_has_no_terminus_of_the_refusing_side(sender, keep):
    """2.6.3: attach without the terminus that does not exist, and then detach with the error."""
    pair = Pair()
    pair.server.answer = lambda link, proposal: link.refuse(proposal, NOT_FOUND, keep_terminus=keep)
    link = pair.session().attach("a", sender=sender, source=NODE, target=MINE)
    if not sender:
        link.grant(5)
    pair.settle()
    (answer,), (gone,) = pair.client.of(Attached), pair.client.of(Detached)
    kept = (NODE, None) if sender else (None, MINE)
    assert (answer.performative.source, answer.performative.target) == (kept if keep else (None, None))
    assert gone == Detached(link, NOT_FOUND) and link.error == NOT_FOUND and not link.attached
    assert pair.server.of(Detached) == [], "its answer to our detach is no news"
    assert pair.session().links == pair.server.endpoint.sessions[0].links == {}


def test_a_refused_link_may_be_spoken_on_until_its_detach_is_heard():
    """A client that waits for nothing has sent credit, or a message, before it hears that there is no such node."""
    pair = Pair()
    pair.server.answer = lambda link, proposal: link.refuse(proposal, NOT_FOUND)
    pair.session()
    pair.settle()
    link = pair.session().attach("a", sender=True, source=NODE, target=MINE)
    link.send(b"too early")
    pair.settle()
    assert pair.server.messages == [] and pair.client.of(Detached) == [Detached(link, NOT_FOUND)]


def test_whoever_waits_for_nothing_is_served():
    """Open, begin, attach and credit in one go, as clients/amqp.py does to save round trips."""
    pair = Pair(open_=False)
    for side in (pair.client, pair.server):
        side.endpoint.header(AMQP_HEADER)
        side.endpoint.open()
    pair.client.endpoint.begin().attach("a", sender=False, source=NODE, target=MINE).grant(2)
    said = pair.client.endpoint.take()
    flow = frames_of(said[8:])[-1][0]
    assert flow.next_incoming_id is None and flow.delivery_count is None, "2.7.4: not known yet"
    pair.server.take_in(said)
    assert pair.server.link().credit == 2
    pair.server.link().send(b"at once")
    pair.settle()
    assert pair.client.messages == [b"at once"]


def test_credit_counts_down_on_both_sides_and_is_topped_up():
    pair = Pair()
    mine, theirs = pair.receiver(3)
    for number in range(3):
        theirs.send(b"%d" % number)
    assert theirs.credit == 0 and theirs.delivery_count == 3
    assert mine.credit == 3, "nothing has come yet"
    mine.grant(5)  # crosses the three on their way: two more are wanted than have been sent
    pair.settle()
    assert pair.client.messages == [b"0", b"1", b"2"]
    assert (mine.credit, theirs.credit) == (2, 2) and mine.delivery_count == theirs.delivery_count == 3
    mine.grant(0)
    pair.settle()
    assert theirs.credit == 0 and [one.drain for one in pair.server.of(Granted)] == [False] * 3


@pytest.mark.parametrize("first", [0, 1, LAST - 1, LAST, 2**31 - 1])
def test_delivery_counts_and_ids_are_serial_numbers(first):
    """RFC 1982 arithmetic (2.8.10): after 2^32 - 1 comes 0, for delivery counts, delivery ids and transfer ids."""
    pair = Pair()
    session = pair.session()
    pair.settle()
    theirs = pair.server.endpoint.sessions[0]
    theirs._delivery_id = first - 1
    session._next_incoming = theirs._next_outgoing = first
    session.attach("a", sender=False, source=NODE, target=MINE)

    def accept(link, proposal):
        link.delivery_count = first
        link.accept(proposal)

    pair.server.answer = accept
    pair.settle()
    sender, receiver = pair.server.link(), pair.client.link()
    receiver.grant(4)
    pair.settle()
    assert receiver.delivery_count == first and sender.credit == 4
    for number in range(4):
        sender.send(b"%d" % number)
    receiver.grant(6)  # before any of the four has come
    pair.settle()
    assert sender.credit == receiver.credit == 2
    assert sender.delivery_count == receiver.delivery_count == (first + 4) % 2**32
    assert [one.delivery_id for one in pair.client.of(Delivery)] == [(first + n) % 2**32 for n in range(4)]


def test_an_end_says_that_the_link_is_closed_and_a_message_is_whole() -> None:
    pair = Pair()
    mine, theirs = pair.receiver(1)
    theirs.send(b"body")
    ((transfer, payload),) = frames_of(pair.server.endpoint.take())
    assert (transfer.settled, transfer.more, transfer.batchable, payload) == (True, False, True, b"body")
    mine.detach()
    ((said, _),) = frames_of(pair.client.endpoint.take())
    assert isinstance(said, Detach) and said.closed and said.error is None


def test_a_link_begins_without_credit() -> None:
    pair = Pair()
    link = pair.session().attach("new", sender=False, source=NODE, target=MINE)
    assert (link.credit, link.drain, link.parts) == (0, False, [])
    pair.settle()
    assert pair.server.link().credit == 0


@pytest.mark.parametrize("by", ["client", "server"])
def test_a_link_whose_end_was_heard_is_attached_no_more(by: str) -> None:
    pair = Pair()
    ends = dict(zip(("client", "server"), pair.receiver(1)))
    ends[by].detach()
    pair.settle()
    assert not any(link.attached for link in ends.values())
    session = pair.session()
    links = [session.attach(f"more-{number}", sender=False, source=NODE, target=MINE) for number in range(2)]
    pair.settle()
    session.end()
    pair.settle()
    assert not any(link.attached for link in links) and not session.links
