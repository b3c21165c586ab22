"""The hub that a name means, through az's own account: the only place that asks az who is logged in.

Unlike everything else that is judged here this needs the network, so it comes last, when all else is right.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, NoReturn

from azure.cli.core.azclierror import (
    AzureConnectionError,
    AzureResponseError,
    ForbiddenError,
    InvalidArgumentValueError,
    ResourceNotFoundError,
    UnauthorizedError,
)
from knack.log import get_logger

from azext_iotdiag._validators import az_login
from azext_iotdiag.clients.arm import Arm, ArmError, Policy, Service
from azext_iotdiag.credential import host
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.target import Secret, Target

logger = get_logger(__package__)

# The same in every cloud that has IoT Central.
# https://learn.microsoft.com/azure/iot-central/core/howto-authorize-rest-api
CENTRAL_RESOURCE = "https://apps.azureiotcentral.com"
CENTRAL_SUFFIX = ".azureiotcentral.com"
SEARCHED_SUBSCRIPTIONS = 20  # beside the one in use, for a hub that is not in that
_INSTEAD = "Or give the hub's service connection string with --login, which needs no account."
_DPS_INSTEAD = "Or give a connection string of the provisioning service, which needs no account."


class Account(NamedTuple):
    """Who is logged in to az: the resource manager's endpoint and a token for it, and the subscription in use.

    `others` are the names of the other subscriptions of the same tenant, by id.
    """

    endpoint: str
    token: Callable[[], str]
    subscription: str
    subscription_name: str
    others: dict[str, str]


def signed_in(cmd) -> Account:
    """az's account. What az has to say where nobody is logged in is raised as az raises it."""
    from azure.cli.core.auth.util import resource_to_scopes

    endpoints = cmd.cli_ctx.cloud.endpoints
    login = _login(cmd)
    subscription, tenant, known = login.subscription, login.tenant, login.known
    scopes = resource_to_scopes(endpoints.active_directory_resource_id)
    others = {key: each["name"] for key, each in known.items() if key != subscription and each["tenantId"] == tenant}
    name = known[subscription]["name"] if subscription in known else subscription
    return Account(endpoints.resource_manager, lambda: login.token(scopes), subscription, name, others)


def bearer(cmd, resource: str) -> Callable[[], Secret]:
    """What gives the header with which a service of that resource knows who is logged in to az; made anew each time.

    It raises StepFailed where no token can be had. What az has to say where nobody is logged in is raised as az raises
    it.
    """
    from azure.cli.core.auth.util import resource_to_scopes

    login, scopes = _login(cmd), resource_to_scopes(resource)
    return lambda: Secret(f"Bearer {login.token(scopes)}")


class _Login(NamedTuple):
    """az's login: its credential and who gives out its tokens, and the subscriptions that it is enabled for, by id."""

    credential: Any
    issuer: az_login.Issuer
    subscription: str
    tenant: str
    known: dict[str, Any]

    def token(self, scopes: list[str]) -> str:
        """An access token. Raises StepFailed, and what az says of its login."""
        return az_login.ask(lambda: self.credential.get_token(*scopes).token, self.issuer)


def _login(cmd) -> _Login:
    from azure.cli.core._profile import Profile

    profile, wanted = Profile(cli_ctx=cmd.cli_ctx), cmd.cli_ctx.data.get("subscription_id")
    issuer = az_login.issuer(cmd, profile.get_subscription(wanted))
    with _connection_errors():  # MSAL may ask Entra already for the making of a credential
        credential, subscription, tenant = az_login.ask(
            lambda: profile.get_login_credentials(subscription_id=wanted), issuer
        )
    known = {str(each["id"]): each for each in profile.load_cached_subscriptions() if each["state"] == "Enabled"}
    return _Login(credential, issuer, subscription, tenant, known)


def central(cmd) -> Callable[[], Secret]:
    """As `bearer`, for IoT Central."""
    return bearer(cmd, CENTRAL_RESOURCE)


def judge_name(name: str) -> None:
    """Raise InvalidArgumentValueError for what can be no hub's name or host name."""
    if "." not in name:
        if not name or len(name) > 50 or not name.replace("-", "").isalnum() or not name.isascii():
            raise InvalidArgumentValueError(
                f"--hub-name {name!r} can be no hub's name, which consists of at most 50 letters, digits and hyphens.",
                recommendation="List the names with: az iot hub list -o table",
            )
        return
    if name.lower().rstrip("/").endswith(CENTRAL_SUFFIX):
        raise InvalidArgumentValueError(
            "--hub-name: this is the address of an IoT Central application.",
            recommendation=f"Use --app-id {name.removeprefix('https://').partition('.')[0]}",
        )
    try:
        host.read(name, host.HUB)
    except host.MalformedHost as fault:
        raise InvalidArgumentValueError(f"--hub-name {fault.reason}.", recommendation=f"{fault.advice}.") from None


@contextmanager
def resource_manager(account: Account) -> Iterator[Arm]:
    """The resource manager, whose errors become az's."""
    arm = Arm(account.endpoint, account.token)
    try:
        with _connection_errors():
            yield arm
    except ArmError as error:
        _explain(error)
    finally:
        arm.close()


@contextmanager
def _connection_errors() -> Iterator[None]:
    """A failed step of the way to Azure becomes an error of az's."""
    try:
        yield
    except StepFailed as failed:
        failure = failed.failure
        waited = f" after {failure.seconds:.0f} s" if failure.seconds >= 1 else ""
        raise AzureConnectionError(
            f"{failure.step} did not come from {failure.host}{waited}: {failure.description or failure.kind.value}.",
            recommendation=_INSTEAD,
        ) from failed


def with_key(arm: Arm, found: Service, rights: frozenset[str]) -> Target:
    """A service with the key of that policy which has `rights` and little else. Raises ArmError and ForbiddenError."""
    policy = _least(arm.policies(found), rights)
    if policy is None:
        where, takes = "hub policy create --hub-name", "--permissions"
        if found.is_dps:
            where, takes = "dps policy create --dps-name", "--rights"
        raise ForbiddenError(
            f"No shared access policy of {found.name} has the right {' and '.join(sorted(rights))}.",
            recommendation=f"Make one with: az iot {where} {found.name} --name diag {takes} {' '.join(sorted(rights))}",
        )
    where = f"{found.name} (resource group {found.group})"
    origin = f"Using the key of the policy {policy.name} of {where}, read with az's login."
    if found.is_dps:
        return Target(dps=found.host, policy=policy.name, credential=policy.key, origin=origin)
    return Target(hub=found.host, policy=policy.name, credential=policy.key, origin=origin)


def find(arm: Arm, account: Account, name: str, group: str) -> Service:
    """The hub of that name. Raises ResourceNotFoundError with what may have been meant."""
    known = arm.hubs(account.subscription, group)
    found = next((each for each in known if name.lower() in (each.name.lower(), each.host)), None)
    if found is not None:
        return found
    place = f"the subscription {account.subscription_name!r}"
    if group:
        elsewhere = [each for each in arm.hubs(account.subscription) if name.lower() in (each.name.lower(), each.host)]
        if elsewhere:
            raise ResourceNotFoundError(
                f"There is no IoT hub {name!r} in the resource group {group!r}.",
                recommendation=f"It is in the resource group {elsewhere[0].group}; or leave --resource-group away.",
            )
        place = f"the resource group {group!r} of {place}"
    advice = [_suggestion(name, [each.name for each in known])]
    if app := _central_app(arm, account, name):
        advice = [f"An IoT Central application of that id exists: use --app-id {app}"]
    advice += [
        f"It is in another subscription: add --subscription {_quoted(there)}"
        for there in _elsewhere(arm, account, name)
    ]
    raise ResourceNotFoundError(
        f"There is no IoT hub {name!r} in {place}, as far as you may see.", recommendation=advice
    )


def judge_messages(arm: Arm, found: Service, consumer_group: str) -> None:
    """Raise az's errors where it is known that the hub's messages cannot be read; warn where they may not be.

    ForbiddenError where the hub takes no keys, and ResourceNotFoundError, with exit code 3, where it has no such
    consumer group; none is looked for where it is empty.
    """
    if not found.local_auth:
        _explain_local_auth(found)
    _warn_of_rules(found)
    if consumer_group:
        _judge_consumer_group(arm, found, consumer_group)


def _judge_consumer_group(arm: Arm, found: Service, group: str) -> None:
    """Raise ResourceNotFoundError, with those that there are, for a consumer group that the hub does not have."""
    try:
        groups = arm.consumer_groups(found)
    except ArmError as error:  # whoever may not list them hears from the endpoint itself
        logger.info("The consumer groups of %s cannot be listed: %s", found.name, error)
        return
    if group.lower() not in [each.lower() for each in groups]:
        raise ResourceNotFoundError(
            f"The built-in endpoint of {found.name} has no consumer group {group!r}.",
            recommendation=[
                _suggestion(group, groups),
                f"Or make it: az iot hub consumer-group create --hub-name {found.name} --name {_quoted(group)}",
            ],
        )


def _elsewhere(arm: Arm, account: Account, name: str) -> list[str]:
    """The names of the other subscriptions that have the hub, as far as they can be looked into."""
    found = []
    for subscription, title in list(account.others.items())[:SEARCHED_SUBSCRIPTIONS]:
        try:
            hubs = arm.hubs(subscription)
        except ArmError as error:
            if error.status in (401, 403, 404):
                continue
            raise
        if any(name.lower() in (each.name.lower(), each.host) for each in hubs):
            found.append(title)
    return found


def _central_app(arm: Arm, account: Account, name: str) -> str:
    """The subdomain of the IoT Central application that is called so; empty where none can be seen."""
    try:
        apps = arm.central_apps(account.subscription)
    except ArmError as error:
        logger.info("IoT Central applications cannot be listed: %s", error)
        return ""
    return next((subdomain for subdomain, called in apps if name.lower() in called), "")


def _warn_of_rules(found: Service) -> None:
    """Say which network rules may refuse the connection, because the hub itself will not."""
    if found.is_private:
        logger.warning(
            "Public network access of %s is disabled: only its private endpoints let anybody in.", found.name
        )
    elif found.lets_in is not None and found.rules_cover_messages:
        logger.warning(
            "Network rules let only %d address ranges into the built-in endpoint of %s.", found.lets_in, found.name
        )


def _suggestion(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name.lower().partition(".")[0], [each.lower() for each in names], n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    if not names:
        return "You may see no IoT hub there: look at `az account show`, and at your role."
    shown = ", ".join(sorted(names)[:10])
    return f"There are: {shown}{' and others' if len(names) > 10 else ''}."


def _least(policies: list[Policy], rights: frozenset[str]) -> Policy | None:
    """The policy that has the rights and the fewest beside; of several the first by name."""
    able = [policy for policy in policies if policy.rights >= rights]
    return min(able, key=lambda policy: (len(policy.rights), policy.name), default=None)


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _explain_local_auth(found: Service) -> NoReturn:
    raise ForbiddenError(
        f"The shared access policies of {found.name} are switched off (disableLocalAuth), and its built-in endpoint "
        "takes no Entra token: nobody can read messages there.",
        recommendation=[
            "Route the messages to an Event Hubs namespace of your own, which takes Entra tokens, and read there.",
            f"Or switch them on: az iot hub update --name {found.name} --set properties.disableLocalAuth=false",
        ],
    )


def _explain(error: ArmError) -> NoReturn:
    """Raise what az raises for such an answer, with what is missing."""
    if error.code == "AuthorizationFailed" or error.status == 403:
        lacking = f"You may not do {error.action} on {error.scope}." if error.action else f"Access is denied: {error}."
        raise ForbiddenError(
            f"{lacking} It takes the role Contributor there, or one of your own that holds this action."
            if "listkeys" in error.action.lower()
            else f"{lacking} It takes the role Reader there.",
            recommendation=[
                "Ask an owner of the subscription for the role.",
                _DPS_INSTEAD if "provisioningservices" in error.action.lower() else _INSTEAD,
            ],
        ) from error
    if error.status == 401:
        raise UnauthorizedError(
            f"The resource manager does not accept az's token: {error}.", recommendation="Log in anew with: az login"
        ) from error
    if error.status == 404:
        raise ResourceNotFoundError(f"{error}", recommendation="Check --resource-group and --subscription.") from error
    raise AzureResponseError(f"The resource manager refuses: {error}.", recommendation=_INSTEAD) from error
