"""How az's login opens a hub or a provisioning service: with an Entra token, and with a key where that is refused.

An owner of a subscription often has no role that lets him see a hub's data, but may read the keys that do.
https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-azure-ad
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from azure.cli.core.azclierror import AzCLIError, ForbiddenError, ResourceNotFoundError
from knack.log import get_logger

from azext_iotdiag._validators import account
from azext_iotdiag.clients.arm import ArmError, Policy, Service
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.target import Target

logger = get_logger(__package__)

HUB_RESOURCE = "https://iothubs.azure.net"  # in every cloud
DPS_RESOURCE = "https://azure-devices-provisioning.net"
READ_MESSAGES = frozenset({"ServiceConnect"})
REGISTRY_READ = frozenset({"RegistryRead"})
DPS_RIGHTS = frozenset({"EnrollmentRead", "RegistrationStatusRead"})
# The data actions that do what the rights of a policy allow, as far as it is asked here.
_ACTIONS = {
    "RegistryRead": "Microsoft.Devices/IotHubs/devices/read",
    "RegistryWrite": "Microsoft.Devices/IotHubs/devices/write",
    "ServiceConnect": "Microsoft.Devices/IotHubs/twins/read",
    "EnrollmentRead": "Microsoft.Devices/provisioningServices/enrollments/read",
    "RegistrationStatusRead": "Microsoft.Devices/provisioningServices/registrationStates/read",
}
# Of an enrollment's keys; a policy gives them with EnrollmentRead, and no reader's role has this.
# https://learn.microsoft.com/azure/iot-dps/concepts-control-access-dps-azure-ad
READ_ENROLLMENT_KEYS = ("Microsoft.Devices/provisioningServices/attestationmechanism/details/action",)
# A query, which a policy may make with RegistryRead.
QUERY = (_ACTIONS["RegistryRead"], _ACTIONS["ServiceConnect"])
_READERS = {False: "IoT Hub Data Reader", True: "Device Provisioning Service Data Reader"}
_CONTRIBUTORS = {False: "IoT Hub Data Contributor", True: "Device Provisioning Service Data Contributor"}


@dataclass(frozen=True)
class Named:
    """A hub or a provisioning service, found by its name and not opened yet. Everything raises errors as az has them.

    For commands that know only later what they need of it, such as which device a token on standard input is of.
    """

    cmd: Any
    account: account.Account
    service: Service
    auth_type: str | None

    def open(self, rights: frozenset[str], actions: Iterable[str] = ()) -> Target:
        """Opened as `auth_type` says; as for `hub`."""
        if self.auth_type == "key":
            _refuse_keys(self.service)
            with account.resource_manager(self.account) as arm:
                return account.with_key(arm, self.service, rights)
        key = None if self.auth_type == "login" else partial(_key, self.account, self.service, rights)
        return _opened(self.cmd, self.account, self.service, [*actions] or _actions(rights), key)

    def policies(self) -> list[Policy]:
        """Its shared access policies with their keys, which takes the right to list these."""
        with account.resource_manager(self.account) as arm:
            return arm.policies(self.service)


def find_hub(cmd, name: str, group: str | None, auth_type: str | None) -> Named:
    """The hub of that name. Raises ResourceNotFoundError with what may have been meant."""
    signed_in = account.signed_in(cmd)
    with account.resource_manager(signed_in) as arm:
        return Named(cmd, signed_in, account.find(arm, signed_in, name, group or ""), auth_type)


def hub(
    cmd, name: str, group: str | None, rights: frozenset[str], auth_type: str | None, actions: Iterable[str] = ()
) -> Target:
    """The hub of that name, opened as `auth_type` says: key, login, or None for the login first and then a key.

    `rights` are those that a policy must have, `actions` the data actions that a role must allow, where these are
    others than those that stand for `rights`. Raises errors as az has them.
    """
    return find_hub(cmd, name, group, auth_type).open(rights, actions)


def messages(
    cmd, name: str, group: str | None, auth_type: str | None, *, queries: bool = False, consumer_group: str = ""
) -> Target:
    """The hub of that name with a key for its messages, which nothing else opens, and with what opens its registry:
    az's login first, unless `auth_type` is key.

    `queries`: the registry is asked which devices a query picks, which takes more rights than to read messages; for
    all else the key of the messages is enough. Raises errors as az has them, as `account.judge_messages` does.
    """
    found = find_hub(cmd, name, group, auth_type)
    query = REGISTRY_READ if queries else frozenset()
    with account.resource_manager(found.account) as arm:
        account.judge_messages(arm, found.service, consumer_group)
        target = account.with_key(arm, found.service, READ_MESSAGES | (query if auth_type == "key" else set()))
    if auth_type == "key":
        return target

    @cache  # it is asked at both ends of a stream
    def registry() -> Target:
        key = partial(_key, found.account, found.service, query) if query else lambda: target
        return _opened(cmd, found.account, found.service, _actions(READ_MESSAGES | query), key)

    return replace(target, registry=registry)


def dps(cmd, name: str, group: str | None, auth_type: str | None) -> Target:
    """The provisioning service of that name, as for `hub`."""
    return find_dps(cmd, name, group, auth_type).open(DPS_RIGHTS)


def find_dps(cmd, name: str, group: str | None, auth_type: str | None) -> Named:
    """The provisioning service of that name, as for `find_hub`."""
    signed_in = account.signed_in(cmd)
    with account.resource_manager(signed_in) as arm:
        known = arm.provisioning_services(signed_in.subscription, group or "")
        found = next((each for each in known if name.lower() in (each.name.lower(), each.host)), None)
        if found is None:
            names = [each.name for each in known]
            listed = f"There are: {', '.join(sorted(names)[:10])}." if names else "You may see none there at all."
            place = f", resource group {group!r}" if group else ""
            near = difflib.get_close_matches(name.lower(), names, n=3)
            raise ResourceNotFoundError(
                f"There is no provisioning service {name!r} in the subscription {signed_in.subscription_name!r}"
                f"{place}, as far as you may see.",
                recommendation=f"Did you mean {' or '.join(near)}?" if near else listed,
            )
    return Named(cmd, signed_in, found, auth_type)


def _opened(
    cmd, signed_in: account.Account, found: Service, wanted: list[str], key: Callable[[], Target] | None
) -> Target:
    """A service with az's login, and with a key, where one may be used, for where it is refused.

    `wanted` are the data actions that the command takes.
    """
    authorization = account.bearer(cmd, DPS_RESOURCE if found.is_dps else HUB_RESOURCE)
    if key is not None:
        try:
            authorization()
        except AzCLIError as error:  # a login need not be good for every service, such as that of Cloud Shell
            _refuse_keys(found)
            what = "provisioning services" if found.is_dps else "IoT Hub"
            logger.warning("az's login gives no token for %s (%s); using a key.", what, error)
            return key()

    @cache  # several clients may ask, and it is said once
    def instead() -> Target | None:
        return _instead(signed_in, found, wanted, key)

    origin = f"Asking {found.name} (resource group {found.group}) with az's login."
    opened = Target(authorization=authorization, instead=instead, origin=origin)
    return replace(opened, dps=found.host) if found.is_dps else replace(opened, hub=found.host)


def _actions(rights: frozenset[str]) -> list[str]:
    return [_ACTIONS[right] for right in sorted(rights)]


def _key(signed_in: account.Account, found: Service, rights: frozenset[str]) -> Target:
    with account.resource_manager(signed_in) as arm:
        return account.with_key(arm, found, rights)


def _refuse_keys(found: Service) -> None:
    if not found.local_auth:
        raise ForbiddenError(
            f"The shared access policies of {found.name} are switched off (disableLocalAuth), so that no key opens it.",
            recommendation=f"Use az's login, which needs a role such as {_READERS[found.is_dps]}: --auth-type login",
        )


def _instead(
    signed_in: account.Account, found: Service, wanted: list[str], key: Callable[[], Target] | None
) -> Target | None:
    """A key, where one opens the hub and may be read; else None. Says which is used, or what may be the reason."""
    why = f"{found.name} refuses az's login: {_reasons(signed_in, found, wanted)}."
    if key is not None and found.local_auth:
        try:
            target = key()
        except AzCLIError as error:
            logger.warning("%s Nor is there a key: %s", why, error)
            return None
        logger.warning("%s Using the key of its policy %s instead.", why, target.policy)
        return target
    off = "" if found.local_auth else " Its shared access policies are switched off, so that no key opens it, either."
    logger.warning("%s%s", why, off)
    return None


def _reasons(signed_in: account.Account, found: Service, wanted: list[str]) -> str:
    """Why a service may refuse a token, narrowed down by what the resource manager shows; it does not say itself.

    `wanted` are the data actions that the command takes.
    """
    arm = account.Arm(signed_in.endpoint, signed_in.token)
    try:
        lacking: list[str] | None = arm.lacking(found, wanted)
    except (ArmError, StepFailed) as error:
        logger.info("The rights of az's login at %s cannot be read: %s", found.name, error)
        lacking = None
    finally:
        arm.close()
    reasons = []
    if found.is_private:
        reasons.append("its public network access is disabled, and only private endpoints let anybody in")
    elif found.is_dps and found.has_ip_filter:
        reasons.append("its IP filter rules may keep this machine out")
    elif found.lets_in is not None:
        reasons.append(f"its network rules let in only {found.lets_in} address ranges, and perhaps not this machine's")
    if lacking:
        roles = _READERS if all(each.endswith("/read") for each in lacking) else _CONTRIBUTORS
        role = roles[found.is_dps]
        reasons.append(f"no role of yours there allows {' and '.join(lacking)}, as the role {role} does")
    elif lacking is None:
        roles = _READERS if all(each.endswith("/read") for each in wanted) else _CONTRIBUTORS
        reasons.append(f"you may lack a role there such as {roles[found.is_dps]}")
    elif not reasons:
        reasons.append("your roles there allow it, but one that was assigned only now takes some minutes to count")
    return "; or ".join(reasons)
