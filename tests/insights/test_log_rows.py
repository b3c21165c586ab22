"""Rows of `AzureDiagnostics` in the forms in which Azure hands them out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azext_iotdiag.insights import log_errors
from azext_iotdiag.insights.log import Log
from azext_iotdiag.insights.log_rows import NotARow, RowReader
from azext_iotdiag.model.resource_log import Shape
from tests.insights.thread_rows import log_of, of_thread, record

MOMENT = 1_795_946_400_123  # 2026-11-29T10:00:00.123Z
ROW = record("2026-11-29T10:00:00.123Z", "pump-7", "deviceDisconnect", "404104", "Mqtt", "203.0.113.XXX", "x/1", "sas",
             "TLS1_2", "westeurope")  # fmt: skip
SHAPE = Shape("Connections", "deviceDisconnect", "404104", "DeviceConnectionClosedRemotely", "Mqtt", "203.0.113.XXX",
              "x/1", "sas", "TLS1_2", "westeurope")  # fmt: skip


def read(row: dict[str, Any]):
    return RowReader().read(row)


def test_a_row_of_log_analytics() -> None:
    assert read(ROW) == ("plant", "pump-7", MOMENT, SHAPE)


def test_a_record_of_an_archive() -> None:
    """https://learn.microsoft.com/azure/iot-hub/monitor-iot-hub-reference#connections"""
    archived = {
        "time": "2026-11-29T10:00:00.1230000Z",
        "resourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/PLANT",
        "operationName": "deviceDisconnect",
        "category": "Connections",
        "level": "Error",
        "resultType": "404104",
        "resultDescription": "DeviceConnectionClosedRemotely",
        "properties": ROW["properties_s"],
        "location": "westeurope",
    }
    assert read(archived) == ("plant", "pump-7", MOMENT, SHAPE)
    assert read({**archived, "properties": json.loads(ROW["properties_s"])}).shape == SHAPE


def test_a_row_of_a_query_of_ones_own() -> None:
    """As `| extend device = ..., protocol = ...` leaves it, without the properties."""
    row = {"TimeGenerated": ROW["TimeGenerated"], "OperationName": "deviceConnect", "ResultType": "401003",
           "deviceId": "pump-7", "protocol": "Mqtt"}  # fmt: skip
    found = read(row)
    assert (found.device, found.shape.protocol, found.shape.code, found.hub) == ("pump-7", "Mqtt", "401003", "")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-29T10:00:00.123Z",
        "2026-11-29T10:00:00.1234567Z",
        "2026-11-29 10:00:00.123",
        "2026-11-29T10:00:00.123+00:00",
        "11/29/2026, 10:00:00.123 AM",
        "11/29/2026 10:00:00.123 AM",
    ],
)
def test_times(text: str) -> None:
    for _ in range(2):  # the second time by what the first one kept
        reader = RowReader()
        assert [reader.read({**ROW, "TimeGenerated": text}).moment for _ in range(2)] == [MOMENT] * 2


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-29T10:00:00Z", "2026-11-29T10:00:0xZ", "5", None])
def test_what_is_no_time_is_refused(text: object) -> None:
    reader = RowReader()
    reader.read(ROW)  # so that the day is known
    with pytest.raises(NotARow, match="time"):
        reader.read({**ROW, "TimeGenerated": text})


def test_the_portals_column_names() -> None:
    row = {f"{name} [UTC]" if name == "TimeGenerated" else name: value for name, value in ROW.items()}
    assert read(row).moment == MOMENT


def test_local_times_are_refused_because_their_zone_is_not_known() -> None:
    row = {f"{name} [Local Time]" if name == "TimeGenerated" else name: value for name, value in ROW.items()}
    with pytest.raises(NotARow, match="UTC"):
        read(row)


def test_missing_columns_are_named_and_those_that_are_there() -> None:
    with pytest.raises(
        NotARow, match="no column OperationName and no column ResultType; its columns: TimeGenerated, x"
    ):
        read({"TimeGenerated": "2026-11-29T10:00:00Z", "x": 1})


@pytest.mark.parametrize("code", ["", "0", "Success", None, 0, "200"])
def test_a_success_has_no_code(code: object) -> None:
    assert read({**ROW, "ResultType": code, "ResultDescription": "ok"}).shape.code == ""


def test_a_code_may_be_a_number() -> None:
    assert read({**ROW, "ResultType": 404104}).shape.code == "404104"


@pytest.mark.parametrize("properties", ["", "{", "[]", "7", None, '{"deviceId": null}'])
def test_properties_that_say_nothing(properties: object) -> None:
    assert read({**ROW, "properties_s": properties}).device == ""


def test_the_kind_of_login_is_read_from_its_json() -> None:
    """authType is JSON in a text within JSON. It also tells an IP rule."""
    login = json.dumps({"scope": "device", "type": "x509Certificate", "acceptingIpFilterRule": "plant"})
    found = read({**ROW, "properties_s": json.dumps({"deviceId": "d", "authType": login})}).shape
    assert (found.login, found.rule) == ("x509Certificate", "plant")
    assert read({**ROW, "properties_s": json.dumps({"deviceId": "d", "authType": "{broken"})}).shape.login == ""


def test_a_log_keeps_rows_in_order_and_each_once() -> None:
    log = Log()
    later = {**ROW, "TimeGenerated": "2026-11-29T11:00:00.000Z"}
    for row in (later, ROW, later):
        log.add(row)
    (timeline,) = log.timelines()
    assert [row.moment for row in timeline.rows] == [MOMENT, MOMENT + 3_599_877]
    assert timeline.rows[0].shape == SHAPE
    (group,) = log.errors()
    assert (group.times, group.first, group.last, group.categories) == (2, MOMENT, MOMENT + 3_599_877, ("Connections",))
    assert log.window() == (MOMENT, MOMENT + 3_599_877) and log.devices == 1


def test_devices_of_two_hubs_are_two() -> None:
    log = Log()
    for hub in ("A", "B"):
        log.add({**ROW, "Resource": hub})
    assert [each.hub for each in log.timelines()] == ["a", "b"]


def test_an_empty_log() -> None:
    log = Log()
    assert (log.window(), log.devices, list(log.timelines()), list(log.errors())) == ((0, 0), 0, [], [])


DAY = 1_795_910_400_000  # 2026-11-29T00:00:00Z


@pytest.mark.parametrize(("clock", "milliseconds"), [
    ("00:00:00Z", 0), ("00:00:00.5Z", 500), ("00:00:00.1234567Z", 123), ("00:00:59Z", 59_000),
    ("00:59:00Z", 3_540_000), ("23:00:00Z", 82_800_000), ("23:59:59.999Z", 86_399_999), ("01:02:03.04Z", 3_723_040),
])  # fmt: skip
def test_a_time_of_a_known_day_is_read_as_that_of_a_new_one(clock: str, milliseconds: int) -> None:
    """The second row of a day is read in a shorter way."""
    reader = RowReader()
    for _ in range(3):
        assert reader.read({**ROW, "TimeGenerated": f"2026-11-29T{clock}"})[2] == DAY + milliseconds


@pytest.mark.parametrize("clock", ["24:00:00Z", "00:60:00Z", "00:00:60Z", "00:00:00+Z", "0a:00:00Z", "00:00:00.xZ"])
def test_what_is_no_time_of_a_known_day_is_refused(clock: str) -> None:
    reader = RowReader()
    reader.read(ROW)
    with pytest.raises(NotARow, match="its time cannot be read"):
        reader.read({**ROW, "TimeGenerated": f"2026-11-29T{clock}"})


@pytest.mark.parametrize(("text", "hour"), [
    ("11/29/2026, 12:00:00.000 AM", 0), ("11/29/2026, 1:00:00.000 AM", 1), ("11/29/2026, 12:00:00.000 PM", 12),
    ("11/29/2026, 11:00:00.000 PM", 23),
])  # fmt: skip
def test_the_halves_of_a_day(text: str, hour: int) -> None:
    assert read({**ROW, "TimeGenerated": text})[2] == DAY + hour * 3_600_000


@pytest.mark.parametrize(("text", "milliseconds"), [
    ("29.11.2026 00:00:00", 0), ("29.11.2026 13:05", 47_100_000), ("29.11.2026, 1:00:00.250", 3_600_250),
    ("29.11.2026 01:00:00,250", 3_600_250),
])  # fmt: skip
def test_dotted_dates_of_a_spreadsheet(text: str, milliseconds: int) -> None:
    assert read({**ROW, "TimeGenerated": text})[2] == DAY + milliseconds


@pytest.mark.parametrize("text", ["11.29.2026 00:00:00", "29.11.26 00:00", "29.11.2026", "29.11.2026 25:00"])
def test_dotted_dates_that_are_none(text: str) -> None:
    with pytest.raises(NotARow, match="its time cannot be read"):
        read({**ROW, "TimeGenerated": text})


@pytest.mark.parametrize(
    "properties", ["[" * 100_000, '{"deviceId": "a", "authType": "{' + "[" * 100_000 + '"}', "9" * 9_000]
)
def test_properties_that_no_program_reads_leave_the_row(properties: str) -> None:
    assert read({**ROW, "properties_s": properties})[2] == MOMENT


def test_a_timeline_is_of_one_named_device() -> None:
    log = Log()
    log.add(ROW)
    timelines = [log_errors.found(log, *each).timeline for each in (("pump-7", True), ("pump-7", False), (None, True))]
    assert [each is not None for each in timelines] == [True, False, False]
    assert log_errors.found(log, "pump-7").timeline is None


def test_of_two_devices_the_one_that_is_meant_counts() -> None:
    log = Log()
    for device in ("pump-7", "fan"):
        log.add({**ROW, "properties_s": json.dumps({"deviceId": device})})
    assert [log_errors.found(log, pattern).errors for pattern in (None, "pump-*", "none")] == [2, 1, 0]


@pytest.mark.parametrize(("device", "shown"), [(None, True), ("line-*", True), ("other", False)])
def test_patterns_are_those_of_the_devices_that_are_meant(device: str | None, shown: bool) -> None:
    assert bool(log_errors.found(log_of(of_thread("sdk-csharp-1138")), device).patterns) is shown


def test_rows_are_counted() -> None:
    log = log_of([ROW, ROW, {**ROW, "ResultType": ""}])
    assert (log.rows, log_errors.found(log).rows, log_errors.found(log).errors) == (3, 3, 1)


@pytest.mark.parametrize(
    "text", ["2026-11-29 10:00:00.123Z", "2026-11-29T10:00:00.123", "2026-11-29T10:00:00.123+0000"]
)
def test_another_form_of_a_time_on_a_known_day(text: str) -> None:
    reader = RowReader()
    reader.read(ROW)
    assert reader.read({**ROW, "TimeGenerated": text}).moment == MOMENT


@pytest.mark.parametrize(
    ("outcome", "status", "code"),
    [("Success", "", ""), ("ClientError", "401", "401"), ("ServerError", "500", "500"), ("Failure", "", "Failure")],
)
def test_a_row_of_a_provisioning_service(outcome: str, status: str, code: str) -> None:
    """Its columns are not those of a hub: https://learn.microsoft.com/azure/iot-dps/monitor-iot-dps-reference"""
    read = RowReader().read({
        "TimeGenerated": "2022-04-02T00:05:51Z", "Category": "DeviceOperations", "OperationName": "AttestationAttempt",
        "ResultType": outcome, "ResultSignature": status, "CallerIPAddress": "192.0.2.XXX", "Resource": "FRONT",
        "properties_s": '{"id":"my-device-1","type":"Registration","protocol":"Mqtt"}',
    })  # fmt: skip
    assert (read.hub, read.device, read.shape.code) == ("front", "my-device-1", code)
    assert (read.shape.protocol, read.shape.address) == ("Mqtt", "192.0.2.XXX")


def test_a_status_of_a_hub_is_no_code() -> None:
    row = {"TimeGenerated": "2022-04-02T00:05:51Z", "Category": "Connections", "OperationName": "deviceConnect",
           "ResultType": "ClientError", "ResultSignature": "401", "properties_s": '{"id":"x"}'}  # fmt: skip
    read = RowReader().read(row)
    assert (read.device, read.shape.code) == ("", "")


def test_patterns_of_hubs_are_not_looked_for_at_a_provisioning_service() -> None:
    log = Log()
    for second in range(50):
        log.add({
            "TimeGenerated": f"2026-11-30T10:00:{second:02}Z", "Category": "DeviceOperations",
            "OperationName": "AttestationAttempt", "ResultType": "ClientError", "ResultSignature": "429",
            "Resource": "FRONT", "properties_s": f'{{"id":"d-{second % 9}"}}',
        })  # fmt: skip
    found = log_errors.found(log)
    assert found.patterns == () and {each.entries[0].code for each in found.groups} == {"dps-429"}
