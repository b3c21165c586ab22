"""What a network does with connections to a host: a `Way` for each protocol, direct and through the proxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from azext_iotdiag.model.certificate import Certificate
from azext_iotdiag.model.failure import Failure

HTTPS_PORT = 443
STALLED_STEP = "the rest of the TLS handshake"  # the step that failed where the server's first message came


class Protocol(Enum):
    """What a device may speak. https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-protocols"""

    MQTT = "mqtt"
    AMQP = "amqp"
    HTTPS = "https"
    MQTT_WS = "mqtt-ws"
    AMQP_WS = "amqp-ws"

    @property
    def port(self) -> int:
        """The port that it uses."""
        return _PORTS.get(self, HTTPS_PORT)

    @property
    def title(self) -> str:
        """Its name for people."""
        return _TITLES[self]


_PORTS = {Protocol.MQTT: 8883, Protocol.AMQP: 5671}
_TITLES = {
    Protocol.MQTT: "MQTT",
    Protocol.AMQP: "AMQP",
    Protocol.HTTPS: "HTTPS",
    Protocol.MQTT_WS: "MQTT over WebSocket",
    Protocol.AMQP_WS: "AMQP over WebSocket",
}


class HostKind(Enum):
    """Whose host a name is, by its domain."""

    HUB = "hub"
    DPS = "dps"
    EVENT_HUBS = "event-hubs"
    STORAGE = "storage"
    CENTRAL = "central"
    EVENT_GRID = "event-grid"
    UNKNOWN = "unknown"


PROTOCOLS: Mapping[HostKind, tuple[Protocol, ...]] = {
    HostKind.EVENT_HUBS: (Protocol.AMQP, Protocol.HTTPS, Protocol.AMQP_WS),
    HostKind.STORAGE: (Protocol.HTTPS,),
    HostKind.CENTRAL: (Protocol.HTTPS,),
    HostKind.EVENT_GRID: (Protocol.MQTT, Protocol.MQTT_WS),
}  # what such hosts speak; all others are tried with every protocol


class Cloud(Enum):
    """A cloud of Azure, by the end of its host names."""

    PUBLIC = "public"
    CHINA = "china"
    GOVERNMENT = "government"
    GERMANY = "germany"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class NetworkAsked:
    """What should be reached: a host, and by which protocols.

    `proxy` is the HOST:PORT of the proxy that applies to the host, empty for none, and `variable` what names it.
    `observer` says where the test runs, where that is a data centre: "Cloud Shell" or "a build agent".
    """

    host: str
    kind: HostKind = HostKind.UNKNOWN
    cloud: Cloud = Cloud.UNKNOWN
    protocols: tuple[Protocol, ...] = tuple(Protocol)
    proxy: str = ""
    variable: str = ""
    observer: str = ""


@dataclass(frozen=True)
class Resolved:
    """The addresses that a host name has, and the name at the end of its aliases where there are aliases."""

    addresses: tuple[str, ...]
    canonical: str = ""


@dataclass(frozen=True)
class Invented:
    """Names that were made up just now, and the addresses that the name service gave for them: none is right."""

    names: tuple[str, ...]
    addresses: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TlsVersions:
    """Which versions of TLS the server accepts on a port, and which it refuses; others could not be tried."""

    port: int
    accepted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Handshake:
    """What TLS showed.

    `certificates` are those that the server sent, its own first. `root` is the end of the path that was verified, None
    where none was. `public` tells whether the public authorities vouch for the chain; None where that is not known.
    `message` is the size of the server's certificate message in bytes. `stands` tells that it was verified, and done.
    Where it failed, `received` bytes came before, and `begins` holds the first words where they are no TLS.
    """

    version: str = ""
    cipher: str = ""
    certificates: tuple[Certificate, ...] = ()
    root: Certificate | None = None
    public: bool | None = None
    message: int = 0
    received: int = 0
    begins: str = ""
    stands: bool = False


class Speaker(Enum):
    """Who answered the first words of a protocol, which hold no credential."""

    NONE = "none"  # no answer was awaited
    SERVICE = "service"  # the answer is one of Azure IoT
    PROTOCOL = "protocol"  # the protocol is spoken; by whom cannot be told
    CLOSED = "closed"  # the connection was closed without an answer, as a hub may do
    PAGE = "page"  # a web page, or a way to one
    MQTT_5 = "mqtt-5"  # MQTT 5, and no version before it
    BROKER = "broker"  # MQTT, and a client without a credential was let in
    OTHER = "other"  # something else


@dataclass(frozen=True)
class Way:
    """One try to reach a host: by a protocol, direct or through the proxy HOST:PORT.

    `failure` is the step that failed. `handshake` is None where TLS did not begin. `reply` are the words of the answer.
    `address` is where the name, or that of the proxy, led.
    """

    protocol: Protocol
    port: int
    proxy: str = ""
    failure: Failure | None = None
    handshake: Handshake | None = None
    speaker: Speaker = Speaker.NONE
    reply: str = ""
    address: str = ""
    seconds: float = 0.0


class WayState(Enum):
    """What became of a way. The value is for people and data."""

    OPEN = "open"
    NO_ADDRESS = "no address"
    REFUSED = "refused"
    FILTERED = "filtered"
    UNREACHABLE = "unreachable"
    FORBIDDEN = "forbidden here"  # by this machine itself
    RESET = "reset"
    SILENT = "silent"
    UNANSWERED = "no answer"  # TLS stands, and the first words are not answered
    CLOSED = "closed"  # TLS stands, and the connection ends
    STALLED = "stalled"
    NO_TLS = "no TLS"
    TLS_FAILS = "TLS fails"
    INTERCEPTED = "intercepted"
    WRONG_CERTIFICATE = "wrong certificate"
    UNTRUSTED = "untrusted"
    NO_WEBSOCKET = "no WebSocket"
    PAGE = "web page"
    OTHER_SERVER = "other server"
    MQTT_5_ONLY = "MQTT 5 only"
    PROXY_REFUSES = "proxy refuses"
    PROXY_WANTS_PASSWORD = "proxy wants password"
    PROXY_FAILS = "proxy fails"
    UNKNOWN = "unknown"


class Judged(NamedTuple):
    """A way, what became of it, and the issuer where something on the way opened its TLS."""

    way: Way
    state: WayState
    by: str = ""
