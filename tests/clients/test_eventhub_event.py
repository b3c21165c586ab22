"""The event that a message is: the same whether its annotations were decoded or recognised."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.clients.eventhub import event_of
from azext_iotdiag.model.event import Event
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.remembered import LikeEarlier
from azext_iotdiag.wire.amqp.types import Int, Symbol, Timestamp

MARKS = {
    "iothub-message-source": "Telemetry", "iothub-connection-device-id": "pump", "dt-subject": "part",
    "x-opt-sequence-number": 7, "x-opt-offset": "700", "x-opt-enqueued-time": Timestamp(1_763_633_045_200),
}  # fmt: skip


def event(number: int, **changed: Any) -> Event:
    """The event of a message, some of whose annotations count upwards with its number."""
    marks = {**MARKS, "x-opt-sequence-number": 100 + number, "x-opt-offset": str(100 + number), **changed}
    message = decode_message(
        encode_message(b"%d" % number, annotations={Symbol(name): value for name, value in marks.items()})
    )
    if number:
        assert isinstance(message.annotations, LikeEarlier)
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


@pytest.mark.parametrize(("name", "make", "field"), [
    ("x-opt-sequence-number", str, 5), ("x-opt-sequence-number", Int, 5), ("x-opt-offset", int, 6),
    ("x-opt-enqueued-time", int, 7),
])  # fmt: skip
def test_numbers_that_are_written_in_another_way(name: str, make: Any, field: int) -> None:
    for number in range(3):
        assert event(number, **{name: make(5 + number)})[field] == make(5 + number)


def test_what_is_not_there() -> None:
    for _ in range(2):
        assert event_of(decode_message(encode_message(b"x", annotations={Symbol("n"): 1})), "0")[:8] == (
            "", "", "", "", "0", -1, "", 0,
        )  # fmt: skip
