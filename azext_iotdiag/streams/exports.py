"""Messages and twins as other tools write them into files, recognised by their shape, with the body unwrapped.

Azure IoT Explorer, Visual Studio Code, Azure Functions, Event Grid and CloudEvents, Stream Analytics, the data export
and the raw data of IoT Central, and twins.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from azext_iotdiag.model.event import Event
from azext_iotdiag.payload.not_json import UNREAD

TWIN = "deviceTwin"  # the kind of a record that is a twin, and no message


class Unwrapped(NamedTuple):
    """A message out of an export. `form` names what wrote it; the rest is as in `Recorded`."""

    form: str
    event: Event
    value: Any
    enveloped: bool = False
    enqueued: Any = None


_Marks = Mapping[str, Any]
_NOTHING: _Marks = {}
_DEVICE = ("iothub-connection-device-id", "connectionDeviceId", "ConnectionDeviceId")
_MODULE = ("iothub-connection-module-id", "connectionModuleId", "ConnectionModuleId")
_COMPONENT = ("dt-subject", "iothub-dt-subject")
_SOURCE = ("iothub-message-source", "messageSource")
_TYPE = ("content-type", "contentType", "iothub-content-type", "ContentType")
_ENCODING = ("content-encoding", "contentEncoding", "iothub-content-encoding", "ContentEncoding")


def unwrapped(value: dict[str, Any]) -> Unwrapped | None:
    """The message or twin that a JSON object records, None where it has none of these shapes."""
    if value.keys().isdisjoint(_MARKS):  # as nearly all bodies are, and this is asked of each
        return None
    for keys, read in _SHAPES:
        if keys <= value.keys() and (found := read(value)) is not None:
            return found
    return None


def _event_grid(value: dict[str, Any]) -> Unwrapped | None:
    """https://learn.microsoft.com/azure/event-grid/event-schema-iot-hub"""
    data = value["data"]
    name = value.get("eventType") or value.get("type")
    if not isinstance(data, dict) or name != "Microsoft.Devices.DeviceTelemetry" or "body" not in data:
        return None
    return _enveloped("Event Grid", data, data["body"], data.get("systemProperties"), data.get("properties"))


def _cloud_event(value: dict[str, Any]) -> Unwrapped | None:
    """https://github.com/cloudevents/spec/blob/main/cloudevents/formats/json-format.md"""
    if not isinstance(value["specversion"], str) or not isinstance(value["type"], str):
        return None
    if "data" not in value and "data_base64" not in value:
        return None
    event = _event(_text(value.get("deviceid")), "", "")
    if "data" in value:
        return Unwrapped("CloudEvents", event, value["data"], enqueued=value.get("time"))
    body = _base64(value["data_base64"])
    return None if body is None else Unwrapped("CloudEvents", event._replace(body=body), UNREAD)


def _stream_analytics(value: dict[str, Any]) -> Unwrapped | None:
    """https://learn.microsoft.com/azure/stream-analytics/stream-analytics-define-inputs"""
    marks = value["IoTHub"]
    if not isinstance(marks, dict) or "ConnectionDeviceId" not in marks:
        return None
    event = _event(_text(marks["ConnectionDeviceId"]), _text(marks.get("ConnectionModuleId")), "")
    body = {name: each for name, each in value.items() if name not in _OF_STREAM_ANALYTICS}
    return Unwrapped("Stream Analytics", event, body, enqueued=marks.get("EnqueuedTime"))


_OF_STREAM_ANALYTICS = frozenset({"IoTHub", "EventProcessedUtcTime", "EventEnqueuedUtcTime", "PartitionId"})


def _central_export(value: dict[str, Any]) -> Unwrapped | None:
    """https://learn.microsoft.com/azure/iot-central/core/howto-export-to-blob-storage"""
    source = _text(value["messageSource"])
    event = _event(_text(value["deviceId"]), _text(value.get("module")), _text(value.get("component")))
    if source != "telemetry":
        return Unwrapped("IoT Central's data export", event._replace(kind=source or "other"), UNREAD)
    body = value.get("telemetry")
    if isinstance(body, list):  # as its transformations see it
        body = {_text(each.get("name")): each.get("value") for each in body if isinstance(each, dict)}
    return Unwrapped("IoT Central's data export", event, body, enqueued=value.get("enqueuedTime"))


def _central_raw(value: dict[str, Any]) -> Unwrapped | None:
    """The raw data view: what is modelled beside what is not, and columns of IoT Central that begin with _."""
    if "_unmodeleddata" not in value and not {"_eventtype", "_timestamp"} <= value.keys():
        return None
    kind = _text(value.get("_eventtype", "Telemetry"))
    body = {name: each for name, each in value.items() if not name.startswith("_")}
    module = component = ""
    inner = value.get("_unmodeleddata", {})
    if not isinstance(inner, dict):
        return None
    while (marked := _only_marked(inner)) is not None:
        name, part = marked
        module, component = (name, component) if part["__t"] == "m" else (module, name)
        body_of = part.get("body")
        inner = body_of if isinstance(body_of, dict) else {key: each for key, each in part.items() if key != "__t"}
    event = _event("", module, component)._replace(kind="" if kind == "Telemetry" else kind)
    return Unwrapped("IoT Central's raw data", event, {**body, **inner}, enqueued=value.get("_timestamp"))


def _only_marked(inner: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The component or module that raw data is all of, by the marker in it."""
    if len(inner) != 1:
        return None
    ((name, part),) = inner.items()
    return (name, part) if isinstance(part, dict) and part.get("__t") in ("c", "m") else None


def _of_hub_reader(value: dict[str, Any]) -> Unwrapped | None:
    """What programs print that read the hub's endpoint: a body, and properties beside it."""
    if "systemProperties" in value or "enqueuedTime" in value:
        own = value.get("properties")
        return _enveloped("Azure IoT Explorer", value, value["body"], value.get("systemProperties"), own)
    if "applicationProperties" in value:
        marks = value.get("annotations")
        return _enveloped("Visual Studio Code", value, value["body"], marks, value["applicationProperties"])
    return None


def _of_functions(value: dict[str, Any]) -> Unwrapped | None:
    """An `EventData` of .NET, as a function writes it."""
    marks = value["SystemProperties"]
    if not isinstance(marks, dict):
        return None
    named = {name: value[name] for name in ("ContentType", "ContentEncoding") if name in value}
    found = _enveloped("Azure Functions", value, value["EventBody"], {**marks, **named}, value.get("Properties"))
    return found._replace(enqueued=value.get("EnqueuedTime"))


def _twin(value: dict[str, Any]) -> Unwrapped | None:
    """A twin, as `az iot hub device-twin show` and Azure IoT Explorer write it."""
    sides = value["properties"]
    if not isinstance(sides, dict) or not any(isinstance(sides.get(each), dict) for each in ("desired", "reported")):
        return None
    event = _event(_text(value["deviceId"]), _text(value.get("moduleId")), "")
    model = value.get("modelId")
    marks = {"dt-dataschema": model} if isinstance(model, str) and model else _NOTHING
    return Unwrapped("a device twin", event._replace(kind=TWIN, annotations=marks), value)


_SHAPES: tuple[tuple[frozenset[str], Callable[[dict[str, Any]], Unwrapped | None]], ...] = (
    (frozenset({"_unmodeleddata"}), _central_raw),
    (frozenset({"_eventtype", "_timestamp"}), _central_raw),
    (frozenset({"data", "eventType", "subject"}), _event_grid),
    (frozenset({"data", "type", "specversion"}), _event_grid),
    (frozenset({"specversion", "type", "source", "id"}), _cloud_event),
    (frozenset({"applicationId", "messageSource", "deviceId"}), _central_export),
    (frozenset({"IoTHub"}), _stream_analytics),
    (frozenset({"EventBody", "SystemProperties"}), _of_functions),
    (frozenset({"body"}), _of_hub_reader),
    (frozenset({"deviceId", "properties"}), _twin),
)


_MARKS = frozenset(
    {
        "_unmodeleddata",
        "_eventtype",
        "data",
        "specversion",
        "applicationId",
        "IoTHub",
        "EventBody",
        "body",
        "properties",
    }
)


def _enveloped(form: str, value: dict[str, Any], body: Any, marks: Any, own: Any) -> Unwrapped:
    """A message with the properties around it. A body that is not said to be JSON may be in base64."""
    told: _Marks = marks if isinstance(marks, dict) else _NOTHING
    kinds = {"content-type": _first(told, _TYPE), "content-encoding": _first(told, _ENCODING)}
    system = {name: each for name, each in kinds.items() if each}
    event = Event(
        _first(told, _SOURCE), _first(told, _DEVICE), _first(told, _MODULE), _first(told, _COMPONENT), "", 0, "", 0,
        {**told, **system}, own if isinstance(own, dict) else _NOTHING, told, b"",
    )  # fmt: skip
    enqueued = value.get("enqueuedTime") or told.get("iothub-enqueuedtime")
    if isinstance(body, str) and not system.get("content-type", "").startswith("application/json"):
        raw = _base64(body)
        event = event._replace(body=body.encode("utf-8", "surrogatepass") if raw is None else raw)
        return Unwrapped(form, event, UNREAD, bool(system), enqueued)
    return Unwrapped(form, event, body, bool(system), enqueued)


def _event(device: str, module: str, component: str) -> Event:
    return Event("", device, module, component, "", 0, "", 0, _NOTHING, _NOTHING, _NOTHING, b"")


def _first(marks: _Marks, names: tuple[str, ...]) -> str:
    return next((_text(marks[name]) for name in names if name in marks), "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _base64(text: Any) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        return None
