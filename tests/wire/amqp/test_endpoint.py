"""Two endpoints back to back: connections and channels, and what is made of a peer that breaks the rules."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.wire.amqp.codec import DecodeError, encode
from azext_iotdiag.wire.amqp.endpoint import Endpoint
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, SASL_HEADER, FrameError, frame
from azext_iotdiag.wire.amqp.link_events import Begun, Closed, Delivery, Ended, Header, ProtocolError
from azext_iotdiag.wire.amqp.performatives import (
    AmqpError,
    Attach,
    Begin,
    Close,
    Detach,
    Disposition,
    End,
    Flow,
    Open,
    SaslInit,
    SaslMechanisms,
    SaslOutcome,
    Source,
    Target,
    Transfer,
)
from azext_iotdiag.wire.amqp.types import Described, Symbol, UInt, ULong
from tests.plugins.amqp_pair import MINE, NODE, Pair

ERROR = AmqpError(Symbol("amqp:internal-error"), "oh no")
BEGIN = Begin(None, 0, 100, 100, 255)


def listening(*performatives, channel=0, **settings):
    """An endpoint that has taken in a header and open, and all that happens when these come after."""
    endpoint = Endpoint("here", **settings)
    data = AMQP_HEADER + frame(Open("there")) + b"".join(frame(p, channel=channel) for p in performatives)
    return endpoint, list(endpoint.receive(data))


def test_open_tells_both_what_the_other_takes():
    pair = Pair(client={"hostname": "hub", "max_frame_size": 4096, "idle_time_out": 1000}, server={"channel_max": 3})
    told = pair.server.endpoint.peer
    assert (told.container_id, told.hostname, told.max_frame_size, told.idle_time_out) == ("client", "hub", 4096, 1000)
    assert pair.client.endpoint.peer.channel_max == 3
    assert pair.server.endpoint.peer_max_frame_size == pair.client.endpoint.peer_max_frame_size == 4096
    assert pair.server.of(Header) == [Header(AMQP_HEADER)]


@pytest.mark.parametrize(("theirs", "expected"), [(None, 65536), (100, 512), (1000, 1000), (1 << 30, 65536)])
def test_frames_fit_the_peer_and_us(theirs, expected):
    endpoint = Endpoint("here")
    assert endpoint.peer_max_frame_size == 65536, "before the peer has said anything"
    list(endpoint.receive(AMQP_HEADER + frame(Open("there", max_frame_size=theirs))))
    assert endpoint.peer_max_frame_size == expected


def test_sasl_then_amqp_each_side_all_at_once():
    """A server may send its AMQP header in one piece with the outcome: nobody could have announced it in between."""
    client, server = Endpoint("client"), Endpoint("server")
    client.header(SASL_HEADER)
    client.sasl(SaslInit(Symbol("ANONYMOUS")))
    client.header(AMQP_HEADER)
    client.open()
    client.begin()
    happened = []
    for link_event in server.receive(client.take()):
        happened.append(link_event)
        if isinstance(link_event, Header) and link_event.protocol == SASL_HEADER:
            server.header(SASL_HEADER)
            server.sasl(SaslMechanisms([Symbol("ANONYMOUS")]))
        elif isinstance(link_event, SaslInit):
            server.sasl(SaslOutcome(0))
            server.expect_header()
            server.header(AMQP_HEADER)
            server.open()
    assert [type(one) for one in happened] == [Header, SaslInit, Header, Open, Begun]
    told = [type(one) for one in client.receive(server.take())]
    assert told == [Header, SaslMechanisms, SaslOutcome, Header, Open, Begun]


def test_after_a_refusal_no_header_is_expected():
    client = Endpoint("client")
    came = client.receive(SASL_HEADER + frame(SaslOutcome(1), sasl=True) + frame(SaslMechanisms(["A"]), sasl=True))
    assert [type(one) for one in came] == [Header, SaslOutcome, SaslMechanisms]


@pytest.mark.parametrize("piece", [0, 1, 2, 3, 7, 8, 64])
def test_it_does_not_matter_how_the_bytes_are_split(piece):
    pair = Pair(piece=piece, server={"max_frame_size": 512})
    mine, theirs = pair.receiver(10)
    body = bytes(range(256)) * 9
    theirs.send(body)
    theirs.send(b"")
    pair.settle()
    assert pair.client.messages == [body, b""]
    mine.detach(ERROR)
    pair.session().end()
    pair.client.endpoint.close()
    pair.settle()
    assert [one.error for one in pair.server.of(Ended)] == [None]
    assert pair.server.of(Closed) == [Closed(None)] and pair.client.of(Closed) == [Closed(None)]


def test_sessions_both_ways_at_once():
    """Each side begins on channel 0 before it has heard of the other; neither may use a channel for two sessions."""
    pair = Pair()
    mine, theirs = pair.client.endpoint.begin(), pair.server.endpoint.begin()
    pair.settle()
    for side in (pair.client, pair.server):
        sessions = list(side.endpoint.sessions.values())
        assert len(sessions) == 2 and all(session.begun for session in sessions)
        assert sorted(session.channel for session in sessions) == [0, 1]
    assert mine in pair.client.endpoint.sessions.values() and theirs in pair.server.endpoint.sessions.values()


def test_close_is_answered_once():
    pair = Pair()
    pair.client.endpoint.close(ERROR)
    pair.client.endpoint.close()
    pair.settle()
    assert pair.server.of(Closed) == [Closed(ERROR)]
    assert pair.client.of(Closed) == [Closed(None)]
    pair.server.endpoint.close()
    assert not pair.server.endpoint.pending


def test_end_is_answered_and_its_channel_is_free_again():
    pair = Pair()
    session = pair.session()
    pair.settle()
    session.end(ERROR)
    session.end()
    pair.settle()
    assert [one.error for one in pair.server.of(Ended)] == [ERROR]
    assert pair.client.endpoint.sessions == pair.server.endpoint.sessions == {}
    assert pair.session() is not session
    pair.settle()
    assert pair.session().channel == 0 and pair.session().begun


def test_keep_alive_is_an_empty_frame_and_nothing_happens():
    pair = Pair()
    before = len(pair.server.happened)
    pair.client.endpoint.keep_alive()
    assert pair.client.endpoint.pending
    data = pair.client.endpoint.take()
    assert data == bytes.fromhex("0000000802000000")
    pair.server.take_in(data)
    assert len(pair.server.happened) == before and not pair.server.endpoint.pending


def test_detach_after_end_is_nothing():
    """azure-eventhub detaches its links after it has ended their session."""
    endpoint, happened = listening(
        BEGIN, Attach("a", 0, True, source=NODE, target=MINE), End(), Detach(0, True), Detach(7, True)
    )
    assert [type(one).__name__ for one in happened] == ["Header", "Open", "Begun", "Attached", "Ended"]
    assert endpoint.sessions == {}


def test_what_comes_on_a_session_that_we_ended_is_nobodys():
    pair = Pair()
    _, theirs = pair.receiver(10)
    theirs.session.endpoint.sessions[0].end()
    theirs.session.endpoint.take()  # the client does not hear of it yet
    client = pair.client.endpoint
    client.send(0, Flow(0, 10, 0, 10, 0, 0, 5, echo=True))
    client.send(0, Attach("b", 1, True, source=NODE, target=MINE))
    client.send(0, Transfer(0, 0, b""), b"x")
    before = len(pair.server.happened)
    pair.server.take_in(client.take())
    assert len(pair.server.happened) == before and not pair.server.endpoint.pending


SENDER = Attach("s", 3, False, source=Source(), target=Target(address="x"), initial_delivery_count=0)
BAD = [
    ([Transfer(0, 0, b"")], "framing-error", "carries no session"),
    ([Attach("a", 0, True)], "framing-error", "carries no session"),
    ([Flow(None, 1, 0, 1)], "framing-error", "carries no session"),
    ([BEGIN, BEGIN], "framing-error", "begun twice"),
    ([Begin(5, 0, 1, 1)], "framing-error", "never begun"),
    ([Open("again")], "illegal-state", "after open"),
    ([BEGIN, Transfer(0, 0, b"")], "unattached-handle", "handle 0"),
    ([BEGIN, SENDER, Transfer(2, 0, b"")], "unattached-handle", "handle 2"),
    ([BEGIN, SENDER, Detach(3, True), Transfer(3, 0, b"")], "unattached-handle", "handle 3"),
    ([BEGIN, Attach("r", 4, True, source=NODE), Transfer(4, 0, b"")], "not-allowed", "this end sends"),
    ([BEGIN, SENDER, SENDER], "handle-in-use", "handle 3"),
    ([BEGIN, SENDER._replace(handle=256)], "framing-error", "beyond the maximum 255"),
    ([SaslMechanisms(["A"])], "not-implemented", "channel 0"),
]


@pytest.mark.parametrize(("performatives", "condition", "words"), BAD, ids=range(len(BAD)))
def test_a_peer_that_breaks_the_rules(performatives, condition, words):
    with pytest.raises(ProtocolError, match=words) as broken:
        listening(*performatives)
    assert condition in broken.value.condition


@pytest.mark.parametrize(
    "data",
    [
        AMQP_HEADER + frame(BEGIN),
        AMQP_HEADER + frame(Disposition(True, 0)),
        AMQP_HEADER + frame(Open("a")) + frame(SaslInit("PLAIN"), sasl=True),
        SASL_HEADER + frame(Open("a"), sasl=True),
        SASL_HEADER + frame(None, sasl=True),
    ],
)
def test_frames_where_they_may_not_be(data):
    with pytest.raises(ProtocolError):
        list(Endpoint("here").receive(data))


def test_channels_have_a_limit():
    with pytest.raises(ProtocolError, match="beyond the maximum 3"):
        listening(BEGIN, channel=4, channel_max=3)
    last, _ = listening(BEGIN, channel=3, channel_max=3)
    assert len(last.sessions) == 1
    endpoint, _ = listening(channel_max=100)
    endpoint.peer = endpoint.peer._replace(channel_max=1)
    assert [endpoint.begin().channel, endpoint.begin().channel] == [0, 1]
    with pytest.raises(ProtocolError, match="up to 1 are taken"):
        endpoint.begin()


def test_an_unknown_performative_names_its_channel():
    data = b"\0" + encode(ULong(0x77)) + encode([1])
    body = bytes.fromhex("02000009") + data
    with pytest.raises(ProtocolError, match="channel 9") as broken:
        list(Endpoint("here").receive(AMQP_HEADER + frame(Open("a")) + (len(body) + 4).to_bytes(4, "big") + body))
    assert broken.value.condition == "amqp:not-implemented"


def test_frames_larger_than_announced_are_refused_before_they_are_there():
    with pytest.raises(FrameError, match="1025"):
        list(Endpoint("here", max_frame_size=1024).receive(AMQP_HEADER + bytes.fromhex("0000040102000000")))


def test_header_is_handed_out_whatever_it_is():
    endpoint = Endpoint("here")
    assert list(endpoint.receive(b"GET ")) == []
    assert next(endpoint.receive(b"/ HTTP/1.1")) == Header(b"GET / HT")


SMALL = st.integers(0, 4)
VALUES = st.none() | st.booleans() | SMALL | st.sampled_from([b"", b"tag", "name", [], {}, 2**32 - 1, [1, 2]])
CODES = st.sampled_from([0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x28, 0x40, 0x41, 0x44, 0x99])
LIKELY = st.sampled_from([
    BEGIN, Attach("a", 0, True, source=NODE), Attach("a", 1, False, target=MINE),
    Flow(0, 9, 0, 9, 0, 0, 2, None, True, True),
    Flow(None, 0, 2**32 - 1, 0), Transfer(1, 0, b"", more=True), Transfer(1, 0, b""), Transfer(1, aborted=True),
    Detach(0, True), Detach(1, False), End(), Disposition(True, 0, 9), Close(), Begin(0, 5, 9, 9),
])  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(SMALL, LIKELY | st.tuples(CODES, st.lists(VALUES, max_size=6)), st.binary(max_size=9)), max_size=12
    )
)
def test_whatever_a_peer_sends_is_taken_or_refused(frames):
    """Nothing but the three declared errors comes out, and what we say in answer can be read by another endpoint."""
    endpoint = Endpoint("here")
    endpoint.header(AMQP_HEADER)
    endpoint.open()
    endpoint.begin()
    data = AMQP_HEADER + frame(Open("there"))
    for channel, what, payload in frames:
        if type(what) is tuple:
            fields = [UInt(value) if type(value) is int else value for value in what[1]]
            body = encode(Described(ULong(what[0]), fields))
            data += (8 + len(body)).to_bytes(4, "big") + bytes([2, 0, 0, channel]) + body
        else:
            data += frame(what, payload, channel % 2)
    try:
        for link_event in endpoint.receive(data):
            if type(link_event) is Delivery:
                assert not link_event.link.sender
    except (ProtocolError, FrameError, DecodeError):
        pass
    said = endpoint.take()
    assert said.startswith(AMQP_HEADER + frame(Open("here", None, 65536, 8191)))
