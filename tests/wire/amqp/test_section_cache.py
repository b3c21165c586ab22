"""That a section which is recognised reads as one which is decoded, whatever came before it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.wire.amqp import section_cache
from azext_iotdiag.wire.amqp.decoding import MALFORMED, DecodeError, decode
from azext_iotdiag.wire.amqp.encoding import encode
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.section_cache import (
    FORGETFUL,
    MAX_LAYOUTS,
    MAX_MAPS,
    MAX_SECTIONS,
    Forgetful,
    LazyMap,
    Memory,
)
from azext_iotdiag.wire.amqp.types import Described, Float, Int, Symbol, Timestamp, UByte, UInt, ULong

TEXTS = st.text(max_size=9) | st.integers(0, 10**20).map(str)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | TEXTS | TEXTS.map(str.encode)
    | st.uuids() | st.integers(-(2**63), 2**63 - 1).map(Timestamp) | st.integers(0, 2**64 - 1).map(ULong)
    | st.integers(0, 2**32 - 1).map(UInt) | st.integers(0, 255).map(UByte) | st.integers(-9, 2**31 - 1).map(Int)
    | st.floats(width=32).map(Float)
)  # fmt: skip
KEYS = st.text(st.characters(max_codepoint=127), min_size=1, max_size=6).map(Symbol) | st.integers(0, 99).map(ULong)
PROPERTIES = st.dictionaries(st.sampled_from(["content-type", "subject", "to"]), st.text(max_size=5), max_size=3)
MESSAGES = st.builds(
    encode_message,
    st.binary(max_size=300),
    annotations=st.dictionaries(KEYS, SCALARS, max_size=4),
    properties=PROPERTIES.map(
        lambda pairs: {key: Symbol(value.encode("ascii", "replace").decode()) for key, value in pairs.items()}
    ),
    application=st.dictionaries(st.text(max_size=5), SCALARS, max_size=3),
)
MEMORY = Memory()  # of all that follows, so that each test meets what the others left
numbered = MEMORY.numbered
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(KEYS, SCALARS, max_size=2)


def marks(**changed: Any) -> bytes:
    """Annotations as a hub writes them."""
    usual = {
        "iothub-connection-device-id": "device-1", "iothub-enqueuedtime": Timestamp(1_763_633_045_123),
        "x-opt-sequence-number": 4711, "x-opt-offset": "123456", "x-opt-enqueued-time": Timestamp(1_763_633_045_200),
    }  # fmt: skip
    return encode({Symbol(key): value for key, value in (usual | changed).items()})


def read(data: bytes) -> Any:
    """The value and the offset behind it, as text that tells types and NaN apart, or that it is refused."""
    try:
        return repr(numbered(data, 0))
    except (DecodeError, *MALFORMED):
        return "refused"


def read_plainly(data: bytes) -> Any:
    try:
        return repr(decode(data))
    except DecodeError:
        return "refused"


def test_numbers_of_a_known_map_are_read_anew() -> None:
    numbered(marks(), 0)
    changed = {"x-opt-sequence-number": 4712, "x-opt-offset": "999999", "x-opt-enqueued-time": Timestamp(7)}
    data = marks(**changed)
    held = len(MEMORY._maps)
    pairs, end = numbered(data, 0)
    assert end == len(data)
    assert pairs == decode(data)[0]
    assert type(pairs["x-opt-enqueued-time"]) is Timestamp
    assert len(MEMORY._maps) == held, "it was recognised"


@pytest.mark.parametrize("changed", [
    {"iothub-connection-device-id": "device-2"}, {"x-opt-offset": "12345x"}, {"x-opt-offset": 123456},
    {"x-opt-sequence-number": ULong(4711)}, {"x-opt-sequence-number": Timestamp(4711)},
    {"x-opt-enqueued-time": 1_763_633_045_200},
])  # fmt: skip
def test_whatever_else_differs_is_seen(changed: dict[str, Any]) -> None:
    numbered(marks(), 0)
    assert read(marks(**changed)) == read_plainly(marks(**changed))


def test_numbers_of_one_width_are_not_taken_for_each_other() -> None:
    written = [marks(number=kind(value)) for kind in (Int, UInt) for value in (1, 2**31 - 1)]
    written += [marks(number=Int(-2)), marks(number=UInt(2**32 - 2)), marks(number=-1), marks(number=ULong(2**64 - 1))]
    for data in (*written, *written, *reversed(written)):
        assert read(data) == read_plainly(data)


@given(st.dictionaries(KEYS, VALUES, max_size=6), st.dictionaries(KEYS, VALUES, max_size=6), st.data())
def test_any_maps_after_each_other(first: dict, second: dict, data: st.DataObject) -> None:
    one, other = encode(first), encode(second)
    for written in (one, other, one):
        assert read(written) == read_plainly(written)
    at = data.draw(st.integers(0, len(one) - 1))
    damaged = one[:at] + data.draw(st.binary(min_size=1, max_size=9)) + one[at + data.draw(st.integers(0, 9)) :]
    for written in (damaged, one, damaged):
        assert read(written) == read_plainly(written)


@given(st.integers(0, 200), st.binary(min_size=1, max_size=9))
def test_a_damaged_map_beside_a_known_one(at: int, damage: bytes) -> None:
    whole = marks()
    numbered(whole, 0)
    at %= len(whole)
    damaged = whole[:at] + damage + whole[at + len(damage) :]
    assert read(damaged) == read_plainly(damaged)
    assert read(whole) == read_plainly(whole)
    assert read(whole[:at]) == "refused"


def test_a_known_map_is_nobody_elses() -> None:
    shared = marks(nested=[1], described=Described(Symbol("d"), [1]), id=uuid.UUID(int=1))
    for _ in range(2):
        pairs, _ = numbered(shared, 0)
        assert pairs["nested"] == [1]
        pairs["nested"].append(2)
        pairs["x-opt-offset"] = "changed"
    numbered(marks(), 0)
    pairs, _ = numbered(marks(), 0)
    with pytest.raises(TypeError):
        pairs["x-opt-offset"] = "changed by whoever got it"


def test_a_known_map_is_a_mapping_like_any() -> None:
    numbered(marks(), 0)
    data = marks(**{"x-opt-sequence-number": 4712, "x-opt-offset": "999999"})
    (known, _), (plain, _) = numbered(data, 0), decode(data)
    assert isinstance(known, LazyMap) and type(plain) is dict
    assert known == plain and plain == known and len(known) == len(plain) and repr(known) == repr(plain)
    assert list(known.items()) == list(plain.items()) and list(known) == list(plain)
    assert all(key in known and known[key] == known.get(key) == value for key, value in plain.items())
    assert "absent" not in known and known.get("absent") is None
    with pytest.raises(KeyError):
        known["absent"]


@pytest.mark.parametrize("damage", [b"\xff", b"\xc3"])
def test_a_number_that_is_no_text_any_more_is_refused_with_its_message(damage: bytes) -> None:
    whole = encode_message(b"body", annotations={Symbol("x-opt-offset"): "123456", Symbol("n"): 1})
    for _ in range(2):
        assert decode_message(whole, MEMORY).annotations["x-opt-offset"] == "123456"
    with pytest.raises(DecodeError):
        decode_message(whole.replace(b"345", b"3" + damage + b"5"), MEMORY)
    accented = whole.replace(b"345", b"3" + "é".encode())
    assert [decode_message(each, MEMORY).annotations["x-opt-offset"] for each in (accented, whole)] == [
        "123é6",
        "123456",
    ]


def test_what_is_remembered_has_an_end() -> None:
    for number in range(2 * MAX_MAPS):
        data = marks(**{"iothub-connection-device-id": f"device-{number}"})
        assert numbered(data, 0)[0]["iothub-connection-device-id"] == f"device-{number}"
    for length in range(2 * MAX_LAYOUTS):
        numbered(marks(text="x" * length), 0)
    assert len(MEMORY._maps) <= MAX_MAPS and len(MEMORY._layouts) <= MAX_LAYOUTS


def message(data: bytes, memory: Forgetful = MEMORY) -> str:
    """What is made of a message, or that it is refused."""
    try:
        read = decode_message(data, memory)
        return repr(read._replace(properties=dict(read.properties), application=dict(read.application)))
    except DecodeError:
        return "refused"


def message_afresh(data: bytes) -> str:
    """The same, with nothing remembered."""
    assert message(data, Memory()) == message(data, FORGETFUL)
    return message(data, FORGETFUL)


@given(MESSAGES, MESSAGES, st.data())
def test_any_messages_after_each_other(first: bytes, second: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(first)))
    damaged = first[:at] + data.draw(st.binary(max_size=9)) + first[at + data.draw(st.integers(0, 9)) :]
    mixed = first[:at] + second[data.draw(st.integers(0, len(second))) :]
    plain = {each: message_afresh(each) for each in (first, second, damaged, mixed, first + second)}
    for each in (*plain, *plain):
        assert message(each) == plain[each]


def test_a_second_section_of_annotations_counts_each_time() -> None:
    one = encode_message(b"body", annotations={"a": 1}, properties={"subject": "s"})
    other = b"\x00\x53\x72" + encode({Symbol("b"): 2}) + one
    for each in (one, other, one, other):
        assert message(each) == message_afresh(each)
    assert decode_message(other, MEMORY).annotations == {"a": 1}
    message(other)
    for number in (3, 4):
        changed = b"\x00\x53\x72" + encode({Symbol("b"): number}) + one
        assert decode_message(changed, MEMORY).annotations == {"a": 1}


def test_as_many_different_middles_as_come() -> None:
    for number in range(2 * MAX_SECTIONS):
        data = encode_message(b"b", annotations={"a": 1}, properties={"message-id": f"{number}"})
        for _ in range(2):
            assert decode_message(data, MEMORY).properties == {"message-id": f"{number}"}
    assert len(MEMORY._middles) <= MAX_SECTIONS


def test_two_connections_share_nothing() -> None:
    """Each has a memory of its own, so that one in another thread changes nothing here."""
    one, other = Memory(), Memory()
    data = encode_message(b"body", annotations={"a": 1}, properties={"subject": "s"}, application={"x": 1})
    for _ in range(2):
        decode_message(data, one)
    assert (len(one._maps), len(one._middles)) == (1, 1)
    assert not (other._maps or other._middles or other._sections or other._layouts)
    first = decode_message(data, other)
    assert type(first.annotations) is dict and first.properties is not decode_message(data, one).properties


def test_a_message_read_alone_leaves_nothing_behind() -> None:
    data = encode_message(b"body", annotations={"a": 1}, properties={"subject": "s"})
    read = [decode_message(data) for _ in range(3)]
    assert all(type(each.annotations) is dict for each in read)
    assert len({id(each.properties) for each in read}) == 3


@pytest.mark.parametrize("header", [None, {"durable": True}], ids=["between annotations and data", "by sections"])
def test_what_two_senders_write_is_made_once_for_each(header: dict[str, Any] | None) -> None:
    """Maps that are the same objects tell the steps behind that nothing in them is new."""
    memory = Memory()
    written = [
        encode_message(b"1", annotations={Symbol("a"): 1}, properties={"subject": name}, application={"n": name},
                       header=header)
        for name in ("one", "two")
    ]  # fmt: skip
    for each in written:
        decode_message(each, memory)
    known = [decode_message(each, memory) for each in written]
    again = [decode_message(each, memory) for each in written]
    for one, other in zip(known, again):
        assert one == other
        assert one.properties is other.properties and one.application is other.application
    assert known[0].properties == {"subject": "one"} and known[1].application == {"n": "two"}


@pytest.mark.parametrize("size", [0, 1, 255, 256, 300, 65_536])
def test_a_body_of_any_size_behind_what_is_known(size: int) -> None:
    memory = Memory()
    for byte in (b"a", b"b", b"c"):
        data = encode_message(byte * size, annotations={Symbol("a"): 1}, application={"n": 1})
        assert decode_message(data, memory) == decode_message(data)
        for wrong in (data[:-1], data + b"x"):
            with pytest.raises(DecodeError):
                decode_message(wrong, memory)


class Counting(Memory):
    """Counts the sections that are looked at one by one."""

    sections = 0

    def section(self, *given: Any) -> Any:
        self.sections += 1
        return super().section(*given)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 65_536])
def test_between_known_annotations_and_one_data_section_nothing_is_read(size: int) -> None:
    memory = Counting()
    data = encode_message(b"x" * size, annotations={Symbol("a"): 1}, properties={"to": "t"}, application={"n": 1})
    decode_message(data, memory)
    first = memory.sections
    assert first > 0 and decode_message(data, memory) == decode_message(data) and memory.sections == first


@pytest.mark.parametrize("more", [{"header": {"durable": True}}, {"value": 5, "body": None}])
def test_what_has_more_than_that_is_read_section_by_section(more: dict[str, Any]) -> None:
    memory = Counting()
    given = {"body": b"x", "annotations": {Symbol("a"): 1}, "application": {"n": 1}, **more}
    data = encode_message(**{name: value for name, value in given.items() if value is not None})
    decode_message(data, memory)
    first = memory.sections
    assert decode_message(data, memory) == decode_message(data) and memory.sections > first


def test_only_parts_of_so_many_bytes_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode_message(b"x", annotations={Symbol("a"): 1}, application={"n": 1})
    memory = Memory()
    decode_message(data, memory)
    (written,) = memory._middles
    for most in (len(written), len(written) - 1):
        monkeypatch.setattr(section_cache, "LONGEST_MIDDLE", most)
        memory = Memory()
        decode_message(data, memory)
        assert len(memory._middles) == (most == len(written))
