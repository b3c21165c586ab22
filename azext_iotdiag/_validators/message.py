"""What people typed for `message send`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iotdiag._validators import environment, hub_of_device
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.clients.telemetry.contract import AMQP_WS
from azext_iotdiag.login.rights import SEND_MESSAGES
from azext_iotdiag.model.cloud_message import Outgoing

# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-c2d
LARGEST = 64 * 1024  # bytes, with the properties
LONGEST_LIFE = 2 * 86_400  # seconds
LONGEST_WAIT = 3600  # seconds
LONGEST_ID = 128  # characters


@dataclass(frozen=True)
class Send:
    """The options of `message send`: what is sent, and how long its feedback is waited for, None for not at all."""

    outgoing: Outgoing
    seconds: float | None = None
    websocket: bool = False


def send(cmd, namespace):
    """Judge the arguments of `message send`: `target` becomes the hub's Target, `options` a Send."""
    hub_of_device.judge_device(namespace)
    outgoing = _outgoing(namespace)
    if not 1 <= namespace.timeout <= LONGEST_WAIT:
        raise InvalidArgumentValueError(f"--timeout is {namespace.timeout}; it must be 1 to {LONGEST_WAIT} seconds.")
    hub, _ = hub_of_device.opened(cmd, namespace, SEND_MESSAGES)
    websocket = environment.way(hub.hub, "wire", None) == AMQP_WS
    hand_over(namespace, hub, Send(outgoing, float(namespace.timeout) if namespace.wait else None, websocket))


def _outgoing(namespace):
    """What is to be sent."""
    text, life, message_id = namespace.data, namespace.expire_after, namespace.message_id
    if text is None:
        raise RequiredArgumentMissingError("Which message? --data is missing.", recommendation="--data 'on'")
    if life is not None and not 1 <= life <= LONGEST_LIFE:
        raise InvalidArgumentValueError(f"--expire-after is {life}; it must be 1 to {LONGEST_LIFE} seconds.")
    if message_id is not None and (not 1 <= len(message_id) <= LONGEST_ID or not message_id.isascii()):
        raise InvalidArgumentValueError(f"--message-id must be 1 to {LONGEST_ID} characters of ASCII.")
    properties = tuple(_property(each) for each in namespace.properties or ())
    size = len(text.encode()) + sum(len(name) + len(value) for name, value in properties)
    if size > LARGEST:
        raise InvalidArgumentValueError(f"--data has {size} bytes with the properties. A hub takes {LARGEST}.")
    own = message_id or str(uuid.uuid4())
    return Outgoing(namespace.device_id, own, text.encode(), properties, life, namespace.content_type or "")


def _property(text):
    name, equals, value = text.partition("=")
    if not equals or not name or name.lower() == "iothub-ack":
        raise InvalidArgumentValueError(
            f"--properties: {text!r} is no property of a message.", recommendation="Write NAME=VALUE NAME=VALUE"
        )
    return name, value
