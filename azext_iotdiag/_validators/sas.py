"""What people typed for `sas create` and `sas inspect`."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from azure.cli.core.azclierror import (
    AzCLIError,
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
    UnauthorizedError,
)
from knack.util import CLIError

from azext_iotdiag._validators import account, hub_login, login, numbers, which_hub
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.credential import connection_string as strings
from azext_iotdiag.credential import expectation, host, inspection, mistaken, sas
from azext_iotdiag.credential.expectation import NamedRegistration, Said
from azext_iotdiag.login import token_keys
from azext_iotdiag.login.signing import TokenWanted
from azext_iotdiag.model.target import Secret
from azext_iotdiag.streams import text as lines_of

LONGEST_SECONDS = 10 * 366 * 86_400
_WAIT_SECONDS = 60.0  # for a token on standard input
_LONGEST = 65_536  # characters of it


@dataclass(frozen=True)
class Create:
    """The options of `sas create`: whose token, and for how many seconds."""

    wanted: TokenWanted
    seconds: int


@dataclass(frozen=True)
class Inspect:
    """The options of `sas inspect`: a text with the token, what was said of it, and whose clock counts, if any does."""

    text: str = field(repr=False)
    said: Said
    clock_host: str = ""


def create(cmd, namespace):
    """Judge the arguments of `sas create`: `options` become a Create.

    `target` becomes what was found where --hub-name or --dps-name says whose token it is, and None elsewhere.
    """
    _keys(namespace)
    _judge_names(namespace)
    by_name = _is_named(namespace)
    _registration(namespace)
    _owners(cmd, namespace, bool(namespace.id_scope) or by_name)
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
    asked = namespace.login is not None or by_name
    if asked and namespace.module_id and not namespace.device_id:
        raise RequiredArgumentMissingError("--module-id needs --device-id, the device that the module is on.")
    if namespace.device_id and (
        namespace.dps_name is not None or isinstance(namespace.login, strings.DpsConnectionString)
    ):
        raise InvalidArgumentValueError(
            "--device-id means a device of a hub, and a provisioning service was named.",
            recommendation="Give --registration-id for a token of a registration.",
        )
    _judge_policy(namespace, by_name)
    if given is None and not asked and not namespace.id_scope:
        if namespace.hub_name is None:  # az's default counts where nothing else does
            raise RequiredArgumentMissingError(
                "Whose token? Give --connection-string of a device or module, --hub-name or --login of a hub, or "
                "--dps-name or --id-scope with --registration-id.",
                recommendation="Write @FILE in place of a string or key, to keep it off the screen.",
            )
        by_name = True
    wanted = TokenWanted(
        given,
        namespace.login,
        namespace.device_id or "",
        namespace.module_id or "",
        _asked_registration(namespace),
        namespace.policy_name,
        str(namespace.key_type),
    )
    options = Create(wanted, namespace.duration)
    hand_over(namespace, _found(cmd, namespace) if by_name else None, options)


def inspect(cmd, namespace):
    """Judge the arguments of `sas inspect`; the token itself may be as wrong as it likes. `options` become an Inspect.

    A hub that is named is asked for its keys only where nothing else was given that may have signed the token:
    `target` then becomes what was found. Otherwise its host alone counts, and no service is asked.
    """
    _keys(namespace)
    _judge_names(namespace)
    if namespace.group_key is not None and not namespace.registration_id:
        raise RequiredArgumentMissingError("--group-key needs --registration-id, for which the key is derived.")
    given = (namespace.connection_string, namespace.login, namespace.key, namespace.group_key)
    asks = namespace.dps_name is not None or (namespace.hub_name is not None and given == (None,) * 4)
    _owners(cmd, namespace, taken=asks)
    if namespace.connection_string is not None and namespace.login is not None:
        raise MutuallyExclusiveArgumentError("--connection-string and --login contradict each other.")
    hub = _host(namespace.hub_name) if namespace.hub_name is not None and not asks else ""
    if namespace.sas_token is not None and namespace.sas_token.lstrip().startswith("@"):
        raise InvalidArgumentValueError(
            "--sas-token begins with '@', and no file of that name could be read.",
            recommendation="Check the file's name and that you may read it.",
        )
    text = namespace.sas_token if namespace.sas_token not in (None, "-") else _read_input(namespace.sas_token == "-")
    found = _found(cmd, namespace) if asks else None
    said = Said(
        namespace.device_id or "",
        namespace.module_id or "",
        hub,
        _asked_registration(namespace),
        namespace.connection_string,
        namespace.login,
    )
    hand_over(namespace, found, Inspect(text, said, _clock_host(text, said, found) if namespace.check_clock else ""))


def _asked_registration(namespace):
    return NamedRegistration(
        namespace.id_scope or "",
        namespace.registration_id or "",
        namespace.enrollment_id or "",
        namespace.key,
        namespace.group_key,
    )


def _clock_host(text, said, found):
    """The host whose clock counts. Raises RequiredArgumentMissingError where neither token nor arguments name one."""
    token = inspection.inspect(text)
    host_name = expectation.clock_host(token, token_keys.without_keys(token, said, found))
    if not host_name:
        raise RequiredArgumentMissingError(
            "Whose clock? The token names no host of Azure IoT.", recommendation="Name the hub with --hub-name."
        )
    return host_name


def _read_input(asked):
    """The text on standard input, which is waited for, for a minute."""
    missing = RequiredArgumentMissingError(
        "Which token? Give --sas-token, or a token on standard input.",
        recommendation="Write --sas-token @FILE to read it from a file.",
    )
    if sys.stdin is None or (sys.stdin.isatty() and not asked):
        raise missing
    read = ""
    try:
        for line in lines_of.lines(lines_of.Patience(sys.stdin.buffer, _WAIT_SECONDS)):
            read += line + "\n"
            if len(read) > _LONGEST:
                break
    except TimeoutError:
        raise missing from None
    if not read.strip():
        raise missing
    return read


def _judge_names(namespace):
    """Raise az's errors for names that contradict what else was given."""
    strings_given = [
        option
        for option, given in (("--connection-string", namespace.connection_string), ("--login", namespace.login))
        if given is not None
    ]
    if namespace.dps_name is not None:
        others = [
            *strings_given,
            *(["--id-scope"] if namespace.id_scope else []),
            *(["--hub-name"] if _typed_hub(namespace) else []),
        ]
        if others:
            raise MutuallyExclusiveArgumentError(
                f"--dps-name and {others[0]} both say whose token it is.", recommendation="Leave out one of the two."
            )
    elif namespace.enrollment_id is not None:
        raise RequiredArgumentMissingError(
            "--enrollment-id is looked up in a provisioning service, and --dps-name is missing."
        )


def _typed_hub(namespace):
    """Whether --hub-name was typed, and is not only az's default."""
    return which_hub.is_typed(namespace.hub_name)


def _is_named(namespace):
    """Whether a name says whose token `sas create` makes."""
    if not _typed_hub(namespace):
        return namespace.dps_name is not None
    for option, given in (
        ("--login", namespace.login), ("--connection-string", namespace.connection_string),
        ("--id-scope", namespace.id_scope),
    ):  # fmt: skip
        if given:
            raise MutuallyExclusiveArgumentError(
                f"--hub-name and {option} both say whose token it is.", recommendation="Leave out one of the two."
            )
    return True


def _judge_policy(namespace, by_name):
    if namespace.policy_name is None:
        return
    if not by_name and (namespace.login is not None or namespace.connection_string is not None or namespace.id_scope):
        raise MutuallyExclusiveArgumentError(
            "--policy-name picks a policy of what --hub-name or --dps-name names.",
            recommendation="A connection string holds the name of its policy.",
        )
    if namespace.device_id or namespace.registration_id:
        raise MutuallyExclusiveArgumentError(
            "--policy-name is for a token of a policy, which no device's or registration's own token names."
        )


def _found(cmd, namespace):
    """The hub or the provisioning service of that name; the one step that needs the network, when all else is right."""
    auth_type, group = str(namespace.auth_type) if namespace.auth_type else None, namespace.resource_group_name
    try:
        if namespace.dps_name is not None:
            return hub_login.find_dps(cmd, namespace.dps_name, group, auth_type)
        account.judge_name(namespace.hub_name)
        return hub_login.find_hub(cmd, namespace.hub_name, group, auth_type)
    except AzCLIError:
        raise
    except CLIError as missing:  # no login
        raise UnauthorizedError(
            str(missing), recommendation="Or give the key with --key, or a string: neither needs a login."
        ) from missing


def _registration(namespace):
    if namespace.dps_name is not None:
        if not namespace.registration_id and (namespace.key or namespace.group_key or namespace.enrollment_id):
            raise RequiredArgumentMissingError(
                "--key, --group-key and --enrollment-id are for a token of a registration, and --registration-id is "
                "missing."
            )
        return
    named = [bool(namespace.id_scope), bool(namespace.registration_id), bool(namespace.key or namespace.group_key)]
    if any(named) and not all(named):
        raise RequiredArgumentMissingError(
            "A token of a registration needs --id-scope, --registration-id, and --key or --group-key; or "
            "--registration-id and --dps-name.",
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
        kind = mistaken.what_is(text)
        wrong = str(malformed) if kind in ("", mistaken.KEY) else f"this is {kind}, not a key"
    if wrong:
        raise InvalidArgumentValueError(
            f"{option}: {wrong}.", recommendation="Copy the key again, from its first character to the last."
        )
    return Secret(text.strip())


def _owners(cmd, namespace, taken):
    """The strings that say whose token it is; those of the environment only where nothing else was typed."""
    typed = namespace.connection_string is not None or namespace.login is not None
    if namespace.connection_string is not None or not (typed or taken or namespace.key or namespace.group_key):
        text, source = login.typed_or_configured(
            cmd, namespace.connection_string, "connection_string", "--connection-string"
        )
        namespace.connection_string = None if text is None else _device(login.read(text, source), source)
        typed = typed or text is not None
    if namespace.login is not None or not (typed or taken or namespace.key or namespace.group_key):
        text, source = login.typed_or_configured(cmd, namespace.login, "login", "--login")
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
    """The host that a hub's name or host name means, as far as that can be said without asking a service."""
    try:
        return host.read(text if "." in text else f"{text}.{host.HUB[0]}", host.HUB)
    except host.MalformedHost as fault:
        raise InvalidArgumentValueError(f"--hub-name {fault.reason}.", recommendation=f"{fault.advice}.") from None
