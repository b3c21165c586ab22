"""Messages: an IoT Hub event byte for byte, every section back and forth at random, and what is malformed refused."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.wire.amqp.codec import DecodeError, encode
from azext_iotdiag.wire.amqp.message import Message, decode_message, encode_message
from azext_iotdiag.wire.amqp.section_cache import MAX_SECTIONS, Memory
from azext_iotdiag.wire.amqp.types import Described, Symbol, Timestamp, UInt, ULong


def text(kind: str, value: str) -> str:
    return f"{kind}{len(value):02x}{value.encode().hex()}"


AUTH = '{"scope":"device","type":"sas","issuer":"iothub"}'
# A telemetry message as the Event Hubs compatible endpoint of an IoT Hub delivers it: symbols for keys, offset a
# string, sequence number a long, times timestamps; the list of properties in full length.
EVENT = bytes.fromhex(
    "005372" "d10000013400000012"
    + text("a3", "x-opt-sequence-number") + "81" "0000000000000539"
    + text("a3", "x-opt-offset") + text("a1", "8589934592")
    + text("a3", "x-opt-enqueued-time") + "83" "0000018bcfe56800"
    + text("a3", "iothub-connection-device-id") + text("a1", "dev-1")
    + text("a3", "iothub-enqueuedtime") + "83" "0000018bcfe56801"
    + text("a3", "iothub-message-source") + text("a1", "Telemetry")
    + text("a3", "dt-subject") + text("a1", "thermostat1")
    + text("a3", "small") + "5505"
    + text("a3", "iothub-connection-auth-method") + text("a1", AUTH)
    + "005373" "c02d0d" + "40" * 6 + text("a3", "application/json") + text("a3", "utf-8") + "40"
    + "83" "0000018bcfe56800" + "40" * 3
    + "005374" "c11204" + text("a1", "level") + text("a1", "high") + text("a1", "n") + "43"
    + "005375" "a00a" + b'{"t": 21} '.hex()
)  # fmt: skip
EVENT_READ = Message(
    body=b'{"t": 21} ',
    value=None,
    annotations={
        "x-opt-sequence-number": 1337,
        "x-opt-offset": "8589934592",
        "x-opt-enqueued-time": Timestamp(1700000000000),
        "iothub-connection-device-id": "dev-1",
        "iothub-enqueuedtime": Timestamp(1700000000001),
        "iothub-message-source": "Telemetry",
        "dt-subject": "thermostat1",
        "small": 5,
        "iothub-connection-auth-method": AUTH,
    },
    delivery_annotations={},
    properties={
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "creation-time": Timestamp(1700000000000),
    },
    application={"level": "high", "n": 0},
    header=None,
)


def test_reads_and_writes_an_event_of_an_iot_hub() -> None:
    assert decode_message(EVENT) == EVENT_READ
    assert type(decode_message(EVENT).annotations["x-opt-enqueued-time"]) is Timestamp
    written = encode_message(
        EVENT_READ.body,
        annotations=EVENT_READ.annotations,
        properties=EVENT_READ.properties,
        application={"level": "high", "n": UInt(0)},
    )
    assert written == EVENT


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_reads_any_buffer(kind: Any) -> None:
    assert decode_message(kind(EVENT)) == EVENT_READ


string = st.text(st.characters(exclude_categories=["Cs"]))
symbol = st.text(st.characters(max_codepoint=127))
uint = st.integers(0, 2**32 - 1)
moment = st.integers(-(2**63), 2**63 - 1).map(Timestamp)
some_id = st.one_of(string, st.integers(0, 2**64 - 1), st.uuids(), st.binary())
value = st.one_of(
    string, st.integers(-(2**63), 2**63 - 1), st.booleans(), st.none(), st.floats(allow_nan=False), moment
)
annotations = st.dictionaries(symbol | st.integers(0, 2**64 - 1), value)
properties = st.fixed_dictionaries(
    {},
    optional={
        "message-id": some_id,
        "user-id": st.binary(),
        "to": string,
        "subject": string,
        "reply-to": string,
        "correlation-id": some_id,
        "content-type": symbol,
        "content-encoding": symbol,
        "absolute-expiry-time": moment,
        "creation-time": moment,
        "group-id": string,
        "group-sequence": uint,
        "reply-to-group-id": string,
    },
)
header = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "durable": st.booleans(),
        "priority": st.integers(0, 255),
        "ttl": uint,
        "first-acquirer": st.booleans(),
        "delivery-count": uint,
    },
)


@given(st.binary(), annotations, annotations, properties, st.dictionaries(string, value), header)
def test_every_section_comes_back(
    body: bytes, annotations: Any, delivery: Any, properties: Any, application: Any, header: Any
) -> None:
    data = encode_message(
        body,
        annotations=annotations,
        delivery_annotations=delivery,
        properties=properties,
        application=application,
        header=header,
    )
    assert decode_message(data) == Message(body, None, annotations, delivery, properties, application, header)


@given(st.recursive(value, lambda inner: st.lists(inner) | st.dictionaries(string, inner), max_leaves=5))
def test_a_value_comes_back(value: Any) -> None:
    found = decode_message(encode_message(value=value))
    assert (found.value, found.body) == (value, b"")


def section(code: int, content: Any) -> bytes:
    return encode(Described(ULong(code), content))


def test_data_sections_are_joined_and_a_footer_is_passed_over() -> None:
    data = section(0x75, b"one ") + section(0x75, b"") + section(0x75, b"two") + section(0x78, {Symbol("crc"): 1})
    assert decode_message(data) == Message(b"one two", None, {}, {}, {}, {}, None)


def test_sequences_are_joined() -> None:
    assert decode_message(section(0x76, [1, 2]) + section(0x76, []) + section(0x76, ["x"])).value == [1, 2, "x"]


def test_many_data_sections_take_no_more_time_than_their_size() -> None:
    assert len(decode_message(section(0x75, b"x") * 200_000).body) == 200_000


def test_sections_may_be_named_and_numbered_in_eight_bytes() -> None:
    names = ["header:list", "delivery-annotations:map", "message-annotations:map", "properties:list"]
    names += ["application-properties:map", "data:binary"]
    contents = [[True], {Symbol("d"): 1}, {Symbol("m"): 2}, ["id"], {"a": 3}, b"x"]
    expected = Message(b"x", None, {"m": 2}, {"d": 1}, {"message-id": "id"}, {"a": 3}, {"durable": True})
    pairs = list(zip(names, contents, strict=True))
    assert decode_message(b"".join(encode(Described(Symbol(f"amqp:{name}"), item)) for name, item in pairs)) == expected
    wide = [b"\x00\x80" + bytes(7) + bytes((code,)) + encode(item) for code, item in enumerate(contents, 0x70)]
    assert decode_message(b"".join(wide)) == expected
    assert decode_message(encode(Described(Symbol("amqp:amqp-value:*"), None))).value is None


@pytest.mark.parametrize("data", [b"", section(0x73, []), section(0x70, [])])
def test_a_message_may_lack_its_body(data: bytes) -> None:
    assert decode_message(data).body == b""


@pytest.mark.parametrize(
    "data",
    [
        b"\x00",
        b"\x00\x53",
        b"\x00\x53\x75",
        EVENT[:-1],
        EVENT + b"\x00",
        b"\x40",
        section(0x75, "text"),
        section(0x72, [1]),
        section(0x74, [1]),
        section(0x73, {}),
        section(0x73, [None] * 14),
        section(0x70, [None] * 6),
        section(0x71, None),
        section(0x76, b""),
        section(0x6F, {}),
        section(0x79, {}),
        section(0x1_0075, b""),
        encode(Described(Symbol("amqp:data:list"), b"")),
        encode(Described([], b"")),
        encode(Described(True, b"")),
    ],
)
def test_refuses_what_is_no_message(data: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_message(data)


@pytest.mark.parametrize(
    "arguments",
    [
        {"properties": {"message_id": "x"}},
        {"properties": {"group-sequence": -1}},
        {"properties": {"content-type": "grün"}},
        {"header": {"ttl": 2**32}},
        {"annotations": {"grün": 1}},
        {"annotations": {-1: 1}},
        {"application": {"x": 2**64}},
        {"body": b"x", "value": 1},
    ],
)
def test_refuses_to_write_what_does_not_fit(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        encode_message(**arguments)


def test_ids_are_written_as_the_types_that_an_id_may_have() -> None:
    number = encode_message(properties={"message-id": 1, "correlation-id": uuid.UUID(int=1)})
    assert number[:8] == b"\x00\x53\x73\xc0\x1f\x0d\x53\x01", "a ulong, not a long"


MEMORY = Memory()


def test_properties_that_were_seen_before_are_the_same_and_nobody_elses() -> None:
    for _ in range(3):
        read = decode_message(EVENT, MEMORY)
        assert read == EVENT_READ
        for shared in (read.properties, read.application):
            with pytest.raises(TypeError):
                shared["level"] = "changed by whoever got it"  # type: ignore[index]


def test_properties_that_were_seen_before_do_not_hide_what_is_cut_off() -> None:
    decode_message(EVENT, MEMORY)
    for end in range(1, len(EVENT)):
        if EVENT[end : end + 2] != b"\x00\x53":  # where a section ends a shorter message would be whole
            with pytest.raises(DecodeError):
                decode_message(EVENT[:end], MEMORY)


def test_as_many_different_properties_as_come() -> None:
    for number in range(2 * MAX_SECTIONS):
        read = decode_message(encode_message(properties={"message-id": f"{number}"}, application={"n": number}), MEMORY)
        assert (read.properties, read.application) == ({"message-id": f"{number}"}, {"n": number})
