"""What people typed for `method ping`."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_iotdiag._validators import environment, hub_of_device
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.login.rights import CALL_METHODS
from azext_iotdiag.model import json_depth
from azext_iotdiag.model.access import opened_by
from azext_iotdiag.model.facts import Facts, given
from azext_iotdiag.model.method import PROBE, MethodCall
from azext_iotdiag.probes.context import Context, Typed

# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-direct-methods
SHORTEST, LONGEST = 5, 300  # seconds that a hub waits for an answer
LARGEST_PAYLOAD = 128 * 1024  # bytes
LONGEST_NAME = 128  # characters
_NOT_IN_NAMES = frozenset("/+#\0")


@dataclass(frozen=True)
class Ping:
    """The options of `method ping`: the facts that were given, and the device."""

    known: Facts
    device: str


def ping(cmd, namespace):
    """Judge the arguments of `method ping`: `target` becomes the Context, `options` a Ping."""
    hub_of_device.judge_device(namespace)
    call = _call(namespace)
    hub, messages = hub_of_device.opened(cmd, namespace, CALL_METHODS)
    typed = Typed(
        device=namespace.device_id,
        module=namespace.module_id or "",
        transport=environment.way(hub.hub, "wire", None),
        method=call,
    )
    context = Context(typed, hub=hub, messages=messages)
    hand_over(namespace, context, Ping(given(time.time(), access=opened_by(context.hub)), namespace.device_id))


def _call(namespace):
    """The call that was asked for."""
    _judge_seconds("--timeout", namespace.timeout, SHORTEST)
    _judge_seconds("--connect-timeout", namespace.connect_timeout, 0)
    name, payload = namespace.method_name, namespace.method_payload
    if name is None and payload is not None:
        raise InvalidArgumentValueError(
            "--method-payload belongs to a method, and none is named.", recommendation="Add --method-name."
        )
    if name is not None and (not 1 <= len(name) <= LONGEST_NAME or _NOT_IN_NAMES & set(name)):
        raise InvalidArgumentValueError(
            f"--method-name {name!r}: no method can have this name.",
            recommendation=f"A name has 1 to {LONGEST_NAME} characters, and none of / + #.",
        )
    return MethodCall(
        name or PROBE, _payload(payload), namespace.timeout, namespace.connect_timeout, named=name is not None
    )


def _judge_seconds(option, value, least):
    if not least <= value <= LONGEST:
        raise InvalidArgumentValueError(f"{option} is {value}; a hub takes {least} to {LONGEST} seconds.")


def _payload(text):
    """The JSON of --method-payload, None without one."""
    if text is None:
        return None
    if text.lstrip().startswith("@"):
        raise InvalidArgumentValueError("--method-payload begins with '@', and no file of that name could be read.")
    if len(text.encode()) > LARGEST_PAYLOAD:
        raise InvalidArgumentValueError(f"--method-payload has more than {LARGEST_PAYLOAD} bytes, which no hub takes.")
    try:
        return json_depth.loads(text)
    except json.JSONDecodeError as wrong:
        raise InvalidArgumentValueError(
            f"--method-payload is no JSON: line {wrong.lineno}, column {wrong.colno}: {wrong.msg}.",
            recommendation="Put it into a file and write @FILE, so that the shell takes no quotation mark away.",
        ) from None
    except json_depth.TooDeep as wrong:
        raise InvalidArgumentValueError(f"--method-payload: {wrong}.") from None
