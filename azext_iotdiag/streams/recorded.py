"""What one record of a file is: a message in one of the forms in which messages are recorded, or a bare body."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from azext_iotdiag.model.event import Event
from azext_iotdiag.payload.not_json import UNREAD
from azext_iotdiag.streams import exports, since

SEQUENCE = "sequence"  # the unit of places in a live stream, whose path is a partition


class Place(NamedTuple):
    """Where a record stands: the file, and the number of the line, record or byte in it, by `unit`."""

    path: str
    unit: str
    number: int


class Recorded(NamedTuple):
    """A message from a file.

    `value` is its decoded body where the file has it decoded, UNREAD where `event.body` is to be read. `enveloped`
    tells whether the properties of the message were recorded with it. `damage` says why a record could not be read.
    `enqueued` is the time as it was recorded, which `moment` reads: that takes long, and only findings need it.
    `form` names the other tool that wrote the record, whose wrapping was taken off.
    """

    event: Event
    place: Place
    value: Any = UNREAD
    enveloped: bool = True
    damage: str = ""
    enqueued: Any = None
    form: str = ""


# The names of the system properties in what routing and capture write, and those that messages have over AMQP.
_SYSTEM = {"contentType": "content-type", "contentEncoding": "content-encoding", "correlationId": "correlation-id",
           "messageId": "message-id", "userId": "user-id"}  # fmt: skip
_DEVICE = ("iothub-connection-device-id", "connectionDeviceId")
_MODULE = ("iothub-connection-module-id", "connectionModuleId")
_COMPONENT = ("dt-subject", "dt_subject")
_SOURCE = ("iothub-message-source", "messageSource")
_UTF = re.compile(r"utf-?(8|16|32)", re.I)
# Capture writes times as Americans do: 11/20/2026 10:00:00 AM.
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2}):(\d{2}) ([AP])M")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_NOTHING: Mapping[str, Any] = {}
_tuple = tuple.__new__  # a NamedTuple's own constructor takes three times as long


def bare(body: bytes, place: Place, value: Any = UNREAD) -> Recorded:
    """A body that stands in a file by itself."""
    return Recorded(Event("", "", "", "", "", 0, "", 0, _NOTHING, _NOTHING, _NOTHING, body), place, value, False)


def live(event: Event | None) -> Recorded | None:
    """A message as it comes out of a stream; its place is the partition, and its number there. None stays None."""
    if event is None:
        return None
    place = _tuple(Place, (event.partition, SEQUENCE, event.sequence))
    return _tuple(Recorded, (event, place, UNREAD, True, "", None, ""))


def damaged(place: Place, why: str) -> Recorded:
    """A record that cannot be read."""
    return bare(b"", place)._replace(damage=why)


def of_json(value: Any, raw: bytes, place: Place) -> Recorded:
    """The message that a JSON value records: as a tool or a service writes it, or a bare body."""
    if type(value) is dict:
        if "payloadForm" in value and "payload" in value:
            return _ours(value, place)
        if "Body" in value and isinstance(value.get("SystemProperties"), dict):
            return _routed(value, place)
        event = value.get("event")
        if isinstance(event, dict) and "origin" in event and "payload" in event:
            return _of_azure_iot(event, place)
        if (other := exports.unwrapped(value)) is not None:
            return Recorded(other.event, place, other.value, other.enveloped, "", other.enqueued, other.form)
    return bare(raw, place, value)


def of_avro(value: Any, place: Place) -> Recorded:
    """The message that a record of Event Hubs capture or IoT Hub routing holds."""
    if not isinstance(value, dict) or "Body" not in value:
        return damaged(place, "the record has no Body: it is not from Event Hubs capture or IoT Hub routing")
    body = value["Body"]
    return _event(value, b"" if body is None else body if isinstance(body, bytes) else str(body).encode(), place)


def _ours(value: dict[str, Any], place: Place) -> Recorded:
    system = {name: value[ours] for ours, name in _SYSTEM.items() if ours in value}
    properties, marks = value.get("properties"), value.get("annotations")
    event = Event(
        _text(value.get("source")), _text(value.get("device")), _text(value.get("module")),
        _text(value.get("component")), _text(value.get("partition")), _number(value.get("sequence")), "", 0, system,
        properties if isinstance(properties, dict) else _NOTHING, marks if isinstance(marks, dict) else _NOTHING, b"",
    )  # fmt: skip
    if "messageProblems" in value or "bodyType" in value:
        event = _odd(event, value)
    payload, enqueued = value["payload"], value.get("enqueued")
    if value["payloadForm"] == "json":
        return Recorded(event, place, payload, enqueued=enqueued)
    body = _base64(payload) if value["payloadForm"] == "base64" else _text(payload).encode("utf-8", "surrogatepass")
    if body is None:
        return damaged(place, "the payload is no base64")
    return Recorded(event._replace(body=body), place, enqueued=enqueued)


def _odd(event: Event, value: dict[str, Any]) -> Event:
    """The event with what was odd in it as it was recorded."""
    problems = value.get("messageProblems")
    told = tuple(map(_text, problems)) if isinstance(problems, list) else ()
    return event._replace(body_type=_text(value.get("bodyType")), problems=told)


def _of_azure_iot(value: dict[str, Any], place: Place) -> Recorded:
    payload = value["payload"]
    event = Event(
        "", _text(value.get("origin")), _text(value.get("module")), _text(value.get("component")), "", 0, "", 0,
        _NOTHING, _NOTHING, _NOTHING, payload.encode("utf-8", "surrogatepass") if isinstance(payload, str) else b"",
    )  # fmt: skip
    return Recorded(event, place, UNREAD if isinstance(payload, str) else payload, enveloped=False)


def _routed(value: dict[str, Any], place: Place) -> Recorded:
    """Routing writes a body as JSON where the message says that it is that and its encoding, and else in base64."""
    body = value["Body"]
    recorded = _event(value, b"", place)
    if not isinstance(body, str):
        return recorded._replace(value=body)
    system = recorded.event.system
    says = str(system.get("content-type", "")).partition(";")[0].strip().lower() == "application/json"
    if says and _UTF.fullmatch(str(system.get("content-encoding", ""))):
        return recorded._replace(value=body)
    decoded = _base64(body)
    if decoded is None:
        return damaged(place, "the Body is neither JSON nor base64")
    return recorded._replace(event=recorded.event._replace(body=decoded))


def _event(value: dict[str, Any], body: bytes, place: Place) -> Recorded:
    given, own = value.get("SystemProperties"), value.get("Properties")
    marks: dict[str, Any] = given if isinstance(given, dict) else {}
    properties = own if isinstance(own, dict) else {}
    system = {_SYSTEM.get(name, name): _plain(each) for name, each in marks.items()}
    enqueued = value.get("EnqueuedTimeUtc") or marks.get("enqueuedTime") or marks.get("iothub-enqueuedtime")
    event = Event(
        _first(marks, _SOURCE), _first(marks, _DEVICE) or _first(properties, _DEVICE), _first(marks, _MODULE),
        _first(marks, _COMPONENT), "", _number(value.get("SequenceNumber")), _text(value.get("Offset")), 0,
        system, properties, system, body,
    )  # fmt: skip
    return Recorded(event, place, enqueued=enqueued)


def moment(given: Any) -> int:
    """A recorded time in milliseconds since 1970 UTC, 0 where it tells none."""
    if type(given) is int:
        return given if given > 10**11 else given * 1000
    if not isinstance(given, str):
        return 0
    if found := _AMERICAN.fullmatch(given):
        month, day, year, hour, minute, second = (int(found[part]) for part in range(1, 7))
        try:
            time = datetime(
                year, month, day, hour % 12 + (12 if found[7] == "P" else 0), minute, second, tzinfo=timezone.utc
            )
        except ValueError:
            return 0
        return (time - _EPOCH) // timedelta(milliseconds=1)
    try:
        return since.read(given, 253_402_300_799)  # whatever the clock says: a record may come from anywhere
    except ValueError:
        return 0


def _first(marks: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((_text(_plain(marks[name])) for name in names if name in marks), "")


def _plain(value: Any) -> Any:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _number(value: Any) -> int:
    return value if type(value) is int else 0


def _base64(text: Any) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        return None
