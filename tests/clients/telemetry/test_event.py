"""The event that a message is: the same whether its annotations were decoded or recognised."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from azext_iotdiag.clients.telemetry.event import event_of
from azext_iotdiag.model.event import Event
from azext_iotdiag.wire.amqp.codec import encode
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.section_cache import LazyMap, Memory
from azext_iotdiag.wire.amqp.types import Decimal, Described, Int, Symbol, Timestamp, ULong

MARKS = {
    "iothub-message-source": "Telemetry", "iothub-connection-device-id": "pump", "dt-subject": "part",
    "x-opt-sequence-number": 7, "x-opt-offset": "700", "x-opt-enqueued-time": Timestamp(1_763_633_045_200),
}  # fmt: skip
MEMORY = Memory()


def event(number: int, **changed: Any) -> Event:
    """The event of a message, some of whose annotations count upwards with its number."""
    marks = {**MARKS, "x-opt-sequence-number": 100 + number, "x-opt-offset": str(100 + number), **changed}
    message = decode_message(
        encode_message(b"%d" % number, annotations={Symbol(name): value for name, value in marks.items()}), MEMORY
    )
    if number:
        assert isinstance(message.annotations, LazyMap)
    return event_of(message, "3")


def test_fields_of_a_message_that_is_like_an_earlier_one() -> None:
    for number in range(3):
        got = event(number)
        assert got[:8] == ("Telemetry", "pump", "", "part", "3", 100 + number, str(100 + number), 1_763_633_045_200)
        assert got.body == b"%d" % number and got.annotations["x-opt-offset"] == str(100 + number)


@pytest.mark.parametrize("name", ["iothub-connection-device-id", "iothub-connection-module-id", "dt-subject"])
def test_an_id_of_digits_alone_is_read_anew_each_time(name: str) -> None:
    fields = {"iothub-connection-device-id": 1, "iothub-connection-module-id": 2, "dt-subject": 3}
    for number in range(4):
        assert event(number, **{name: f"1234567{number}"})[fields[name]] == f"1234567{number}"


@pytest.mark.parametrize(("name", "make", "field", "found", "problem"), [
    ("x-opt-sequence-number", str, 5, 5, "text, not a whole number"),
    ("x-opt-sequence-number", float, 5, -1, "a number with a fraction, not a whole number"),
    ("x-opt-sequence-number", Int, 5, 5, ""),
    ("x-opt-offset", int, 6, "5", "a number, not text"),
    ("x-opt-enqueued-time", int, 7, 5, ""),
    ("x-opt-enqueued-time", str, 7, 5, "text, not a whole number"),
    ("x-opt-enqueued-time", lambda _: None, 7, 0, "null, not a whole number"),
    ("x-opt-sequence-number", lambda _: True, 5, -1, "a boolean, not a whole number"),
    ("iothub-connection-device-id", lambda _: 7, 1, "7", "a number, not text"),
    ("iothub-connection-device-id", lambda _: b"pump\xff", 1, "pump\\xff", "binary, not text"),
    ("iothub-connection-device-id", lambda _: None, 1, "", "null, not text"),
    ("iothub-connection-device-id", lambda _: {"a": [1]}, 1, '{"a":[1]}', "a map, not text"),
    ("iothub-message-source", lambda _: uuid.UUID(int=1), 0, str(uuid.UUID(int=1)), "a UUID, not text"),
    ("dt-subject", lambda _: Symbol("part"), 3, "part", ""),
])  # fmt: skip
def test_annotations_of_another_type(name: str, make: Any, field: int, found: Any, problem: str) -> None:
    for _ in range(3):
        got = event(0, **{name: make(5)})
        assert got[field] == found and type(got[field]) is type(found)
        assert got.problems == ((f"the annotation {name} is {problem}",) if problem else ())


@pytest.mark.parametrize(("value", "body"), [
    ({"temperature": 21.5}, b'{"temperature":21.5}'), (None, b"null"), ("text", b'"text"'), (b"\x00\xff", b"\x00\xff"),
    ([1, b"\xff"], b'[1,{"base64":"/w=="}]'), (Timestamp(5), b"5"), (True, b"true"), (float("nan"), b'"nan"'),
    (Decimal(b"abcd"), b'{"base64":"YWJjZA=="}'),
])  # fmt: skip
def test_a_body_that_is_a_value(value: Any, body: bytes) -> None:
    got = event_of(decode_message(encode_message(value=value)), "0")
    assert (got.body, got.body_type, got.problems) == (body, "amqp-value", ())


def test_a_body_that_is_a_sequence() -> None:
    sections = b"".join(encode(Described(ULong(0x76), part)) for part in ([1, "a"], [], [{"b": None}]))
    got = event_of(decode_message(sections), "0")
    assert (got.body, got.body_type) == (b'[1,"a",{"b":null}]', "amqp-sequence")


def test_what_is_not_there() -> None:
    for _ in range(2):
        assert event_of(decode_message(encode_message(b"x", annotations={Symbol("n"): 1})), "0")[:8] == (
            "", "", "", "", "0", -1, "", 0,
        )  # fmt: skip


@pytest.mark.parametrize("moment", [-1, -(2**63), 253_402_300_800_000, 2**63 - 1])
def test_a_time_that_no_message_can_have_is_none(moment: int) -> None:
    """Or the device would have missed its beat, and what comes later would look older."""
    for number in range(3):  # the first is decoded, those behind it are recognised
        event(number)
        got = event(number, **{"x-opt-enqueued-time": Timestamp(moment)})
        assert got.enqueued == 0 and got.sequence == 100 + number
        assert got.problems == (
            f"the annotation x-opt-enqueued-time is no time of a message: {moment} ms after 1970",
        )  # fmt: skip
    assert event(9).problems == ()
