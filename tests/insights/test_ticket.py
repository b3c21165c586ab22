"""What support asks first, by facts and by what the user typed."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from azext_iotdiag.insights import ticket
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.device_says import DeviceSays
from azext_iotdiag.model.facts import Fact, given
from azext_iotdiag.model.facts import typed as typed_fact
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.group import Group
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.resource_log import Row, Shape
from azext_iotdiag.model.ticket import TicketField, TicketTyped, Tracking
from azext_iotdiag.sessions.doctor import Doctor
from tests.plugins.rows import all_rows

NOW = 1_796_040_000.0  # 2026-11-30T12:00:00Z
AT = datetime.fromtimestamp(NOW, timezone.utc)
HOST = "hub.azure-devices.net"
SEEN = Identity(HOST, "pump-7", status="enabled", last_activity=int(NOW * 1000) - 60_000)
GUID = "5e4d3c2b1a0f4e3d8c7b6a5f4e3d2c1b"


NOTHING = TicketTyped()


def fields(typed: TicketTyped = NOTHING, device: str = "", **values: Any) -> dict[str, TicketField]:
    """The lines by their names."""

    def fact(value: Any) -> Fact[Any]:
        return Fact(None, AT, "s", failure=value) if isinstance(value, Failure) else typed_fact(value, AT)

    doctor = Doctor(None, {**given(NOW), **{name: fact(value) for name, value in values.items()}})
    (end,) = doctor.end(None)
    return {each.name: each for each in ticket.fields(end, typed, device)}


def logged(*shapes: Shape) -> DeviceLog:
    rows = tuple(Row(int(NOW * 1000) - 1000 * (len(shapes) - n), shape) for n, shape in enumerate(shapes))
    return DeviceLog(HOST, "pump-7", 0, int(NOW * 1000), rows)


def test_support_asks_in_this_order() -> None:
    assert list(fields()) == [
        "started", "services", "resources", "devices", "protocol", "sdk", "language", "sdkVersion", "trackingIds",
    ]  # fmt: skip


def test_a_line_that_is_empty_says_who_knows() -> None:
    for each in fields().values():
        assert not each.values and each.ask.endswith(".")


def test_the_start_is_never_derived_from_a_sign_of_the_device() -> None:
    """A device that stops behind the connection gives signs until now."""
    line = fields(identity=SEEN)["started"]
    assert line.values == () and "2026-11-30T11:59:00Z" in line.ask
    assert fields(TicketTyped(started=0), identity=SEEN)["started"].values == ("1970-01-01T00:00:00Z",)


@pytest.mark.parametrize(
    ("sdk", "name", "language", "version"),
    [
        ("Microsoft.Azure.Devices.Client/1.42.0 (.NET 8)", "Microsoft.Azure.Devices.Client", "C# (.NET)", "1.42.0"),
        (".NET/1.20.1", "Microsoft.Azure.Devices.Client", "C# (.NET)", "1.20.1"),
        ("azure-iot-device-iothub-py/2.14.0", "azure-iot-device", "Python", "2.14.0"),
        ("azure-iot-device/1.18.4 (node 20)", "azure-iot-device", "JavaScript (Node.js)", "1.18.4"),
        ("com.microsoft.azure.sdk.iot.iot-device-client/2.4.1", "iot-device-client", "Java", "2.4.1"),
        ("iothubclient/1.11.0 (native; Linux)", "Azure IoT C SDK", "C", "1.11.0"),
        ("homemade", "homemade", "", ""),
        ("", "", "", ""),
    ],
)
def test_the_connection_log_names_the_client(sdk: str, name: str, language: str, version: str) -> None:
    told = fields(device_log=logged(Shape(protocol="Amqp", sdk="old/0"), Shape(protocol="Mqtt", sdk=sdk)))
    shown = [told[each].values for each in ("protocol", "sdk", "language", "sdkVersion")]
    assert shown == [("Mqtt",), *((text,) if text else () for text in (name, language, version))]


def test_the_user_knows_better_than_the_log() -> None:
    typed = TicketTyped(protocol="AMQP", sdk="own", sdk_version="3", language="Rust")
    told = fields(typed, device_log=logged(Shape(protocol="Mqtt", sdk="iothubclient/1.11.0")))
    assert [told[each].values for each in ("protocol", "sdk", "sdkVersion", "language")] == [
        ("AMQP",), ("own",), ("3",), ("Rust",),
    ]  # fmt: skip
    assert {told[each].source for each in ("protocol", "sdk", "sdkVersion", "language")} == {"the user"}


def test_devices() -> None:
    assert fields(identity=SEEN)["devices"].values == ("pump-7",)
    assert fields(device="pump-8")["devices"].values == ("pump-8",)
    group = Group(HOST, devices=5, examples=("a", "b", "c", "d"))
    assert fields(group=group)["devices"].values == ("a", "b", "c")
    assert fields(TicketTyped(devices=("x", "y")), identity=SEEN)["devices"].values == ("x", "y")


def refusal(said: str) -> Failure:
    return Failure(Kind.UNAUTHORIZED, "the device", HOST, 443, description=said)


MEASURED = "2026-11-30T12:00:00Z"
IDS = (
    (f"Unauthorized (Tracking ID:{GUID}-G:11-TimeStamp:11/30/2026 10:58:20)", f"{GUID}-G:11", "2026-11-30T10:58:20Z"),
    (f'{{"errorCode":401002,"trackingId":"{GUID}","timestampUtc":"2026-11-30T10:58:20.12Z"}}', GUID,
     "2026-11-30T10:58:20Z"),
    (f'{{\\"trackingId\\":\\"{GUID}\\"}}', GUID, MEASURED),
    (f"TrackingId:{GUID}_G12, SystemTracker:ns, Timestamp:2026-11-30T10:58:20", f"{GUID}_G12", "2026-11-30T10:58:20Z"),
    ("TrackingId:5e4d3c2b-1a0f-4e3d-8c7b-6a5f4e3d2c1b, TimeStamp:13/45/2026 10:58:20",
     "5e4d3c2b-1a0f-4e3d-8c7b-6a5f4e3d2c1b", MEASURED),
)  # fmt: skip


@all_rows(("said", "id_", "at"), IDS)
def test_an_answer_with_a_tracking_id(said: str, id_: str, at: str) -> None:
    source = "the device as its hub shows it"
    assert fields(identity=refusal(said))["trackingIds"].values == (f"{id_} at {at} ({source})",)


def test_the_devices_log_holds_some() -> None:
    ids = tuple(Tracking(f"{n:032x}", "2026-11-30T10:58:20Z" if n else "", "the device's log") for n in range(2))
    told = fields(device_says=DeviceSays("--device-log", (), 9, ids))["trackingIds"]
    assert told.values == (
        f"{0:032x}, time not known (the device's log)", f"{1:032x} at 2026-11-30T10:58:20Z (the device's log)",
    )  # fmt: skip


def test_no_other_number_is_a_tracking_id() -> None:
    for said in (GUID, f"tracking {GUID}", "TrackingId:none", "tracking id: 12345"):
        assert fields(identity=refusal(said))["trackingIds"].values == ()


def test_an_id_that_the_user_gave_and_a_service_told_stands_there_once() -> None:
    told = fields(
        TicketTyped(tracking=(Tracking(GUID.upper(), "2026-11-30T01:00:00Z", "the user"),)),
        identity=refusal(f"Tracking ID:{GUID}"),
    )
    assert told["trackingIds"].values == (f"{GUID.upper()} at 2026-11-30T01:00:00Z (the user)",)
