"""Why a step towards a service did not succeed, as far as this machine can tell; judging it is for checks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from azext_iotdiag.model.rights import RoleRequest


class Kind(Enum):
    """How a step failed."""

    NAME_NOT_RESOLVED = "name-not-resolved"
    REFUSED_CONNECTION = "refused-connection"
    NOT_ALLOWED = "not-allowed"  # this machine's own system refused to connect
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    UNANSWERED = "unanswered"  # AMQP is spoken, and yet this was not answered
    STALLED = "stalled"  # a link that is up does not bring what the service has
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NAME = "wrong-name"
    TLS = "tls"
    DROPPED = "dropped"
    UNAUTHORIZED = "unauthorized"
    MISSING = "missing"
    DISPLACED = "displaced"
    TOO_MANY = "too-many"
    BUSY = "busy"
    LIMIT = "limit"  # a limit of the service is reached, other than that of readers
    REFUSED = "refused"  # the service gave a condition that is none of the above
    NOT_AMQP = "not-amqp"
    NOT_HTTP = "not-http"  # what answers is not what was asked for
    NOT_MQTT = "not-mqtt"
    WEBSOCKET_REFUSED = "websocket-refused"
    PROXY_UNREACHABLE = "proxy-unreachable"
    PROXY_SILENT = "proxy-silent"  # nothing comes through it; what is behind it cannot be seen
    PROXY_REFUSED = "proxy-refused"
    PROXY_WANTS_PASSWORD = "proxy-wants-password"
    PROXY_NO_PROXY = "proxy-no-proxy"  # what answers at its address is something else
    CRASHED = "crashed"  # a fault of this tool


CERTIFICATE_KINDS = frozenset({Kind.UNTRUSTED, Kind.EXPIRED, Kind.NOT_YET_VALID, Kind.WRONG_NAME})
LASTING = frozenset(Kind) - {
    Kind.DROPPED,
    Kind.BUSY,
    Kind.LIMIT,
    Kind.REFUSED,
    Kind.SILENT,
    Kind.UNANSWERED,
    Kind.STALLED,
    Kind.UNREACHABLE,
    Kind.REFUSED_CONNECTION,
    Kind.NAME_NOT_RESOLVED,
    Kind.PROXY_UNREACHABLE,
    Kind.PROXY_SILENT,
}
# What the service's SDKs try again: it may succeed a moment later, also where nothing was ever open.
# Source: the retry policies of azure-eventhub and @azure/core-amqp.
_TRANSIENT_CONDITIONS = frozenset({
    "amqp:internal-error", "com.microsoft:timeout", "com.microsoft:server-busy",
    *(f"{node}:{status}" for node in ("cbs", "management") for status in (500, 503)),
})  # fmt: skip

# The service itself said nothing, so that another question to it would only wait as long again.
NOT_REACHED = CERTIFICATE_KINDS | {
    Kind.NAME_NOT_RESOLVED,
    Kind.REFUSED_CONNECTION,
    Kind.UNREACHABLE,
    Kind.SILENT,
    Kind.TLS,
    Kind.DROPPED,
    Kind.NOT_ALLOWED,
    Kind.PROXY_UNREACHABLE,
    Kind.PROXY_SILENT,
    Kind.PROXY_REFUSED,
    Kind.PROXY_WANTS_PASSWORD,
    Kind.PROXY_NO_PROXY,
}


@dataclass(frozen=True)
class Failure:
    """A step that failed: what was tried, against whom, and what was seen.

    `step` says what was waited for ("the TLS handshake"). `condition` and `description` are the service's own words
    where it said any. `address` is where the name led. `seconds` is how long the step took. `request` is what to ask an
    administrator for, where a role would help.
    """

    kind: Kind
    step: str
    host: str
    port: int
    address: str = ""
    condition: str = ""
    description: str = ""
    seconds: float = 0.0
    request: RoleRequest | None = None

    @property
    def sentence(self) -> str:
        """What did not come, from whom, after which time, and why."""
        waited = f" after {self.seconds:.0f} s" if self.seconds >= 1 else ""
        return f"{self.step} did not come from {self.host}{waited}: {self.description or self.kind.value}."

    @property
    def lasting(self) -> bool:
        """Whether trying again is of no use."""
        return self.kind in LASTING

    @property
    def transient(self) -> bool:
        """Whether the same step may succeed a moment later, by what the service says."""
        return self.kind in (Kind.DROPPED, Kind.BUSY) or self.condition in _TRANSIENT_CONDITIONS


class StepFailed(Exception):
    """A step towards a service failed: the one exception of clients and of simulated devices."""

    def __init__(self, failure: Failure):
        super().__init__(f"{failure.step}: {failure.kind.value} {failure.condition} {failure.description}".strip())
        self.failure = failure
