"""What people typed for the commands of `key`."""

from __future__ import annotations

from dataclasses import dataclass

from azure.cli.core.azclierror import (
    ArgumentUsageError,
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag import bounded_files
from azext_iotdiag._validators import which_hub
from azext_iotdiag._validators.device import hub, provisioning
from azext_iotdiag._validators.login_errors import as_az_errors
from azext_iotdiag._validators.sas import key as read_key
from azext_iotdiag._validators.target import hand_over
from azext_iotdiag.credential import certificate, sas, user_credential
from azext_iotdiag.login import key_file, key_renewal
from azext_iotdiag.login.rights import REGISTRY_READ, REGISTRY_WRITE
from azext_iotdiag.model.keys import Asked, DeviceCertificate, GivenKey
from azext_iotdiag.probes.context import Typed

# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry
KEY_BYTES = range(16, 65)
LARGEST_CERTIFICATE = 1 << 20  # bytes; a chain of PEM certificates has a few thousand


@dataclass(frozen=True)
class Test:
    """The options of `key test`: what probes are told, the facts that were given, and whether a key is tried.

    `protocol` is https, mqtt, or empty where a key is tried only if nothing could be compared. `yes`: no question.
    """

    typed: Typed
    asked: Asked
    given: GivenKey | None
    certificate: DeviceCertificate | None
    protocol: str = ""
    yes: bool = False

    def tries(self, compared: bool) -> bool:
        """Whether the key is tried, too; `compared` tells whether the registry had keys to compare it with."""
        return bool(self.protocol) or not compared


@dataclass(frozen=True)
class Renew:
    """The options of `key renew`."""

    asked: key_renewal.RenewalAsked
    show: bool = False


def test(cmd, namespace):
    """Judge the arguments of `key test`. A string or key may be as wrong as it likes: that is what is asked.

    `target` becomes what opens the hub, or None; `options` become a Test.
    """
    if namespace.connection_string is not None and namespace.key is not None:
        raise MutuallyExclusiveArgumentError("--connection-string holds a key already; leave out --key.")
    namespace.group_key = read_key(namespace.group_key, "--group-key")
    if namespace.certificate is not None:
        namespace.certificate = _certificate(namespace.certificate)
    found = _given(namespace)
    _judge_mqtt(namespace, found)
    named = namespace.login is not None or which_hub.is_typed(namespace.hub_name)
    asks = named or namespace.connection_string is None
    namespace.login = hub(cmd, namespace, required=False, rights=REGISTRY_READ) if asks else None
    if namespace.login is not None and not namespace.device_id and namespace.connection_string is None:
        raise RequiredArgumentMissingError("Which device? --device-id is missing.")
    if namespace.login is None and namespace.connection_string is None:
        raise RequiredArgumentMissingError(
            "Whose key? Give --connection-string of the device, or --hub-name or --login of the hub and --device-id.",
            recommendation="Write @FILE in place of a string or key, to keep it off the screen.",
        )
    if namespace.certificate is not None and namespace.login is None:
        raise ArgumentUsageError("--certificate is compared with the registry, which --login opens.")
    if namespace.protocol is not None and namespace.connection_string is None and namespace.login is None:
        raise ArgumentUsageError("--protocol needs a key to try.")
    typed = _typed(namespace, found)
    asked = Asked(namespace.login.hub if namespace.login else "", namespace.device_id or "", typed.module)
    facts = found.facts if found else None
    options = Test(typed, asked, facts, namespace.certificate, str(namespace.protocol or ""), namespace.yes)
    hand_over(namespace, namespace.login, options)


def _given(namespace):
    """What the string or the key turned out to be; None without either."""
    if namespace.key is None:
        return string_of_device(namespace)
    _refuse_missing_file("--key", namespace.key)
    return user_credential.read_key(namespace.key, "--key")


def string_of_device(namespace):
    """What the device's own string turned out to be, however wrong it is; None without one."""
    text = namespace.connection_string
    if text is None:
        return None
    _refuse_missing_file("--connection-string", text)
    return user_credential.read_string(text, "--connection-string")


def _refuse_missing_file(option, text):
    """Raise InvalidArgumentValueError where az found no file to put in the place of @FILE."""
    if text.lstrip().startswith("@"):
        raise InvalidArgumentValueError(f"{option} begins with '@', and no file of that name could be read.")


def _judge_mqtt(namespace, found):
    module = namespace.module_id or (found.string.module if found and found.string else "")
    if namespace.protocol == "mqtt" and found is not None and module:
        raise InvalidArgumentValueError("--protocol mqtt tries devices; for a module, compare its key with --login.")


def _typed(namespace, found):
    """What probes are told: ids and the key, those of the string where none were typed."""
    string, login = found.string if found else None, namespace.login
    return Typed(
        device=namespace.device_id or (string.device if string else ""),
        module=namespace.module_id or (string.module if string else ""),
        device_host=string.host if string else login.hub if login else "",
        protocol=str(namespace.protocol or "https"),
        key=found.key if found else "",
        key_is_faulty=bool(found and found.facts.fault_of_key),
        signing_key=user_credential.secret(found) if found else None,
        signature=string.signature if string else None,
        group_key=namespace.group_key,
    )


def show(cmd, namespace):
    """Judge the arguments of `key show`: `target` becomes what opens the hub, and `options` a key_file.Asked."""
    if not namespace.device_id:
        raise RequiredArgumentMissingError("Which device? --device-id is missing.")
    if not namespace.to_file:
        raise RequiredArgumentMissingError(
            "Into which file? --to-file is missing. No key is printed.", recommendation="For example: --to-file key.txt"
        )
    asked = key_file.KeyFileAsked(
        namespace.device_id,
        namespace.to_file,
        namespace.module_id or "",
        str(namespace.key_type),
        namespace.key_alone,
        namespace.overwrite,
    )
    with as_az_errors():
        key_file.judge(asked)
    hand_over(namespace, hub(cmd, namespace, required=True, rights=REGISTRY_READ), asked)


def renew(cmd, namespace):
    """Judge the arguments of `key renew`: `target` becomes what opens the hub, and `options` a Renew."""
    if not namespace.device_id:
        raise RequiredArgumentMissingError("Which device? --device-id is missing.")
    namespace.group_key = read_key(namespace.group_key, "--group-key")
    value = _value(namespace)
    namespace.login = hub(cmd, namespace, required=True, rights=REGISTRY_WRITE)
    dps = provisioning(cmd, namespace, None)  # the resource group is the hub's
    asked = key_renewal.RenewalAsked(
        namespace.device_id, str(namespace.key_type), namespace.module_id or "", namespace.group_key, dps, value
    )
    hand_over(namespace, namespace.login, Renew(asked, namespace.show), keep=("yes",))  # az asks, unless it is yes


def _value(namespace):
    """The key of --value as a Secret, None without one."""
    text = namespace.value
    if text is None:
        return None
    _refuse_missing_file("--value", text)
    if namespace.key_type == "swap":
        raise ArgumentUsageError(
            "--value is a new key, and --key-type swap takes none.", recommendation="Name primary or secondary."
        )
    value = read_key(text, "--value")
    size = len(sas.iothub_key(value.reveal()))
    if size not in KEY_BYTES:
        raise InvalidArgumentValueError(
            f"--value: the key has {size} bytes. A hub takes keys of {KEY_BYTES.start} to {KEY_BYTES.stop - 1} bytes.",
            recommendation="Make one with: openssl rand -base64 32",
        )
    return value


def _certificate(path):
    try:
        return certificate.read(bounded_files.read(path, LARGEST_CERTIFICATE), path)
    except OSError as error:
        raise InvalidArgumentValueError(f"--certificate {path} cannot be read: {error.strerror}.") from None
    except certificate.MalformedCertificate as wrong:
        raise InvalidArgumentValueError(
            f"--certificate: {wrong}.", recommendation="Give the device's own certificate; its key is not needed."
        ) from None
