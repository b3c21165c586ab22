"""That a section which is recognised reads as one which is decoded, whatever came before it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.wire.amqp.decoding import MALFORMED, DecodeError, decode
from azext_iotdiag.wire.amqp.encoding import encode
from azext_iotdiag.wire.amqp.remembered import MAX_LAYOUTS, MAX_MAPS, _layouts, _maps, numbered
from azext_iotdiag.wire.amqp.types import Described, Float, Int, Symbol, Timestamp, UByte, UInt, ULong

TEXTS = st.text(max_size=9) | st.integers(0, 10**20).map(str)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | TEXTS | TEXTS.map(str.encode)
    | st.uuids() | st.integers(-(2**63), 2**63 - 1).map(Timestamp) | st.integers(0, 2**64 - 1).map(ULong)
    | st.integers(0, 2**32 - 1).map(UInt) | st.integers(0, 255).map(UByte) | st.integers(-9, 2**31 - 1).map(Int)
    | st.floats(width=32).map(Float)
)  # fmt: skip
KEYS = st.text(st.characters(max_codepoint=127), min_size=1, max_size=6).map(Symbol) | st.integers(0, 99).map(ULong)
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
    held = len(_maps)
    pairs, end = numbered(data, 0)
    assert end == len(data)
    assert pairs == decode(data)[0]
    assert type(pairs["x-opt-enqueued-time"]) is Timestamp
    assert len(_maps) == held, "it was recognised"


@pytest.mark.parametrize("changed", [
    {"iothub-connection-device-id": "device-2"}, {"x-opt-offset": "12345x"}, {"x-opt-offset": 123456},
    {"x-opt-sequence-number": ULong(4711)}, {"x-opt-sequence-number": Timestamp(4711)},
    {"x-opt-enqueued-time": 1_763_633_045_200},
])  # fmt: skip
def test_whatever_else_differs_is_seen(changed: dict[str, Any]) -> None:
    numbered(marks(), 0)
    assert read(marks(**changed)) == read_plainly(marks(**changed))


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
    for data in (marks(), marks(), marks()):
        pairs, _ = numbered(data, 0)
        assert pairs["x-opt-offset"] == "123456"
        pairs["x-opt-offset"] = pairs["iothub-connection-device-id"] = "changed by whoever got it"


def test_what_is_remembered_has_an_end() -> None:
    for number in range(2 * MAX_MAPS):
        data = marks(**{"iothub-connection-device-id": f"device-{number}"})
        assert numbered(data, 0)[0]["iothub-connection-device-id"] == f"device-{number}"
    for length in range(2 * MAX_LAYOUTS):
        numbered(marks(text="x" * length), 0)
    assert len(_maps) <= MAX_MAPS and len(_layouts) <= MAX_LAYOUTS
