"""How an account opens a hub or a provisioning service: with an Entra token, and with a key where that is refused.

An owner of a subscription often has no role that shows a hub's data, but may read the keys that do. `warn` takes one
line for people: which way was taken, and why another one was not.
"""

# `warn` takes a finished text.
# pylint: disable=logging-fstring-interpolation

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from azext_iotdiag.clients.arm import Policy, Service
from azext_iotdiag.login import find, rights
from azext_iotdiag.login.account import Account, reached, resource_manager
from azext_iotdiag.login.errors import KeysOff, LoginError, MessagesClosed, NotSignedIn
from azext_iotdiag.login.keys import place_of, with_key
from azext_iotdiag.login.steps import stepping
from azext_iotdiag.model.rights import RoleRequest
from azext_iotdiag.model.target import Resource, Target

logger = logging.getLogger(__name__)

Say = Callable[[str], None]
_TOKEN_STEP = "the token for the resource manager"
T = TypeVar("T")


@dataclass(frozen=True)
class Named:
    """A hub or a provisioning service, found by its name and not opened yet. Everything raises LoginError.

    For commands that know only later what they need of it, such as which device a token on standard input is of.
    `auth_type` is key, login, or None for the login first and then a key.
    """

    account: Account
    service: Service
    auth_type: str | None = None
    warn: Say = field(default=logger.warning, repr=False)

    def open(self, needed: frozenset[str], actions: Iterable[str] = ()) -> Target:
        """Opened as `auth_type` says.

        `needed` are the rights that a policy must have, `actions` the data actions that a role must allow, where these
        are others than those that stand for the rights.
        """
        if self.auth_type == "key":
            self._refuse_keys()
            return self._with_key(needed)
        key = None if self.auth_type == "login" else partial(self._with_key, needed)
        return self._opened([*actions] or rights.actions_of(needed), key)

    def for_messages(self, *, queries: bool = False, consumer_group: str = "") -> Target:
        """A hub with a key for its messages, which nothing else opens, and with what opens its registry: the login
        first, unless `auth_type` is key.

        `queries`: the registry is asked which devices a query picks, which takes more rights than to read messages;
        for all else the key of the messages is enough. Raises MessagesClosed, and NotFound for a consumer group that
        the hub does not have; none is looked for where it is empty.
        """
        query = rights.REGISTRY_READ if queries else frozenset()
        by_key = self.auth_type == "key"
        if not self.service.local_auth:
            raise MessagesClosed(self.service)
        self._warn_of_rules()
        with resource_manager(self.account) as arm:
            if consumer_group:
                find.judge_consumer_group(arm, self.service, consumer_group)
            target = with_key(arm, self.service, rights.READ_MESSAGES | (query if by_key else frozenset()))
        target = replace(target, managed=self.managed())
        if by_key:
            return target

        def registry() -> Target:
            key = partial(self._with_key, query) if query else lambda: target
            return self._opened(rights.actions_of(rights.READ_MESSAGES | query), key)

        return replace(target, registry=_once(registry))  # it is asked at both ends of a stream

    def managed(self) -> Resource:
        """The service in the resource manager."""
        token = stepping(self.account.token, _TOKEN_STEP, self.service.host)
        return Resource(self.service.id, self.service.host, self.account.endpoint, token)

    def policies(self) -> list[Policy]:
        """Its shared access policies with their keys, which takes the right to list these."""
        with resource_manager(self.account) as arm:
            return arm.policies(self.service)

    def missing(self, actions: Iterable[str]) -> RoleRequest | None:
        """What to ask an administrator for, so that the login may do these data actions; None where it may already."""
        lacking = self._lacking([*actions])
        if not lacking:
            return None
        role = rights.role_for(lacking, dps=self.service.is_dps)
        return RoleRequest(role, self.service.id, " and ".join(lacking))

    def _with_key(self, needed: frozenset[str]) -> Target:
        with resource_manager(self.account) as arm:
            return with_key(arm, self.service, needed)

    def _refuse_keys(self) -> None:
        if not self.service.local_auth:
            raise KeysOff(self.service)

    def _opened(self, wanted: list[str], key: Callable[[], Target] | None) -> Target:
        """A service with the login, and with a key, where one may be used, for where it is refused.

        `wanted` are the data actions that the command takes.
        """
        service = self.service
        authorization = self.account.bearer(rights.DPS_RESOURCE if service.is_dps else rights.HUB_RESOURCE)
        if key is not None:
            try:
                with reached():
                    authorization()
            except NotSignedIn as error:  # a login need not be good for every service, such as that of Cloud Shell
                self._refuse_keys()
                what = "provisioning services" if service.is_dps else "IoT Hub"
                self.warn(f"az's login gives no token for {what} ({error}); using a key.")
                return key()

        origin = f"Asking {place_of(service)} with az's login."
        instead = _once(partial(self._instead, wanted, key))  # several clients may ask, and it is said once
        opened = Target(authorization=authorization, instead=instead, origin=origin, closed=service.is_private)
        return replace(opened, dps=service.host) if service.is_dps else replace(opened, hub=service.host)

    def _instead(self, wanted: list[str], key: Callable[[], Target] | None) -> Target | None:
        """A key, where one opens the service and may be read; else None. Says which is used, or what may be the
        reason.
        """
        why = f"{self.service.name} refuses az's login: {self._reasons(wanted)}."
        if key is not None and self.service.local_auth:
            try:
                target = key()
            except LoginError as error:
                self.warn(f"{why} Nor is there a key: {error}")
                return None
            self.warn(f"{why} Using the key of its policy {target.policy} instead.")
            return target
        off = " Its shared access policies are switched off, so no key opens it, either."
        self.warn(f"{why}{'' if self.service.local_auth else off}")
        return None

    def _reasons(self, wanted: list[str]) -> str:
        """Why a service may refuse a token, narrowed down by what the resource manager shows; it does not say itself.

        `wanted` are the data actions that the command takes.
        """
        try:
            lacking: list[str] | None = self._lacking(wanted)
        except LoginError as error:
            logger.info("The rights of az's login at %s cannot be read: %s", self.service.name, error)
            lacking = None
        reasons = _reasons_of_network(self.service)
        dps = self.service.is_dps
        if lacking:
            role = rights.role_for(lacking, dps=dps)
            reasons.append(f"no role of yours there allows {' and '.join(lacking)}, as the role {role} does")
        elif lacking is None:
            reasons.append(f"you may lack a role there such as {rights.role_for(wanted, dps=dps)}")
        elif not reasons:
            reasons.append("your roles there allow it, but a newly assigned role takes some minutes to count")
        return "; or ".join(reasons)

    def _lacking(self, wanted: list[str]) -> list[str]:
        with resource_manager(self.account) as arm:
            return arm.lacking(self.service, wanted)

    def _warn_of_rules(self) -> None:
        """Say which network rules may refuse the connection, because the hub itself will not."""
        service = self.service
        if service.is_private:
            self.warn(
                f"Public network access of {service.name} is disabled. Only its private endpoints can be reached."
            )
        elif service.lets_in is not None and service.rules_cover_messages:
            self.warn(
                f"Network rules let only {service.lets_in} address ranges into the built-in endpoint of {service.name}."
            )


def find_hub(
    account: Account, name: str, group: str | None = None, auth_type: str | None = None, warn: Say = logger.warning
) -> Named:
    """The hub of that name. Raises NotFound with what may have been meant, and other LoginErrors."""
    with resource_manager(account) as arm:
        return Named(account, find.hub(arm, account, name, group or ""), auth_type, warn)


def find_dps(
    account: Account, name: str, group: str | None = None, auth_type: str | None = None, warn: Say = logger.warning
) -> Named:
    """The provisioning service of that name, as for `find_hub`."""
    with resource_manager(account) as arm:
        return Named(account, find.provisioning_service(arm, account, name, group or ""), auth_type, warn)


def managed_application(account: Account, name: str, suffix: str, group: str = "") -> Resource:
    """The IoT Central application of that name in the resource manager; `suffix` is the domain of its address.

    Raises NotFound with what may have been meant, and other LoginErrors.
    """
    with resource_manager(account) as arm:
        found = find.application(arm, account, name, group)
    host = f"{found.subdomain}.{suffix}".lower()
    token = stepping(account.token, _TOKEN_STEP, host)
    return Resource(found.id, host, account.endpoint, token)


def open_application(account: Account, host: str) -> Target:
    """The IoT Central application at a host, opened with the account's login. No service is asked yet.

    Raises NotSignedIn and NotReachable.
    """
    authorization = account.bearer(rights.CENTRAL_RESOURCE)
    return Target(app=host, authorization=authorization, origin=f"Asking {host} with az's login.")


def _once(ask: Callable[[], T]) -> Callable[[], T]:
    """What `ask` returns, for all threads that want it. It is asked once; those that come meanwhile wait for it."""
    lock, answers = threading.Lock(), list[T]()

    def answer() -> T:
        with lock:
            if not answers:
                answers.append(ask())
            return answers[0]

    return answer


def _reasons_of_network(service: Service) -> list[str]:
    if service.is_private:
        return ["its public network access is disabled, and only private endpoints let clients in"]
    if service.is_dps and service.has_ip_filter:
        return ["its IP filter rules may keep this machine out"]
    if service.lets_in is not None:
        return [f"its network rules let in only {service.lets_in} address ranges, and perhaps not this machine's"]
    return []
