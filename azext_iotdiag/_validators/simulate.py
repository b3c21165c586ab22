"""What people typed for `simulate`: whom to play, and how to get to the hub. What it sends: see `messages.py`."""

from __future__ import annotations

import ssl

from azure.cli.core.azclierror import (
    ArgumentUsageError,
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag._validators import account, environment, hub_login, login, messages, numbers, which_hub
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.clients import proxy
from azext_iotdiag.credential import connection_string as strings
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.simulate import misbehaviour
from azext_iotdiag.simulate.device import HTTPS, MQTTS

MQTT, MQTT_WS = "mqtt", "mqtt_ws"
_REGISTRY_READ = frozenset({"RegistryRead"})
_REGISTRY_WRITE = frozenset({"RegistryRead", "RegistryWrite"})


def simulate(cmd, namespace):
    """Judge the arguments of `simulate`: `target` becomes the hub's Target, `options` what is Asked."""
    judge(cmd, namespace)
    hand_over_all(namespace)


def hand_over_all(namespace):
    """Hand over arguments that were judged."""
    given = namespace.connection_string
    hand_over(namespace, Target(hub=given.host) if given else namespace.login, _asked(namespace))


def _asked(namespace):
    """What is Asked, of arguments that were judged."""
    from azext_iotdiag.sessions.simulate import CertificateFiles, Messages, SimulateAsked

    path, passphrase = namespace.certificate_file_path, namespace.passphrase
    return SimulateAsked(
        given=namespace.connection_string,
        device=namespace.device_id or "",
        module=namespace.module_id or "",
        new=bool(namespace.new_device),
        transport=namespace.transport,
        certificate=CertificateFiles(path, namespace.key_file_path, passphrase) if path else None,
        messages=Messages(
            kind=str(namespace.body_kind),
            template=namespace.data,
            recorded=tuple(namespace.data_file_path or ()),
            model=namespace.model,
            content_type=namespace.content_type,
            content_encoding=namespace.content_encoding,
            properties=namespace.properties,
            component=namespace.component or "",
        ),
        count=int(namespace.message_count),
        interval=float(namespace.message_interval),
        model_id=namespace.model_id or "",
        reported=namespace.init_reported_properties,
        answers=namespace.method_response,
        misbehave=str(namespace.misbehave or ""),
    )


def az_error(error):
    """What az says of NoKey."""
    return ArgumentUsageError(
        str(error), recommendation="Add --certificate-file-path CERTIFICATE.pem --key-file-path KEY.pem."
    )


def judge(cmd, namespace):
    """Judge the arguments.

    `connection_string` becomes a DeviceConnectionString or None, and `login` a Target or None: exactly one is there.
    `transport` becomes the one that is used. For the others see `messages.judge`.
    """
    _who(cmd, namespace)
    messages.judge(namespace)
    numbers.judge("--message-interval", namespace.message_interval, at_least=0)
    numbers.judge("--message-count", namespace.message_count, at_least=0)
    _judge_misbehaviour(namespace)
    if namespace.certificate_file_path:
        _judge_certificate(namespace)
    if namespace.connection_string is None:
        _find_hub(cmd, namespace)
    device = namespace.connection_string
    host = device.gateway or device.host if device else namespace.login.hub
    namespace.transport = _transport(host, namespace.transport)


def _who(cmd, namespace):
    typed = [
        option
        for option, given in (
            ("--login", namespace.login),
            ("--hub-name", namespace.hub_name if which_hub.is_typed(namespace.hub_name) else None),
            ("--device-id", namespace.device_id), ("--module-id", namespace.module_id),
            ("--new-device", namespace.new_device),
        )
        if given
    ]  # fmt: skip
    if namespace.connection_string is not None and typed:
        raise MutuallyExclusiveArgumentError(
            f"--connection-string names the device, and so does {typed[0]}.", recommendation="Leave out one of them."
        )
    if typed:
        _of_hub(cmd, namespace)
        return
    text, source = login.typed_or_configured(
        cmd, namespace.connection_string, "connection_string", "--connection-string"
    )
    if text is None:
        raise RequiredArgumentMissingError(
            "Which device? --connection-string is missing: the device's own connection string.",
            recommendation=[
                "Put the string into a file and write --connection-string @FILE, or into the variable "
                "AZURE_IOTDIAG_CONNECTION_STRING.",
                "Or name the hub with --hub-name or --login @FILE, and the device with --device-id, or --new-device.",
                f"{strings.DEVICE_STRING}.",
                "Without a hub: az iot diag lab start",
            ],
        )
    device = login.device(text, source)
    if namespace.auth_type is not None:
        raise MutuallyExclusiveArgumentError(
            f"--auth-type says what opens a hub's registry, and {source} is a device's own string, which asks for none."
        )
    if device.x509 and not namespace.certificate_file_path:
        raise RequiredArgumentMissingError(
            f"{source}: the device proves itself with a certificate (x509=true), and --certificate-file-path is "
            "missing.",
            recommendation="Write --certificate-file-path CERTIFICATE.pem --key-file-path KEY.pem.",
        )
    if namespace.certificate_file_path and not device.x509:
        raise ArgumentUsageError(
            f"{source} holds a key or a signature, and --certificate-file-path names a certificate: a device proves "
            "itself in one way.",
            recommendation="Leave out the certificate, or write x509=true in the place of the key.",
        )
    _judge_topic(device.device)
    namespace.connection_string = device


def _of_hub(cmd, namespace):
    """A device that the hub is asked for, or is to make. `login` becomes a Target, or None where --hub-name counts."""
    text, source = which_hub.string(cmd, namespace)
    if text is None and namespace.hub_name is None:
        raise RequiredArgumentMissingError(
            "Which hub? Neither --hub-name nor --login is there.",
            recommendation=[
                "Give the hub's name with --hub-name, to find it through az's login.",
                "Or put the hub's service connection string into a file and write --login @FILE, or into the variable "
                "AZURE_IOTDIAG_LOGIN.",
                f"{strings.OWNER_STRING}.",
            ],
        )
    if text is None:
        account.judge_name(namespace.hub_name)
    namespace.login, namespace.connection_string = login.hub_target(text, source) if text is not None else None, None
    if namespace.new_device and (namespace.device_id or namespace.module_id or namespace.certificate_file_path):
        raise MutuallyExclusiveArgumentError(
            "--new-device makes an identity with a name and a key of its own.",
            recommendation="Leave out --device-id, --module-id and --certificate-file-path.",
        )
    if not namespace.new_device and not namespace.device_id:
        raise RequiredArgumentMissingError(
            "Which device? --device-id is missing.",
            recommendation="Write --device-id DEVICE, or --new-device for a new device that is deleted at the end.",
        )
    if namespace.device_id:
        _judge_topic(namespace.device_id)


def _find_hub(cmd, namespace):
    """Ask az's account for the hub, where that is wanted: the one step that needs the network, when all else is right.

    A device that has a certificate then needs no more of the hub than its address.
    """
    if namespace.login is None:
        rights = _REGISTRY_WRITE if namespace.new_device else _REGISTRY_READ
        auth_type = str(namespace.auth_type) if namespace.auth_type else None
        namespace.login = hub_login.hub(cmd, namespace.hub_name, namespace.resource_group_name, rights, auth_type)
    if namespace.certificate_file_path:
        namespace.connection_string = strings.DeviceConnectionString(
            namespace.login.hub, namespace.device_id, namespace.module_id or "", x509=True
        )


def _judge_topic(device):
    if "+" in device or "#" in device:  # MQTT 3.1.1, 3.3.2-2
        raise InvalidArgumentValueError(
            f"The device id {device} holds '+' or '#', which no topic of MQTT may hold.",
            recommendation="Use a device with another id.",
        )


def _judge_misbehaviour(namespace):
    name, device = namespace.misbehave, namespace.connection_string
    if name is None:
        return
    if name in misbehaviour.NEEDS_KEY and device is not None and device.key is None:
        raise ArgumentUsageError(
            f"--misbehave {name} needs a device that has a key, and this one has none.",
            recommendation="Use a device whose connection string holds a SharedAccessKey.",
        )
    id_ = device.device if device else namespace.device_id or ""
    if name == "wrong-case" and id_ and id_.swapcase() == id_:
        raise ArgumentUsageError(
            f"--misbehave wrong-case: the id {id_!r} has no letters.",
            recommendation="Use a device whose id has letters.",
        )


def _transport(host, asked):
    """The transport to use: the one that was asked for, or else WebSocket where a proxy applies."""
    environment.judge_trust_and_mappings(host, MQTTS)
    try:
        through = proxy.find(host, HTTPS)
    except proxy.BadProxy as wrong:
        raise InvalidArgumentValueError(str(wrong), recommendation="Unset the variable, or correct it.") from None
    return str(asked or (MQTT_WS if through else MQTT))


def _judge_certificate(namespace):
    phrase = namespace.passphrase or ""
    namespace.passphrase = Secret(phrase)
    certificate, key = namespace.certificate_file_path, namespace.key_file_path
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, password=phrase)
    except ssl.SSLError as wrong:
        reasons = {
            "KEY_VALUES_MISMATCH": "the key is not the certificate's",
            "NO_CERTIFICATE_OR_CRL_FOUND": "there is no certificate in it",
            "NO_START_LINE": "it is not PEM",
            "BAD_DECRYPT": "the passphrase does not open the key",
            "BAD_PASSWORD_READ": "the key needs a passphrase",
        }
        why = reasons.get(wrong.reason or "", "") or wrong.reason or "it is no PEM file with a certificate or key"
        raise InvalidArgumentValueError(
            f"--certificate-file-path {certificate}" + (f", --key-file-path {key}" if key else "") + f": {why}.",
            recommendation="Both are PEM files; the certificate's may hold those of its issuers below it, and the key.",
        ) from None
    except OSError as wrong:
        raise InvalidArgumentValueError(
            f"The certificate or its key cannot be read: {wrong.strerror}.", recommendation="Check the files' names."
        ) from None
