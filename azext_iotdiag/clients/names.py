"""All addresses of a host name, and the name at the end of its aliases, with a deadline."""

from __future__ import annotations

import socket

from azext_iotdiag import bounded
from azext_iotdiag.clients import tcp
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.network import Resolved

STEP = "the name look-up"


def look_up(name: str, port: int, seconds: float, host: str = "") -> Resolved:
    """The addresses of a name; failures name `host` in its place. Raises StepFailed."""

    def ask() -> list[tuple[int, int, int, str, tuple[str | int, ...]]]:
        return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)  # type: ignore[return-value]

    try:
        found = bounded.within(ask, seconds, STEP)
    except bounded.Late:
        said = "the name service does not answer"
    except OSError as wrong:
        said = tcp.reason(wrong)
    except ValueError as wrong:  # of which UnicodeError is one: a name that can be none
        said = str(wrong)
    else:
        canonical = next((each[3] for each in found if each[3]), "")
        addresses = tuple(dict.fromkeys(str(each[4][0]) for each in found))
        return Resolved(addresses, "" if canonical.lower().rstrip(".") == name.lower() else canonical)
    raise StepFailed(Failure(Kind.NAME_NOT_RESOLVED, STEP, host or name, port, description=said)) from None
