"""What people typed for `sas create` and `sas inspect`."""

from __future__ import annotations

from azure.cli.core.azclierror import (
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import login, numbers
from azext_iotdiag.credential import connection_string as strings
from azext_iotdiag.credential import host, sas
from azext_iotdiag.model.target import Secret

LONGEST_SECONDS = 10 * 366 * 86_400


def create(cmd, namespace):
    """Judge the arguments of `sas create`: strings become what they say, keys become Secrets."""
    _registration(namespace)
    _owners(cmd, namespace, bool(namespace.id_scope))
    numbers.judge("--duration", namespace.duration, at_least=1)
    if namespace.duration > LONGEST_SECONDS:
        raise InvalidArgumentValueError(
            f"--duration {namespace.duration} is more than ten years.", recommendation="Tokens live for hours."
        )
    given = namespace.connection_string
    if given is not None and given.key is None:
        holds = "a token already" if given.signature else "no key: the device proves itself with a certificate"
        raise InvalidArgumentValueError(
            f"--connection-string: the string holds {holds}, so that no token can be made from it.",
            recommendation=f"{strings.DEVICE_STRING}.",
        )
    if namespace.login is not None and namespace.module_id and not namespace.device_id:
        raise RequiredArgumentMissingError("--module-id needs --device-id, the device that the module is on.")
    if isinstance(namespace.login, strings.DpsConnectionString) and namespace.device_id:
        raise InvalidArgumentValueError(
            "--login is the string of a provisioning service, and --device-id means a device of a hub.",
            recommendation="Give --id-scope, --registration-id and --key for a token of a registration.",
        )
    if given is None and namespace.login is None and not namespace.id_scope:
        raise RequiredArgumentMissingError(
            "Whose token? Give --connection-string of a device or module, --login of a hub, or --id-scope with "
            "--registration-id and --key.",
            recommendation="Write @FILE in place of a string or key, to keep it off the screen.",
        )


def inspect(cmd, namespace):
    """Judge the arguments of `sas inspect`; the token itself may be as wrong as it likes."""
    _keys(namespace)
    if namespace.group_key is not None and not namespace.registration_id:
        raise RequiredArgumentMissingError("--group-key needs --registration-id, for which the key is derived.")
    _owners(cmd, namespace, taken=False)
    if namespace.connection_string is not None and namespace.login is not None:
        raise MutuallyExclusiveArgumentError("--connection-string and --login contradict each other.")
    if namespace.hub_name is not None:
        namespace.hub_name = _host(namespace.hub_name)
    if namespace.sas_token is not None and namespace.sas_token.lstrip().startswith("@"):
        raise InvalidArgumentValueError(
            "--sas-token begins with '@', and no file of that name could be read.",
            recommendation="Check the file's name and that you may read it.",
        )


def _registration(namespace):
    _keys(namespace)
    named = [bool(namespace.id_scope), bool(namespace.registration_id), bool(namespace.key or namespace.group_key)]
    if any(named) and not all(named):
        raise RequiredArgumentMissingError(
            "A token of a registration needs --id-scope, --registration-id, and --key or --group-key.",
            recommendation="The id scope: az iot dps show -n DPS --query properties.idScope",
        )
    if any(named) and (namespace.connection_string is not None or namespace.login is not None):
        raise MutuallyExclusiveArgumentError(
            "--id-scope is for a registration, --connection-string and --login for a hub; give one of them."
        )


def _keys(namespace):
    if namespace.key is not None and namespace.group_key is not None:
        raise MutuallyExclusiveArgumentError("--key is a device's own key, --group-key a group's; give one of them.")
    namespace.key = key(namespace.key, "--key")
    namespace.group_key = key(namespace.group_key, "--group-key")


def key(text, option):
    """The key that was typed as a Secret, None where none was."""
    if text is None:
        return None
    wrong = ""
    try:
        sas.iothub_key(text.strip())
    except sas.MalformedKey as malformed:
        wrong = str(malformed)
    if wrong:
        raise InvalidArgumentValueError(
            f"{option}: {wrong}.", recommendation="Copy the key again, from its first character to the last."
        )
    return Secret(text.strip())


def _owners(cmd, namespace, taken):
    """The strings that say whose token it is; those of the environment only where nothing else was typed."""
    typed = namespace.connection_string is not None or namespace.login is not None
    if namespace.connection_string is not None or not (typed or taken or namespace.key or namespace.group_key):
        text, source = login.told(cmd, namespace.connection_string, "connection_string", "--connection-string")
        namespace.connection_string = None if text is None else _device(login.read(text, source), source)
        typed = typed or text is not None
    if namespace.login is not None or not (typed or taken or namespace.key or namespace.group_key):
        text, source = login.told(cmd, namespace.login, "login", "--login")
        namespace.login = None if text is None else _service(login.read(text, source), source)


def _device(given, source):
    if not isinstance(given, strings.DeviceConnectionString):
        raise InvalidArgumentValueError(
            f"{source}: this is no device's or module's own string.", recommendation="Give a hub's string with --login."
        )
    return given


def _service(given, source):
    if isinstance(given, strings.DeviceConnectionString | strings.EventHubConnectionString):
        whose = "a device's own" if isinstance(given, strings.DeviceConnectionString) else "an Event Hub's"
        raise InvalidArgumentValueError(
            f"{source}: this is {whose} string; needed is that of a policy of a hub or a provisioning service.",
            recommendation="Give a device's string with --connection-string.",
        )
    return given


def _host(text):
    """The host that a hub's name or host name means, as far as that can be said without asking anybody."""
    try:
        return host.read(text if "." in text else f"{text}.{host.HUB[0]}", host.HUB)
    except host.MalformedHost as fault:
        raise InvalidArgumentValueError(f"--hub-name {fault.reason}.", recommendation=f"{fault.advice}.") from None
