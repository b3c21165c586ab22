"""The sections of a message's body are passed on as they are written."""

from __future__ import annotations

import pytest

from azext_iotdiag.wire.amqp.codec import DecodeError, encode
from azext_iotdiag.wire.amqp.message import body_sections, decode_message, encode_message
from azext_iotdiag.wire.amqp.types import Described, Symbol, ULong
from tests.plugins.amqp_pair import Pair, frames_of


def section(content: object, descriptor: object) -> bytes:
    return encode(Described(descriptor, content))


DATA, SEQUENCE, VALUE = (section(content, ULong(code)) for content, code in ((b"a", 0x75), ([1], 0x76), ("x", 0x77)))
NAMED = section(b"b", Symbol("amqp:data:binary"))
ANNOTATIONS = section({Symbol("x-opt"): 1}, ULong(0x72))
PROPERTIES = section({"n": 1}, ULong(0x74))
FOOTER = section({}, ULong(0x78))


@pytest.mark.parametrize(("written", "kept"), [
    (b"", b""), (DATA, DATA), (DATA + DATA, DATA + DATA), (SEQUENCE, SEQUENCE), (VALUE, VALUE), (NAMED, NAMED),
    (ANNOTATIONS, b""), (ANNOTATIONS + PROPERTIES + DATA + FOOTER, DATA), (encode("no section"), b""),
    (encode(b"no section") + VALUE, VALUE), (section(b"a", ULong(0x79)), b""),
])  # fmt: skip
def test_the_sections_of_a_body(written: bytes, kept: bytes) -> None:
    assert body_sections(written) == kept


@pytest.mark.parametrize("cut", [DATA[:-1], DATA + b"\x00", b"\x33", DATA + b"\x00\x53"])
def test_what_is_cut_off_is_refused(cut: bytes) -> None:
    with pytest.raises(DecodeError):
        body_sections(cut)


@pytest.mark.parametrize("descriptor", [[1], {"a": 1}])
def test_a_section_that_is_not_known_is_left_out(descriptor: object) -> None:
    assert body_sections(section(b"a", descriptor) + DATA) == DATA


def test_a_written_body_stands_in_place_of_another() -> None:
    found = decode_message(encode_message(b"left out", application={"n": 1}, sections=body_sections(PROPERTIES + DATA)))
    assert (found.body, found.application) == (b"a", {"n": 1})


def test_a_body_beside_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="a body or a value"):
        encode_message(b"body", value=1)


def test_a_peer_has_to_answer_for_each_session_that_lives() -> None:
    pair = Pair()
    lives, ends = pair.client.endpoint.begin(), pair.client.endpoint.begin()
    pair.settle()
    ends.end()
    pair.settle()
    pair.client.endpoint.ask_for_life()
    ((flow, _),) = frames_of(pair.client.endpoint.take())
    assert flow.echo is True and flow.handle is None and not lives.ended


@pytest.mark.parametrize(("granted", "shown"), [(0, 0), (3, 3)])
def test_the_credit_that_a_flow_shows(granted: int, shown: int) -> None:
    pair = Pair()
    mine, _ = pair.receiver(granted)
    mine.session.say_flow(mine)
    ((flow, _),) = frames_of(pair.client.endpoint.take())
    assert (flow.link_credit, flow.handle) == (shown, mine.handle)


def test_a_credit_below_none_is_shown_as_none() -> None:
    """A peer may send more than it was granted."""
    pair = Pair()
    mine, _ = pair.receiver(1)
    mine.credit = -1
    mine.session.say_flow(mine)
    ((flow, _),) = frames_of(pair.client.endpoint.take())
    assert flow.link_credit == 0
