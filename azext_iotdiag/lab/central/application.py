"""An IoT Central application of the lab: its templates, its devices, who may ask, and the hubs behind it.

Plain data, for one thread; what is said of it over HTTP stands in api.py, devices.py and templates.py.
"""

from __future__ import annotations

import secrets
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.central import samples
from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.monitor.application_metrics import SummedMetric
from azext_iotdiag.lab.monitor.definitions import ACCEPTED, ATTEMPTS, CONNECTED, PROVISIONED
from azext_iotdiag.lab.monitor.metrics import Metrics
from azext_iotdiag.lab.tenant.tenant import CentralApp
from azext_iotdiag.model.target import Secret

DOMAIN = "azureiotcentral.com"
# The ids of the roles that every application has.
# https://github.com/Azure/azure-iot-cli-extension/blob/dev/azext_iot/central/models/enum.py
ADMINISTRATOR = "ca310b8d-2f4a-44e0-a36e-957c202cd8d4"
BUILDER = "344138e9-8de4-4497-8c54-5237e96d6aaf"
OPERATOR = "ae2c9854-393b-4f97-8c42-479d70ce626e"
ROLES = (ADMINISTRATOR, BUILDER, OPERATOR)
TOKEN_NAME = "lab"  # the name of a token, not the token
TOKEN_DAYS = 365
EVENT_TOKEN_SECONDS = 60
REQUESTS_A_SECOND = 20  # https://learn.microsoft.com/azure/iot-central/core/concepts-quotas-limits


@dataclass
class Member:
    """A device of the application. `identity` is what its hub, one of the application's, knows it as."""

    identity: Device
    hub: Runtime
    display_name: str
    template: str = ""
    enabled: bool = True
    provisioned: bool = False
    simulated: bool = False
    edition: int = 1


@dataclass
class ApiToken:
    """A token that a user made in the application, with a role that it keeps."""

    name: str
    role: str
    key: Secret
    expires: int

    def text(self, app_id: str) -> str:
        """The token as it is handed out, once."""
        return sas.sign(app_id, sas.eventhub_key(self.key.reveal()), self.expires, self.name)


@dataclass
class Central:
    """An application with its hubs. `roles` are those of users and applications of the tenant, by object id.

    `asked` holds when the last requests came, for the limit on them. `metrics` are those that no hub counts.
    """

    app: CentralApp
    hubs: list[Runtime]
    id_scope: str
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    tokens: dict[str, ApiToken] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    asked: deque[float] = field(default_factory=lambda: deque(maxlen=REQUESTS_A_SECOND))
    metrics: Metrics = field(default_factory=Metrics)

    @property
    def host(self) -> str:
        """Its host name."""
        return f"{self.app.subdomain}.{DOMAIN}"

    def add(self, device_id: str, display_name: str, *, template: str = "", generation: str = "") -> Member:
        """A new device, which its hub learns of, too: the one with the fewest."""
        backing = min(self.hubs, key=lambda each: len(each.hub.devices))
        identity = Device(device_id, new_key(), new_key(), generation_id=generation)
        backing.hub.devices[device_id] = identity
        member = self.members[device_id] = Member(identity, backing, display_name, template)
        return member

    def connection_string(self, member: Member) -> str:
        """What a device signs in with at its hub, as it would once it is provisioned."""
        host, key = member.hub.hub.host, member.identity.primary.reveal()
        return f"HostName={host};DeviceId={member.identity.device_id};SharedAccessKey={key}"

    def enable(self, member: Member, enabled: bool) -> None:
        """Block a device or let it in; its hub does the same."""
        member.enabled = enabled
        member.identity.status = "enabled" if enabled else "disabled"


def new_central(app: CentralApp, hubs: list[Runtime], owners: list[str], now: float) -> Central:
    """An application with one template, some devices as they are met in the field, and one token for its API."""
    made = Central(app, hubs, f"0ne{secrets.token_hex(4).upper()}")
    made.templates[samples.TEMPLATE["@id"]] = {**samples.TEMPLATE, "etag": _etag()}
    made.tokens[TOKEN_NAME] = ApiToken(TOKEN_NAME, ADMINISTRATOR, new_key(), int(now) + TOKEN_DAYS * 86_400)
    made.roles = dict.fromkeys(owners, ADMINISTRATOR)
    generation = hubs[0].new_generation()
    for sample in samples.DEVICES:
        template = samples.TEMPLATE["@id"] if sample.modelled else ""
        member = made.add(sample.id, sample.display_name, template=template, generation=generation)
        member.provisioned = sample.provisioned
        made.enable(member, sample.enabled)
        if sample.reported:
            twins.report(member.identity.twin, dict(sample.reported), now)
    return made


def measured(central: Central, now: float) -> SummedMetric:
    """The metrics of an application, with what it does not tell by itself when it changes."""
    central.metrics.note(PROVISIONED, now, sum(member.provisioned for member in central.members.values()))
    return SummedMetric(central.metrics, [each.metrics for each in central.hubs])


def send_samples(central: Central, number: int) -> None:
    """Let each device that sends anything send its message of that number."""
    sending = 0
    for sample in samples.DEVICES:
        member = central.members.get(sample.id)
        if member is None or sample.message is None or not member.enabled:
            continue
        sending += 1
        sent = sample.message(number)
        member.hub.hub.telemetry(
            member.identity,
            sent.body,
            system={"content-type": "application/json", "content-encoding": "utf-8"},
            properties={},
            component=sent.component,
            now_ms=int(member.hub.clock() * 1000),
        )
    now = central.hubs[0].clock()
    central.metrics.note(CONNECTED, now, sending)  # they are part of the lab, and have no session
    for name in (ATTEMPTS, ACCEPTED):
        central.metrics.count(name, now, sending)


def event_tokens(central: Central) -> dict[str, dict[str, Any]]:
    """What opens the streams of all hubs behind the application for a minute, by the hub's name."""
    tokens: dict[str, dict[str, Any]] = {}
    for backing in central.hubs:
        stream, policy = backing.hub.stream, backing.hub.policies["service"]
        expires = int(backing.clock()) + EVENT_TOKEN_SECONDS
        audience = f"sb://{stream.host}/{stream.entity}"
        token = sas.sign(audience, sas.eventhub_key(policy.primary.reveal()), expires, policy.name)
        tokens[backing.hub.name] = {
            "expiry": expires,
            "eventhubSasToken": {"sasToken": token, "entityPath": stream.entity, "hostname": f"sb://{stream.host}/"},
        }
    return tokens


def properties_of(member: Member, component: str | None = None) -> dict[str, Any]:
    """The properties of a device, or of a component, as the API shows them: what it reported, and what it is to be."""
    twin = member.identity.twin
    reported, desired = twin.reported, twin.desired
    if component is not None:
        return _shown(
            _part(reported.values, component),
            _part(reported.metadata, component),
            _part(desired.values, component),
            _part(desired.metadata, component),
        )
    return _shown(reported.values, reported.metadata, desired.values, desired.metadata)


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, Mapping) else {}


def _shown(
    reported: Mapping[str, Any], told: Mapping[str, Any], desired: Mapping[str, Any], wanted: Mapping[str, Any]
) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    for name in {**desired, **reported}:
        if name.startswith("__"):
            continue
        value = reported.get(name)
        if (isinstance(value, Mapping) and value.get("__t") == "c") or _is_component(desired.get(name)):
            shown[name] = _shown(_part(reported, name), _part(told, name), _part(desired, name), _part(wanted, name))
            continue
        about: dict[str, Any] = {}
        if name in reported:
            about["lastUpdateTime"] = _part(told, name).get("$lastUpdated")
        if isinstance(value, Mapping) and {"ac", "av"} & value.keys():
            about |= {"ackCode": value.get("ac"), "ackVersion": value.get("av"), "ackDescription": value.get("ad")}
            value = value.get("value")
        if name in desired:
            about |= {"desiredValue": desired[name], "desiredVersion": _part(wanted, name).get("$lastUpdatedVersion")}
        shown[name] = desired.get(name) if value is None else value
        metadata[name] = {key: each for key, each in about.items() if each is not None}
    return {**shown, "$metadata": metadata}


def _is_component(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("__t") == "c"


def new_app_id() -> str:
    """The id of an application or of a hub behind one."""
    return str(uuid.uuid4())


def _etag() -> str:
    return f"~{secrets.token_urlsafe(12)}"
