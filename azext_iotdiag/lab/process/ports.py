"""Where a lab's services listen: on ports that are free, on those that it kept, or on the real ones of Azure."""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from azext_iotdiag.lab.net.listener import Listener
from azext_iotdiag.lab.process.errors import LabError

HOST = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # every IPv4 address of this machine, for `--listen lan`
REAL = {"amqp": 5671, "mqtt": 8883, "https": 443}
PRIVILEGED = (
    "Port 443 of {host} needs a right that this user lacks, so HTTPS and WebSocket are on port {port}. To have 443, "
    "run once: sudo sysctl net.ipv4.ip_unprivileged_port_start=443. MQTT (8883) and AMQP (5671) need no right."
)

Start = Callable[[str, int], Awaitable[Listener]]


@dataclass
class Ports:
    """The address for clients of the hub, and the port that each service wants; the others get one that is free.

    `notes` says what turned out otherwise than wanted. `real` says that the wanted ports are Azure's own. `lan` says
    that clients of the hub may come from the local network: they reach the same ports on every address of this machine.
    """

    host: str = HOST
    wanted: Mapping[str, int] = field(default_factory=dict)
    lan: bool = False
    real: bool = False
    notes: list[str] = field(default_factory=list)

    def host_of(self, service: str) -> str:
        """The address of a service: what is no client's business stays on 127.0.0.1."""
        if service not in REAL:
            return HOST
        return EVERYWHERE if self.lan else self.host

    async def open(self, service: str, start: Start) -> Listener:
        """Start a service where it is wanted. Raises LabError where that cannot be, and says what to do."""
        host, port = self.host_of(service), self.wanted.get(service, 0)
        try:
            return await start(host, port)
        except OSError as error:
            if not (self.real and service == "https" and error.errno == errno.EACCES):
                raise self._refused(host, port, service, error) from error
        opened = await start(host, 0)
        self.notes.append(PRIVILEGED.format(host=host, port=opened.port))
        return opened

    def _refused(self, host: str, port: int, service: str, error: OSError) -> Exception:
        if error.errno == errno.EADDRINUSE and port:
            another = "Give another address with --bind, such as 127.0.0.3." if self.real else (
                "Or give an address of its own with --bind, such as 127.0.0.2."
            )  # fmt: skip
            advice = "End the program that uses it, such as another lab (`az iot diag lab stop`)."
            return LabError(
                f"Port {port} of {host}, which this lab uses for {service.upper()}, is in use.",
                advice if self.lan else f"{advice} {another}",
            )
        if error.errno == errno.EADDRNOTAVAIL:
            return LabError(
                f"This machine has no address {host}.",
                f"On macOS add it with: sudo ifconfig lo0 alias {host}. Or leave out --bind.",
            )
        return error


def wanted(bind: str, kept: Mapping[str, int], *, lan: bool = False) -> Ports:
    """The ports of a lab that is bound to an address or to the local network, where it is, or that kept ports."""
    if bind or lan:
        return Ports(bind or HOST, {**kept, **REAL}, lan, real=True)
    return Ports(HOST, dict(kept))


def hosts_line(address: str, names: Iterable[str]) -> str:
    """The line for the file of hosts that leads names to an address."""
    return f"{address} {' '.join(names)}"
