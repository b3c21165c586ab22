"""The faults that a lab can be given, each with the entry of the knowledge base that a tool must then report.

The code that a fault breaks asks for the object, so that a misspelt one is an import error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from azext_iotdiag.knowledge import amqp, mqtt, network, registry, tls
from azext_iotdiag.knowledge.hub import not_found, server
from azext_iotdiag.model.finding import Entry


@dataclass(frozen=True, eq=False)
class Fault:
    """One way to break the lab. `heals`: a client that tries again gets what it wanted while the fault is on.

    `entry` is None where nothing is wrong enough to be reported. `parameters` holds the names and the values that apply
    where none are given, None standing for no restriction. `times` says how often the fault strikes before it ends by
    itself; 0 is for ever. `partition` is the one whose links it strikes, `after` how many messages these have brought
    by then. `allowed` holds the values of a parameter that takes only some. `through` is "proxy" or "websocket" where
    only those meet it who go that way, "registry" where only those do who ask for devices, "http" where those do who
    ask the hub over HTTPS for what its title says, "device" where devices do and those who call them, and "logs" where
    those do who ask Log Analytics. `seen` is
    what the developer of a device then reads in the error of Microsoft's azure-iot-device for Python, or, for requests
    over HTTPS, in that of Microsoft's npm packages.
    """

    name: str
    title: str
    entry: Entry | None
    heals: bool
    parameters: Mapping[str, int | None] = field(default_factory=dict)
    through: str = ""
    seen: str = ""
    allowed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def _lasting(name: str, title: str, entry: Entry, *, through: str = "", **parameters: int | None) -> Fault:
    return Fault(name, title, entry, False, MappingProxyType(parameters), through)


def _healing(name: str, title: str, entry: Entry | None, **parameters: int | None) -> Fault:
    return Fault(name, title, entry, True, MappingProxyType(parameters))


def _device(name: str, title: str, entry: Entry | None, *, seen: str = "", **parameters: int | None) -> Fault:
    heals = entry is None or bool(parameters.get("times"))
    return Fault(name, title, entry, heals, MappingProxyType(parameters), "device", seen)


def _http(name: str, title: str, *statuses: int) -> Fault:
    defaults = MappingProxyType({"status": 500, "seconds": 1, "times": 0})
    allowed = MappingProxyType({"status": statuses or (401, 404, 429, 500)})
    return Fault(name, title, server.SERVER_ERROR, False, defaults, "http", "InternalServerError", allowed)


def _logs(name: str, title: str, **parameters: int | None) -> Fault:
    return Fault(name, title, None, True, MappingProxyType(parameters), "logs")


_NOT_AUTHORISED = "UnauthorizedError('Connection Refused: not authorised.')"
PORT_BLOCKED = _lasting("port-blocked", "port 5671 refuses connections; 443 does not", network.CONNECTION_REFUSED)
SERVER_SILENT = _lasting("server-silent", "TCP connections are accepted, and nothing is said", network.SERVER_SILENT)
TLS_BROKEN = _lasting("tls-broken", "what answers the TLS handshake is no TLS", tls.HANDSHAKE_FAILED)
UNKNOWN_CA = _lasting("unknown-ca", "TLS with a certificate of another authority", tls.CERTIFICATE_UNTRUSTED)
CERTIFICATE_EXPIRED = _lasting(
    "certificate-expired", "TLS with a certificate that has expired", tls.CERTIFICATE_EXPIRED
)
CERTIFICATE_WRONG_NAME = _lasting(
    "certificate-wrong-name", "TLS with another host's certificate", tls.CERTIFICATE_FOR_ANOTHER_NAME
)
NOT_AMQP = _lasting("not-amqp", "port 5671 answers as a web server does", amqp.NOT_AN_EVENT_HUB)
PROXY_REFUSES = _lasting("proxy-refuses", "the proxy answers 403", network.PROXY_REFUSES, through="proxy")
PROXY_WANTS_PASSWORD = _lasting(
    "proxy-wants-password",
    "the proxy answers 407 to all but the user lab with the password lab",
    network.PROXY_WANTS_PASSWORD,
    through="proxy",
)
PROXY_ANSWERS_HTML = _lasting(
    "proxy-answers-html", "the proxy answers with a web page", network.PROXY_IS_NONE, through="proxy"
)
WEBSOCKET_REFUSED = _lasting(
    "websocket-refused",
    "the opening of a WebSocket is answered with HTTP 403",
    network.WEBSOCKET_REFUSED,
    through="websocket",
)
# not by itself after so many requests: a hub lets bursts wait, and refuses only those who go on
THROTTLED = _lasting(
    "throttled",
    "queries and look-ups of devices are answered with 429, and Retry-After unless seconds is 0",
    registry.HUB_THROTTLES,
    through="registry",
    seconds=1,
    times=0,
)
TOKEN_REFUSED = _lasting("token-refused", "every token is answered with 401", amqp.TOKEN_REFUSED)
CBS_UNANSWERED = _lasting("cbs-unanswered", "tokens for the Event Hub are never answered", amqp.REQUEST_UNANSWERED)
ENTITY_MISSING = _lasting("entity-missing", "there is no Event Hub of that name", amqp.ENTITY_MISSING)
CONSUMER_GROUP_MISSING = _lasting(
    "consumer-group-missing", "there is no consumer group of any name", amqp.ENTITY_MISSING
)
PARTITION_DENIED = _lasting("partition-denied", "links to partitions are denied", amqp.TOKEN_REFUSED, partition=None)
ATTACH_REFUSED = _lasting(
    "attach-refused", "links to partitions are refused by an error", amqp.LINK_REFUSED, partition=None
)
HANDLES_EXHAUSTED = _lasting(
    "handles-exhausted",
    "links to partitions are refused: no handle is left",
    amqp.LIMIT_REACHED,
    partition=None,
)
ATTACH_UNANSWERED = _lasting(
    "attach-unanswered", "links to partitions are not answered", amqp.REQUEST_UNANSWERED, partition=None
)
TOO_MANY_READERS = _lasting(
    "too-many-readers", "five others read each partition", amqp.TOO_MANY_READERS, partition=None
)
READER_DISPLACED = _lasting(
    "reader-displaced", "a reader with an epoch takes over", amqp.READER_DISPLACED, partition=None, after=0
)
SERVER_BUSY = _healing(
    "server-busy",
    "a link is refused because the service is busy, for some seconds",
    amqp.SERVICE_BUSY,
    partition=None,
    seconds=1,
    times=1,
)
LINK_TIMEOUT = _healing(
    "link-timeout",
    "a link is refused because the service took too long",
    amqp.REQUEST_UNANSWERED,
    partition=None,
    times=1,
)
LINK_ERROR = _healing(
    "link-error", "a link is refused by an internal error", amqp.LINK_REFUSED, partition=None, times=1
)
CBS_BUSY = _healing("cbs-busy", "a token for the Event Hub is answered with 503", amqp.SERVICE_BUSY, times=1)
CBS_ERROR = _healing("cbs-error", "a token for the Event Hub is answered with 500", amqp.LINK_REFUSED, times=1)
START_INEXACT = _healing(
    "start-inexact", "a link begins some messages before the place that was asked for", None, partition=None, messages=3
)
START_SILENT = _healing(
    "start-silent", "a link that begins after sequence number -1 brings nothing", None, partition=None
)
# A data section of null: Azure/azure-sdk-for-js#29832. The other forms break rules of AMQP as broken senders do.
ODD_MESSAGE = Fault(
    "odd-message",
    "a message comes in an odd form: 1 with a footer that is no UTF-8, 2 with null as its body, 3 cut short",
    None,
    True,
    MappingProxyType({"form": 1, "partition": None, "after": 3, "times": 1}),
    allowed={"form": (1, 2, 3)},
)
# Only $cbs is for everyone: "AMQP 1.0 in Azure Service Bus and Event Hubs protocol guide".
EARLY_LINKS_REFUSED = Fault(
    "early-links-refused",
    "links that come before the answer to a token are refused: 1 by detach, 2 by end, 3 by close",
    None,
    True,
    MappingProxyType({"by": 1}),
    allowed=MappingProxyType({"by": (1, 2, 3)}),
)
CONNECTION_DROPPED = _healing(
    "connection-dropped", "the connection breaks off after some events", amqp.CONNECTION_DROPPED, after=3, times=1
)
SESSION_ENDED = _healing(
    "session-ended", "the session ends after some events", amqp.LINK_REFUSED, partition=None, after=3, times=1
)
LINK_DETACHED = _healing(
    "link-detached", "a link is detached after some events", amqp.CONNECTION_DROPPED, partition=None, after=3, times=1
)
LINK_STALLED = _healing(
    "link-stalled", "a link brings no more after some events", amqp.PARTITION_STALLED, partition=None, after=3, times=1
)
LATENCY = _healing("latency", "each round trip takes longer, on connections made from then on", None, milliseconds=50)
CONNACK_REFUSED = _device(
    "connack-refused",
    "CONNECT is answered with a return code from 1 to 5",
    mqtt.DEVICE_REFUSED,
    seen=_NOT_AUTHORISED,
    code=5,
)
CONNACK_MISSING = _device(
    "connack-missing",
    "CONNECT is never answered",
    mqtt.CONNACK_MISSING,
    seen="OperationTimeout('Transport timeout on connection operation')",
)
PUBACK_MISSING = _device(
    "puback-missing",
    "what a device sends is lost, and never acknowledged",
    mqtt.PUBACK_MISSING,
    seen="nothing until it ends; OperationCancelled('Operation cancelled before PUBACK received')",
)
DEVICE_DROPPED = _device(
    "device-dropped",
    "a device's connection breaks off after some seconds",
    mqtt.CONNECTION_CLOSED,
    seen="ConnectionDroppedError('Unexpected disconnection')",
    after=5,
    times=1,
)
DEVICE_DISABLED = _device("device-disabled", "every device is disabled", mqtt.DEVICE_REFUSED, seen=_NOT_AUTHORISED)
DEVICE_UNKNOWN = _device("device-unknown", "the hub knows no device", mqtt.DEVICE_REFUSED, seen=_NOT_AUTHORISED)
TWIN_ERROR = _device(
    "twin-error",
    "a device that asks for its twin gets an error status",
    mqtt.TWIN_REQUEST_FAILED,
    seen="ServiceError('twin operation returned status 500')",
    status=500,
)
METHOD_HANDLER_MISSING = _device(
    "method-handler-missing",
    "no device takes direct methods",
    not_found.DEVICE_NOT_ONLINE,
    seen="nothing; who calls it with npm's azure-iothub reads Error: Not found",
)
CLOCK_AHEAD = _device(
    "clock-ahead",
    "the hub's clock is ahead of the device's by some seconds",
    mqtt.DEVICE_REFUSED,
    seen=_NOT_AUTHORISED,
    seconds=86_400,
)
CLOCK_BEHIND = _device("clock-behind", "the hub's clock is behind the device's by some seconds", None, seconds=86_400)
HTTP_IDENTITIES = _http("http-identities", "requests for identities are answered with a status, 429 with Retry-After")
HTTP_QUERIES = _http("http-queries", "queries are answered with a status", 401, 429, 500)
HTTP_TWINS = _http("http-twins", "requests for twins by services are answered with a status")
HTTP_METHODS = _http("http-methods", "calls of direct methods are answered with a status")
HTTP_MESSAGES = _http("http-messages", "devices that send or receive over HTTPS are answered with a status")
LOGS_LATE = _logs("logs-late", "rows of resource logs arrive some seconds late", seconds=300)
LOGS_LOST = _logs("logs-lost", "some percent of the rows of resource logs never arrive", percent=20)
LOGS_UNORDERED = _logs("logs-unordered", "rows of resource logs arrive within some seconds in any order", seconds=60)
LOGS_PARTIAL = _logs("logs-partial", "an answer of Log Analytics has some rows at most, and says so", rows=10)
LOGS_THROTTLED = _logs("logs-throttled", "queries of Log Analytics are answered with 429", seconds=1, times=0)

FAULTS: dict[str, Fault] = {each.name: each for each in tuple(globals().values()) if isinstance(each, Fault)}
