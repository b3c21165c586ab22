"""The MQTT topics that IoT Hub gives a meaning to, and the message properties that devices write into them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, NamedTuple
from urllib.parse import unquote

from azext_iotdiag.wire.amqp.types import Timestamp

MAX_MESSAGE = 262_144  # bytes; 256 KB (IoT Hub quotas)
TWIN_GET = "$iothub/twin/GET/"
TWIN_RESPONSES = "$iothub/twin/res/"
TWIN_REPORTED = "$iothub/twin/PATCH/properties/reported/"
TWIN_DESIRED = "$iothub/twin/PATCH/properties/desired/"
METHOD_CALLS = "$iothub/methods/POST/"
METHOD_ANSWERS = "$iothub/methods/res/"

# System properties: their names in a topic (as the device SDKs write them) and in an AMQP message.
_SYSTEM_TEXT = {
    "$.ct": "content-type",
    "$.ce": "content-encoding",
    "$.mid": "message-id",
    "$.cid": "correlation-id",
    "$.to": "to",
}
_SYSTEM_TIME = {"$.exp": "absolute-expiry-time", "$.ctime": "creation-time"}


class Telemetry(NamedTuple):
    """A message's properties: those of AMQP by their AMQP names, the sender's own, and the component it is about."""

    system: dict[str, Any]
    properties: dict[str, str]
    component: str

    @property
    def size(self) -> int:
        """What counts beside the body: values of system properties, names and values of the others, in bytes.

        So says "Create and read IoT Hub messages" of the 256 KB limit.
        """
        texts = [*self.system.values(), *self.properties, *self.properties.values(), self.component]
        return sum(len(text if isinstance(text, bytes) else str(text).encode()) for text in texts)


def is_telemetry(topic: str, device_id: str) -> bool:
    """Whether the topic is where this device sends telemetry."""
    return topic == f"devices/{device_id}/messages/events" or topic.startswith(f"devices/{device_id}/messages/events/")


def read_telemetry(topic: str, device_id: str) -> Telemetry:
    """The properties in a topic for which `is_telemetry`; raises ValueError where they are not UTF-8 once decoded.

    `%20` is a space and `+` cannot occur (MQTT 3.3.2-2). A system property whose value cannot be one, and one that
    this lab does not know, stays with the sender's own.
    """
    bag = topic.removeprefix(f"devices/{device_id}/messages/events").removeprefix("/").removesuffix("/")
    system: dict[str, Any] = {}
    properties: dict[str, str] = {}
    component = ""
    for pair in filter(None, bag.split("&")):
        name, _, value = (unquote(part, errors="strict") for part in pair.partition("="))
        if name in _SYSTEM_TEXT:
            system[_SYSTEM_TEXT[name]] = value
        elif name == "$.uid":
            system["user-id"] = value.encode()  # binary in AMQP 1.0 (3.2.4)
        elif name == "$.sub":
            component = value
        elif name in _SYSTEM_TIME and (moment := _read_time(value)) is not None:
            system[_SYSTEM_TIME[name]] = moment
        else:
            properties[name] = value
    return Telemetry(system, properties, component)


def _read_time(text: str) -> Timestamp | None:
    """An ISO 8601 time, UTC where it names no zone."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return Timestamp(round(moment.timestamp() * 1000))


def is_subscribable(topic_filter: str, device_id: str) -> bool:
    """Whether IoT Hub grants a subscription: a device's own cloud-to-device messages, its twin, its methods."""
    granted = (f"devices/{device_id}/messages/devicebound/", TWIN_RESPONSES, TWIN_DESIRED, METHOD_CALLS)
    return topic_filter.startswith(granted)


def covers(topic_filter: str, topic: str) -> bool:
    """Whether a subscription gets the messages of a topic (MQTT 3.1.1, 4.7)."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    for number, level in enumerate(wanted):
        if level == "#":
            return True
        if number >= len(levels) or level not in ("+", levels[number]):
            return False
    return len(wanted) == len(levels)


def request_id(topic: str) -> str:
    """The `$rid` of a request topic such as `$iothub/twin/GET/?$rid=1`, as written; empty if there is none."""
    parameters = (pair.partition("=") for pair in topic.partition("?")[2].split("&"))
    return next((value for name, _, value in parameters if name == "$rid"), "")
