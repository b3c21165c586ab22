"""What a peer that ignores the rules can make us keep: nothing without credit, and no more than a limit."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.wire.amqp import links
from azext_iotdiag.wire.amqp.link_events import ProtocolError
from azext_iotdiag.wire.amqp.performatives import Transfer
from tests.plugins.amqp_pair import MINE, NODE, Pair


def push(pair: Pair, payload: bytes, *, number: int = 0, handle: int = 0, **fields: Any) -> None:
    """Let the server send a transfer, whatever it may."""
    endpoint = pair.server.endpoint
    session = next(iter(endpoint.sessions.values()))
    endpoint.send(session.channel, Transfer(handle, number, b"t", 0, True, **fields), payload)


def refused(pair: Pair) -> ProtocolError:
    with pytest.raises(ProtocolError) as wrong:
        pair.settle()
    return wrong.value


@pytest.mark.parametrize("more", [False, True], ids=["whole", "in parts"])
def test_a_message_without_credit(more: bool) -> None:
    pair = Pair()
    pair.receiver(2)
    for number in range(3):
        push(pair, b"x", number=number)
        if more:
            push(pair, b"y", number=number, more=True)
    wrong = refused(pair)
    assert wrong.condition == "amqp:link:transfer-limit-exceeded"
    assert pair.client.messages == ([b"x", b"yx"] if more else [b"x"] * 2)


def test_a_client_that_sends_without_credit_is_refused_by_the_server() -> None:
    pair = Pair()
    mine = pair.session().attach("a", sender=True, source=NODE, target=MINE)
    pair.settle()
    pair.server.link().grant(1)
    pair.settle()
    for _ in range(2):
        mine.send(b"x")
    assert refused(pair).condition == "amqp:link:transfer-limit-exceeded"


def test_credit_that_was_taken_back_may_have_been_used_before() -> None:
    pair = Pair()
    mine, theirs = pair.receiver(5)
    mine.grant(2)
    mine.grant(0)
    for _ in range(5):
        theirs.send(b"x")
    pair.settle()
    assert pair.client.messages == [b"x"] * 5
    push(pair, b"x", number=9)
    assert refused(pair).condition == "amqp:link:transfer-limit-exceeded"


def test_credit_that_is_given_again_counts_from_where_the_link_is() -> None:
    pair = Pair()
    mine, theirs = pair.receiver(2)
    for _ in range(50):
        theirs.send(b"x")
        pair.settle()
        mine.grant(2)
        pair.settle()
    assert len(pair.client.messages) == 50


def test_a_message_on_a_link_that_nobody_asked_for() -> None:
    pair = Pair()
    pair.receiver(2)
    push(pair, b"x", handle=9)
    assert refused(pair).condition == "amqp:session:unattached-handle"


@pytest.mark.parametrize("begins", [False, True], ids=["link", "session"])
def test_a_service_proposes_nothing(begins: bool) -> None:
    pair = Pair(client={"accepts": False})
    pair.receiver(2)
    session = pair.server.endpoint.begin() if begins else next(iter(pair.server.endpoint.sessions.values()))
    if not begins:
        session.attach("theirs", sender=True, source=NODE, target=MINE)
    wrong = refused(pair)
    assert wrong.condition == "amqp:not-allowed" and "not asked for" in wrong.description


@pytest.mark.parametrize("size", [1000, 0], ids=["large", "empty"])
def test_unfinished_messages_are_bounded_on_all_links_together(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(links, "MAX_UNFINISHED", 1 << 20)
    pair = Pair()
    session = pair.session()
    for number in range(4):
        session.attach(f"{number}", sender=False, source=NODE, target=MINE).grant(1)
    pair.settle()
    needed = (1 << 20) // (size + 64) + 1
    for number in range(needed):
        push(pair, bytes(size), number=number % 4, handle=number % 4, more=True)
    wrong = refused(pair)
    assert (wrong.condition, "1 MiB" in wrong.description) == ("amqp:resource-limit-exceeded", True)


@pytest.mark.parametrize("end", ["finish", "abort", "detach", "detached", "session"])
def test_what_is_no_longer_kept_does_not_count(end: str) -> None:
    pair = Pair()
    mine, theirs = pair.receiver(5)
    for _ in range(3):
        push(pair, bytes(1000), more=True)
    pair.settle()
    assert pair.client.endpoint.unfinished > 3000
    if end in ("finish", "abort"):
        push(pair, b"", aborted=end == "abort" or None)
    elif end == "detach":
        mine.detach()
    elif end == "detached":
        theirs.detach()
    else:
        mine.session.end()
    pair.settle()
    assert pair.client.endpoint.unfinished == 0 and mine.parts == []
