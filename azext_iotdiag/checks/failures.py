"""What a failed step means: the one table from service, kind of failure and the service's condition to an entry."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from azext_iotdiag.knowledge import (
    access,
    amqp,
    assignment,
    central,
    commands,
    lookup,
    mqtt,
    network,
    properties,
    registry,
    statuses,
    tls,
    tool,
    workspace,
)
from azext_iotdiag.knowledge.dps import answers as dps
from azext_iotdiag.knowledge.hub import conflict, forbidden, not_found, server, too_large
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Certainty, Entry, Finding, JsonScalar, Severity, Weight


class Service(Enum):
    """Who was asked. The same refusal means something else at another service."""

    MESSAGES = "messages"  # the Event Hub that a hub's messages are read from
    HUB = "hub"  # a hub's REST API
    HUB_TWIN = "hub-twin"  # the same, asked for a twin only
    DPS = "dps"  # the service API of a provisioning service
    CENTRAL = "central"  # the REST API of an IoT Central application
    MANAGER = "manager"  # the resource manager, asked about the hub
    DEVICE_API = "device-api"  # a hub, asked by a device
    WORKSPACE = "workspace"  # Log Analytics, asked about the log of the hub
    NETWORK = "network"  # any host, to which the way is tested


class FailureRow(NamedTuple):
    """A failure, and what it means. None and "" stand for any.

    `condition` is a pattern for the whole of the service's condition, `step` a text within the step's name. The row is
    not about failures on the port `not_on`.
    """

    services: tuple[Service, ...] | None
    kind: Kind | None
    entry: Entry
    condition: str = ""
    step: str = ""
    not_on: int = 0

    def fits(self, service: Service, failure: Failure) -> bool:
        """Whether this row is about such a failure."""
        return (
            (self.services is None or service in self.services)
            and self.kind in (None, failure.kind)
            and self.step in failure.step
            and self.not_on != failure.port
            and (not self.condition or re.fullmatch(self.condition, failure.condition) is not None)
        )


_THROTTLED = r"(http:)?429.*|.*Throttl.*|.*TooManyRequests.*"
_TIER = r"403010|OperationNotAvailableInCurrentTier"
_ETAG = r"412001|PreconditionFailed|http:412"
_CHANGE = "the change of the desired properties"
_QUOTA = "IotHubQuotaExceeded|403002"
_MAKING, _DELETION = "the making of an identity", "the deletion of an identity"
HTTPS_PORT = 443

_CENTRAL, _DPS, _DEVICE = (Service.CENTRAL,), (Service.DPS,), (Service.DEVICE_API,)
_MANAGER, _WORKSPACE = (Service.MANAGER,), (Service.WORKSPACE,)
_HUB = (Service.HUB, Service.HUB_TWIN)
# The first row that fits. Rows for one service stand before those for all.
TABLE: tuple[FailureRow, ...] = (
    FailureRow(_CENTRAL, Kind.UNAUTHORIZED, central.CENTRAL_FORBIDDEN, "http:403"),
    FailureRow(_CENTRAL, Kind.UNAUTHORIZED, central.CENTRAL_UNAUTHORIZED, "http:401"),
    FailureRow(_CENTRAL, Kind.MISSING, assignment.DEVICE_NOT_IN_APP, step="properties"),
    FailureRow(_CENTRAL, Kind.MISSING, central.CENTRAL_NOT_FOUND, "http:404"),
    FailureRow(_CENTRAL, Kind.BUSY, central.CENTRAL_THROTTLED, "http:429"),
    FailureRow(_CENTRAL, Kind.BUSY, central.CENTRAL_SERVER_ERROR),
    FailureRow(_DPS, Kind.UNAUTHORIZED, statuses.DPS_CALLER_REFUSED),
    FailureRow(_DPS, Kind.BUSY, dps.THROTTLED, r"(http:)?429.*"),
    FailureRow(_DPS, Kind.BUSY, dps.SERVER_ERROR),
    FailureRow(_HUB, Kind.UNAUTHORIZED, forbidden.IOT_HUB_QUOTA_EXCEEDED, _QUOTA, step=_MAKING),
    FailureRow(_HUB, Kind.UNAUTHORIZED, registry.REGISTRY_READ_ONLY, step=_MAKING),
    FailureRow(_HUB, Kind.UNAUTHORIZED, registry.REGISTRY_READ_ONLY, step=_DELETION),
    FailureRow(
        _HUB, Kind.REFUSED, conflict.DEVICE_ALREADY_EXISTS, r"DeviceAlreadyExists|409001|http:409", step=_MAKING
    ),
    FailureRow(_HUB, Kind.REFUSED, too_large.TOO_MANY_DEVICES, r"TooManyDevices|413002|http:413", step=_MAKING),
    FailureRow(_HUB, Kind.REFUSED, conflict.PRECONDITION_FAILED, _ETAG, step=_DELETION),
    FailureRow(_HUB, Kind.REFUSED, commands.HUB_ANSWER_UNKNOWN, step=_MAKING),
    FailureRow(_HUB, Kind.REFUSED, commands.HUB_ANSWER_UNKNOWN, step=_DELETION),
    FailureRow(_HUB, Kind.UNAUTHORIZED, forbidden.OPERATION_NOT_AVAILABLE_IN_CURRENT_TIER, _TIER),
    FailureRow(_HUB, Kind.UNAUTHORIZED, registry.TWIN_READ_ONLY, step=_CHANGE),
    FailureRow(_HUB, Kind.REFUSED, conflict.PRECONDITION_FAILED, _ETAG, step=_CHANGE),
    FailureRow(_HUB, Kind.REFUSED, properties.TWIN_LIMIT, step=_CHANGE),
    FailureRow((Service.HUB_TWIN,), Kind.MISSING, not_found.MODULE_NOT_FOUND, "ModuleNotFound|404010"),
    FailureRow((Service.HUB_TWIN,), Kind.UNAUTHORIZED, registry.TWIN_REFUSED),
    FailureRow(_HUB, Kind.UNAUTHORIZED, registry.REGISTRY_REFUSED),
    FailureRow(_HUB, Kind.REFUSED, registry.QUERY_REFUSED),
    FailureRow(_HUB, Kind.MISSING, registry.DEVICE_UNKNOWN, r"DeviceNotFound|404001|http:404"),
    FailureRow(_HUB, Kind.BUSY, registry.HUB_THROTTLES, _THROTTLED),
    FailureRow(_HUB, Kind.BUSY, server.SERVER_ERROR),
    FailureRow(_MANAGER, Kind.UNAUTHORIZED, access.NOT_SIGNED_IN, "NotSignedIn|NotAccepted"),
    FailureRow(_MANAGER, Kind.UNAUTHORIZED, access.MANAGER_REFUSES),
    FailureRow(_MANAGER, Kind.MISSING, access.MANAGER_REFUSES),
    FailureRow(_MANAGER, Kind.BUSY, access.MANAGER_BUSY),
    FailureRow(_MANAGER, Kind.REFUSED, access.MANAGER_REFUSES),
    FailureRow(_WORKSPACE, None, workspace.LOGS_NOT_COLLECTED, "NoWorkspace"),
    FailureRow(_WORKSPACE, Kind.UNAUTHORIZED, access.NOT_SIGNED_IN, "NotSignedIn|NotAccepted"),
    FailureRow(_WORKSPACE, Kind.UNAUTHORIZED, access.MANAGER_REFUSES, step="the diagnostic settings"),
    FailureRow(_WORKSPACE, Kind.UNAUTHORIZED, workspace.WORKSPACE_REFUSES),
    FailureRow(_WORKSPACE, Kind.MISSING, access.MANAGER_REFUSES, step="the diagnostic settings"),
    FailureRow(_WORKSPACE, Kind.MISSING, workspace.WORKSPACE_UNKNOWN),
    FailureRow(_WORKSPACE, Kind.BUSY, access.MANAGER_BUSY, step="the diagnostic settings"),
    FailureRow(_WORKSPACE, Kind.BUSY, workspace.WORKSPACE_BUSY),
    FailureRow(_WORKSPACE, Kind.REFUSED, workspace.LOG_QUERY_REFUSED),
    FailureRow((Service.MESSAGES,), Kind.UNAUTHORIZED, access.NOT_SIGNED_IN, "NotSignedIn|NotAccepted"),
    FailureRow(
        (Service.MESSAGES,), Kind.UNAUTHORIZED, access.MESSAGES_NOT_READABLE, "NotAllowed|NoPolicy|KeysOff|Messages.*"
    ),
    FailureRow(_DEVICE, None, mqtt.TWIN_REQUEST_THROTTLED, "twin:429"),
    FailureRow(_DEVICE, None, mqtt.TWIN_REQUEST_REFUSED, "twin:4.*"),
    FailureRow(_DEVICE, None, mqtt.TWIN_REQUEST_FAILED, "twin:.*"),
    FailureRow(_DEVICE, None, mqtt.VERSION_REFUSED, "mqtt:1"),
    FailureRow(_DEVICE, None, mqtt.CLIENT_ID_REFUSED, "mqtt:2"),
    FailureRow(_DEVICE, None, mqtt.SERVER_UNAVAILABLE, "mqtt:3"),
    FailureRow(_DEVICE, Kind.SILENT, mqtt.CONNACK_MISSING, step="CONNACK"),
    FailureRow(_DEVICE, Kind.SILENT, mqtt.PUBACK_MISSING, step="PUBACK"),
    # What a firewall does to the port of MQTT.
    FailureRow(_DEVICE, Kind.UNREACHABLE, mqtt.PORT_8883_BLOCKED, not_on=HTTPS_PORT),
    FailureRow(_DEVICE, Kind.REFUSED_CONNECTION, mqtt.PORT_8883_BLOCKED, not_on=HTTPS_PORT),
    FailureRow(_DEVICE, Kind.SILENT, mqtt.PORT_8883_BLOCKED, not_on=HTTPS_PORT),
    FailureRow(_DEVICE, Kind.DROPPED, mqtt.CONNECTION_CLOSED),
    FailureRow(_DEVICE, Kind.UNAUTHORIZED, mqtt.DEVICE_REFUSED),
    FailureRow(None, Kind.NAME_NOT_RESOLVED, network.NAME_NOT_RESOLVED),
    FailureRow(None, Kind.REFUSED_CONNECTION, network.CONNECTION_REFUSED),
    FailureRow(None, Kind.NOT_ALLOWED, network.CONNECTION_NOT_ALLOWED),
    FailureRow(None, Kind.UNREACHABLE, network.SERVER_UNREACHABLE),
    FailureRow(None, Kind.SILENT, network.SERVER_SILENT),
    FailureRow(None, Kind.UNANSWERED, amqp.REQUEST_UNANSWERED),
    FailureRow(None, Kind.STALLED, amqp.PARTITION_STALLED),
    FailureRow(None, Kind.UNTRUSTED, tls.CERTIFICATE_UNTRUSTED),
    FailureRow(None, Kind.EXPIRED, tls.CERTIFICATE_EXPIRED),
    FailureRow(None, Kind.NOT_YET_VALID, tls.CERTIFICATE_NOT_YET_VALID),
    FailureRow(None, Kind.WRONG_NAME, tls.CERTIFICATE_FOR_ANOTHER_NAME),
    FailureRow(None, Kind.TLS, tls.HANDSHAKE_FAILED),
    FailureRow(None, Kind.DROPPED, amqp.CONNECTION_DROPPED),
    FailureRow(None, Kind.UNAUTHORIZED, amqp.TOKEN_REFUSED),
    FailureRow(None, Kind.MISSING, amqp.ENTITY_MISSING),
    FailureRow(None, Kind.DISPLACED, amqp.READER_DISPLACED),
    FailureRow(None, Kind.TOO_MANY, amqp.TOO_MANY_READERS),
    FailureRow(None, Kind.BUSY, amqp.SERVICE_BUSY),
    FailureRow(None, Kind.LIMIT, amqp.LIMIT_REACHED),
    FailureRow(None, Kind.REFUSED, amqp.LINK_REFUSED),
    FailureRow(None, Kind.NOT_AMQP, amqp.NOT_AN_EVENT_HUB),
    FailureRow(None, Kind.NOT_HTTP, registry.NOT_A_HUB),
    FailureRow(None, Kind.NOT_MQTT, mqtt.NOT_MQTT),
    FailureRow(None, Kind.WEBSOCKET_REFUSED, network.WEBSOCKET_REFUSED),
    FailureRow(None, Kind.PROXY_UNREACHABLE, network.PROXY_UNREACHABLE),
    FailureRow(None, Kind.PROXY_SILENT, network.PROXY_SILENT),
    FailureRow(None, Kind.PROXY_REFUSED, network.PROXY_REFUSES),
    FailureRow(None, Kind.PROXY_WANTS_PASSWORD, network.PROXY_WANTS_PASSWORD),
    FailureRow(None, Kind.PROXY_NO_PROXY, network.PROXY_IS_NONE),
    FailureRow(None, Kind.CRASHED, tool.TOOL_FAILED),
)

# A service that says no has answered: nothing is left to find out. All else keeps a check from looking.
_SAYS_NO = {
    Service.MESSAGES: frozenset({Kind.UNAUTHORIZED, Kind.MISSING}),
    Service.HUB: frozenset({Kind.UNAUTHORIZED, Kind.REFUSED}),
    Service.HUB_TWIN: frozenset({Kind.UNAUTHORIZED}),
}


# Nothing came, or no more: that has many causes, and is never sure.
_ABSENT = frozenset(
    {Kind.UNREACHABLE, Kind.SILENT, Kind.UNANSWERED, Kind.STALLED, Kind.DROPPED, Kind.PROXY_SILENT, Kind.CRASHED}
)


def answered(service: Service, failure: Failure) -> bool:
    """Whether the service answered with a no, so that nothing is left to find out."""
    return failure.kind in _SAYS_NO.get(service, frozenset())


def entry_of(service: Service, failure: Failure) -> Entry:
    """What a failed step towards a service means."""
    if service is Service.DPS and failure.kind is Kind.REFUSED:
        code = failure.condition.removeprefix("http:")  # six digits, which begin with the HTTP status, or that alone
        if found := lookup.find(code, "dps") or lookup.find(code[:3], "dps"):
            return found[0]
    return next(row.entry for row in TABLE if row.fits(service, failure))


def obstacle(service: Service, failure: Failure) -> Finding:
    """The finding that a failed step is where it kept a check from looking: a warning, for it says nothing of data."""
    return finding_of(service, failure, Severity.WARN)


def finding_of(
    service: Service, failure: Failure, severity: Severity = Severity.FAIL, entry: Entry | None = None
) -> Finding:
    """The finding that a failed step is; `entry` where the check knows better what it means."""
    waited = f" after {failure.seconds:.0f} s" if failure.seconds >= 1 else ""
    said = ": ".join(part for part in (failure.condition, failure.description) if part)
    evidence: dict[str, JsonScalar] = {
        "step": failure.step,
        "host": failure.host,
        "port": failure.port,
        "address": failure.address,
        "condition": failure.condition,
        "description": failure.description,
    }
    led_to = (
        f", which leads to {failure.address}"
        if failure.address and not failure.address.startswith(f"{failure.host}:")
        else ""
    )
    what = f"from this machine to {failure.host}:{failure.port}{led_to}, this step failed{waited}: {failure.step}"
    return Finding(
        entry or entry_of(service, failure),
        severity,
        f"from this machine, {said}{waited}: {failure.step} to {failure.host}:{failure.port}"
        if failure.kind is Kind.PROXY_SILENT
        else what + (f" ({said})" if said else ""),
        evidence={name: value for name, value in evidence.items() if value != ""},
        weight=Weight(Certainty.LIKELY if failure.kind in _ABSENT else Certainty.SURE),
    )
