"""A device looked for on every hub, provisioning service and application that an account sees, at the same time.

Resource Graph lists the services with one question. Each is asked with the account's token. Keys are read only where
`auth_type` is key, because listing keys is limited for all callers of a subscription together.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from azext_iotdiag.clients import resource_graph
from azext_iotdiag.clients.arm import CENTRAL_TYPE, HUB_TYPE, Arm, ArmError, Service
from azext_iotdiag.clients.central import Central
from azext_iotdiag.clients.connections import Connections
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.dps import Dps
from azext_iotdiag.clients.hub import NO_SUCH_DEVICE, Hub
from azext_iotdiag.clients.once import Once
from azext_iotdiag.clients.resource_graph import FoundService
from azext_iotdiag.login import rights
from azext_iotdiag.login.account import Account, resource_manager
from azext_iotdiag.login.errors import LoginError
from azext_iotdiag.login.keys import with_key
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.homes import Home, Homes, Unseen, Where
from azext_iotdiag.model.target import Secret, Target

logger = logging.getLogger(__name__)

AT_ONCE = 16  # services that are asked at the same time
WHOLE_SECONDS = 8.0  # for all of them; fifty take less than a second each
ONE_SECONDS = 5.0  # for one service
GRAPH, LISTS = "Resource Graph", "the resource manager"
_WHERE = {HUB_TYPE.lower(): Where.HUB, CENTRAL_TYPE.lower(): Where.APP}
Ask = Callable[[FoundService, str], Home | None]


class Searched(NamedTuple):
    """What the search came to, and the services that know the device, as the list has them."""

    homes: Homes
    services: tuple[FoundService, ...]


@dataclass(frozen=True)
class Search:
    """One search. `auth_type` is key, or None for the account's token.

    `asks` asks a service of each kind, in the place of the clients. The clients share one TLS context.
    """

    account: Account
    auth_type: str | None = None
    deadlines: Deadlines = field(default_factory=lambda: usual().for_one_try(ONE_SECONDS))
    seconds: float = WHOLE_SECONDS
    asks: Mapping[Where, Ask] | None = None
    connections: Connections = field(default_factory=Connections)

    def find(self, device: str) -> Searched:
        """Where the device is known. Raises LoginError where the services cannot be listed."""
        services, told = self._listed()
        found: list[tuple[FoundService, Home]] = []
        unseen: list[Unseen] = []
        for service, answer in self._asked(device, services):
            if isinstance(answer, Home):
                found.append((service, answer))
            elif answer is not None:
                unseen.append(Unseen(where_of(service), service.host, answer))
        found.sort(key=lambda each: services.index(each[0]))
        homes = Homes(
            device,
            tuple(home for _, home in found),
            tuple(sorted(unseen, key=lambda each: each.host)),
            len(services),
            1 + len(self.account.others),
            told,
        )
        return Searched(homes, tuple(service for service, _ in found))

    def _listed(self) -> tuple[list[FoundService], str]:
        """The services, and who listed them. Where Resource Graph refuses, those of the subscription in use."""
        account = self.account
        with resource_manager(account) as arm:
            try:
                rows = resource_graph.services(arm, [account.subscription, *account.others])
                return [each for each in rows if each.host], GRAPH
            except ArmError as error:
                logger.info("Resource Graph does not list the services: %s", error)
            return list(_by_lists(arm, account.subscription)), LISTS

    def _asked(self, device: str, services: list[FoundService]) -> Iterator[tuple[FoundService, Home | str | None]]:
        """Each service with what it says: the device, None where it does not know it, or why it could not be asked."""
        askers = self._askers() if self.asks is None else self.asks
        waiting: queue.SimpleQueue[FoundService] = queue.SimpleQueue()
        answers: queue.SimpleQueue[tuple[FoundService, Home | str | None]] = queue.SimpleQueue()
        for service in services:
            waiting.put(service)

        def work() -> None:
            while True:
                try:
                    service = waiting.get_nowait()
                except queue.Empty:
                    return
                where = where_of(service)
                answers.put((service, _answer(where, partial(askers[where], service, device))))

        for number in range(min(AT_ONCE, len(services))):
            threading.Thread(target=work, name=f"search {number}", daemon=True).start()
        end, left = self.deadlines.clock.monotonic() + self.seconds, list(services)
        while left:
            try:
                answered = answers.get(timeout=max(end - self.deadlines.clock.monotonic(), 0.001))
            except queue.Empty:
                break
            left.remove(answered[0])
            yield answered
        yield from ((service, f"no answer within {self.seconds:g} s") for service in left)

    def _askers(self) -> dict[Where, Ask]:
        """What asks each kind of service. az is asked for each token once."""
        lock, account = threading.Lock(), self.account
        tokens = {
            resource: Once(account.bearer(resource), lock)
            for resource in (rights.HUB_RESOURCE, rights.DPS_RESOURCE, rights.CENTRAL_RESOURCE)
        }
        return {
            Where.HUB: partial(self._hub, tokens[rights.HUB_RESOURCE]),
            Where.DPS: partial(self._dps, tokens[rights.DPS_RESOURCE]),
            Where.APP: partial(self._app, tokens[rights.CENTRAL_RESOURCE]),
        }

    def _target(self, service: FoundService, token: Callable[[], Secret], needed: frozenset[str]) -> Target:
        if self.auth_type == "key":
            with resource_manager(self.account) as arm:
                return with_key(arm, service_of(service), needed)
        if where_of(service) is Where.HUB:
            return Target(hub=service.host, authorization=token)
        return Target(dps=service.host, authorization=token)

    def _hub(self, token: Callable[[], Secret], service: FoundService, device: str) -> Home | None:
        target = self._target(service, token, rights.REGISTRY_READ)
        hub = Hub(
            target, self.deadlines.clock.now, patience=0.0, deadlines=self.deadlines, connections=self.connections
        )
        try:
            told = hub.device(device)
        finally:
            hub.close()
        connected = str(told.get("connectionState") or "")
        return _home(service, ", ".join(filter(None, (str(told.get("status") or ""), connected.lower()))))

    def _dps(self, token: Callable[[], Secret], service: FoundService, device: str) -> Home | None:
        target = self._target(service, token, rights.DPS_RIGHTS)
        dps = Dps(
            target, self.deadlines.clock.now, patience=0.0, deadlines=self.deadlines, connections=self.connections
        )
        try:
            told = dps.registration(device)
        finally:
            dps.close()
        return _home(service, str(told.get("status") or ""), str(told.get("assignedHub") or ""))

    def _app(self, token: Callable[[], Secret], service: FoundService, device: str) -> Home | None:
        app = Central(
            Target(app=service.host, authorization=token),
            patience=0.0,
            deadlines=self.deadlines,
            connections=self.connections,
        )
        try:
            told = app.device(device)
        finally:
            app.close()
        return _home(service, "provisioned" if told.get("provisioned") is True else "registered")


def where_of(service: FoundService) -> Where:
    """The kind of a service of the list."""
    return _WHERE.get(service.type.lower(), Where.DPS)


def service_of(found: FoundService) -> Service:
    """A service of the list, as the resource manager knows it."""
    return Service(found.id, found.name, found.group, found.host, found.properties)


def _answer(where: Where, ask: Callable[[], Home | None]) -> Home | str | None:
    """What a service says, or why it could not be asked."""
    try:
        return ask()
    except StepFailed as failed:
        return None if _is_missing(where, failed.failure) else failed.failure.sentence
    except (ArmError, LoginError) as error:
        return str(error)
    except Exception as crash:  # for one service of many: it is named, and the others are asked all the same
        logger.debug("A search failed", exc_info=True)
        return f"{type(crash).__name__}: {crash}"


def _is_missing(where: Where, failure: Failure) -> bool:
    """Whether a service says that it does not know the device. A hub also answers 404 where it is not there itself."""
    return failure.kind is Kind.MISSING and (where is not Where.HUB or failure.condition in NO_SUCH_DEVICE)


def _home(service: FoundService, state: str, leads_to: str = "") -> Home:
    return Home(where_of(service), service.host, service.name, service.group, service.subscription, state, leads_to)


def _by_lists(arm: Arm, subscription: str) -> Iterable[FoundService]:
    """The hubs and provisioning services of one subscription, by the lists of the resource manager."""
    for type_, rows in (
        (HUB_TYPE, arm.hubs(subscription)),
        ("Microsoft.Devices/provisioningServices", arm.provisioning_services(subscription)),
    ):
        for each in rows:
            yield FoundService(
                type_.lower(), each.id, each.name, each.group, subscription, each.host, "", each.properties
            )
