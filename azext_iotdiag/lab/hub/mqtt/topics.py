"""The MQTT topics that IoT Hub gives a meaning to, and the message properties that devices write into them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote

from azext_iotdiag.lab.hub.dates import written
from azext_iotdiag.wire.amqp.types import Timestamp

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.queue import CloudMessage

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


def is_telemetry(topic: str, path: str) -> bool:
    """Whether the topic is where the device or module of this path sends telemetry."""
    return topic == f"{path}/messages/events" or topic.startswith(f"{path}/messages/events/")


def read_telemetry(topic: str, path: str) -> Telemetry:
    """The properties in a topic for which `is_telemetry`; raises ValueError where they are not UTF-8 once decoded."""
    bag = topic.removeprefix(f"{path}/messages/events").removeprefix("/").removesuffix("/")
    pairs = (pair.partition("=") for pair in bag.split("&") if pair)
    return sort_properties(
        {unquote(name, errors="strict"): unquote(value, errors="strict") for name, _, value in pairs}
    )


def sort_properties(named: Mapping[str, str]) -> Telemetry:
    """The properties of a message by the names that they have in a topic.

    A system property whose value cannot be one, and one that this lab does not know, stays with the sender's own.
    """
    system: dict[str, Any] = {}
    properties: dict[str, str] = {}
    component = ""
    for name, value in named.items():
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


def is_subscribable(topic_filter: str, path: str) -> bool:
    """Whether IoT Hub grants a subscription: a device's own messages from the cloud, its twin, its methods.

    A module's path is granted for its inputs, too, which only IoT Edge ever fills. azure-iot-sdk-c asks for all below
    the module's path in one (`topic_InputQueue` in iothub_client/src/iothubtransport_mqtt_common.c).
    """
    asked = named(topic_filter, path)
    if "/modules/" in path and asked == f"{path}/#":
        return True
    granted = (f"{path}/messages/devicebound/", f"{path}/inputs/", TWIN_RESPONSES, TWIN_DESIRED, METHOD_CALLS)
    return asked.startswith(granted)


def named(topic_filter: str, path: str) -> str:
    """A filter with the ids of the path in the place of `+`.

    azure-sdk-for-c asks for `devices/+/messages/devicebound/#` (sdk/inc/azure/iot/az_iot_hub_client.h).
    """
    wanted, levels = path.split("/"), topic_filter.split("/")
    ids = range(1, min(len(wanted), len(levels)), 2)  # devices/ID or devices/ID/modules/ID
    for number in ids:
        levels[number] = wanted[number] if levels[number] == "+" else levels[number]
    return "/".join(levels)


def devicebound(path: str, message: CloudMessage) -> str:
    """The topic of a message from the cloud, with its properties in it."""
    bag = name_properties(message.system) | {"$.to": f"/{path}/messages/devicebound"}
    if message.ack != "none":
        bag["iothub-ack"] = message.ack
    pairs = ({**bag, **{name: str(value) for name, value in message.properties.items()}}).items()
    return f"{path}/messages/devicebound/" + "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs
    )


def name_properties(system: Mapping[str, Any]) -> dict[str, str]:
    """System properties, which go by their AMQP names, by the names that they have in a topic."""
    named: dict[str, str] = {}
    for name, amqp in (*_SYSTEM_TEXT.items(), ("$.uid", "user-id"), *_SYSTEM_TIME.items()):
        value = system.get(amqp)
        if value is not None and amqp in _SYSTEM_TIME.values():
            named[name] = written(value / 1000)
        elif value is not None:
            named[name] = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return named


def read_method_answer(topic: str) -> tuple[int, str]:
    """Status and request id of `$iothub/methods/res/{status}/?$rid={id}`; raises ValueError."""
    status = topic.removeprefix(METHOD_ANSWERS).partition("/")[0]
    return int(status), request_id(topic)


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
