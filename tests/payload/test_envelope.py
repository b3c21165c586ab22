"""What a message says of its body, and the message as a whole."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload import read_model
from azext_iotdiag.payload.envelope import judge as judge_envelope
from azext_iotdiag.payload.message import judge, judge_properties, odd

MODEL = read_model({"@id": "dtmi:example:a;1", "@type": "Interface", "contents": [
    {"@type": "Telemetry", "name": "t", "schema": "double"},
]})  # fmt: skip
GOOD = {"content-type": "application/json", "content-encoding": "utf-8"}


@pytest.mark.parametrize(("content_type", "encoding", "created", "codes"), [
    ("application/json", "utf-8", None, []),
    ("application/json", "UTF-8", None, []),
    ("application/json", "utf8", None, []),
    ("application/json; charset=utf-8", None, None, []),
    ('Application/JSON;charset="UTF-8"', "utf-8", "2026-11-20T10:00:00Z", []),
    ("application/json", "utf-8", "2026-11-20T10:00:00.123", []),
    (None, "utf-8", None, ["content-type"]),
    ("", "utf-8", None, ["content-type"]),
    ("text/plain", "utf-8", None, ["content-type"]),
    ("application/jsonx", "utf-8", None, ["content-type"]),
    ("application/json", None, None, ["content-encoding"]),
    ("application/json", "utf-8x", None, ["content-encoding"]),
    ("application/json", "utf-16", None, ["content-encoding"]),
    ("application/json; charset=latin1", None, None, ["content-encoding"]),
    (None, None, None, ["content-type", "content-encoding"]),
    ("application/json", "utf-8", "2026-11-20T10:00:00-07:00", ["bad-creation-time"]),
    ("application/json", "utf-8", "yesterday", ["bad-creation-time"]),
])  # fmt: skip
def test_envelope(content_type: str | None, encoding: str | None, created: str | None, codes: list[str]) -> None:
    assert [each.entry.code for each in judge_envelope(content_type, encoding, created)] == codes


def event(body: bytes, system: dict = GOOD, **more) -> Event:
    plain = Event("Telemetry", "d", "", "", "0", 1, "1", 0, system, {}, {}, body)
    return plain._replace(**more)


@pytest.mark.parametrize(("body", "codes"), [
    (b'{"t":1}', []),
    (b'{"t":"1"}', ["wrong-type"]),
    (b"\xef\xbb\xbf" + b'{"t":"1"}', ["uncertain-json", "wrong-type"]),
    (b'{"t":1,"t":"x"}', ["uncertain-json", "wrong-type"]),
    (b'{"t":1', ["invalid-json"]),
    (b"", ["invalid-json"]),
    ('{"t":1}'.encode("utf-16"), ["bad-encoding"]),
    (b'{"t":"\xb0"}', ["bad-encoding"]),
    (gzip.compress(b'{"t":1}', mtime=0), ["not-text"]),
    (b'"{\\"t\\":1}"', ["not-an-object"]),
    (b"[1]", ["not-an-object"]),
    (b"[" * 10_000, ["invalid-json"]),
])  # fmt: skip
def test_bodies(body: bytes, codes: list[str]) -> None:
    assert [each.entry.code for each in judge(event(body), MODEL)] == codes


@pytest.mark.parametrize(("system", "own", "told"), [
    ({}, {"contentType": "application/json", "contentEncoding": "UTF-8"}, ["contentType", "contentEncoding"]),
    ({}, {"$.ct": "application/json"}, ["$.ct", None]), ({}, {"Content-Encoding": "utf-8"}, [None, "Content-Encoding"]),
    ({}, {"a": "b"}, [None, None]), (GOOD, {"contentType": "text/plain"}, []),
])  # fmt: skip
def test_properties_of_the_sender_that_should_be_those_of_the_message(
    system: dict[str, str], own: dict[str, str], told: list[str | None]
) -> None:
    found = judge(event(b'{"t":1}', system, properties=own), MODEL)
    assert [each.evidence.get("misplaced") for each in found] == told
    assert all(("where the hub does not look" in each.message) is ("misplaced" in each.evidence) for each in found)


def test_a_fault_of_the_body_says_where() -> None:
    (found,) = judge(event(b'{"t":\n1,}'), None)
    assert {"byte": 7, "line": 2, "column": 2, "reason": "trailing comma"}.items() <= found.evidence.items()
    assert "at byte 7 (line 2, column 2)" in found.message


def test_strictly_warnings_are_errors() -> None:
    found = judge(event(b'\xef\xbb\xbf{"t":1}', {}), None, strict=True)
    assert [each.severity for each in found] == [Severity.FAIL] * 3


def test_a_bare_body_has_no_properties_to_judge() -> None:
    assert judge(event(b'{"t":1}', {}), MODEL, enveloped=False) == []


def test_a_body_that_is_decoded_already_is_not_read_again() -> None:
    assert [each.path for each in judge(event(b""), MODEL, value={"t": "x"})] == ["$.t"]


@pytest.mark.parametrize("where", ["properties", "annotations"])
def test_the_time_of_creation(where: str) -> None:
    late = event(b'{"t":1}', **{where: {"iothub-creation-time-utc": "2026-11-20T10:00:00+01:00"}})
    assert [each.entry.code for each in judge(late, None)] == ["bad-creation-time"]


def test_component_and_module_are_those_of_the_message() -> None:
    seen = []

    class Judge:
        def telemetry(self, *given: Any) -> list[Any]:
            seen.append(given)
            return []

        telemetry_json = telemetry

    judge(event(b"{}", component="c", module="m"), Judge())
    judge(event(b"", component="c", module="m"), Judge(), value={})
    assert seen == [(b"{}", "c", "m"), ({}, "c", "m")]


@pytest.mark.parametrize(("system", "code"), [
    ({**GOOD, "content-encoding": "utf-16"}, "content-encoding"),
    ({**GOOD, "content-type": "text/plain"}, "content-type"),
    ({**GOOD, "iothub-creation-time-utc": "yesterday"}, "bad-creation-time"),
])  # fmt: skip
def test_one_property_that_is_not_as_usual_is_enough(system: dict[str, str], code: str) -> None:
    """Also after messages in which nothing was to be said."""
    usual = event(b'{"t":1}')
    odd = event(b'{"t":1}', system)
    assert [[each.entry.code for each in judge(one, MODEL)] for one in (usual, odd, usual, odd)] == [
        [], [code], [], [code],
    ]  # fmt: skip


@pytest.mark.parametrize(("more", "codes", "normal"), [
    ({}, [], None), ({"body_type": "amqp-value"}, ["amqp-body"], Severity.WARN),
    ({"problems": ("cut off", "no text")}, ["malformed-message"] * 2, Severity.FAIL),
    ({"problems": ("cut off",), "body_type": "amqp-value"}, ["malformed-message", "amqp-body"], None),
])  # fmt: skip
def test_what_is_odd_around_a_body(more: dict[str, Any], codes: list[str], normal: Severity | None) -> None:
    found = odd(event(b"{}", **more))
    assert [each.entry.code for each in found] == codes
    assert normal is None or {each.severity for each in found} == {normal}
    assert all(each.severity is Severity.FAIL for each in odd(event(b"{}", **more), strict=True))


@pytest.mark.parametrize(("body", "codes"), [
    (b'{"t":', ["invalid-json"]), (b'{"reported":{"a":1,"a":2}}', ["uncertain-json", "unmodeled-field"]),
    (b'{"reported":{}}', []), (b"[1]", ["not-an-object"]),
])  # fmt: skip
def test_properties_that_are_no_strict_json(body: bytes, codes: list[str]) -> None:
    assert [each.entry.code for each in judge_properties(event(body), MODEL)] == codes


@pytest.mark.parametrize("lead", ["$.", "$.properties."])
def test_where_a_fault_of_properties_stands(lead: str) -> None:
    parts = {"desired": {"b": 1}, "reported": {"a": 1}}
    value = parts if lead == "$." else {"properties": parts}
    assert [each.path for each in judge_properties(event(b""), MODEL, value=value)] == [
        f"{lead}desired.b", f"{lead}reported.a",
    ]  # fmt: skip
