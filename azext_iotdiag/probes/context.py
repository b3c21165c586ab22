"""What probes measure with: services that are open, what was typed, clocks, deadlines. Built in the main thread.

It may hold secrets and live objects. Nothing of it goes into a fact.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial

from azext_iotdiag.clients.arm import Arm
from azext_iotdiag.clients.central import Central
from azext_iotdiag.clients.connections import Connections
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.dps import Dps
from azext_iotdiag.clients.http import Http
from azext_iotdiag.clients.hub import Hub
from azext_iotdiag.clients.log_analytics import LogAnalytics
from azext_iotdiag.clients.once import Once
from azext_iotdiag.model.access import OpenedBy, opened_by
from azext_iotdiag.model.changes import ChangesAsked
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.model.group_log import GroupLogAsked
from azext_iotdiag.model.method import MethodCall
from azext_iotdiag.model.routing import Tracing
from azext_iotdiag.model.target import Resource, Secret, Target


class Access(Enum):
    """What a probe must be able to ask."""

    NOTHING = "nothing"  # this machine alone
    HUB = "hub"  # the hub's registry
    DPS = "dps"  # the provisioning service
    CENTRAL = "central"  # the IoT Central application
    RESOURCE = "resource"  # the hub as the resource manager shows it
    DPS_RESOURCE = "dps-resource"  # the same of the provisioning service
    MESSAGES = "messages"  # the messages that the hub or the application holds


@dataclass(frozen=True)
class Typed:
    """What the user named, and the secrets that were given with it.

    `key` is the device's key as it was typed, and `key_is_faulty` tells that its form is wrong. `signing_key` is the
    same where it can sign, `signature` a token of the device, and `device_host` the hub that they are for. `gateway` is
    the host that the device connects to in the hub's place, empty for none. `group_key` is that of its enrollment
    group. `clock_host` is the host whose clock counts. `transport` is how messages are read. `protocol` is that by
    which a credential is tried: mqtt ends the connection that the device has, https ends none. `method` is what is
    called of the device, None where nothing is. `model` names what messages are judged by, empty for their form alone.
    `tracing` is the message whose routes are tried. `changes` is what is asked of the history of the hub, and
    `group_log` what is asked of its resource log about a group. `windows` are the seconds that are looked back for
    messages, one after the other; without any, those of the probe.
    """

    device: str = ""
    module: str = ""
    registration_id: str = ""
    enrollment_id: str = ""
    query: str = ""
    clock_host: str = ""
    transport: str = ""
    device_host: str = ""
    gateway: str = ""
    protocol: str = "https"
    key: str = field(default="", repr=False)
    key_is_faulty: bool = False
    signing_key: Secret | None = None
    signature: Secret | None = None
    group_key: Secret | None = None
    method: MethodCall | None = None
    model: str = ""
    tracing: Tracing | None = None
    changes: ChangesAsked | None = None
    group_log: GroupLogAsked | None = None
    windows: tuple[int, ...] = ()


@dataclass(frozen=True)
class LogAccess:
    """What opens the query API of Log Analytics: its URL, and a function that makes the header Authorization.

    That may raise StepFailed, because az is asked for a token.
    """

    endpoint: str
    bearer: Callable[[], Secret] = field(repr=False)


@dataclass(frozen=True)
class Context:
    """What one diagnosis measures with.

    `hub`, `dps` and `central` are None where they were not opened, and so are `resource`, the
    hub in the resource manager, `dps_resource`, and `logs`, by which a workspace is asked. `messages` gives what opens
    the messages. It may raise StepFailed, because only a key opens them, and az has to look for one. `deadlines`
    holds the clocks, too. `said` hears why there is a pause, and of how many seconds.
    `judge` says what is wrong in a message. `stop` is set when the diagnosis ends early.

    Probes run at the same time. Those of one host leave each other their `connections`. az is asked for each token
    once, behind one lock, because its login is for one thread.
    """

    typed: Typed = field(default_factory=Typed)
    hub: Target | None = None
    dps: Target | None = None
    central: Target | None = None
    resource: Resource | None = None
    dps_resource: Resource | None = None
    messages: Callable[[], Target] | None = None
    logs: LogAccess | None = None
    judge: Callable[[Event], list[Finding]] | None = None
    deadlines: Deadlines = field(default_factory=usual)
    said: Callable[[str, float], None] = lambda why, seconds: None
    stop: threading.Event = field(default_factory=threading.Event)
    connections: Connections = field(default_factory=Connections)

    def __post_init__(self) -> None:
        lock = threading.Lock()
        for name in ("hub", "dps", "central"):
            target: Target | None = getattr(self, name)
            if target is not None:
                object.__setattr__(self, name, _asked_once(target, lock))
        for name in ("resource", "dps_resource"):
            resource: Resource | None = getattr(self, name)
            if resource is not None and not isinstance(resource.token, Once):
                object.__setattr__(self, name, replace(resource, token=Once(resource.token, lock)))
        logs = self.logs
        if logs is not None and not isinstance(logs.bearer, Once):
            object.__setattr__(self, "logs", replace(logs, bearer=Once(logs.bearer, lock)))
        messages = self.messages
        if messages is not None and not isinstance(messages, Once):
            object.__setattr__(self, "messages", Once(messages, threading.Lock()))  # it asks services, as below

    @property
    def now(self) -> Callable[[], float]:
        """Gives seconds since 1970."""
        return self.deadlines.clock.now

    @property
    def clock(self) -> Callable[[], float]:
        """Gives seconds that only grow."""
        return self.deadlines.clock.monotonic

    def access(self) -> dict[str, OpenedBy]:
        """How the hub and the provisioning service were opened, by the names of these facts. For the end.

        Until then it may be open: where a service refuses az's login, a key is looked for.
        """
        opened = {"access": opened_by(_in_the_end(self.hub)), "dps_access": opened_by(_in_the_end(self.dps))}
        return {name: how for name, how in opened.items() if how is not None}

    def patience(self, end: float, most: float | None = None) -> float:
        """How many seconds a busy service is given, and no more than are left until `end` on the clock."""
        return max(min(end - self.clock(), self.deadlines.patience if most is None else most), 0.001)

    def ask_hub(self, end: float, patience: float | None = None) -> Hub:
        """The hub's REST API, for the time until `end`. The catalogue has made sure that it is open."""
        return Hub(_open(self.hub), self.now, self.said, self.patience(end, patience), self.deadlines, self.connections)

    def ask_dps(self, end: float) -> Dps:
        """The same of the provisioning service."""
        return Dps(
            _open(self.dps),
            self.now,
            self.said,
            self.patience(end),
            deadlines=self.deadlines,
            connections=self.connections,
        )

    def ask_central(self, end: float) -> Central:
        """The same of the IoT Central application."""
        return Central(_open(self.central), self.said, self.patience(end), self.deadlines, self.connections)

    def managed(self, access: Access) -> Resource | None:
        """The service in the resource manager that is asked with this access; None where it is not open."""
        return {Access.RESOURCE: self.resource, Access.DPS_RESOURCE: self.dps_resource}.get(access)

    def ask_manager(self, resource: Resource) -> Arm:
        """The resource manager, which is asked about a service."""
        return Arm(resource.endpoint, resource.token, self.deadlines, partial(Http, connections=self.connections))

    def ask_logs(self, end: float | None = None) -> LogAnalytics:
        """The query API of Log Analytics, for the time until `end` where one is given. The caller has seen `logs`."""
        assert self.logs is not None, "only what is open is asked"
        patience = None if end is None else self.patience(end)
        http = partial(Http, connections=self.connections)
        return LogAnalytics(self.logs.endpoint, self.logs.bearer, patience, self.deadlines, http)

    def device(self, facts: Facts) -> str:
        """The device's id: the one that was named, or that of the registration, or the id that it registers with."""
        found = facts["registration"].value if "registration" in facts else None
        registered = found.device if found is not None else ""
        return self.typed.device or registered or self.typed.registration_id or self.typed.enrollment_id

    def opened(self, access: Access) -> bool:
        """Whether this can be asked."""
        if access in (Access.RESOURCE, Access.DPS_RESOURCE):
            return self.managed(access) is not None
        if access is Access.MESSAGES:
            return self.messages is not None
        return access is Access.NOTHING or self.target(access) is not None

    def target(self, access: Access) -> Target | None:
        """The service that is asked with this access; None where it was not opened."""
        return {Access.HUB: self.hub, Access.DPS: self.dps, Access.CENTRAL: self.central}.get(access)

    def host(self, access: Access) -> str:
        """The host that is asked with this access; empty for this machine."""
        if (resource := self.managed(access)) is not None:
            return resource.host
        target = (self.hub or self.central) if access is Access.MESSAGES else self.target(access)
        return (target.hub or target.dps or target.app) if target else ""


def _open(target: Target | None) -> Target:
    assert target is not None, "the catalogue asks only for what is open"
    return target


def _in_the_end(target: Target | None) -> Target | None:
    """The target that was asked last: the other one, where the first was refused and there was another."""
    if target is None or not isinstance(target.instead, Once):
        return target
    return target.instead.result or replace(target, instead=None)


def _asked_once(target: Target, lock: threading.Lock) -> Target:
    """The same target, whose login is asked for its token once, and once for what opens the hub instead."""
    token, instead = target.authorization, target.instead
    if token is None and instead is None:
        return target
    if token is not None and not isinstance(token, Once):
        token = Once(token, lock)
    if instead is not None and not isinstance(instead, Once):
        instead = Once(instead, threading.Lock())  # of its own, because it asks services, which takes time
    return replace(target, authorization=token, instead=instead)
