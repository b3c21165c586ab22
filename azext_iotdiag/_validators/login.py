"""Connection strings as people give them → a Target, or a device's own string."""

from __future__ import annotations

import configparser

from azure.cli.core.azclierror import InvalidArgumentValueError, MutuallyExclusiveArgumentError
from knack.log import get_logger

from azext_iotdiag.credential import connection_string as strings
from azext_iotdiag.credential import exactness, host
from azext_iotdiag.model.target import Target

logger = get_logger(__package__)

# Of the policies that every hub is created with, those without the right ServiceConnect, which reading needs.
# https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-sas
_WITHOUT_SERVICE_CONNECT = ("device", "registryRead", "registryReadWrite")
_BY_NAME = "Name the hub with --hub-name, which is found through az's login."


def typed_or_configured(cmd, typed, setting, option):
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


def refuse_login(source):
    """Raise MutuallyExclusiveArgumentError: az's login alone shall be used, and `source` says which key to use."""
    raise MutuallyExclusiveArgumentError(
        f"--auth-type login means az's login, and {source} holds a key.",
        recommendation="Name the hub with --hub-name.",
    )


def service_target(text, source):
    """The Target that a hub's service string or an Event Hub-compatible one names; `source` says where it is from."""
    given = read(text, source)
    if isinstance(given, strings.DeviceConnectionString):
        raise InvalidArgumentValueError(
            f"{source}: this is a {'module' if given.module else 'device'}'s own connection string. "
            "Give a service string of the hub.",
            recommendation=[_BY_NAME, f"{strings.hub_string(hub=hub_name(given.host, 'HUB'))}."],
        )
    if isinstance(given, strings.DpsConnectionString):
        raise InvalidArgumentValueError(
            f"{source}: this is the string of a Device Provisioning Service, which has no telemetry. "
            "Give a service string of the hub that the devices are assigned to.",
            recommendation=[_BY_NAME, f"{strings.HUB_STRING}."],
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


def hub_target(text, source):
    """The Target that a hub's service string names, for commands that need no telemetry."""
    given = read(text, source)
    if not isinstance(given, strings.HubConnectionString):
        kind = "a device's own" if isinstance(given, strings.DeviceConnectionString) else _owner(given)
        raise InvalidArgumentValueError(
            f"{source}: this is {kind} connection string. Give a service string of the hub.",
            recommendation=[_BY_NAME, f"{strings.OWNER_STRING}."],
        )
    return Target(hub=given.host, policy=given.policy, credential=given.key)


def device(text, source):
    """The DeviceConnectionString that a device's or a module's own string is; `source` says where it is from."""
    given = read(text, source)
    if not isinstance(given, strings.DeviceConnectionString):
        hub = hub_name(given.host, "HUB") if isinstance(given, strings.HubConnectionString) else "HUB"
        raise InvalidArgumentValueError(
            f"{source}: this is {_owner(given)} connection string. Give a device's own string.",
            recommendation=f"{strings.device_string(hub)}.",
        )
    return given


def read(text, source):
    if text.lstrip().startswith("@"):  # az puts a file's text in the place of @FILE, on the command line only
        raise InvalidArgumentValueError(
            f"{source} begins with '@', and no file of that name could be read.",
            recommendation="Check the file's name and that you may read it. @FILE works on the command line only.",
        )
    for each in exactness.of_string(text):
        if each.fatal:
            logger.warning("%s: %s %s, at character %d; read without.", source, each.what, each.how, each.place)
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


def hub_name(host_name, otherwise):
    """The hub's name as az takes it, where the host name tells."""
    return host_name.split(".")[0] if host.belongs(host_name, host.HUB) else otherwise
