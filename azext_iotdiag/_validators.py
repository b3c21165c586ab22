"""What people typed → what commands take: every argument is judged here, before any network call.

A validator puts what it read back under the same name, because a command's function gets its declared arguments and
nothing else: `namespace.login` becomes a Target, `namespace.connection_string` a DeviceConnectionString, and
`namespace.since` milliseconds since 1970.
"""

from __future__ import annotations

import configparser
import json
import math
import re
import time

from azure.cli.core.azclierror import ArgumentUsageError, InvalidArgumentValueError, RequiredArgumentMissingError
from knack.log import get_logger

from azext_iotdiag.credential import connection_string as strings
from azext_iotdiag.credential import host
from azext_iotdiag.model.target import Target
from azext_iotdiag.streams import since

logger = get_logger(__name__)

# Of the policies that every hub is created with, those without the right ServiceConnect, which reading needs.
# https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas
_WITHOUT_SERVICE_CONNECT = ("device", "registryRead", "registryReadWrite")
_TEXT_KINDS = ("json", "text")


def monitor_events(cmd, namespace):
    """Judge the arguments of `monitor events`; `login` becomes a Target and `since` milliseconds since 1970."""
    text, source = _given(cmd, namespace.login, "login", "--login")
    if text is None:
        raise RequiredArgumentMissingError(
            "Which hub? --login is missing: the hub's service connection string, or its Event Hub-compatible one.",
            recommendation=[
                "Put the string into a file and write --login @FILE, or into the variable AZURE_IOTDIAG_LOGIN.",
                f"{strings.HUB_STRING}.",
                "Without a hub: az iot diag lab start",
            ],
        )
    namespace.login = _service_target(text, source)
    _judge_device_id(namespace.device_id)
    _judge_consumer_group(namespace.consumer_group)
    _judge_number("--max-messages", namespace.max_messages, at_least=1)
    _judge_number("--duration", namespace.duration, above=0)
    _judge_number("--timeout", namespace.timeout, at_least=0)
    namespace.since = _since(namespace.since)


def simulate(cmd, namespace):
    """Judge the arguments of `simulate`; `connection_string` becomes a DeviceConnectionString."""
    text, source = _given(cmd, namespace.connection_string, "connection_string", "--connection-string")
    if text is None:
        raise RequiredArgumentMissingError(
            "Which device? --connection-string is missing: the device's own connection string.",
            recommendation=[
                "Put the string into a file and write --connection-string @FILE, or into the variable "
                "AZURE_IOTDIAG_CONNECTION_STRING.",
                f"{strings.DEVICE_STRING}.",
                "Without a hub: az iot diag lab start",
            ],
        )
    namespace.connection_string = _device(text, source)
    _judge_number("--message-interval", namespace.message_interval, at_least=0)
    _judge_number("--message-count", namespace.message_count, at_least=0)
    if namespace.data is not None:
        namespace.body_kind = _kind_of_data(namespace.data, namespace.body_kind)


def _given(cmd, typed, setting, option):
    """The text that was typed or else configured, None without either; and where it comes from, for messages."""
    if typed is not None:
        return typed, option
    source = f"The setting iotdiag.{setting} (or the variable AZURE_IOTDIAG_{setting.upper()})"
    try:
        text = cmd.cli_ctx.config.get("iotdiag", setting, fallback=None)
        readable = True
    except configparser.Error:  # its message quotes the value, so nothing of it may go on, not even as a context
        readable = False
    if not readable:
        raise InvalidArgumentValueError(
            f"{source} cannot be read from az's configuration file.",
            recommendation="Write each '%' of the value as '%%', or use the variable.",
        )
    return text or None, source


def _service_target(text, source):
    given = _read(text, source)
    if isinstance(given, strings.DeviceConnectionString):
        raise InvalidArgumentValueError(
            f"{source}: this is a {'module' if given.module else 'device'}'s own connection string; "
            "needed is a service string of the hub.",
            recommendation=f"az iot hub connection-string show -n {_name(given.host, 'HUB')} --policy-name service",
        )
    if isinstance(given, strings.DpsConnectionString):
        raise InvalidArgumentValueError(
            f"{source}: this is the string of a Device Provisioning Service, which has no telemetry; "
            "needed is a service string of the hub that the devices are assigned to.",
            recommendation="az iot hub connection-string show -n HUB --policy-name service",
        )
    if given.policy in _WITHOUT_SERVICE_CONNECT:
        logger.warning(
            "The policy %s usually lacks the right ServiceConnect, without which no telemetry can be read. "
            "The policy named service has it.",
            given.policy,
        )
    if isinstance(given, strings.EventHubConnectionString):
        return Target(event_hub=given.host, entity=given.entity, policy=given.policy, credential=given.key)
    return Target(hub=given.host, policy=given.policy, credential=given.key)


def _device(text, source):
    given = _read(text, source)
    if not isinstance(given, strings.DeviceConnectionString):
        hub = _name(given.host, "HUB") if isinstance(given, strings.HubConnectionString) else "HUB"
        raise InvalidArgumentValueError(
            f"{source}: this is {_owner(given)} connection string; needed is a device's own.",
            recommendation=f"az iot hub device-identity connection-string show -n {hub} -d DEVICE",
        )
    if given.module:
        raise InvalidArgumentValueError(
            f"{source}: this is a module's string, and modules are not simulated yet.",
            recommendation="Use the string of a device.",
        )
    if given.x509:
        raise InvalidArgumentValueError(
            f"{source}: the device proves itself with a certificate (x509=true), which is not simulated yet.",
            recommendation="Use a device that has a key.",
        )
    if given.gateway:
        raise InvalidArgumentValueError(
            f"{source}: GatewayHostName leads through a gateway, which is not simulated yet.",
            recommendation="Leave GatewayHostName away to connect to the hub itself.",
        )
    return given


def _read(text, source):
    if text.lstrip().startswith("@"):  # az puts a file's text in the place of @FILE, on the command line only
        raise InvalidArgumentValueError(
            f"{source} begins with '@', and no file of that name could be read.",
            recommendation="Check the file's name and that you may read it. @FILE works on the command line only.",
        )
    try:
        return strings.read(text)
    except strings.MalformedConnectionString as fault:
        raise InvalidArgumentValueError(
            f"{source}: the connection string is malformed: {fault}.", recommendation=fault.advice
        ) from None


def _owner(given):
    if isinstance(given, strings.EventHubConnectionString):
        return "an Event Hub's"
    if isinstance(given, strings.DpsConnectionString):
        return "a Device Provisioning Service's"
    return "a hub's service"


def _name(host_name, otherwise):
    """The hub's name as az takes it, where the host name tells."""
    return host_name.split(".")[0] if host.belongs(host_name, host.HUB) else otherwise


def _judge_device_id(text):
    if text is None or re.fullmatch(rf"[{strings.ID_CHARACTERS}]{{1,128}}", text):
        return  # the wildcards * and ? are among the characters of an id
    if not text:
        raise InvalidArgumentValueError("--device-id is empty.", recommendation="Leave it away to see all devices.")
    raise InvalidArgumentValueError(
        "--device-id can match no device: an id consists of at most 128 letters, digits and "
        "- : . + % _ # * ? ! ( ) , = @ ; $ '",
        recommendation="Copy the id as the hub shows it, or use the wildcards * and ?",
    )


def _judge_consumer_group(text):
    if not text or re.search(r"[\s/]", text):
        raise InvalidArgumentValueError(
            "--consumer-group is empty." if not text else "--consumer-group holds a blank or '/', which no name has.",
            recommendation="Leave it away to read with $Default.",
        )


def _judge_number(option, value, at_least=None, above=None):
    if value is None:
        return
    if not math.isfinite(value):
        raise InvalidArgumentValueError(f"{option} is not a finite number.")
    if at_least is not None and value < at_least:
        raise InvalidArgumentValueError(f"{option} is {value}; it must be {at_least} or more.")
    if above is not None and value <= above:
        raise InvalidArgumentValueError(f"{option} is {value}; it must be more than {above}.")


def _since(text):
    if text is None:
        return None
    now = time.time()
    try:
        moment = since.read(text, now)
    except ValueError as fault:
        raise InvalidArgumentValueError(f"--since: {fault}.") from None
    if since.lacks_zone(text):
        logger.warning("--since names no time zone and is taken as UTC: %s.", since.written(moment))
    if since.outlives_retention(moment, now):
        logger.warning("No hub keeps messages for more than 7 days; reading begins with the oldest one that is left.")
    return moment


def _kind_of_data(data, kind):
    """The kind of body that `--data` makes: text that is no JSON is not passed off as JSON, unless that was asked."""
    if kind not in _TEXT_KINDS:
        raise ArgumentUsageError(
            f"--data and --body-kind {kind} contradict each other: what is typed is sent as text or as JSON.",
            recommendation="Leave one of the two away, or use --body-kind text.",
        )
    if kind != "json":
        return kind
    try:
        json.loads(data)
        return kind
    except ValueError as fault:
        wrong = fault
    chosen = not getattr(kind, "is_default", False)
    if chosen or data.lstrip().startswith(("{", "[")):
        logger.warning("--data is not JSON (%s); it is sent as it stands, as %s.", wrong, "JSON" if chosen else "text")
    return kind if chosen else "text"
