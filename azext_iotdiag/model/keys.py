"""How a device or a module proves itself: what a hub's registry has, what the user gave, and how the two compare."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from azext_iotdiag.model.target import Secret


@dataclass(frozen=True)
class RegistryKeys:
    """A device's or module's credentials in its hub.

    `authentication` is sas, selfSigned, certificateAuthority or none. `thumbprints` are in hexadecimal digits, primary
    and secondary, empty where there is none. `etag` is that of the identity, without quotation marks. `connected` is
    what the hub shows, up to five minutes late.
    """

    hub: str
    device: str
    module: str = ""
    authentication: str = ""
    primary: Secret | None = None
    secondary: Secret | None = None
    thumbprints: tuple[str, str] = ("", "")
    status: str = ""
    connected: bool = False
    etag: str = ""


@dataclass(frozen=True)
class EnrollmentKeys:
    """The keys of an enrollment or a group at a provisioning service.

    `type` is symmetricKey, x509 or tpm; without the first there are no keys.
    """

    type: str = ""
    primary: Secret | None = None
    secondary: Secret | None = None


@dataclass(frozen=True)
class KeyOrigin:
    """The enrollment, or the group, of a provisioning service from which a device has its keys.

    `id` is empty where it has them from none.
    """

    id: str = ""
    group: bool = False


class KeyMatch(Enum):
    """How a key that was given compares with those that a device has. The value is for people and data."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    CUT = "cut"  # the beginning of one of them
    LONGER = "longer"  # one of them, and more behind it
    CASE = "case"  # one of them, with other capital letters
    GROUP = "group"  # the device's is derived from it
    DERIVED = "derived"  # it is derived from the group's, and the device has another
    RECODED = "recoded"  # one of them, written in another encoding
    POLICY = "policy"  # the key of a policy of the hub
    OTHER_DEVICE = "other-device"  # the key of another device of the hub
    NONE = "none"


@dataclass(frozen=True)
class Repair:
    """What a reader had to overlook in a string or key: in `what`, counted from 1 at `place`.

    It is `fatal` where a device's SDK passes it on, and the sign-in fails.
    """

    what: str
    how: str
    place: int
    fatal: bool = True


@dataclass(frozen=True)
class GivenKey:
    """A key or a string as the user gave it, without the key.

    `source` names what it was given in. `kind` is "key", "device", "module", "hub", "dps", "event hub" or "token", and
    empty where a string could not be read: `fault` then says why, and `advice` what to do. `host`, `device` and
    `module` are those that it names, `authentication` is sas or x509. `repairs` are what had to be overlooked to read
    it. `fault_of_key` tells that what is wrong is wrong with the key alone.
    """

    source: str
    kind: str = ""
    fault: str = ""
    advice: str = ""
    host: str = ""
    device: str = ""
    module: str = ""
    authentication: str = "sas"
    repairs: tuple[Repair, ...] = ()
    fault_of_key: bool = False


@dataclass(frozen=True)
class Asked:
    """What the user named: the hub's host name, the device and the module, each empty where none was named."""

    hub: str = ""
    device: str = ""
    module: str = ""


@dataclass(frozen=True)
class KeyComparison:
    """How the registry lets a device or module prove itself, and how the given key compares with its keys.

    `authentication` is sas, selfSigned, certificateAuthority or none. `keys` names the keys that the registry has:
    primary, secondary. `thumbprints` are in hexadecimal digits, primary and secondary, empty where there is none.
    `connected` is what the hub shows, up to five minutes late. `key_match` is None where no key was given, and `owner`
    the policy or the other device whose key it is, empty where that is not known. `searched` names the owners whose
    keys were all compared: policies, devices.
    """

    hub: str
    device: str
    module: str = ""
    authentication: str = ""
    keys: tuple[str, ...] = ()
    thumbprints: tuple[str, str] = ("", "")
    status: str = ""
    connected: bool = False
    key_match: KeyMatch | None = None
    owner: str = ""
    searched: tuple[str, ...] = ()


@dataclass(frozen=True)
class Admission:
    """Whether a hub's device API let a credential in: True, False, or None where the answer does not tell.

    `protocol` is HTTPS or MQTT; `status` and `code` are the hub's answer, as far as it gave one.
    """

    host: str
    device: str
    protocol: str
    let_in: bool | None = None
    status: int = 0
    code: str = ""
    description: str = ""


@dataclass(frozen=True)
class DeviceCertificate:
    """A device's certificate: its thumbprints in capital hexadecimal digits, times in seconds since 1970."""

    source: str
    common_name: str
    issuer: str
    sha1: str
    sha256: str
    not_before: float
    not_after: float
