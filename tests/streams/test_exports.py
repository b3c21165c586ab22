"""Messages and twins as other tools write them, taken out of what these tools put around them."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.model.tally import Tally
from azext_iotdiag.payload.not_json import UNREAD
from azext_iotdiag.streams import json_records
from azext_iotdiag.streams.recorded import Place, Recorded, of_json
from azext_iotdiag.streams.validation import RecordedRun, Rules

PLACE = Place("f.json", "line", 3)
BODY = {"heat": 21.5}
ENCODED = base64.b64encode(json.dumps(BODY).encode()).decode()
MARKS = {"iothub-connection-device-id": "press-1", "iothub-message-source": "Telemetry", "dt-subject": "pump",
         "iothub-connection-module-id": "m"}  # fmt: skip
JSON_MARKS = {**MARKS, "iothub-content-type": "application/json", "iothub-content-encoding": "utf-8"}
GRID = {"id": "1", "subject": "devices/press-1", "topic": "/x", "eventTime": "2026-11-20T10:00:00Z",
        "eventType": "Microsoft.Devices.DeviceTelemetry", "dataVersion": ""}  # fmt: skip
CLOUD = {"specversion": "1.0", "id": "1", "source": "/devices/press-1", "type": "heat", "time": "2026-11-20T10:00:00Z"}
CENTRAL = {"applicationId": "a", "deviceId": "press-1", "messageSource": "telemetry", "schema": "default@v1",
           "enqueuedTime": "2026-11-20T10:00:00Z", "templateId": "dtmi:a;1", "enrichments": {}}  # fmt: skip
ANALYTICS = {"EventProcessedUtcTime": "2026-11-20T10:00:01Z", "PartitionId": 1,
             "EventEnqueuedUtcTime": "2026-11-20T10:00:00Z",
             "IoTHub": {"MessageId": None, "ConnectionDeviceId": "press-1", "EnqueuedTime": "x"}}  # fmt: skip
RAW = {"_eventtype": "Telemetry", "_timestamp": "2026-11-20T10:00:00Z"}
TWIN = {"deviceId": "press-1", "etag": "x", "modelId": "dtmi:a;1", "properties": {"desired": {}, "reported": {"a": 1}}}

# What was recorded; the form, device, module and component, and the body.
ROWS: list[tuple[dict[str, Any], tuple[str, str, str, str], Any]] = [
    ({"body": BODY, "enqueuedTime": "x", "systemProperties": MARKS, "properties": {"a": "b"}},
     ("Azure IoT Explorer", "press-1", "m", "pump"), BODY),
    ({"body": BODY, "enqueuedTime": "x"}, ("Azure IoT Explorer", "", "", ""), BODY),
    ({"body": BODY, "applicationProperties": {"a": "b"}, "annotations": MARKS},
     ("Visual Studio Code", "press-1", "m", "pump"), BODY),
    ({**GRID, "data": {"properties": {}, "systemProperties": JSON_MARKS, "body": BODY}},
     ("Event Grid", "press-1", "m", "pump"), BODY),
    ({**CLOUD, "type": "Microsoft.Devices.DeviceTelemetry", "data": {"systemProperties": JSON_MARKS, "body": BODY}},
     ("Event Grid", "press-1", "m", "pump"), BODY),
    ({**CLOUD, "data": BODY}, ("CloudEvents", "", "", ""), BODY),
    ({**CENTRAL, "telemetry": BODY}, ("IoT Central's data export", "press-1", "", ""), BODY),
    ({**CENTRAL, "component": "pump", "module": "m", "telemetry": [{"name": "heat", "value": 21.5, "id": "dtmi:h;1"}]},
     ("IoT Central's data export", "press-1", "m", "pump"), BODY),
    ({**ANALYTICS, **BODY}, ("Stream Analytics", "press-1", "", ""), BODY),
    ({"EventBody": BODY, "SystemProperties": MARKS, "Properties": {}, "SequenceNumber": 1},
     ("Azure Functions", "press-1", "m", "pump"), BODY),
    ({**RAW, "_unmodeleddata": BODY}, ("IoT Central's raw data", "", "", ""), BODY),
    ({**RAW, "heat": 21.5}, ("IoT Central's raw data", "", "", ""), BODY),
    ({**RAW, "heat": 21.5, "_unmodeleddata": {"x": 1}}, ("IoT Central's raw data", "", "", ""), {"heat": 21.5, "x": 1}),
    ({**RAW, "_unmodeleddata": {"pump": {"__t": "c", "properties": {"g": "1"}, "body": BODY}}},
     ("IoT Central's raw data", "", "", "pump"), BODY),
    ({**RAW, "_unmodeleddata": {"pump": {"__t": "c", **BODY}}}, ("IoT Central's raw data", "", "", "pump"), BODY),
    ({**RAW, "_unmodeleddata": {"m": {"__t": "m", **BODY}}}, ("IoT Central's raw data", "", "m", ""), BODY),
    ({**RAW, "_unmodeleddata": {"m": {"__t": "m", "pump": {"__t": "c", **BODY}}}},
     ("IoT Central's raw data", "", "m", "pump"), BODY),
    (TWIN, ("a device twin", "press-1", "", ""), TWIN),
    ({**TWIN, "moduleId": "m"}, ("a device twin", "press-1", "m", ""), {**TWIN, "moduleId": "m"}),
]  # fmt: skip


def read(value: Any) -> Recorded:
    return of_json(value, json.dumps(value).encode(), PLACE)


@pytest.mark.parametrize(("value", "sender", "body"), ROWS)
def test_the_body_is_taken_out(value: dict[str, Any], sender: tuple[str, str, str, str], body: Any) -> None:
    found = read(value)
    event = found.event
    assert (found.form, event.device, event.module, event.component) == sender
    assert found.value == body and found.place == PLACE and found.damage == ""


@pytest.mark.parametrize("value", [
    {"body": 5}, {"body": {"x": 1}, "heat": 1}, {"data": 1, "type": "x"}, {"specversion": 1, "type": "x", "id": "1",
     "source": "s", "data": 1}, {"IoTHub": 5}, {"IoTHub": {"x": 1}}, {"properties": {"desired": 5}, "deviceId": "a"},
    {"deviceId": "a", "properties": 5}, {**GRID, "data": {"body": 1}, "eventType": "Other"}, {"_unmodeleddata": 5},
    {"applicationId": "a", "heat": 1}, {"_eventtype": "x"}, {"EventBody": 1, "SystemProperties": 5}, BODY, {},
    {"specversion": "1.0", "type": "x", "id": "1", "source": "s"},
])  # fmt: skip
def test_what_only_looks_like_one_is_a_body(value: dict[str, Any]) -> None:
    found = read(value)
    assert (found.form, found.value, found.event.device) == ("", value, "")


@pytest.mark.parametrize(("marks", "body", "raw", "value"), [
    (MARKS, ENCODED, json.dumps(BODY).encode(), UNREAD), (MARKS, "no base64", b"no base64", UNREAD),
    (JSON_MARKS, "a text", b"", "a text"), (MARKS, BODY, b"", BODY),
])  # fmt: skip
def test_a_body_in_base64(marks: dict[str, str], body: Any, raw: bytes, value: Any) -> None:
    found = read({**GRID, "data": {"systemProperties": marks, "body": body}})
    assert (found.event.body, found.value) == (raw, value)


def test_the_binary_data_of_a_cloud_event() -> None:
    found = read({**CLOUD, "deviceid": "press-1", "data_base64": ENCODED})
    assert (found.event.body, found.value, found.event.device) == (json.dumps(BODY).encode(), UNREAD, "press-1")
    assert read({**CLOUD, "data_base64": "?"}).form == ""


@pytest.mark.parametrize(("marks", "enveloped"), [(JSON_MARKS, True), (MARKS, False)])
def test_properties_are_judged_where_they_were_recorded(marks: dict[str, str], enveloped: bool) -> None:
    found = read({"body": BODY, "enqueuedTime": "x", "systemProperties": marks})
    assert found.enveloped is enveloped
    assert found.event.system.get("content-type", "") == ("application/json" if enveloped else "")


@pytest.mark.parametrize(("value", "kind"), [
    ({**CENTRAL, "messageSource": "properties", "properties": []}, "properties"), (TWIN, "deviceTwin"),
    ({**RAW, "_eventtype": "Property", "_unmodeleddata": {}}, "Property"),
])  # fmt: skip
def test_what_is_no_telemetry_is_left_out(value: dict[str, Any], kind: str) -> None:
    assert read(value).event.kind == kind


MONITOR = b"""[IoTHubMonitor] Start monitoring message arrived in built-in endpoint for all devices ...
[IoTHubMonitor] [2:49:12 PM] Message received from [press-1]:
{
  "body": {"heat": 21.5},
  "applicationProperties": {"a": "b"}
}
[IoTHubMonitor] [2:49:13 PM] Message received from [press-2/m]:
{"body": {"heat": 22}, "applicationProperties": {}}
[IoTHubMonitor] [2:49:14 PM] Message received from [press-3]:
"no JSON
[IoTHubMonitor] Stop monitoring
"""


def test_the_output_of_visual_studio_code() -> None:
    found = list(json_records.records(io.BytesIO(MONITOR), "f.txt"))
    assert [(each.event.device, each.event.module, each.value, each.place.number) for each in found] == [
        ("press-1", "", {"heat": 21.5}, 2), ("press-2", "m", {"heat": 22}, 7), ("press-3", "", UNREAD, 9),
    ]  # fmt: skip
    assert found[2].event.body == b'"no JSON'


def test_the_account_says_what_was_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    lines = [{**ANALYTICS, **BODY}, {**ANALYTICS, **BODY}, BODY, {**RAW, "_unmodeleddata": BODY}, TWIN]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in lines), "utf-8")
    run = RecordedRun([str(path)], Rules())
    assert list(filter(None, run)) == []
    assert run.tally.unwrapped == {"Stream Analytics": 2, "IoT Central's raw data": 1}
    assert (run.tally.messages, run.tally.skipped, run.tally.twins) == (4, 1, 1)
    whole = Tally()
    whole.merge(run.tally)
    whole.merge(run.tally)
    assert (whole.unwrapped, whole.twins) == ({"Stream Analytics": 4, "IoT Central's raw data": 2}, 2)
