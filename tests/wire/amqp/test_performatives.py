"""Performatives: every one back and forth at random, all fields written, and what does not fit refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.wire.amqp.codec import DecodeError, decode, encode
from azext_iotdiag.wire.amqp.performatives import (
    Accepted,
    AmqpError,
    Attach,
    Begin,
    Close,
    Detach,
    Disposition,
    End,
    Flow,
    Modified,
    Open,
    Received,
    Rejected,
    Released,
    SaslChallenge,
    SaslInit,
    SaslMechanisms,
    SaslOutcome,
    SaslResponse,
    Source,
    Target,
    Transfer,
    decode_performative,
    encode_performative,
)
from azext_iotdiag.wire.amqp.types import Array, Described, Int, Symbol, UInt, ULong

# Descriptor and number of fields, from parts 2, 3 and 5 of the specification.
COMPOSITES = [
    (Open, 0x10, 10), (Begin, 0x11, 8), (Attach, 0x12, 14), (Flow, 0x13, 11), (Transfer, 0x14, 11),
    (Disposition, 0x15, 6), (Detach, 0x16, 3), (End, 0x17, 1), (Close, 0x18, 1),
    (AmqpError, 0x1D, 3), (Received, 0x23, 2), (Accepted, 0x24, 0), (Rejected, 0x25, 1),
    (Released, 0x26, 0), (Modified, 0x27, 3), (Source, 0x28, 11), (Target, 0x29, 7),
    (SaslMechanisms, 0x40, 1), (SaslInit, 0x41, 3), (SaslChallenge, 0x42, 1),
    (SaslResponse, 0x43, 1), (SaslOutcome, 0x44, 2),
]  # fmt: skip

REDIRECT = Detach(
    5,
    True,
    AmqpError(
        "amqp:link:redirect",
        None,
        {
            "hostname": "ns.servicebus.windows.net",
            "network-host": "ns.servicebus.windows.net",
            "port": UInt(5671),
            "address": "amqps://ns.servicebus.windows.net:5671/hub/ConsumerGroups/$Default/Partitions/0/",
        },
    ),
)
REDIRECT_BYTES = (
    "005316" "c0d603" "5205" "41" "00531d" "c0cd03" "a312" + b"amqp:link:redirect".hex() + "40" "c1b508"
    "a308" + b"hostname".hex() + "a119" + b"ns.servicebus.windows.net".hex()
    + "a30c" + b"network-host".hex() + "a119" + b"ns.servicebus.windows.net".hex()
    + "a304" + b"port".hex() + "7000001627"
    + "a307" + b"address".hex()
    + "a150" + b"amqps://ns.servicebus.windows.net:5671/hub/ConsumerGroups/$Default/Partitions/0/".hex()
)  # fmt: skip


def test_writes_and_reads_a_redirect() -> None:
    assert encode_performative(REDIRECT).hex() == REDIRECT_BYTES
    assert decode_performative(bytes.fromhex(REDIRECT_BYTES)) == (REDIRECT, len(REDIRECT_BYTES) // 2)


ubyte, ushort = st.integers(0, 255), st.integers(0, 2**16 - 1)
uint, ulong = st.one_of(st.integers(0, 300), st.integers(0, 2**32 - 1)), st.integers(0, 2**64 - 1)
string, symbol = (
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.characters(max_codepoint=127)).map(Symbol),
)
symbols = st.lists(symbol, min_size=1, max_size=3)
fields = st.dictionaries(symbol, st.one_of(string, st.integers(0, 2**40), st.booleans(), st.lists(string)), max_size=3)
filters = st.dictionaries(symbol, st.builds(Described, symbol, string), max_size=2)


def build(kind: Any, *kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Some instance of a NamedTuple: fields that have a default may be None."""
    required = len(kinds) - len(kind._field_defaults)
    if kind in (Begin, Flow):  # optional, but followed by fields that are not
        kinds = (st.none() | kinds[0], *kinds[1:])
    return st.builds(kind, *kinds[:required], *(st.none() | one for one in kinds[required:]))


error = build(AmqpError, symbol, string, fields)
state = st.one_of(
    build(Received, uint, ulong), st.just(Accepted()), build(Rejected, error), st.just(Released()),
    build(Modified, st.booleans(), st.booleans(), fields), st.builds(Described, st.just(0x34), st.lists(st.binary())),
)  # fmt: skip
source = build(Source, string, uint, symbol, uint, st.booleans(), fields, symbol, filters, state, symbols, symbols)
target = build(Target, string, uint, symbol, uint, st.booleans(), fields, symbols)
coordinator = st.just(Described(0x30, [Array([Symbol("amqp:local-transactions")])]))
performatives = st.one_of(
    build(Open, string, string, uint, ushort, uint, symbols, symbols, symbols, symbols, fields),
    build(Begin, ushort, uint, uint, uint, uint, symbols, symbols, fields),
    build(
        Attach, string, uint, st.booleans(), ubyte, ubyte, source, target | coordinator,
        st.dictionaries(st.binary(), st.none(), max_size=2), st.booleans(), uint, ulong, symbols, symbols, fields,
    ),
    build(Flow, uint, uint, uint, uint, uint, uint, uint, uint, st.booleans(), st.booleans(), fields),
    build(
        Transfer, uint, uint, st.binary(), uint, st.booleans(), st.booleans(), ubyte, state,
        st.booleans(), st.booleans(), st.booleans(),
    ),
    build(Disposition, st.booleans(), uint, uint, st.booleans(), state, st.booleans()),
    build(Detach, uint, st.booleans(), error), build(End, error), build(Close, error),
    build(SaslMechanisms, symbols), build(SaslInit, symbol, st.binary(), string), build(SaslChallenge, st.binary()),
    build(SaslResponse, st.binary()), build(SaslOutcome, ubyte, st.binary()), error, state, source, target,
)  # fmt: skip


@given(performatives)
def test_every_performative_comes_back(performative: Any) -> None:
    encoded = performative if type(performative) is not Described else None
    if encoded is None:
        return  # a state of an unknown kind is no performative by itself
    data = encode_performative(performative)
    found, end = decode_performative(b"\x40" + data + b"\x40", 1)
    assert (found, end) == (performative, len(data) + 1)
    assert type(found) is type(performative)
    assert nested(found) == nested(performative)


def nested(value: Any) -> list[type]:
    return [type(field) for field in value if isinstance(field, tuple)]


@pytest.mark.parametrize(("kind", "code", "count"), COMPOSITES)
def test_has_the_descriptor_and_the_fields_of_the_specification(kind: Any, code: int, count: int) -> None:
    assert len(kind._fields) == count
    performative = smallest(kind)
    described, _ = decode(encode_performative(performative))
    assert described.descriptor == code
    assert len(described.value) == count, "azure-eventhub reads fields by position: none may be left out"


@pytest.mark.parametrize(("kind", "_", "__"), COMPOSITES)
def test_takes_a_short_list_and_the_descriptor_by_name(kind: Any, _: int, __: int) -> None:
    performative = smallest(kind)
    described, _end = decode(encode_performative(performative))
    values = [typed(value) for value in described.value]
    while values and values[-1] is None:
        values.pop()
    name = {"AmqpError": "error"}.get(kind.__name__, kind.__name__.lower().replace("sasl", "sasl-"))
    for descriptor in (ULong(described.descriptor), Symbol(f"amqp:{name}:list")):
        assert decode_performative(encode(Described(descriptor, values)))[0] == performative


@pytest.mark.parametrize(("kind", "_", "__"), COMPOSITES)
def test_refuses_a_list_that_lacks_what_must_be_there_or_is_too_long(kind: Any, _: int, __: int) -> None:
    described, _end = decode(encode_performative(smallest(kind)))
    values = [typed(value) for value in described.value]
    for number, value in enumerate(values):
        if value is not None:
            with pytest.raises(DecodeError, match=r"missing"):
                decode_performative(encode(Described(ULong(described.descriptor), [*values[:number], None])))
    with pytest.raises(DecodeError, match="fields"):
        decode_performative(encode(Described(ULong(described.descriptor), [*values, *[None] * 20])))


def smallest(kind: Any) -> Any:
    """An instance with only the mandatory fields."""
    samples = {
        "container_id": "c", "name": "n", "role": True, "condition": Symbol("a:b"), "mechanism": Symbol("PLAIN"),
        "challenge": b"c", "response": b"r", "sasl_server_mechanisms": [Symbol("A"), Symbol("B")],
    }  # fmt: skip
    required = [name for name in kind._fields if name not in kind._field_defaults]
    optional = {"remote_channel", "next_incoming_id"}
    return kind(*(None if name in optional else samples.get(name, 7) for name in required))


def typed(value: Any) -> Any:
    return UInt(value) if type(value) is int else value


@pytest.mark.parametrize(
    "value",
    [
        Described(ULong(0x16), [Symbol("x")]),
        Described(ULong(0x16), [Int(-1)]),
        Described(ULong(0x16), [2**32]),
        Described(ULong(0x16), [True]),
        Described(ULong(0x16), [UInt(1), UInt(1)]),
        Described(ULong(0x16), [UInt(1), None, "text"]),
        Described(ULong(0x16), [UInt(1), None, Described(ULong(0x24), [])]),
        Described(ULong(0x16), [UInt(1), None, Described(ULong(0x99), [])]),
        Described(ULong(0x10), ["c", None, None, UInt(65536)]),
        Described(ULong(0x10), ["c", *[None] * 8, {1.5: 1}]),
        Described(ULong(0x10), ["c", *[None] * 7, {Symbol("a"): 1}]),
        Described(ULong(0x10), ["c", *[None] * 7, Array([1])]),
        Described(ULong(0x12), ["n", UInt(1), True, None, None, Described(ULong(0x1D), [Symbol("a")])]),
        Described(ULong(0x12), ["n", UInt(1), True, None, None, "address"]),
        Described(ULong(0x14), [UInt(1), None, "tag"]),
        Described(ULong(0x14), {}),
        Described(ULong(0x14), None),
        ["a", "list"],
        None,
    ],
)
def test_refuses_fields_of_another_type(value: Any) -> None:
    with pytest.raises(DecodeError):
        decode_performative(encode(value))


def test_one_symbol_without_an_array_is_a_list_of_one() -> None:
    data = encode(Described(ULong(0x40), [Symbol("PLAIN")]))
    assert decode_performative(data)[0] == SaslMechanisms(["PLAIN"])


def test_no_symbols_are_written_as_null() -> None:
    assert decode_performative(encode_performative(Open("c", desired_capabilities=[])))[0] == Open("c")


@pytest.mark.parametrize("descriptor", [ULong(0x99), Symbol("x:y"), "amqp:open:list", [1], None, Described(1, 2)])
def test_an_unknown_descriptor_stays_described(descriptor: Any) -> None:
    value = Described(descriptor, ["x"])
    assert decode_performative(encode(value))[0] == value


@pytest.mark.parametrize(
    "performative",
    [
        Open(None),  # type: ignore[arg-type]
        Detach(-1),
        Detach(2**32),
        Transfer(1, delivery_tag="tag"),  # type: ignore[arg-type]
        Open("c", channel_max=65536),
        Open("c", desired_capabilities="PLAIN"),  # type: ignore[arg-type]
        End(Accepted()),  # type: ignore[arg-type]
        Attach("n", 1, True, source=AmqpError("a")),  # type: ignore[arg-type]
        Disposition(True, 1, state="accepted"),  # type: ignore[arg-type]
        "text",
        None,
        Described(ULong(0x10), ["c"]),
    ],
)
def test_refuses_to_write_what_does_not_fit(performative: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        encode_performative(performative)
