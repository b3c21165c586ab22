"""`simulate`: a device is found or made, played, and deleted again, as events."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from azext_iotdiag.clients import keys
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.hub import Hub
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.model.access import opened_by
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.keys import Asked as Named
from azext_iotdiag.model.simulated import (
    AskingForKey,
    Deleted,
    DeviceConnecting,
    Event,
    LeftoverDeleted,
    Made,
    Misbehaving,
    NotDeleted,
    Played,
    Registered,
    Simulated,
    SimulationEnded,
    SimulationInterrupted,
    Told,
)
from azext_iotdiag.model.target import Secret, Target
from azext_iotdiag.payload.schema import Document
from azext_iotdiag.probes import readings
from azext_iotdiag.sessions import device_way
from azext_iotdiag.simulate import behaviour, misbehaviour, modelled, telemetry, temporary
from azext_iotdiag.simulate.behaviour import SimulationRun
from azext_iotdiag.simulate.device import DeviceConnection, Way, connect
from azext_iotdiag.simulate.sign_in import SignIn, name_of, path_of, sign_in
from azext_iotdiag.simulate.telemetry import Body
from azext_iotdiag.simulate.template import BodyTemplate
from azext_iotdiag.simulate.twin_and_methods import Answers, TwinAndMethods

Hear = Callable[[Event], None]
Connect = Callable[[DeviceConnectionString, SignIn, Way], DeviceConnection]


@dataclass(frozen=True)
class CertificateFiles:
    """What a device proves itself with: the files of its certificate and key, and the passphrase of the key."""

    path: str
    key_path: str | None = None
    passphrase: Secret = field(default_factory=lambda: Secret(""))


@dataclass(frozen=True)
class Messages:
    """What is sent: the texts of `template`, messages that were `recorded`, what fits a `model`, or readings.

    `kind` is one of `telemetry.KINDS`. `content_type` and `content_encoding` take the place of what the kind has,
    unless they are None. `properties` are the sender's.
    """

    kind: str = "json"
    template: BodyTemplate | None = None
    recorded: tuple[Body, ...] = ()
    model: Document | None = None
    content_type: str | None = None
    content_encoding: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    component: str = ""

    def of(self, device: str, now: Callable[[], float]) -> Iterator[Body]:
        """The messages of a device, without end."""
        return telemetry.dressed(
            self._bodies(device, now),
            content_type=self.content_type,
            content_encoding=self.content_encoding,
            properties=self.properties,
            component=self.component,
        )

    def _bodies(self, device: str, now: Callable[[], float]) -> Iterable[Body]:
        if self.recorded:
            return itertools.cycle(self.recorded)
        if self.model is not None:
            return modelled.bodies(self.model, device)
        if self.template is not None:
            return telemetry.texts(self.kind, self.template.fills(device, now))
        return telemetry.bodies(self.kind, device)


@dataclass(frozen=True)
class SimulateAsked:
    """Which device is played, and how.

    `given` is its own string; without it the hub hands out the key of `device` or `module`, or makes a device that is
    `new`. `count` is how many messages are sent, 0 for no end, and `interval` the seconds between two. `reported` and
    `answers` are for its twin and methods. `misbehave` is a name of `misbehaviour.MISBEHAVIOURS`, or empty.
    """

    given: DeviceConnectionString | None = None
    device: str = ""
    module: str = ""
    new: bool = False
    transport: str = device_way.MQTT
    certificate: CertificateFiles | None = None
    messages: Messages = field(default_factory=Messages)
    count: int = 100
    interval: float = 1.0
    model_id: str = ""
    reported: Mapping[str, Any] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    misbehave: str = ""


class NoKey(Exception):
    """The device has no key, so that only its certificate can prove it."""

    def __init__(self, device: str, authentication: str):
        super().__init__(f"The device {device} has no key: its authentication type is {authentication}.")


class Simulation:
    """A device that is played. Iterate it once for its events, and then what `end` gives.

    `target` is the hub. `notes` is the folder for notes of temporary devices. `hear` gets at once what happens while
    the device waits for something.
    """

    def __init__(
        self,
        target: Target,
        asked: SimulateAsked,
        hear: Hear,
        notes: Path,
        *,
        deadlines: Deadlines | None = None,
        connect_: Connect = connect,
    ):
        deadlines = deadlines or usual()
        self._target, self._asked, self._hear, self._notes = target, asked, hear, notes
        self._now, self._connect = deadlines.clock.now, connect_
        self._device: DeviceConnectionString | None = asked.given
        self._run: SimulationRun | None = None
        self._played: Played | None = None
        self._stopped = False
        self._facts: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Event]:
        """Raises NoKey."""
        try:
            yield from self._events()
        except StepFailed as failed:
            if self._device is not None and self._played is not None:
                yield NotDeleted(self._device.device)
            self._facts["registered"] = failed.failure
        except KeyboardInterrupt:  # while the hub was asked; a device that is interrupted ends by itself
            self._stop()
            yield SimulationInterrupted(self._asked.new)

    def end(self, stopped: End | None) -> Iterator[Event]:
        """What it came to. `stopped` says who ended the iteration, None where it came to its end."""
        if stopped is End.INTERRUPTED:
            self._stop()
            yield SimulationInterrupted(self._asked.new)
        asked, played = self._asked, self._played
        device = self._device.device if self._device else asked.device
        ended = self._stopped or (played is not None and played.ended == "interrupted")
        early = ended and bool(asked.count or played is None or not played.acknowledged)
        facts = {} if ended and played is None else self._left(device)
        yield SimulationEnded(device, played, early, asked.misbehave, facts)

    def _stop(self) -> None:
        self._stopped = True
        if self._played is not None:
            self._played = self._played._replace(ended="interrupted")

    def _left(self, device: str) -> Mapping[str, Any]:
        named = Named(self._target.hub, device)
        return given(self._now(), asked=named, access=opened_by(self._target), **self._facts)

    def _events(self) -> Iterator[Event]:
        asked = self._asked
        host = (asked.given.gateway or asked.given.host) if asked.given else self._target.hub
        way, proxied = device_way.way(host, asked.transport, asked.certificate, lambda text: self._hear(Told(text)))
        if proxied is not None:
            yield proxied
        if asked.given is not None:
            yield from self._play(asked.given, way)
        elif asked.new:
            yield from self._play_new(way)
        else:
            yield AskingForKey(self._target.hub, asked.device)
            self._device = self._known()
            if self._device is not None:
                yield from self._play(self._device, way)

    def _known(self) -> DeviceConnectionString | None:
        """A device whose key the hub hands out; None where the hub lets it in no more."""
        hub, asked = Hub(self._target, self._now), self._asked
        try:
            told = hub.module(asked.device, asked.module) if asked.module else hub.device(asked.device)
        finally:
            hub.close()
        held = keys.of_identity(self._target.hub, asked.device, asked.module, told)
        identity = readings.identity(self._target.hub, asked.device, told)
        self._facts |= {"registered": Registered(self._target.hub, asked.device), "identity": identity}
        if identity.status == "disabled":
            return None
        if held.primary is None:
            raise NoKey(asked.device, held.authentication)
        return DeviceConnectionString(self._target.hub, asked.device, asked.module, key=held.primary)

    def _play_new(self, way: Way) -> Iterator[Event]:
        """Play a device that is made for it and deleted afterwards, as is what killed runs have left."""
        hub, name = Hub(self._target, self._now), self._target.hub
        try:
            yield from map(LeftoverDeleted, temporary.delete_leftovers(hub, name, self._notes))
            with temporary.identity(hub, name, self._notes) as (device, key):
                yield Made(device)
                self._device = DeviceConnectionString(name, device, key=key)
                yield from self._play(self._device, way)
            yield Deleted(device)
        finally:
            hub.close()

    def _play(self, device: DeviceConnectionString, way: Way) -> Iterator[Event]:
        asked = self._asked
        talk = TwinAndMethods(path_of(device), asked.answers, asked.reported, lambda text: self._hear(Told(text)))
        yield DeviceConnecting(device.host, name_of(device), way.websocket)
        if asked.misbehave:
            yield Misbehaving(device.device, misbehaviour.MISBEHAVIOURS[asked.misbehave].title)
        done = self._behaved(device, way, talk)
        failure = done.failure.failure if done.failure else None
        self._facts["simulated"] = Simulated(
            device.device, failure, tuple(talk.failures), done.last_bytes, asked.new, asked.misbehave
        )
        ended = "refused" if failure is not None and failure.condition.startswith("mqtt:") else done.ended
        counts = (talk.methods, talk.desired, talk.messages)
        self._played = Played(done.sent, done.acknowledged, done.seconds, ended, done.answer, *counts)
        yield self._played

    def _behaved(self, device: DeviceConnectionString, way: Way, talk: TwinAndMethods) -> SimulationRun:
        """Connect and behave, or not."""
        asked, say = self._asked, talk.say
        bodies = asked.messages.of(device.device, self._now)
        wrong = asked.misbehave
        if wrong and wrong not in misbehaviour.WITH_BODIES:
            rehearsal = misbehaviour.Rehearsal(bodies, asked.count, asked.interval, say, asked.model_id)
            return misbehaviour.rehearse(wrong, device, lambda signed: self._connect(device, signed, way), rehearsal)
        if wrong:
            bodies = misbehaviour.altered(wrong, bodies)
        open_ = talk.opening(lambda now: self._connect(device, sign_in(device, now, asked.model_id), way))
        done = behaviour.run(open_, bodies, count=asked.count, interval=asked.interval, say=say)
        if wrong and done.ended == "count":
            said = "the hub acknowledged all of it: it does not look into messages"
            return replace(done, ended="misbehaved", answer=said)
        return done
