"""The lab on which the rows of the matrix are played: a device of its own for each row, and a clean lab after it."""

from __future__ import annotations

import copy
import random
import ssl
import string
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.lab.central.application import Central, Member
from azext_iotdiag.lab.hub.event_log import LogPlace, Partition
from azext_iotdiag.lab.hub.hub import EventStream
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.settings import HubSettings
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.monitor.metrics import Metrics
from azext_iotdiag.lab.process.hosting import Hosted
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE
from azext_iotdiag.model.hub_metrics import ACCEPTED, ATTEMPTS, BUILT_IN
from azext_iotdiag.model.target import Secret
from azext_iotdiag.simulate import misbehaviour, telemetry
from azext_iotdiag.simulate.device import DeviceConnection, Way, connect
from azext_iotdiag.simulate.misbehaviour import Rehearsal
from azext_iotdiag.simulate.sign_in import SignIn, sign_in
from tests.plugins.lab_fixture import open_lab

DAY, HOUR, MINUTE = 86_400, 3600, 60
JSON = {"content-type": "application/json", "content-encoding": "utf-8"}
SECONDS = 10.0  # for what the hub has to notice
MANY_A_DAY = 400_000  # messages of one unit of S1


class Stage:
    """One row's part of the lab.

    `device` is the row's device as the hub knows it, and `named` the id by which its owner asks for it. `string` is the
    connection string that the device holds. `dice` makes up ids and times; without it they are plain.
    """

    def __init__(self, lab: Hosted, dice: random.Random | None = None):
        self.lab, self.dice = lab, dice
        self.device: Device = self._fresh()
        self.named = self.device.device_id
        self.string = self.string_of(self.device)
        self.arguments: tuple[str, ...] = ()  # further ones of `check`, of those who open services with az's login
        self.options: tuple[str, ...] = ()  # the same with each access
        self.environment: dict[str, str] = {}
        self.open: list[DeviceConnection] = []  # what ends with the row
        self.app = ""  # the host of the application that the device is one of, empty for the lab's hub

    # the device and its hub

    def change(self, change: Callable[[Lab], object]) -> None:
        """Change the lab, in the lab's own thread."""
        self.lab.call(change, self.lab.state)

    def set(self, **values: Any) -> None:
        """Give the device these values, as `Device` names them."""
        self.change(lambda state: [setattr(self.device, name, value) for name, value in values.items()])

    def string_of(self, device: Device, **parts: str) -> str:
        """A connection string of a device; `parts` take the place of what is right in it."""
        host = self.lab.state.hub.host
        right = {"HostName": host, "DeviceId": device.device_id, "SharedAccessKey": device.primary.reveal()}
        return ";".join(f"{name}={value}" for name, value in {**right, **parts}.items() if value)

    def rename(self, device_id: str) -> None:
        """Let the device have been made under another id."""
        old, self.device.device_id = self.device.device_id, device_id

        def move(state: Lab) -> None:
            state.hub.devices[device_id] = state.hub.devices.pop(old)

        self.change(move)

    def in_app(self, app: Central, member: Member | None) -> None:
        """Let the device be one of an application, or of none there."""
        self.app = app.host
        if member is not None:
            self.device, self.string = member.identity, app.connection_string(member)

    def ago(self, seconds: float) -> float:
        """A time about so many seconds ago, in seconds since 1970."""
        return time.time() - seconds * (self.dice.uniform(1.0, 1.15) if self.dice else 1.0)

    def sent(self, *seconds_ago: float, device: Device | None = None, **properties: str) -> None:
        """Let a device have sent messages at these times, the oldest first."""
        self.change(lambda state: self._sent(state, device or self.device, seconds_ago, properties))

    def heard(self, seconds_ago: float, *, connected: bool = False) -> None:
        """Let the hub have heard of the device at this time, by something that is no message."""
        self.set(last_activity=self.ago(seconds_ago), connected=connected)

    def used_up(self, share: float) -> None:
        """Let the hub have counted this part of the day's messages."""

        def count(state: Lab) -> None:
            partitions = state.hub.stream.partitions
            each = int(MANY_A_DAY * share / len(partitions))
            for name in partitions:
                partitions[name] = Partition(name, place=LogPlace(each, each, str(each), int(self.ago(HOUR) * 1000)))

        self.change(count)

    # a device that is played

    @property
    def own(self) -> DeviceConnectionString:
        """The device with its right key."""
        return DeviceConnectionString(self.lab.state.hub.host, self.device.device_id, key=self.device.primary)

    @property
    def way(self) -> Way:
        """The way to the lab's hub over MQTT."""
        trust = ssl.create_default_context(cadata=self.lab.running.ca_pem.decode())
        port = self.lab.running.ports["mqtt"]
        return Way(trust, lambda host, _port: ("127.0.0.1", port), connecting=SECONDS, step=1.0, connack=2.0)

    def connected(self, device: DeviceConnectionString | None = None) -> DeviceConnection:
        """A session of the device, which ends with the row."""
        who = device or self.own
        self.open.append(connect(who, sign_in(who, time.time()), self.way))
        return self.open[-1]

    def misbehaves(self, habit: str) -> str:
        """Let the device misbehave in one of the ways that `simulate` knows, and return what the hub answered."""
        bodies = telemetry.bodies("json", self.device.device_id)
        if habit in misbehaviour.WITH_BODIES:
            self.connected().send(next(misbehaviour.altered(habit, bodies)))
            return ""
        rehearsal = Rehearsal(bodies, count=1, interval=0.1, say=lambda line: None)
        with mock.patch.object(misbehaviour, "KEEP_ALIVE", 1):
            done = misbehaviour.rehearse(habit, self.own, self._opened, rehearsal)
        assert done.failure is None, done.failure
        return done.answer

    def wait_for(self, found: Callable[[], Any], what: str) -> None:
        """Wait until `found()` is true in the lab's thread."""
        until = time.monotonic() + SECONDS
        while not self.lab.call(found):
            assert time.monotonic() < until, f"waited {SECONDS:g} s for {what}"
            time.sleep(0.01)

    def _opened(self, signed: SignIn) -> DeviceConnection:
        return connect(self.own, signed, self.way)

    def _fresh(self) -> Device:
        made = Device(self._id(), new_key(), new_key(), generation_id=self.lab.state.new_generation())
        self.lab.call(lambda: self.lab.state.hub.devices.__setitem__(made.device_id, made))
        return made

    def _id(self) -> str:
        """An id with a capital letter, so that one in other letters is another."""
        if self.dice is None:
            return "Pump-7"
        letters = string.ascii_letters + string.digits + "-._"
        return self.dice.choice("ABCXYZ") + self.dice.choice("abcxyz") + "".join(self.dice.choices(letters, k=12))

    def _sent(self, state: Lab, device: Device, seconds_ago: tuple[float, ...], properties: dict[str, str]) -> None:
        for each in seconds_ago:
            now_ms = int(self.ago(each) * 1000)
            state.hub.telemetry(device, b'{"level":7}', system=JSON, properties=properties, now_ms=now_ms)
            for name in (ATTEMPTS, ACCEPTED, BUILT_IN):
                state.runtime.metrics.count(name, now_ms / 1000)

    def close(self) -> None:
        """End the sessions of the device."""
        while self.open:
            self.open.pop().close()


class Theatre:
    """A lab that plays row after row."""

    def __init__(self, lab: Hosted, dice: random.Random | None = None):
        self.lab, self.dice = lab, dice
        self._kept = lab.call(lambda: _settled(lab.state))
        self._devices = frozenset(lab.state.hub.devices)

    @contextmanager
    def stage(self) -> Iterator[Stage]:
        """A stage for one row; the lab is as it was before, afterwards."""
        stage = Stage(self.lab, self.dice)
        try:
            yield stage
        finally:
            stage.close()
            self.lab.mend()
            self.lab.call(self._restore)

    def _restore(self) -> None:
        state, kept = self.lab.state, self._kept
        hub = state.hub
        hub.settings = copy.deepcopy(kept.settings)
        state.runtime.routing.plan(hub.settings)  # lets go of the endpoints of the row
        for resource in state.tenant.subscriptions[0].find(HUB_TYPE):
            resource.diagnostics.clear()
        state.logs.clear()
        for runtime in (state.runtime, *(each for app in state.apps for each in app.hubs)):
            runtime.metrics = Metrics()
        hub.stream, hub.standby = kept.streams
        for name, value in kept.dps.items():
            setattr(state.provisioning[0], name, copy.copy(value))
        for policy, (primary, secondary) in kept.keys.items():
            hub.policies[policy].primary, hub.policies[policy].secondary = primary, secondary
        hub.stream.partitions.update({name: each.emptied() for name, each in hub.stream.partitions.items()})
        for name in [name for name in hub.devices if name not in self._devices]:
            hub.devices.pop(name)
        for app in state.apps:
            _restore_app(app, kept.members)


@contextmanager
def theatre(folder: Path, seed: int | None = None) -> Iterator[Theatre]:
    """A lab of its own, with names by chance where there is a `seed`."""
    dice = None if seed is None else random.Random(seed)
    name = "lab" if dice is None else "".join(dice.choices(string.ascii_lowercase, k=dice.randint(5, 20)))
    with open_lab(folder, name=name, device_count=1) as lab:
        yield Theatre(lab, dice)


class _Kept(NamedTuple):
    """What a row may change, as it was before. Rows add enrollments and take some out, and alter none that is there."""

    settings: HubSettings
    dps: dict[str, Any]
    keys: dict[str, tuple[Secret, Secret]]
    members: frozenset[str]
    streams: tuple[EventStream, EventStream]


_OF_DPS = (
    "network", "linked", "enrollments", "groups", "registrations", "operations", "refused", "per_minute", "given",
)  # fmt: skip


def _settled(state: Lab) -> _Kept:
    dps = {name: copy.copy(getattr(state.provisioning[0], name)) for name in _OF_DPS}
    keys = {name: (each.primary, each.secondary) for name, each in state.hub.policies.items()}
    members = frozenset(name for app in state.apps for name in app.members)
    return _Kept(copy.deepcopy(state.hub.settings), dps, keys, members, (state.hub.stream, state.hub.standby))


def _restore_app(app: Central, members: frozenset[str]) -> None:
    for name in [name for name in app.members if name not in members]:
        app.members.pop(name).hub.hub.devices.pop(name, None)
    for runtime in app.hubs:
        partitions = runtime.hub.stream.partitions
        partitions.update({name: each.emptied() for name, each in partitions.items()})
