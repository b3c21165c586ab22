"""What a diagnosis knows: facts, each with the time, the source and the vantage point of its measurement.

A check judges facts and nothing else. A fact is frozen, holds no secret and no live object, and is JSON out and in
(`model.facts_json`), so that a saved diagnosis can be judged again anywhere, without any network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any, Generic, NamedTuple, TypeVar

from azext_iotdiag.model.access import GroupAsked, OpenedBy, ReaderAccess
from azext_iotdiag.model.authorities import Authority
from azext_iotdiag.model.central import CentralDevice, CentralProof, CentralReached
from azext_iotdiag.model.certificate import Certificate
from azext_iotdiag.model.change import WatchedProperties
from azext_iotdiag.model.changes import Changes
from azext_iotdiag.model.cloud_message import CloudMessage
from azext_iotdiag.model.device_change import DeviceChange
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.device_says import DeviceSays
from azext_iotdiag.model.dps import Enrollment, ProvisioningAsked, Registration
from azext_iotdiag.model.dps_settings import DpsSettings
from azext_iotdiag.model.edge import EdgeRuntime
from azext_iotdiag.model.ending import SessionEnd
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.gateway import Gateway
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.group import Group
from azext_iotdiag.model.group_log import GroupLog
from azext_iotdiag.model.health import Availability
from azext_iotdiag.model.heartbeat import Beats
from azext_iotdiag.model.hidden_messages import HiddenMessages
from azext_iotdiag.model.homes import Homes
from azext_iotdiag.model.hub_metrics import HubMetrics
from azext_iotdiag.model.hub_settings import EndpointHealth, HubSettings, Perimeter, Quota
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.keys import Admission, Asked, DeviceCertificate, GivenKey, KeyComparison
from azext_iotdiag.model.method import MethodAnswer
from azext_iotdiag.model.network import Invented, NetworkAsked, Resolved, TlsVersions, Way
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.observed import Observed
from azext_iotdiag.model.query_selection import QuerySelection
from azext_iotdiag.model.routing import RouteTrace
from azext_iotdiag.model.simulated import Registered, Simulated
from azext_iotdiag.model.stream import StreamEnd, StreamRequest
from azext_iotdiag.model.tally import Judged
from azext_iotdiag.model.token import ClockFacts, SasFacts
from azext_iotdiag.model.twin_test import TwinTest

T = TypeVar("T")


class Vantage(Enum):
    """From where a fact was measured. No fact of HERE says anything about the device's own network."""

    HERE = "here"  # this machine
    DEVICE = "device"  # the device, or a machine beside it
    SERVICE = "service"  # a service told it


class Window(NamedTuple):
    """The time that a fact covers, and whether all of it was seen."""

    begin: datetime
    end: datetime
    complete: bool = True


@dataclass(frozen=True)
class Fact(Generic[T]):
    """One thing that was measured: its value, or why it could not be measured.

    `value` is None where `failure` says why, and also where the service answered that there is no such thing.
    `measured` is UTC; `seconds` is how long it took. `source` names who told it: "hub twin", "IoT Central", "this
    machine". `age` is how old the service says the evidence is, None where it does not say.
    """

    value: T | None
    measured: datetime
    source: str
    place: Vantage = Vantage.HERE
    failure: Failure | None = None
    seconds: float = 0.0
    window: Window | None = None
    age: timedelta | None = None

    def __post_init__(self) -> None:
        if self.failure is not None and self.value is not None:
            raise ValueError("a fact has a value or a failure, not both")
        if self.measured.tzinfo is None:
            raise ValueError("the time of a fact names no zone")


class Origin(Enum):
    """Where a fact comes from."""

    PROBE = "probe"  # measured, by a row of `probes.catalogue`
    SESSION = "session"  # left by a stream, a simulation or a watch at its end
    TYPED = "typed"  # what the user gave, without secrets, and the time


class FactKind(NamedTuple):
    """A row of FACTS: the type of the value, where it comes from, and what it says."""

    type: Any
    origin: Origin
    title: str


# Every fact that a check may ask for, by the name of the check's parameter.
FACTS: Mapping[str, FactKind] = {
    "access": FactKind(OpenedBy, Origin.TYPED, "how the hub was opened"),
    "admission": FactKind(Admission, Origin.PROBE, "what the hub's device API answered to the credential"),
    "asked": FactKind(Asked, Origin.TYPED, "the hub and the device that were named"),
    "authorities": FactKind(tuple[Authority, ...], Origin.PROBE, "the certificates of authorities that the hub holds"),
    "beats": FactKind(Beats, Origin.SESSION, "which devices kept their heartbeat"),
    "hidden_messages": FactKind(HiddenMessages, Origin.SESSION, "the messages that filters hid"),
    "central_access": FactKind(OpenedBy, Origin.TYPED, "how IoT Central was opened"),
    "central_device": FactKind(CentralDevice, Origin.PROBE, "the device as IoT Central shows it"),
    "central_proof": FactKind(CentralProof, Origin.PROBE, "how the device signs in, by IoT Central"),
    "central_reached": FactKind(CentralReached, Origin.PROBE, "whether IoT Central shows its devices"),
    "changes": FactKind(Changes, Origin.PROBE, "what changed around the hub and the device"),
    "clock": FactKind(ClockFacts, Origin.PROBE, "this machine's clock against the service's"),
    "cloud_message": FactKind(CloudMessage, Origin.SESSION, "what became of a cloud-to-device message"),
    "consumer_groups": FactKind(tuple[str, ...], Origin.PROBE, "the consumer groups of the built-in endpoint"),
    "group_asked": FactKind(GroupAsked, Origin.TYPED, "the consumer group of the reader"),
    "device_change": FactKind(DeviceChange, Origin.SESSION, "what became of a change of the device in its registry"),
    "device_certificate": FactKind(DeviceCertificate, Origin.TYPED, "the device's certificate, as it was given"),
    "device_log": FactKind(DeviceLog, Origin.PROBE, "what the hub's resource log says of the device"),
    "device_named": FactKind(str, Origin.TYPED, "the id of the device that was named"),
    "device_says": FactKind(DeviceSays, Origin.TYPED, "the codes in the device's log, and those that it got"),
    "ended": FactKind(SessionEnd, Origin.SESSION, "why the command ended, and whether it had done enough"),
    "dps_access": FactKind(OpenedBy, Origin.TYPED, "how the provisioning service was opened"),
    "endpoint_health": FactKind(tuple[EndpointHealth, ...], Origin.PROBE, "how the endpoints of the hub are"),
    "dps_authorities": FactKind(
        tuple[Authority, ...], Origin.PROBE, "the authorities that the provisioning service holds"
    ),
    "dps_settings": FactKind(DpsSettings, Origin.PROBE, "the settings of the provisioning service"),
    "enrollment": FactKind(Enrollment, Origin.PROBE, "the device's enrollment, or its group's"),
    "expected_resource": FactKind(str, Origin.TYPED, "what the token should open"),
    "gateway": FactKind(Gateway, Origin.PROBE, "the certificates of the gateway that the string names"),
    "edge_runtime": FactKind(EdgeRuntime, Origin.PROBE, "the runtime of the IoT Edge device, or of the gateway"),
    "generation": FactKind(str, Origin.PROBE, "what tells the identity from an earlier one of the same id"),
    "given": FactKind(GivenKey, Origin.TYPED, "the device's key or string, without the key"),
    "goal": FactKind(Goal, Origin.TYPED, "what is missed of the device"),
    "group": FactKind(Group, Origin.SESSION, "a group of devices, and what its members share"),
    "group_log": FactKind(GroupLog, Origin.PROBE, "SDKs and addresses of a group and others, by resource log"),
    "homes": FactKind(Homes, Origin.TYPED, "the services that know the device"),
    "hub_health": FactKind(Availability, Origin.PROBE, "what Resource Health says of the hub"),
    "hub_metrics": FactKind(HubMetrics, Origin.PROBE, "what the hub counted in the last hour, of all devices"),
    "hub_settings": FactKind(HubSettings, Origin.PROBE, "the settings of the hub"),
    "identity": FactKind(Identity, Origin.PROBE, "the device as its hub shows it"),
    "invented_names": FactKind(Invented, Origin.PROBE, "the addresses of names that do not exist"),
    "judged": FactKind(Judged, Origin.SESSION, "what judging messages or properties came to"),
    "key_comparison": FactKind(KeyComparison, Origin.PROBE, "how the given key compares with those of the registry"),
    "network_asked": FactKind(NetworkAsked, Origin.TYPED, "the host that should be reached, and by which protocols"),
    "method_answer": FactKind(MethodAnswer, Origin.PROBE, "what came of the call of a direct method"),
    "observed": FactKind(Observed, Origin.SESSION, "what watching the device for a while showed"),
    "newest_messages": FactKind(NewestMessages, Origin.PROBE, "the newest messages that the hub holds"),
    "now": FactKind(float, Origin.TYPED, "the time of the diagnosis, in seconds since 1970"),
    "perimeters": FactKind(tuple[Perimeter, ...], Origin.PROBE, "the network security perimeters that enclose the hub"),
    "query_selection": FactKind(QuerySelection, Origin.PROBE, "the devices that a query picked"),
    "provisioning": FactKind(ProvisioningAsked, Origin.TYPED, "what was looked for at the provisioning service"),
    "quota": FactKind(Quota, Origin.PROBE, "how many messages of the day's quota are used"),
    "reading": FactKind(ReaderAccess, Origin.TYPED, "how messages are read"),
    "registered": FactKind(Registered, Origin.SESSION, "whether the hub handed out the identity to play"),
    "registration": FactKind(Registration, Origin.PROBE, "what became of the device's registration"),
    "request": FactKind(StreamRequest, Origin.SESSION, "what was asked of the stream, and what was shown"),
    "resolved": FactKind(Resolved, Origin.PROBE, "the addresses of the host"),
    "server_certificate": FactKind(Certificate, Origin.PROBE, "the certificate that the server showed"),
    "route_trace": FactKind(RouteTrace, Origin.PROBE, "what the routes of the hub make of a message"),
    "signing_keys": FactKind(tuple[str, ...], Origin.TYPED, "the names of the keys that the token was compared with"),
    "simulated": FactKind(Simulated, Origin.SESSION, "what became of the simulated device"),
    "stream": FactKind(StreamEnd, Origin.SESSION, "the state of the stream and its partitions at the end"),
    "tls_versions": FactKind(TlsVersions, Origin.PROBE, "the versions of TLS that the server accepts"),
    "token": FactKind(SasFacts, Origin.TYPED, "the SAS token, taken apart and compared"),
    "ways": FactKind(tuple[Way, ...], Origin.PROBE, "how the host can be reached, by protocol and route"),
    "ways_here": FactKind(tuple[Way, ...], Origin.PROBE, "how this machine reaches what a device was tested for"),
    "twin_test": FactKind(TwinTest, Origin.SESSION, "what a test of the device's twin came to"),
    "watched": FactKind(WatchedProperties, Origin.SESSION, "what watching the device's properties came to"),
}

Facts = Mapping[str, Fact[Any]]


def typed(value: T, now: datetime) -> Fact[T]:
    """A fact that the user gave, or a session left, at the time `now` (UTC)."""
    return Fact(value, now.astimezone(timezone.utc), "this command")


def given(now: float, **values: Any) -> dict[str, Fact[Any]]:
    """Facts that the user gave, or a session left, and the time `now`, in seconds since 1970.

    A value that is None was not given. A Failure says why there is no value.
    """
    at = datetime.fromtimestamp(now, timezone.utc)

    def fact(value: Any) -> Fact[Any]:
        return Fact(None, at, "this command", failure=value) if isinstance(value, Failure) else typed(value, at)

    return {name: fact(value) for name, value in {"now": now, **values}.items() if value is not None}
