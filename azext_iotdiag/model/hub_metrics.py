"""What a hub counted lately, of all its devices together."""

from __future__ import annotations

from dataclasses import dataclass

# Names of the service:
# https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-devices-iothubs-metrics
ATTEMPTS, ACCEPTED = "d2c.telemetry.ingress.allProtocol", "d2c.telemetry.ingress.success"
THROTTLED, BUILT_IN = "d2c.telemetry.ingress.sendThrottle", "d2c.endpoints.egress.builtIn.events"
ORPHANED, DROPPED, INVALID = (f"d2c.telemetry.egress.{each}" for each in ("orphaned", "dropped", "invalid"))


@dataclass(frozen=True)
class HubMetrics:
    """What a hub counted from `since` to `until`, in milliseconds since 1970. None stands where it has no value.

    A metric counts all devices, so that a number above 0 proves nothing of one device. A 0 does.
    """

    since: int
    until: int
    attempted: int | None = None
    accepted: int | None = None
    throttled: int | None = None
    orphaned: int | None = None
    dropped: int | None = None
    incompatible: int | None = None
    built_in: int | None = None

    @property
    def minutes(self) -> int:
        """How long that time is."""
        return round((self.until - self.since) / 60_000)

    @property
    def lost(self) -> int:
        """How many messages the hub accepted and did not deliver."""
        return (self.orphaned or 0) + (self.dropped or 0)

    @property
    def lost_all(self) -> bool:
        """Whether no message of any device came further than the hub's routes."""
        return bool(self.accepted) and not self.built_in and self.lost >= (self.accepted or 0)
