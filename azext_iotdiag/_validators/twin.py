"""What people typed for `twin test`."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass

from azure.cli.core.azclierror import InvalidArgumentValueError, RequiredArgumentMissingError

from azext_iotdiag._validators import environment, hub_of_device
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.login.rights import CHANGE_TWINS
from azext_iotdiag.model import json_depth
from azext_iotdiag.sessions.twin_test import TwinTestAsked
from azext_iotdiag.simulate.temporary import PREFIX

# The runtime of IoT Edge keeps its deployment in the desired properties of these.
OF_EDGE_RUNTIME = ("$edgeAgent", "$edgeHub")
SHORTEST, LONGEST = 1, 3600  # seconds
# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins
_NOT_IN_KEYS = re.compile("[\x00-\x1f\x7f-\x9f.$ ]")


@dataclass(frozen=True)
class Test:
    """The options of `twin test`: what is tested, and whether the user is asked before the change."""

    asked: TwinTestAsked
    asks: bool = True


def test(cmd, namespace):
    """Judge the arguments of `twin test`: `target` becomes the hub's Target, `options` a Test."""
    hub_of_device.judge_device(namespace)
    if namespace.module_id in OF_EDGE_RUNTIME:
        raise InvalidArgumentValueError(
            f"--module-id {namespace.module_id}: its desired properties are the deployment of IoT Edge. Changing "
            "them can stop the modules of the device.",
            recommendation="Test another module, or the device itself.",
        )
    if not SHORTEST <= namespace.timeout <= LONGEST:
        raise InvalidArgumentValueError(f"--timeout is {namespace.timeout}; it must be {SHORTEST} to {LONGEST}.")
    name, value = _property(namespace.property_)
    asks = not namespace.yes and not namespace.device_id.startswith(PREFIX)
    if asks and not sys.stdin.isatty():
        raise RequiredArgumentMissingError(
            "twin test changes a desired property of the device, and this is no terminal on which to ask you.",
            recommendation="Add --yes if that does no harm.",
        )
    asked = TwinTestAsked(namespace.device_id, namespace.module_id or "", name, value, float(namespace.timeout))
    hub, _ = hub_of_device.opened(cmd, namespace, CHANGE_TWINS)
    environment.way(hub.hub, "wire", None)
    hand_over(namespace, hub, Test(asked, asks))


def _property(text):
    """The name and the value of --property; an empty name without it."""
    if text is None:
        return "", None
    name, equals, value = text.partition("=")
    if not equals:
        raise InvalidArgumentValueError(
            f"--property {text!r} has no value.", recommendation="Write --property NAME=VALUE, such as interval=30"
        )
    try:
        read = json_depth.loads(value)
    except json.JSONDecodeError:
        read = value  # a text needs no quotation marks
    except json_depth.TooDeep as wrong:
        raise InvalidArgumentValueError(f"--property: {wrong}.") from None
    _judge_key(name)
    _judge_value(read)
    return name, read


def _judge_key(key):
    if not key or _NOT_IN_KEYS.search(key):
        raise InvalidArgumentValueError(
            f"--property: {key!r} cannot be the name of a property.",
            recommendation="A name holds no dot, no dollar sign, no blank and no control character. For a property of "
            """a component write COMPONENT='{"__t": "c", "NAME": VALUE}'.""",
        )


def _judge_value(value):
    """Null would remove a property, and in a list the hub refuses it."""
    if value is None:
        raise InvalidArgumentValueError(
            "--property: null would remove the property, and a device need not answer that.",
            recommendation="Give another value.",
        )
    if isinstance(value, dict):
        for key, inner in value.items():
            _judge_key(key)
            _judge_value(inner)
    elif isinstance(value, list):
        for inner in value:
            _judge_value(inner)
