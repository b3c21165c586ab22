"""What the resource manager shows of a hub: its settings, its quota, and how its endpoints are.

Source: https://learn.microsoft.com/rest/api/iothub/iot-hub-resource, api-version 2023-06-30.
"""

from __future__ import annotations

from dataclasses import dataclass

BUILT_IN = "events"  # the name of the built-in endpoint in a route
DEVICE_MESSAGES = "DeviceMessages"  # the source of routes that take telemetry


@dataclass(frozen=True)
class Route:
    """A route: messages of `source` for which `condition` holds go to the endpoints of these names."""

    name: str
    source: str
    condition: str
    endpoints: tuple[str, ...]
    enabled: bool

    @property
    def takes_telemetry(self) -> bool:
        """Whether it is on and about the messages of devices."""
        return self.enabled and self.source.lower() == DEVICE_MESSAGES.lower()

    @property
    def takes_all(self) -> bool:
        """Whether every message of a device matches it. A route without a condition takes all messages."""
        return self.takes_telemetry and self.condition.strip().lower() in ("true", "")

    @property
    def reaches_built_in(self) -> bool:
        """Whether it leads to the built-in endpoint."""
        return BUILT_IN in map(str.lower, self.endpoints)


@dataclass(frozen=True)
class CustomEndpoint:
    """An endpoint that routes lead to: its kind, such as eventHubs, and what it is, such as an event hub's name."""

    name: str
    kind: str
    leads_to: str = ""


@dataclass(frozen=True)
class HubSettings:
    """The settings of a hub that decide whether a device's data gets through.

    `state` is Active, or what the hub is going through, such as FailingOver. `public_access` tells whether public
    addresses are let in at all, and `address_rules` how many rules name addresses, of which any keeps others out where
    `denies_by_default`. `private_endpoints` are the states of its private endpoint connections, such as Approved.
    `profile` is its connection profile, empty for a classic hub. `fallback` is None where the hub has no fallback
    route, which is the same as one that is off. `endpoints` are the custom ones. `in_perimeter` tells that a network
    security perimeter decides who is let in.
    """

    host: str
    state: str = ""
    sku: str = ""
    tier: str = ""
    units: int = 0
    keys_allowed: bool = True
    device_keys_allowed: bool = True
    public_access: bool = True
    denies_by_default: bool = False
    address_rules: int = 0
    rules_cover_messages: bool = False
    private_endpoints: tuple[str, ...] = ()
    tls_minimum: str = ""
    profile: str = ""
    routes: tuple[Route, ...] = ()
    fallback: Route | None = None
    retention_days: int = 0
    upload_container: str = ""
    endpoints: tuple[CustomEndpoint, ...] = ()
    in_perimeter: bool = False

    @property
    def is_active(self) -> bool:
        """Whether the hub serves devices. An empty state was not told."""
        return self.state.lower() in ("active", "")

    @property
    def has_private_endpoint(self) -> bool:
        """Whether a private endpoint is approved."""
        return any(state.lower() == "approved" for state in self.private_endpoints)


@dataclass(frozen=True)
class Perimeter:
    """A network security perimeter that encloses a hub. `mode` is Enforced, Learning or Audit.

    `rules` are the rules for traffic from outside, None where the service shows them in a shape that is not known.
    """

    name: str
    mode: str = ""
    rules: int | None = None


@dataclass(frozen=True)
class Quota:
    """How many messages were counted in this UTC day, and how many devices there are, with the most that can be."""

    messages: int
    most_messages: int
    devices: int = 0
    most_devices: int = 0

    @property
    def share(self) -> float:
        """The part of the day's messages that is used, from 0 on."""
        return self.messages / self.most_messages if self.most_messages else 0.0


@dataclass(frozen=True)
class EndpointHealth:
    """How an endpoint of a hub is: unknown, healthy, degraded, unhealthy or dead, and its last error.

    `succeeded` and `attempted` are the times of the last sending in milliseconds since 1970, None where not told.
    """

    endpoint: str
    status: str
    error: str = ""
    succeeded: int | None = None
    attempted: int | None = None
