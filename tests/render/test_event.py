"""A message as one line of JSON, and as lines for a person."""

from __future__ import annotations

import itertools
import json
import math
import re
import uuid
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.model.event import ANNOTATIONS, APPLICATION, SYSTEM, Event, Payload
from azext_iotdiag.render import event as rendering
from azext_iotdiag.render.event import json_line, lines, printable, time_text
from azext_iotdiag.streams.decode import decode
from azext_iotdiag.wire.amqp.types import Described, Symbol, Timestamp
from tests.render.events import AT, SAMPLES, event

STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
TEXTS = st.text() | st.text(st.sampled_from('\x00\x1b\x7f\x85\x9b\u2028\u2029\u202e\u2066\ud800\\"\r\n a😀'))
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64) | st.floats() | TEXTS | st.binary() | st.uuids()
    | TEXTS.map(Symbol) | st.integers(-(2**63), 2**63).map(Timestamp)
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(SCALARS.filter(lambda key: key == key), inner, max_size=4)
        | st.builds(Described, inner, inner)
    ),
)


def refuse(constant: str) -> None:
    raise ValueError(constant)


def parsed(line: bytes) -> dict:
    """The object in what must be exactly one line of strict JSON in UTF-8."""
    assert line.endswith(b"}\n") and line.count(b"\n") == 1 and b"\r" not in line
    return json.loads(line.decode("utf-8"), parse_constant=refuse)


def test_golden(golden) -> None:
    """Every sample in both forms; what an editor would not show stands in the file as an escape."""
    told = []
    for name, sample in SAMPLES.items():
        payload = decode(sample.body)
        told += [f"# {name}", printable(json_line(sample, payload).decode().rstrip("\n")), *lines(sample, payload), ""]
    golden("events.txt", "\n".join(told))


def test_a_whole_object() -> None:
    sample = event(
        b"hi", module="m", component="c", kind="deviceLifecycleEvents", properties={"p": "v"},
        system={"content-type": "text/plain", "content-encoding": "utf-8", "user-id": b"not shown"},
    )  # fmt: skip
    assert parsed(json_line(sample, decode(sample.body))) == {
        "version": 1, "device": "device-1", "module": "m", "component": "c", "partition": "3", "sequence": 42,
        "enqueued": "2025-11-20T10:04:05.123Z", "source": "deviceLifecycleEvents", "contentType": "text/plain",
        "contentEncoding": "utf-8", "properties": {"p": "v"}, "payloadForm": "text", "payload": "hi",
    }  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_one_line(name: str) -> None:
    sample = SAMPLES[name]
    payload = decode(sample.body)
    shown = parsed(json_line(sample, payload))
    assert shown["payload"] == (json.loads(payload.text) if payload.form == "json" else payload.text)


def test_a_json_payload_stands_as_it_was_sent() -> None:
    body = b'{"a": 1.10, "a": 1e999, "n": 12345678901234567890123, "t": "\xe2\x80\xa8\\ud800\\n"}'
    assert body in json_line(event(body), decode(body))


@given(VALUES, st.dictionaries(TEXTS, VALUES, max_size=4), TEXTS, TEXTS)
def test_any_value_makes_one_line_of_json(value, properties, device: str, text: str) -> None:
    sample = event(properties=properties, device=device, module=text, system={"content-type": value})
    shown = parsed(json_line(sample, Payload("text", text)))
    assert len(shown.get("properties", {})) == len(properties)
    assert same(shown["payload"], text) and same(shown["device"], device)
    for line in lines(sample, Payload("text", text)):
        assert not STEERS.search(line)
        line.encode("utf-8", "backslashreplace")


def same(shown: str, sent: str) -> bool:
    """Whether a text came through; two surrogates that follow each other are one character to JSON."""
    return shown.encode("utf-16", "surrogatepass") == sent.encode("utf-16", "surrogatepass")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    st.sampled_from([None, 1, "\t"]),
    st.booleans(),
)
def test_any_json_payload_is_the_one_that_was_sent(value, indent, crlf: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    body = (text.replace("\n", "\r\n") if crlf and indent else text).encode("utf-8", "replace")
    shown = parsed(json_line(event(body), decode(body)))
    assert (shown["payloadForm"], shown["payload"]) == ("json", json.loads(body))


@given(st.binary())
def test_any_body_makes_one_line(body: bytes) -> None:
    parsed(json_line(event(body), decode(body)))
    for line in lines(event(body), decode(body)):
        assert not STEERS.search(line)


@pytest.mark.parametrize(("value", "shown"), [
    (b"text", "text"), (b"\xff\x00", {"base64": "/wA="}), (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    (Timestamp(AT), AT), (Symbol("s"), "s"), (None, None), (1.5, 1.5), (True, True), (2**64, 2**64),
    (math.nan, "nan"), (-math.inf, "-inf"), ([math.nan, [b"x"]], ["nan", ["x"]]),
    ({b"k": math.inf, 1: {None: b"x"}}, {"k": "inf", "1": {"null": "x"}}),
    ({1: "a", "1": "b"}, [[1, "a"], ["1", "b"]]), ({b"\xff": 1}, {'{"base64":"/w=="}': 1}),
    (bytearray(b"ab"), "ab"), ({True: 1, 1.5: 2}, {"true": 1, "1.5": 2}), ({math.nan: 1}, {"nan": 1}),
    (Described(Symbol("d"), 1), ["d", 1]),
])  # fmt: skip
def test_values_that_json_does_not_have(value, shown) -> None:
    sample = event(properties={"p": value})
    assert parsed(json_line(sample, decode(sample.body)))["properties"] == {"p": shown}


@pytest.mark.parametrize(("milliseconds", "text"), [
    (0, "1970-01-01T00:00:00.000Z"), (AT, "2025-11-20T10:04:05.123Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (253_402_300_800_000, "253402300800000 ms after 1970"),
    (-(2**63), "-9223372036854775808 ms after 1970"),
])  # fmt: skip
def test_time(milliseconds: int, text: str) -> None:
    assert time_text(milliseconds) == text


@pytest.mark.parametrize(("text", "shown"), [
    ("plain ä 😀 \\", "plain ä 😀 \\"), ("\x1b[2J", "\\x1b[2J"), ("\x9b", "\\x9b"), ("a\r\n\tb", "a\\r\\n\\tb"),
    ("\x7f\x00", "\\x7f\\x00"), ("\u202e\u2066\u2028\u200f", "\\u202e\\u2066\\u2028\\u200f"),
])  # fmt: skip
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def sharing(kind: object, system: dict, properties: dict) -> tuple[Event, Event]:
    """The same message with mappings that nobody changes, which a stream shares, and with ones of its own."""
    shared = event(kind=kind, system=MappingProxyType(system), properties=MappingProxyType(properties))
    return shared, event(kind=kind, system=system, properties=properties)


def test_what_messages_share_is_never_mixed_up() -> None:
    """Every message of a stream says the same, whether what it shares is remembered or not."""
    systems = [{}, {"content-type": "a"}, {"content-encoding": "b"}]
    bodies = [{}, {"p": "v"}, {"p": "w"}]
    kinds = ["Telemetry", "twinChangeEvents", None, 1, True]
    pairs = [sharing(*each) for each in itertools.product(kinds, systems, bodies)]
    for _ in range(2):
        for shared, own in pairs:
            assert json_line(shared, Payload("text", "")) == json_line(own, Payload("text", ""))


@pytest.mark.parametrize(("first", "then", "made"), [
    (sharing("k", {}, {})[0], None, 1),
    (sharing("k", {}, {})[1], None, 2),  # such mappings may change
    (event(kind="k", system=MappingProxyType({})), None, 2),
    (event(kind="k", properties=MappingProxyType({})), None, 2),
    (sharing(1, {}, {})[0], None, 2),  # equal to True, which is written in another way
    (sharing("k", {}, {})[0], sharing("k", {}, {})[0], 2),
])  # fmt: skip
def test_what_messages_share_is_written_once(
    monkeypatch: pytest.MonkeyPatch, first: Event, then: Event | None, made: int
) -> None:
    write, written = rendering._shared_json, []
    monkeypatch.setattr(rendering, "_shared_json", lambda *each: written.append(each) or write(*each))
    for sample in (first, then or first):
        json_line(sample, Payload("text", ""))
    assert len(written) == made


def test_only_so_much_of_what_messages_share_is_kept() -> None:
    most = 0
    for _ in range(2 * rendering._MOST_SHARED + 1):
        json_line(sharing("k", {}, {})[0], Payload("text", ""))
        most = max(most, len(rendering._shared))
    assert most == rendering._MOST_SHARED


@pytest.mark.parametrize("field", ["device", "module", "component", "partition"])
def test_equal_values_are_not_written_alike(field: str) -> None:
    values = [1, 1.0, True, "1", 1]
    told = [parsed(json_line(event(**{field: value}), Payload("text", "")))[field] for value in values]
    assert list(map(type, told)) == list(map(type, values))


def test_properties_that_were_asked_for_are_shown_where_there_are_none() -> None:
    def shown(**fields: Any) -> Any:
        return parsed(json_line(event(**fields), Payload("text", ""), (APPLICATION,))).get("properties")

    assert shown() == {} and shown(properties={"p": "v"}) == {"p": "v"}
    assert "properties" not in parsed(json_line(event(), Payload("text", ""), (SYSTEM, ANNOTATIONS)))
