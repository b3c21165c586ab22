"""What people typed for `key test` and `key renew`."""

from __future__ import annotations

from azure.cli.core.azclierror import (
    ArgumentUsageError,
    InvalidArgumentValueError,
    MutuallyExclusiveArgumentError,
    RequiredArgumentMissingError,
)

from azext_iotdiag import bounded_files
from azext_iotdiag._validators.device import hub, provisioning
from azext_iotdiag._validators.sas import key as read_key
from azext_iotdiag.credential import certificate
from azext_iotdiag.login.rights import REGISTRY_READ
from azext_iotdiag.model.target import Secret

LARGEST_CERTIFICATE = 1 << 20  # bytes; a chain of PEM certificates has a few thousand


def test(cmd, namespace):
    """Judge the arguments of `key test`. A string or key may be as wrong as it likes: that is what is asked."""
    if namespace.connection_string is not None and namespace.key is not None:
        raise MutuallyExclusiveArgumentError("--connection-string holds a key already; leave --key away.")
    for option, name in (("--connection-string", "connection_string"), ("--key", "key")):
        text = getattr(namespace, name)
        if text is not None and text.lstrip().startswith("@"):
            raise InvalidArgumentValueError(f"{option} begins with '@', and no file of that name could be read.")
        setattr(namespace, name, None if text is None else Secret(text))
    namespace.group_key = read_key(namespace.group_key, "--group-key")
    if namespace.certificate is not None:
        namespace.certificate = _certificate(namespace.certificate)
    name = namespace.hub_name
    named = namespace.login is not None or (name is not None and not getattr(name, "is_default", False))
    asks = named or namespace.connection_string is None
    namespace.login = hub(cmd, namespace, required=False, rights=REGISTRY_READ) if asks else None
    if namespace.login is not None and not namespace.device_id and namespace.connection_string is None:
        raise RequiredArgumentMissingError("Which device? --device-id is missing.")
    if namespace.login is None and namespace.connection_string is None:
        raise RequiredArgumentMissingError(
            "Whose key? Give --connection-string of the device, or --login of the hub and --device-id.",
            recommendation="Write @FILE in place of a string or key, to keep it off the screen.",
        )
    if namespace.certificate is not None and namespace.login is None:
        raise ArgumentUsageError("--certificate is compared with the registry, which --login opens.")
    if namespace.protocol is not None and namespace.connection_string is None and namespace.login is None:
        raise ArgumentUsageError("--protocol needs a key to try.")


def renew(cmd, namespace):
    """Judge the arguments of `key renew`."""
    if not namespace.device_id:
        raise RequiredArgumentMissingError("Which device? --device-id is missing.")
    namespace.group_key = read_key(namespace.group_key, "--group-key")
    namespace.login = hub(cmd, namespace, required=True, rights=REGISTRY_READ | {"RegistryWrite"})
    namespace.dps_login = provisioning(cmd, namespace, None)  # the resource group is the hub's


def _certificate(path):
    try:
        return certificate.read(bounded_files.read(path, LARGEST_CERTIFICATE), path)
    except OSError as error:
        raise InvalidArgumentValueError(f"--certificate {path} cannot be read: {error.strerror}.") from None
    except certificate.MalformedCertificate as wrong:
        raise InvalidArgumentValueError(
            f"--certificate: {wrong}.", recommendation="Give the device's own certificate; its key is not needed."
        ) from None
