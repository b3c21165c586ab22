"""A TCP connection to a host: the name looked up, then each address tried, both with a deadline."""

from __future__ import annotations

import socket
import time
from typing import Any

from azext_iotdiag import bounded
from azext_iotdiag.model.failure import Failure, Kind, StepFailed

# A reset is no refusal: the connection was there, and was gone before it could be looked at.
_KINDS = {
    ConnectionRefusedError: Kind.REFUSED_CONNECTION,
    ConnectionResetError: Kind.DROPPED,
    PermissionError: Kind.NOT_ALLOWED,  # EPERM and EACCES: a rule of this machine's own, no packet left it
}


def connect(host: str, port: int, to: tuple[str, int], seconds: float) -> tuple[socket.socket, str]:
    """A connected socket and the address at its other end.

    `to` is the name or address and the port to go to; failures name `host` and `port`. Look-up and connection have so
    many seconds together, of which each address gets its share. Raises StepFailed.
    """
    ends = time.monotonic() + seconds
    found = resolve(host, port, to, seconds)
    started = time.monotonic()
    last: OSError = TimeoutError()
    where = ""
    for number, (family, kind, protocol, _, address) in enumerate(found):
        where = "{}:{}".format(*address[:2])
        try:
            sock = socket.socket(family, kind, protocol)
        except OSError as wrong:  # this machine does not speak that family
            last = wrong
            continue
        try:
            sock.settimeout(max((ends - time.monotonic()) / (len(found) - number), 0.001))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock, where
        except OSError as wrong:
            sock.close()
            last = wrong
    how = _KINDS.get(type(last), Kind.UNREACHABLE)
    description = "nothing came" if isinstance(last, TimeoutError) else reason(last)
    raise StepFailed(
        Failure(
            how, "the TCP connection", host, port, where, description=description, seconds=time.monotonic() - started
        )
    )


def resolve(host: str, port: int, to: tuple[str, int], seconds: float) -> list[Any]:
    """getaddrinfo with a deadline: it has none of its own, so a thread waits for it and is left behind when late."""
    started = time.monotonic()
    try:
        return bounded.within(lambda: socket.getaddrinfo(*to, type=socket.SOCK_STREAM), seconds, "name look-up")
    except bounded.Late:
        description = "the name service does not answer"
    except OSError as wrong:
        description = reason(wrong)
    except ValueError as wrong:  # of which UnicodeError is one: a name that can be none
        description = str(wrong)
    raise StepFailed(
        Failure(
            Kind.NAME_NOT_RESOLVED,
            "the name look-up",
            host,
            port,
            description=description,
            seconds=time.monotonic() - started,
        )
    )


def reason(problem: OSError) -> str:
    """What went wrong, in the system's words."""
    return problem.strerror or str(problem) or type(problem).__name__
