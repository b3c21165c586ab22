"""Why a service cannot be found or opened with an account. What az makes of each stands in `_validators`."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from azext_iotdiag.clients.arm import ArmError, Service
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.keys import RegistryKeys
from azext_iotdiag.model.rights import RoleRequest

CONTRIBUTOR, READER = "Contributor", "Reader"


class LoginError(Exception):
    """A service cannot be found or opened. The text is one sentence or two for people, without advice."""


class NotSignedIn(LoginError):
    """The account gives no token, for example because no user is signed in. `__cause__` is what its owner said."""


class NotReachable(LoginError):
    """A step on the way to Azure failed; `failure` says which."""

    def __init__(self, failure: Failure):
        super().__init__(failure.sentence)
        self.failure = failure


class What(Enum):
    """What was looked for by its name, or by its id."""

    HUB = "IoT hub"
    DPS = "provisioning service"
    APP = "IoT Central application"
    CONSUMER_GROUP = "consumer group"
    POLICY = "policy"
    DEVICE = "device"
    ENROLLMENT = "individual enrollment"
    ENROLLMENT_GROUP = "enrollment group"
    OTHER = "resource"


class Elsewhere(NamedTuple):
    """Where else something of the name is that was looked for.

    `group` is the resource group that has it, where another one was named; `app` the IoT Central application of that
    name, where a hub was looked for; `subscriptions` the names of other subscriptions that have it.
    """

    group: str = ""
    app: str = ""
    subscriptions: tuple[str, ...] = ()


NOWHERE_ELSE = Elsewhere()


class NotFound(LoginError):
    """What was named was not found, or this login has no permission to see it.

    Attributes:
        what: what was looked for.
        name: its name, as it was given.
        near: names that are there and look alike, the most alike first.
        known: all names that are there.
        elsewhere: where else something of that name is.
        service: the service that was asked, for what belongs to one.
    """

    def __init__(
        self, message: str, what: What = What.OTHER, name: str = "", *, near: Iterable[str] = (),
        known: Iterable[str] = (), elsewhere: Elsewhere = NOWHERE_ELSE, service: str = "",
    ):  # fmt: skip
        super().__init__(message)
        self.what = what
        self.name = name
        self.near = tuple(near)
        self.known = tuple(known)
        self.elsewhere = elsewhere
        self.service = service


class NotAllowed(LoginError):
    """The account lacks a right. `request` says what to ask an administrator for; None where that is not known."""

    def __init__(self, message: str, request: RoleRequest | None = None):
        super().__init__(message)
        self.request = request

    @property
    def of_dps(self) -> bool:
        """Whether a right at a provisioning service lacks."""
        return self.request is not None and "provisioningservices" in self.request.action.lower()


class NoPolicy(LoginError):
    """No shared access policy of the service has these rights."""

    def __init__(self, service: Service, rights: Iterable[str]):
        self.service, self.rights = service, tuple(sorted(rights))
        super().__init__(f"No shared access policy of {service.name} has the right {' and '.join(self.rights)}.")


class KeysOff(LoginError):
    """The shared access policies of the service are switched off, so that no key opens it."""

    def __init__(self, service: Service):
        self.service = service
        off = f"The shared access policies of {service.name} are switched off (disableLocalAuth)"
        super().__init__(f"{off}, so that no key opens it.")


class MessagesClosed(KeysOff):
    """The same where messages are to be read, which nothing but a key opens."""

    def __init__(self, service: Service):
        super().__init__(service)
        self.args = (
            f"The shared access policies of {service.name} are switched off (disableLocalAuth), and its built-in "
            "endpoint takes no Entra token. So its messages cannot be read.",
        )


class NotAccepted(LoginError):
    """The resource manager does not accept the account's token."""


class Refused(LoginError):
    """A service refuses for another reason; `code` is its own."""

    def __init__(self, message: str, code: str = ""):
        super().__init__(message)
        self.code = code


class NoKeys(LoginError):
    """A device or an enrollment has no keys, because it signs in in another way."""

    def __init__(self, name: str, what: str, authentication: str):
        super().__init__(f"{name}: the {what} has no keys; its authentication is {authentication}.")


class KeysNotReachable(NotReachable):
    """The keys of a device or an enrollment could not be read or written, because a step failed."""


class KeysHidden(NotAllowed):
    """The service does not show keys to what opened it: a policy needs `right`, a login `role`."""

    def __init__(self, failure: Failure, right: str, role: str):
        super().__init__(failure.sentence)
        self.right, self.role = right, role


class KeysGuarded(NotAllowed):
    """The service does not let what opened it change keys."""

    def __init__(self, failure: Failure):
        super().__init__(failure.sentence)


def of_keys(failure: Failure, what: What, name: str, right: str, role: str) -> LoginError:
    """Why the keys of what is named cannot be read. `name` is what it is, and its id."""
    if failure.kind is Kind.MISSING:
        return NotFound(f"{failure.host} knows no {name}.", what, name)
    return KeysHidden(failure, right, role) if failure.kind is Kind.UNAUTHORIZED else KeysNotReachable(failure)


class Maker(Enum):
    """What makes the keys of a device in the place of its hub."""

    GROUP = "an enrollment group"
    ENROLLMENT = "an individual enrollment"
    CENTRAL = "an IoT Central application"


class KeyIsDerived(LoginError):
    """The key is made elsewhere, and a new one in the hub would lock the device out. `id` is the enrollment's."""

    def __init__(self, maker: Maker, id_: str = "", dps: str = ""):
        named = f" {id_!r} of {dps}" if id_ else ""
        super().__init__(f"The device's key is made by {maker.value}{named}, and is not renewed at the hub.")
        self.maker, self.id, self.dps = maker, id_, dps


class OriginUnknown(LoginError):
    """Whether a provisioning service made the key could not be learnt, because a step failed."""

    def __init__(self, dps: str, failure: Failure):
        super().__init__(f"Whether {dps} made the key is not known, so nothing was renewed.")
        self.dps, self.failure = dps, failure


class NoKeysInHub(NoKeys):
    """The device signs in without keys."""

    def __init__(self, read: RegistryKeys):
        super().__init__(read.device, "device", read.authentication)
        self.args = (f"{read.device} has no keys in {read.hub}: its authentication is {read.authentication}.",)


class FileIsThere(LoginError):
    """The file for a key exists, and the user did not allow to replace it."""

    def __init__(self, path: str):
        super().__init__(f"{path} is there already, and was not changed.")


class FileNotWritten(LoginError):
    """A file that a key goes into cannot be written."""

    def __init__(self, path: str, why: str):
        super().__init__(f"{path} cannot be written: {why}.")


class KeyChanged(LoginError):
    """The identity was changed between reading and writing; nothing was written."""


def of_arm(error: ArmError) -> LoginError:
    """What an error of the resource manager means."""
    if error.code == "AuthorizationFailed" or error.status == 403:
        return _not_allowed(error)
    if error.status == 401:
        return NotAccepted(f"The resource manager does not accept az's token: {error}.")
    if error.status == 404:
        return NotFound(f"{error}")
    return Refused(f"The resource manager refuses: {error}.", error.code)


def _not_allowed(error: ArmError) -> NotAllowed:
    if error.code == "DenyAssignmentAuthorizationFailed":
        return NotAllowed(f"Access is denied: {error}. No role helps, because a deny assignment counts before roles.")
    of_keys = "listkeys" in error.action.lower()
    role = CONTRIBUTOR if of_keys else READER
    lacking = f"You may not do {error.action} on {error.scope}." if error.action else f"Access is denied: {error}."
    takes = f"It takes the role {role} there{', or one of your own that holds this action' if of_keys else ''}."
    request = RoleRequest(role, error.scope, error.action, assignee=error.caller) if error.action else None
    return NotAllowed(f"{lacking} {takes}", request)
