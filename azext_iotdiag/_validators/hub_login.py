"""How az's login opens a hub's REST API: with a token of Entra ID, and with a policy's key where the hub refuses that.

An owner of a subscription often has no role that lets him see a hub's data, but may read the keys that do.
https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-azure-ad
"""

from __future__ import annotations

from functools import cache

from azure.cli.core.azclierror import AzCLIError, ForbiddenError
from knack.log import get_logger

from azext_iotdiag._validators import account
from azext_iotdiag.clients.arm import ArmError, Hub
from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.model.target import Target

logger = get_logger(__package__)

HUB_RESOURCE = "https://iothubs.azure.net"  # in every cloud
# The data actions that do what the rights of a policy allow, as far as it is asked here.
_ACTIONS = {"RegistryRead": "devices/read", "RegistryWrite": "devices/write", "ServiceConnect": "twins/read"}


def hub(cmd, name: str, group: str | None, rights: frozenset[str], auth_type: str | None) -> Target:
    """The hub of that name, opened as `auth_type` says: key, login, or None for the login first and then a key.

    `rights` are those that a policy must have. Raises errors as az has them.
    """
    signed_in = account.signed_in(cmd)
    with account.resource_manager(signed_in) as arm:
        found = account.find(arm, signed_in, name, group or "")
        if auth_type == "key":
            _refuse_keys(found)
            return account.with_key(arm, found, rights)
    where = f"{found.name} (resource group {found.group})"
    authorization = account.bearer(cmd, HUB_RESOURCE)
    if auth_type is None:
        try:
            authorization()
        except AzCLIError as error:  # a login need not be good for every service, such as that of Cloud Shell
            _refuse_keys(found)
            with account.resource_manager(signed_in) as arm:
                logger.warning("az's login gives no token for IoT Hub (%s); using a key.", error)
                return account.with_key(arm, found, rights)

    @cache  # several clients may ask, and it is said once
    def instead() -> Target | None:
        return _instead(signed_in, found, rights, keys=auth_type is None)

    return Target(
        hub=found.host, authorization=authorization, instead=instead, origin=f"Asking {where} with az's login."
    )


def _refuse_keys(found: Hub) -> None:
    if not found.local_auth:
        raise ForbiddenError(
            f"The shared access policies of {found.name} are switched off (disableLocalAuth), so that no key opens it.",
            recommendation="Use az's login, which needs a role such as IoT Hub Data Reader: --auth-type login",
        )


def _instead(signed_in: account.Account, found: Hub, rights: frozenset[str], *, keys: bool) -> Target | None:
    """A key, where one opens the hub and may be read; else None. Says which is used, or what may be the reason."""
    why = f"{found.name} refuses az's login: {_reasons(signed_in, found, rights)}."
    if keys and found.local_auth:
        try:
            with account.resource_manager(signed_in) as arm:
                target = account.with_key(arm, found, rights)
        except AzCLIError as error:
            logger.warning("%s Nor is there a key: %s", why, error)
            return None
        logger.warning("%s Using the key of its policy %s instead.", why, target.policy)
        return target
    off = "" if found.local_auth else " Its shared access policies are switched off, so that no key opens it, either."
    logger.warning("%s%s", why, off)
    return None


def _reasons(signed_in: account.Account, found: Hub, rights: frozenset[str]) -> str:
    """Why a hub may refuse a token, narrowed down by what the resource manager shows; the hub itself does not say."""
    wanted = [_ACTIONS[right] for right in sorted(rights)]
    arm = account.Arm(signed_in.endpoint, signed_in.token)
    try:
        lacking: list[str] | None = arm.lacking(found, wanted)
    except (ArmError, StepFailed) as error:
        logger.info("The rights of az's login at %s cannot be read: %s", found.name, error)
        lacking = None
    finally:
        arm.close()
    reasons = []
    rules = found.properties.get("networkRuleSets") or {}
    if found.properties.get("publicNetworkAccess") == "Disabled":
        reasons.append("its public network access is disabled, and only private endpoints let anybody in")
    elif rules.get("defaultAction") == "Deny":
        count = len(rules.get("ipRules") or [])
        reasons.append(f"its network rules let in only {count} address ranges, and perhaps not this machine's")
    if lacking:
        role = "IoT Hub Data Contributor" if "devices/write" in lacking else "IoT Hub Data Reader"
        missing = " and ".join(f"Microsoft.Devices/IotHubs/{action}" for action in lacking)
        reasons.append(f"no role of yours there allows {missing}, as the role {role} does")
    elif lacking is None:
        reasons.append("you may lack a role there such as IoT Hub Data Reader")
    elif not reasons:
        reasons.append("your roles there allow it, but one that was assigned only now takes some minutes to count")
    return "; or ".join(reasons)
