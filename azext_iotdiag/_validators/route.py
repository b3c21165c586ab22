"""What people typed for `route trace`."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import partial

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import environment, hub_login, recorded
from azext_iotdiag._validators.account import judge_name
from azext_iotdiag._validators.login_errors import as_az_errors
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.login.rights import READ_MESSAGES
from azext_iotdiag.login.steps import stepping
from azext_iotdiag.model import json_depth
from azext_iotdiag.model.access import opened_by
from azext_iotdiag.model.facts import Facts, given
from azext_iotdiag.model.hub_settings import BUILT_IN
from azext_iotdiag.model.routing import Tracing, TriedMessage
from azext_iotdiag.payload.not_json import UNREAD
from azext_iotdiag.probes.context import Context, Typed
from azext_iotdiag.probes.route_trace import of_event
from azext_iotdiag.streams import files
from azext_iotdiag.streams.recorded import Recorded, moment

LARGEST_BODY = 256 * 1024  # bytes, of a message of a device
_KEY_STEP = "the keys of the hub"
_GIVEN = "your message"
_RECORDED = "a recorded message"


@dataclass(frozen=True)
class Trace:
    """The options of `route trace`: the facts that were given, and the device, empty where none was named."""

    known: Facts
    device: str


def trace(cmd, namespace):
    """Judge the arguments of `route trace`: `target` becomes the Context, `options` a Trace."""
    tracing = _tracing(namespace)
    name = namespace.hub_name
    if name is None:
        raise RequiredArgumentMissingError(
            "Which hub? --hub-name is missing. Routes are shown to az's login alone, and to no connection string.",
            recommendation="Give the hub's name with --hub-name. Without a hub: az iot diag lab start",
        )
    judge_name(name)
    auth_type = str(namespace.auth_type) if namespace.auth_type else None
    found = hub_login.find_hub(cmd, name, namespace.resource_group_name, auth_type)
    with as_az_errors():
        registry = found.open(READ_MESSAGES)
    typed = Typed(
        device=namespace.device_id or "",
        transport=environment.way(found.service.host, "wire", namespace.transport),
        tracing=tracing,
    )
    messages = stepping(partial(found.for_messages), _KEY_STEP, found.service.host)
    context = Context(typed, hub=registry, messages=messages, resource=found.managed())
    known = given(time.time(), access=opened_by(context.hub))
    hand_over(namespace, context, Trace(known, typed.device or (tracing.message.device if tracing.message else "")))


def _tracing(namespace):
    """The message that was named. Raises errors of az for what contradicts itself."""
    parts = {"--app-properties": namespace.app_properties, "--system-properties": namespace.system_properties}
    typed = [option for option, text in {"--body": namespace.body, **parts}.items() if text is not None]
    if typed and namespace.file is not None:
        raise MutuallyExclusiveArgumentError(
            f"--file holds a message, and {' and '.join(typed)} another one.", recommendation="Leave out one of them."
        )
    wanted = namespace.endpoint or BUILT_IN
    if namespace.file is not None:
        return Tracing(_last_of(recorded.paths(namespace.file), namespace.device_id), _RECORDED, wanted)
    if typed:
        return Tracing(_typed(namespace), _GIVEN, wanted)
    if not namespace.device_id:
        raise RequiredArgumentMissingError(
            "Which message? None is given, and --device-id is missing, whose newest message could be taken.",
            recommendation=[
                "az iot diag route trace --hub-name HUB --device-id DEVICE",
                "az iot diag route trace --hub-name HUB --body @body.json",
            ],
        )
    return Tracing(wanted=wanted)


def _typed(namespace):
    body = namespace.body
    if body is not None:
        if body.lstrip().startswith("@"):
            raise InvalidArgumentValueError("--body begins with '@', and no file of that name could be read.")
        if len(body.encode("utf-8", "surrogatepass")) > LARGEST_BODY:
            raise InvalidArgumentValueError(f"--body has more than {LARGEST_BODY} bytes, which no hub takes.")
    system = _properties("--system-properties", namespace.system_properties)
    if namespace.device_id:
        system.setdefault("connectionDeviceId", namespace.device_id)
    own = _properties("--app-properties", namespace.app_properties)
    return TriedMessage(body or "", system, own, namespace.device_id or "")


def _properties(option, text):
    """The properties in a JSON object, whose values are texts, numbers or booleans."""
    if text is None:
        return {}
    try:
        told = json_depth.loads(text)
    except json.JSONDecodeError as wrong:
        raise InvalidArgumentValueError(
            f"{option} is no JSON: line {wrong.lineno}, column {wrong.colno}: {wrong.msg}.",
            recommendation='Write an object such as {"level": "high"}, or put it into a file and write @FILE.',
        ) from None
    except json_depth.TooDeep as wrong:
        raise InvalidArgumentValueError(f"{option}: {wrong}.") from None
    if not isinstance(told, dict):
        raise InvalidArgumentValueError(f"{option} is no JSON object.")
    for name, value in told.items():
        if value is None or isinstance(value, (dict, list)):
            raise InvalidArgumentValueError(f"{option}: the value of {name!r} is no text, number or boolean.")
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in told.items()}


def _last_of(paths, device):
    """The last recorded message, of the device where one is named."""
    found = None
    for path in paths:
        for each in files.read(files.Part(path)):
            if each.damage:
                raise InvalidArgumentValueError(f"--file {path}: {each.place.unit} {each.place.number}: {each.damage}.")
            if not device or each.event.device in ("", device):
                found = each
    if found is None:
        raise InvalidArgumentValueError(
            f"--file holds no message of {device!r}.", recommendation="Leave out --device-id to take the last message."
        )
    return _message(found, device)


def _message(found: Recorded, device):
    event = found.event._replace(enqueued=moment(found.enqueued), device=found.event.device or device or "")
    if found.value is not UNREAD:
        event = event._replace(body=json.dumps(found.value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return of_event(event)
