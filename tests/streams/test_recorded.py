"""What one record of a file is taken for, by what stands in it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from azext_iotdiag.model.event import Event
from azext_iotdiag.payload.not_json import UNREAD
from azext_iotdiag.streams.recorded import Place, Recorded, damaged, live, moment, of_avro, of_json

PLACE = Place("f.json", "line", 3)
SAMPLE = {"t": 1}
ENCODED = base64.b64encode(b'{"t":1}').decode()


def read(value: Any) -> Recorded:
    return of_json(value, json.dumps(value).encode(), PLACE)


def event(**fields: Any) -> Event:
    return Event("", "", "", "", "", 0, "", 0, {}, {}, {}, b"")._replace(**fields)


OURS = {
    "source": "Telemetry", "device": "pump", "module": "m", "component": "c", "partition": "1", "sequence": 7,
    "contentType": "application/json", "contentEncoding": "utf-8", "properties": {"a": "b"},
    "annotations": {"dt-dataschema": "dtmi:a;1"}, "enqueued": "2026-11-20T10:00:00Z", "payloadForm": "json",
    "payload": SAMPLE,
}  # fmt: skip
OUR_EVENT = event(
    kind="Telemetry", device="pump", module="m", component="c", partition="1", sequence=7,
    system={"content-type": "application/json", "content-encoding": "utf-8"}, properties={"a": "b"},
    annotations={"dt-dataschema": "dtmi:a;1"},
)  # fmt: skip


def test_a_message_that_this_tool_wrote() -> None:
    assert read(OURS) == Recorded(OUR_EVENT, PLACE, SAMPLE, True, "", "2026-11-20T10:00:00Z")


@pytest.mark.parametrize(("changes", "body"), [
    ({"payloadForm": "text", "payload": "21\u00b0"}, "21\u00b0".encode()),
    ({"payloadForm": "base64", "payload": "/wA="}, b"\xff\x00"),
    ({"payloadForm": "text", "payload": None}, b""), ({"payloadForm": "text", "payload": "\ud800"}, b"\xed\xa0\x80"),
])  # fmt: skip
def test_a_body_that_this_tool_wrote_otherwise(changes: dict[str, Any], body: bytes) -> None:
    found = read({**OURS, **changes})
    assert (found.event.body, found.value, found.damage) == (body, UNREAD, "")


def test_a_body_that_is_no_base64_is_damage() -> None:
    assert read({**OURS, "payloadForm": "base64", "payload": "?"}) == damaged(PLACE, "the payload is no base64")
    assert not damaged(PLACE, "why").enveloped and damaged(PLACE, "why").damage == "why"


@pytest.mark.parametrize(("odd", "body_type", "problems"), [
    ({}, "", ()), ({"bodyType": "amqp-value"}, "amqp-value", ()),
    ({"messageProblems": ["a", "b"]}, "", ("a", "b")),
    ({"bodyType": "amqp-value", "messageProblems": ["a"]}, "amqp-value", ("a",)),
    ({"messageProblems": "no list"}, "", ()), ({"bodyType": None}, "", ()),
])  # fmt: skip
def test_what_was_odd_stays_odd(odd: dict[str, Any], body_type: str, problems: tuple[str, ...]) -> None:
    assert read({**OURS, **odd}).event == OUR_EVENT._replace(body_type=body_type, problems=problems)


@pytest.mark.parametrize("wrong", [{"properties": 5}, {"annotations": [1]}, {"sequence": "7"}, {"device": None}])
def test_fields_of_another_type_say_nothing(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    empty = {"properties": {}, "annotations": {}, "sequence": 0, "device": ""}[name]
    assert read({**OURS, **wrong}).event == OUR_EVENT._replace(**{name: empty})


@pytest.mark.parametrize(("payload", "body", "value"), [('{"t":1}', b'{"t":1}', UNREAD), (SAMPLE, b"", SAMPLE)])
def test_a_message_that_azure_iot_wrote(payload: Any, body: bytes, value: Any) -> None:
    found = read({"event": {"origin": "pump", "module": "m", "component": "c", "payload": payload}})
    assert found == Recorded(event(device="pump", module="m", component="c", body=body), PLACE, value, enveloped=False)


@pytest.mark.parametrize("value", [
    SAMPLE, [SAMPLE], "text", None, {"event": 5}, {"event": {"origin": "d"}}, {"event": {"payload": "x"}},
    {"payload": 1}, {"payloadForm": "json"}, {"Body": "x"}, {"Body": "x", "SystemProperties": 5},
])  # fmt: skip
def test_anything_else_is_a_body(value: Any) -> None:
    found = read(value)
    assert (found.event.body, found.value, found.enveloped) == (json.dumps(value).encode(), value, False)


JSON_SAID = {"contentType": "application/json;x=y", "contentEncoding": "UTF-8"}


@pytest.mark.parametrize(("body", "system", "raw", "value"), [
    (SAMPLE, JSON_SAID, b"", SAMPLE), ([1], {}, b"", [1]),  # decoded by the hub
    ("text", JSON_SAID, b"", "text"),
    (ENCODED, {}, b'{"t":1}', UNREAD),
    # Without both the type and the encoding a hub writes base64.
    (ENCODED, {"contentType": "application/json"}, b'{"t":1}', UNREAD),
    (ENCODED, {"contentEncoding": "utf-8"}, b'{"t":1}', UNREAD),
    (ENCODED, {**JSON_SAID, "contentEncoding": "gzip"}, b'{"t":1}', UNREAD),
    (ENCODED, {**JSON_SAID, "contentType": "text/plain"}, b'{"t":1}', UNREAD),
])  # fmt: skip
def test_a_message_that_a_hub_routed_to_a_file(body: Any, system: dict[str, str], raw: bytes, value: Any) -> None:
    found = read({"Body": body, "SystemProperties": system})
    assert (found.event.body, found.value, found.enveloped, found.damage) == (raw, value, True, "")


def test_a_routed_body_that_is_neither_is_damage() -> None:
    assert read({"Body": "{", "SystemProperties": {}}).damage == "the Body is neither JSON nor base64"


@pytest.mark.parametrize(("system", "fields"), [
    ({"connectionDeviceId": "d", "connectionModuleId": "m", "dt_subject": "c", "messageSource": "s"},
     {"device": "d", "module": "m", "component": "c", "kind": "s"}),
    ({"iothub-connection-device-id": b"d", "iothub-connection-module-id": "m", "dt-subject": "c",
      "iothub-message-source": "s"}, {"device": "d", "module": "m", "component": "c", "kind": "s"}),
    ({"iothub-connection-device-id": "first", "connectionDeviceId": "second"}, {"device": "first"}),
    ({}, {"device": "own"}),
])  # fmt: skip
def test_whose_a_record_of_avro_is(system: dict[str, Any], fields: dict[str, str]) -> None:
    value = {"Body": b"{}", "SystemProperties": system, "Properties": {"connectionDeviceId": "own"},
             "SequenceNumber": 9, "Offset": 5}  # fmt: skip
    found = of_avro(value, PLACE).event
    assert {name: getattr(found, name) for name in fields} == fields
    assert (found.sequence, found.offset, found.body) == (9, "5", b"{}")


@pytest.mark.parametrize(("body", "raw"), [(None, b""), (b"x", b"x"), ("x", b"x"), (5, b"5")])
def test_the_body_of_a_record_of_avro(body: Any, raw: bytes) -> None:
    assert of_avro({"Body": body}, PLACE).event.body == raw


@pytest.mark.parametrize("value", [None, 5, {}, {"body": b"x"}])
def test_a_record_without_a_body_is_damage(value: Any) -> None:
    assert of_avro(value, PLACE).damage.startswith("the record has no Body")


@pytest.mark.parametrize(("times", "enqueued"), [
    ({"EnqueuedTimeUtc": "a", "SystemProperties": {"enqueuedTime": "b"}}, "a"),
    ({"SystemProperties": {"enqueuedTime": "b", "iothub-enqueuedtime": "c"}}, "b"),
    ({"SystemProperties": {"iothub-enqueuedtime": "c"}}, "c"), ({}, None),
])  # fmt: skip
def test_which_time_is_that_of_a_record(times: dict[str, Any], enqueued: str | None) -> None:
    assert of_avro({"Body": b"", **times}, PLACE).enqueued == enqueued


TEN = 1_795_168_800_000  # 2026-11-20T10:00:00Z


@pytest.mark.parametrize(("given", "milliseconds"), [
    (TEN, TEN), (TEN // 1000, TEN), (10**11, 10**14), (10**11 + 1, 10**11 + 1), (0, 0),
    ("2026-11-20T10:00:00Z", TEN), ("2026-11-20T11:00:00.5+01:00", TEN + 500),
    ("11/20/2026 10:00:00 AM", TEN), ("11/20/2026 10:00:00 PM", TEN + 12 * 3_600_000),
    ("11/20/2026 12:00:00 AM", TEN - 10 * 3_600_000), ("11/20/2026 12:00:00 PM", TEN + 2 * 3_600_000),
    ("1/1/1970 12:00:01 AM", 1000), ("13/20/2026 10:00:00 AM", 0), ("11/20/2026 10:61:00 AM", 0),
    ("yesterday-ish", 0), ("", 0), (None, 0), (True, 0), (1.5, 0), ({}, 0),
])  # fmt: skip
def test_a_recorded_time(given: Any, milliseconds: int) -> None:
    """Whole numbers are milliseconds, or seconds where they are too small for a time of today."""
    assert moment(given) == milliseconds


def test_a_message_of_a_live_stream_stands_at_its_number() -> None:
    assert live(None) is None
    came = event(partition="2", sequence=41)
    assert live(came) == Recorded(came, Place("2", "sequence", 41), UNREAD, True, "", None, "")
