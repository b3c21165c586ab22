"""What surrounds a lab's hub in Azure: a tenant and who is in it, subscriptions, resource groups, resources.

Plain data, for one thread; what is said of it over the wire stands in entra/ and arm/.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from azext_iotdiag.lab.tenant import roles
from azext_iotdiag.lab.tenant.activity import ActivityEvent
from azext_iotdiag.lab.tenant.roles import Assignment, Denial, Lock, Role
from azext_iotdiag.lab.tenant.tokens import Issuer
from azext_iotdiag.model.target import Secret

USER, SERVICE_PRINCIPAL, MANAGED_IDENTITY = "user", "servicePrincipal", "managedIdentity"
LOCATION = "westeurope"
LOCATIONS = {"westeurope": "West Europe", "northeurope": "North Europe"}  # with the names for people
GROUP = "lab-group"
HUB_TYPE = "Microsoft.Devices/IotHubs"
DPS_TYPE = "Microsoft.Devices/provisioningServices"
CENTRAL_TYPE = "Microsoft.IoTCentral/iotApps"
WORKSPACE_TYPE = "Microsoft.OperationalInsights/workspaces"
METRIC_ALERT_TYPE = "Microsoft.Insights/metricAlerts"
LOG_ALERT_TYPE = "Microsoft.Insights/scheduledQueryRules"
ACTION_GROUP_TYPE = "Microsoft.Insights/actionGroups"


@dataclass(frozen=True)
class Federation:
    """Whose tokens a service principal may show instead of a secret; `key_pem` is the issuer's public key."""

    issuer: str
    subject: str
    key_pem: bytes
    audience: str = "api://AzureADTokenExchange"


@dataclass
class Principal:
    """A principal of the tenant. `kind` is one of USER, SERVICE_PRINCIPAL and MANAGED_IDENTITY.

    `name` is a user's sign-in name or an application's display name; users have no `client_id`. `secret` is a user's
    password or an application's secret, which ends at `secret_expires` (seconds since 1970). `login` is one of LOGINS.
    """

    kind: str
    name: str
    object_id: str
    client_id: str = ""
    secret: Secret | None = None
    secret_expires: float = float("inf")
    certificates: list[bytes] = field(default_factory=list)
    federations: list[Federation] = field(default_factory=list)
    login: str = ""


class LabLogin(NamedTuple):
    """What people choose with `lab login --role`: the roles of it in the lab's subscription, and its user."""

    name: str
    user: str
    roles: tuple[Role, ...]


LOGINS = (
    LabLogin("owner-without-data", "olga", (roles.OWNER,)),
    LabLogin("reader", "bob", (roles.READER,)),
    LabLogin("owner", "alice", (roles.OWNER, roles.HUB_CONTRIBUTOR, roles.DPS_CONTRIBUTOR)),
    LabLogin("data-reader", "dora", (roles.READER, roles.HUB_READER, roles.DPS_READER)),
)


@dataclass
class Resource:
    """A resource in a group; `what` is what the lab knows of it, such as the hub.

    `diagnostics` are the properties of its diagnostic settings, by their names. `properties` are those that were sent,
    of a resource which the lab only keeps. `event_subscriptions` are those of Event Grid, by their names.
    `health` is how Resource Health has found it, oldest first.
    """

    type: str
    name: str
    group: str
    what: Any = None
    location: str = LOCATION
    tags: dict[str, str] = field(default_factory=dict)
    diagnostics: dict[str, dict[str, Any]] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    event_subscriptions: dict[str, dict[str, Any]] = field(default_factory=dict)
    health: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class CentralApp:
    """An IoT Central application; `subdomain` is the first part of its host name."""

    id: str
    subdomain: str
    display_name: str
    sku: str = "ST2"
    state: str = "created"


@dataclass
class Subscription:
    """A subscription: its resource groups (name → location) and what is in them."""

    id: str
    name: str
    state: str = "Enabled"
    groups: dict[str, str] = field(default_factory=dict)
    resources: list[Resource] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Its id as the resource manager writes it."""
        return f"/subscriptions/{self.id}"

    def id_of(self, resource: Resource) -> str:
        """A resource's id as the resource manager writes it."""
        return f"{self.path}/resourceGroups/{resource.group}/providers/{resource.type}/{resource.name}"

    def group(self, name: str) -> str | None:
        """The name of a resource group as it was created, whatever the case in which it is asked for."""
        return next((known for known in self.groups if known.lower() == name.lower()), None)

    def find(self, type_: str, group: str = "", name: str = "") -> list[Resource]:
        """The resources of a type, of a group and a name where those are given; the case of none matters."""
        return [
            each
            for each in self.resources
            if each.type.lower() == type_.lower()
            and group.lower() in ("", each.group.lower())
            and name.lower() in ("", each.name.lower())
        ]


@dataclass
class DeviceCode:
    """A code that waits for its user, until `expires` (seconds since 1970). The user comes after the first poll."""

    client: str
    expires: float
    polled: int = 0


@dataclass
class SignIns:
    """What users sign in with: device codes that wait, and refresh tokens with their users."""

    codes: dict[str, DeviceCode] = field(default_factory=dict)
    refresh: dict[str, Principal] = field(default_factory=dict)
    visitor: Principal | None = None  # the user who confirms device codes, where it is not the owner


@dataclass
class Tenant:
    """A tenant with its subscriptions. `issuer` signs and verifies its tokens."""

    id: str
    domain: str
    subscriptions: list[Subscription]
    principals: list[Principal]
    assignments: list[Assignment]
    issuer: Issuer
    name: str = "The lab"
    sign_ins: SignIns = field(default_factory=SignIns)
    denials: list[Denial] = field(default_factory=list)
    locks: list[Lock] = field(default_factory=list)
    activity: list[ActivityEvent] = field(default_factory=list)  # of the resource manager, oldest first
    graph_questions: dict[str, list[float]] = field(default_factory=dict)  # of Resource Graph, when, by object id
    issues: list[dict[str, Any]] = field(default_factory=list)  # events of Service Health
    identity_header: Secret = field(default_factory=lambda: Secret(secrets.token_hex(16)))  # of App Services

    def assign(self, principal: Principal, role: Role, scope: str) -> Assignment:
        """Give a principal a role."""
        made = Assignment(str(uuid.uuid4()), principal.object_id, role, scope)
        self.assignments.append(made)
        return made

    def principal(self, object_id: str) -> Principal | None:
        """Who has that object id."""
        return next((each for each in self.principals if each.object_id == object_id), None)

    def application(self, client_id: str) -> Principal | None:
        """The service principal or managed identity of that client id."""
        return next((each for each in self.principals if client_id and each.client_id == client_id), None)

    def user(self, name: str) -> Principal | None:
        """The user of that sign-in name."""
        wanted = name.lower()
        return next((each for each in self.principals if each.kind == USER and each.name.lower() == wanted), None)

    def named(self, kind: str, role: str) -> Principal | None:
        """The first principal of a kind that has a role of that name somewhere, its case not mattering."""
        having = {each.principal for each in self.assignments if each.role.name.lower() == role.lower()}
        return next((each for each in self.principals if each.kind == kind and each.object_id in having), None)

    def signs_in(self, kind: str, login: str) -> Principal | None:
        """The principal of a kind that one of LOGINS signs in."""
        return next((each for each in self.principals if (each.kind, each.login) == (kind, login)), None)

    def having(self, role: str) -> list[str]:
        """The object ids of all who have a role of that name somewhere."""
        return list(dict.fromkeys(each.principal for each in self.assignments if each.role.name == role))

    def central_apps(self) -> list[CentralApp]:
        """The IoT Central applications in all subscriptions."""
        return [found.what for each in self.subscriptions for found in each.find(CENTRAL_TYPE)]

    def visitor(self) -> Principal | None:
        """The user who confirms device codes."""
        return self.sign_ins.visitor or self.signs_in(USER, "owner")

    def allows(self, object_id: str, action: str, scope: str, *, data: bool = False) -> bool:
        """Whether a principal may do something to a resource. A deny assignment counts before all roles."""
        return self.denial(object_id, action, scope, data=data) is None and roles.allows(
            roles.effective(self.assignments, object_id, scope), action, data=data
        )

    def denial(self, object_id: str, action: str, scope: str, *, data: bool = False) -> Denial | None:
        """The deny assignment that forbids a principal an action."""
        return next((each for each in self.denials if each.denies(object_id, action, scope, data=data)), None)

    def path_of(self, what: Any) -> str:
        """The id of the resource that something of the lab is, as the resource manager writes it."""
        found = ((each, own) for each in self.subscriptions for own in each.resources if own.what is what)
        return next((subscription.id_of(resource) for subscription, resource in found), "")

    def sees(self, object_id: str, subscription: Subscription) -> bool:
        """Whether a principal sees a subscription: any role in it is enough."""
        return any(
            each.principal == object_id and roles.covers(subscription.path, each.scope) for each in self.assignments
        )


class NamedIdentity(Protocol):
    """What the tenant knows of a service: its name."""

    name: str


def new_tenant(hub: NamedIdentity, dps: NamedIdentity) -> Tenant:
    """A tenant with one subscription and one group, which holds the hub and its provisioning service.

    For each of LOGINS it has a principal of each kind. All ids are random.
    """
    subscription = Subscription(str(uuid.uuid4()), "Lab subscription", groups={GROUP: LOCATION})
    subscription.resources += [Resource(HUB_TYPE, hub.name, GROUP, hub), Resource(DPS_TYPE, dps.name, GROUP, dps)]
    app = CentralApp(str(uuid.uuid4()), dps.name.removesuffix("-dps") + "-app", "The lab's application")
    subscription.resources.append(Resource(CENTRAL_TYPE, app.subdomain, GROUP, app))
    name = dps.name.removesuffix("-dps") + "-logs"
    subscription.resources.append(Resource(WORKSPACE_TYPE, name, GROUP))
    id_, domain = str(uuid.uuid4()), "lab.onmicrosoft.com"
    tenant = Tenant(id_, domain, [subscription], [], [], Issuer(id_))
    for login in LOGINS:
        for principal in _principals(login, domain):
            tenant.principals.append(principal)
            for role in login.roles:
                tenant.assign(principal, role, subscription.path)
    return tenant


def _principals(login: LabLogin, domain: str) -> tuple[Principal, ...]:
    """Who signs in by a login: a user, an application and a managed identity."""
    name, secret = login.name, Secret(secrets.token_urlsafe(24))
    of_user = Secret(secrets.token_urlsafe(24))
    return (
        Principal(USER, f"{login.user}@{domain}", str(uuid.uuid4()), secret=of_user, login=name),
        Principal(SERVICE_PRINCIPAL, f"lab-{name}", str(uuid.uuid4()), str(uuid.uuid4()), secret, login=name),
        Principal(MANAGED_IDENTITY, f"lab-vm-{name}", str(uuid.uuid4()), str(uuid.uuid4()), login=name),
    )
